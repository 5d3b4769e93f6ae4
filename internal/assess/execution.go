package assess

import (
	"context"
	"errors"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/mapping"
)

// execution carries out what is decided on a task, and stores what was decided.
type execution struct {
	*assessment
	along     []mapping.Effect // tags and comments, which go with the next edit
	retagged  bool             // we changed a tag that the rules of a board name
	leftBoard string           // that we took the card off
	waits     []string         // boards whose edit waits for a budget; an empty one: the tags and comments
}

// settle decides on the card of one board and carries it out.
func (t *execution) settle(ctx context.Context, board *bind.Board) error {
	if t.torn(board) {
		if err := t.readEvents(ctx); err != nil { // in which column the card was meant to be
			return err
		}
	}
	d, err := t.located(ctx, board)
	if err != nil {
		return err
	}
	if d.Verdict == mapping.Fault || board.Outdated(t.task) {
		if board, err = t.a.o.Binder.KeepUp(ctx, board, t.task); err != nil {
			return err
		}
		if d, err = t.located(ctx, board); err != nil {
			return err
		}
	}
	if (d.Verdict == mapping.There || d.Verdict == mapping.Peoples) && !t.eventsRead && t.placedByOthers(board) {
		if err := t.readEvents(ctx); err != nil {
			return err
		}
	}
	if d.Verdict != mapping.Unread && d.Verdict != mapping.Move && !t.torn(board) {
		return t.carryOut(ctx, board, d)
	}
	release, err := t.a.slots.hold(ctx, board.PHID)
	if err != nil {
		return err
	}
	defer release()
	fresh, err := t.refresh(ctx, board)
	if err != nil {
		return errors.Join(err, t.keep(ctx, board, d))
	}
	if d, err = t.located(ctx, fresh); err != nil {
		return errors.Join(err, t.keep(ctx, fresh, d))
	}
	return t.carryOut(ctx, fresh, d)
}

// refresh reads what happened to the task, and the columns of the board, at the same time.
func (t *execution) refresh(ctx context.Context, board *bind.Board) (fresh *bind.Board, err error) {
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return t.readEvents(both) })
	g.Go(func() (err error) {
		fresh, err = t.a.o.Binder.KeepUp(both, board, t.task)
		return err
	})
	err = g.Wait()
	return fresh, err
}

// carryOut writes what was decided and settles the card.
func (t *execution) carryOut(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	t.a.tally.note(d)
	switch d.Verdict {
	case mapping.Move:
		err := t.move(ctx, board, d)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, effect.ErrDropped):
			return t.giveUp(ctx, board, d)
		}
		return errors.Join(err, t.keep(ctx, board, d))
	case mapping.Fault:
		t.a.o.Warn.Warn(board.PHID, "%s", t.a.sentence(ctx, d))
	default:
		if line := t.a.o.Log.Debug(); line.Enabled() {
			line.Int("task", t.task.ID).Str("board", board.Tag).Msg(t.a.sentence(ctx, d))
		}
	}
	if t.a.o.Left != nil {
		t.a.o.Left(d)
	}
	if err := t.wait(ctx, board, d.Waits); err != nil {
		return err
	}
	if t.torn(board) && t.ours(board) {
		return t.repair(ctx, board, d)
	}
	return t.keep(ctx, board, d)
}

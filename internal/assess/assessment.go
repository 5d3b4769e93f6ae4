package assess

import (
	"context"
	"errors"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// look is one look at one task.
type look struct {
	r            *Assessor
	bound        *bind.Bound
	task         phab.Task
	read         time.Time
	changes      []*review.History
	cards        map[string]store.Card // what was decided before, by board
	left         string                // the board that the card left by our hand
	transactions []phab.Transaction
	told         bool // transactions were read
	toldAt       time.Time
	placed       bool            // on a board, or about to be
	along        []effect.Intent // tags and comments, which go with the next edit
	retagged     bool            // by us, with a tag that the rules of a board name
	heard        map[string]bool // marks of our comments, if told
	looked       time.Time       // where merged changes are must have been looked at since, on Gerrit's clock; zero: see stillKnown
}

func (t *look) question(board *bind.Board) mapping.Question {
	skew, doubt := t.r.o.Changes.Skew()
	q := mapping.Question{
		Board: &board.Board.Board, Columns: board.Columns, Start: board.Start, Born: t.r.o.Store.Created(), Skew: skew, Doubt: doubt,
		Footer: t.r.o.Config.Links.Footers[0], Looked: t.looked,
		Card: card(t.bound, board, t.task, t.read, mapping.Settlement(t.cards[board.PHID].Settled)), Changes: t.changes,
	}
	if q.Looked.IsZero() {
		q.Looked = t.r.o.Gerrit.HTTP().Now().Add(-stillKnown)
	}
	if t.told {
		q.Card.Events, q.Card.EventsRead = events(t.bound, board, t.transactions), true
		if last := placing(q.Card.Events); last != nil && t.torn(board) {
			for _, c := range t.task.Boards[board.PHID] {
				if c.PHID == last.Column {
					q.Card.Column = mapping.Column{ID: c.PHID, Name: c.Name}
				}
			}
		}
	}
	return q
}

// board decides on the card of one board and carries it out.
func (t *look) board(ctx context.Context, board *bind.Board) error {
	if t.torn(board) {
		if err := t.readEvents(ctx); err != nil { // they tell in which column it was meant to be
			return err
		}
	}
	d, err := t.decided(ctx, board, mapping.Decide)
	if err != nil {
		return err
	}
	if d.Verdict == mapping.Fault || board.Outdated(t.task) {
		if board, err = t.r.o.Binder.KeepUp(ctx, board, t.task); err != nil {
			return err
		}
		if d, err = t.decided(ctx, board, mapping.Decide); err != nil {
			return err
		}
	}
	if (d.Verdict == mapping.There || d.Verdict == mapping.Peoples) && !t.told && t.placedByOthers(board) {
		if err := t.readEvents(ctx); err != nil {
			return err
		}
	}
	if d.Verdict != mapping.Unread && d.Verdict != mapping.Move && !t.torn(board) {
		return t.carryOut(ctx, board, d)
	}
	slot := t.r.slot(board.PHID)
	select {
	case slot <- struct{}{}:
		defer func() { <-slot }()
	case <-ctx.Done():
		return ctx.Err()
	}
	fresh, err := t.refresh(ctx, board)
	if err != nil {
		return errors.Join(err, t.keep(ctx, board, d))
	}
	if d, err = t.decided(ctx, fresh, mapping.Decide); err != nil {
		return errors.Join(err, t.keep(ctx, fresh, d))
	}
	return t.carryOut(ctx, fresh, d)
}

// refresh reads what happened to the task and to the columns of the board, at once.
func (t *look) refresh(ctx context.Context, board *bind.Board) (fresh *bind.Board, err error) {
	g, both := errgroup.WithContext(ctx)
	g.Go(func() error { return t.readEvents(both) })
	g.Go(func() (err error) {
		fresh, err = t.r.o.Binder.KeepUp(both, board, t.task)
		return err
	})
	err = g.Wait()
	return fresh, err
}

// freshness is how old the events may be when a card is written.
const freshness = time.Second

// readEvents reads what happened to the task, unless it just did: what a person did while
// we waited for our turn must be seen.
func (t *look) readEvents(ctx context.Context) error {
	if t.told && time.Since(t.toldAt) < freshness {
		return nil
	}
	all, err := t.r.o.Phab.Transactions(ctx, []int{t.task.ID})
	if err != nil {
		return err
	}
	t.transactions, t.told, t.toldAt = all[t.task.ID], true, time.Now()
	notAhead(t.transactions, t.r.o.Phab.HTTP().Latest())
	t.hear()
	return t.foreign(ctx)
}

// notAhead takes transactions that are dated later than now, which a wrong clock did, for as old
// as what came next, or for made now.
func notAhead(transactions []phab.Transaction, now time.Time) {
	next := now
	for i := len(transactions) - 1; i >= 0; i-- {
		if t := &transactions[i]; t.Date.After(now) {
			t.Date = next
		} else {
			next = t.Date
		}
	}
}

// carryOut writes what was decided and settles the card.
func (t *look) carryOut(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	switch d.Verdict {
	case mapping.Move:
		if err := t.move(ctx, board, d); err != nil {
			return errors.Join(err, t.keep(ctx, board, d))
		}
		return nil
	case mapping.Fault:
		t.r.o.Warn.Warn(board.PHID, "%s", t.r.told(ctx, d))
	default:
		if line := t.r.o.Log.Debug(); line.Enabled() {
			line.Int("task", t.task.ID).Str("board", board.Tag).Msg(t.r.told(ctx, d))
		}
	}
	if t.r.o.Left != nil {
		t.r.o.Left(d, tell.Because(d, t.r.o.Names.Called(ctx, d.Why.Accounts())))
	}
	if err := t.wait(ctx, board, d.Waits); err != nil {
		return err
	}
	if t.torn(board) && t.ours(board) {
		return t.mend(ctx, board, d)
	}
	return t.keep(ctx, board, d)
}

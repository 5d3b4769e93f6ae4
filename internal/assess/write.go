package assess

import (
	"context"
	"errors"
	"slices"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// Writes to a task. Tags and comments go with the first move of a card, or by themselves if there is
// none.

// move writes what was decided on a card.
func (t *execution) move(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	return t.write(ctx, board, d, d.Writes()...)
}

// write edits a card, and stores what was decided with it.
func (t *execution) write(ctx context.Context, board *bind.Board, d mapping.Decision, effects ...mapping.Effect) error {
	var left string
	for i := range effects {
		to := &effects[i].Card
		to.Via, left = t.via(board, to.To), to.Leave.ID
	}
	then := append(t.made(board, d), store.SecondLook{Task: t.task.ID})
	if len(board.Deployed) > 0 {
		then = append(then, t.awaits(board, d.Waits))
	}
	cause, said := causeOf(d)
	outcome, err := t.do(ctx, effect.Request{Effects: append(effects, t.along...), Then: then, Cause: cause, Said: said, Unheld: t.aligning})
	if outcome == effect.Done {
		delete(t.task.Boards, left) // for the boards that come next
		t.leftBoard = left
	}
	return err
}

// do writes to the task. Tags and comments that may have been written do not go with another edit.
func (t *execution) do(ctx context.Context, r effect.Request) (effect.Outcome, error) {
	r.Marks = t.marks
	outcome, err := t.a.o.Effects.Do(ctx, r)
	err = t.held(r.Cause.Board, err)
	switch outcome {
	case effect.Done:
		t.retagged = t.retagged || slices.ContainsFunc(t.along, t.ruled)
		t.along = nil
	case effect.Unknown, effect.Planned:
		t.along = nil
	case effect.NotDone:
	}
	return outcome, err
}

// ruled reports whether an effect is on a tag that the rules of a board name, so that it has to be
// decided on again.
func (t *execution) ruled(e mapping.Effect) bool {
	return slices.ContainsFunc(t.bound.Boards, func(board *bind.Board) bool { return len(board.Tags[e.Tag.ID]) > 0 })
}

// rest writes what no move took along. It waits with a move that waits.
func (t *execution) rest(ctx context.Context) error {
	if len(t.waits) > 0 {
		return nil
	}
	var failed []error
	cause, said := t.causeOfAlong()
	tags := func(e mapping.Effect) bool { return e.Kind != mapping.EffectComment }
	if slices.ContainsFunc(t.along, tags) {
		_, err := t.do(ctx, effect.Request{Effects: t.along, Cause: cause, Said: said})
		failed = append(failed, given(err))
		if _, held := effect.HeldUntil(err); held || errors.Is(err, effect.ErrDropped) {
			return worst(failed)
		}
		t.along = slices.DeleteFunc(t.along, tags)
	}
	if len(t.along) > 0 { // a comment needs fewer rights than a tag
		_, err := t.do(ctx, effect.Request{Effects: t.along, Cause: cause, Said: said})
		failed = append(failed, given(err))
	}
	return worst(failed)
}

package assess

import (
	"context"
	"slices"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// What is to be written to a task goes out here: a card with its move, tags and comments with
// the first of these, or else by themselves.

// move writes what was decided on a card.
func (t *execution) move(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	return t.write(ctx, board, d, d.Writes()...)
}

// write edits a card, and remembers what was decided with it.
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
	came, err := t.do(ctx, effect.Request{Effects: append(effects, t.along...), Then: then})
	if came == effect.Done {
		delete(t.task.Boards, left) // for the boards that are looked at next
		t.leftBoard = left
	}
	return err
}

// do writes to the task. What of the tags and comments may have been written does not go
// along with another edit.
func (t *execution) do(ctx context.Context, r effect.Request) (effect.Outcome, error) {
	r.Marks = t.heard
	came, err := t.r.o.Effects.Do(ctx, r)
	switch came {
	case effect.Done:
		t.retagged = t.retagged || slices.ContainsFunc(t.along, t.ruled)
		t.along = nil
	case effect.Unknown, effect.Planned:
		t.along = nil
	case effect.NotDone:
	}
	return came, err
}

// ruled says whether an effect is on a tag that the rules of a board name: the board has something new to decide on.
func (t *execution) ruled(e mapping.Effect) bool {
	return slices.ContainsFunc(t.bound.Boards, func(board *bind.Board) bool { return len(board.Tags[e.Tag.ID]) > 0 })
}

// rest writes what no move took along.
func (t *execution) rest(ctx context.Context) error {
	var failed []error
	tags := func(e mapping.Effect) bool { return e.Kind != mapping.EffectComment }
	if slices.ContainsFunc(t.along, tags) {
		_, err := t.do(ctx, effect.Request{Effects: t.along})
		failed, t.along = append(failed, err), slices.DeleteFunc(t.along, tags)
	}
	if len(t.along) > 0 { // a comment needs less rights than a tag
		_, err := t.do(ctx, effect.Request{Effects: t.along})
		failed = append(failed, err)
	}
	return worst(failed)
}

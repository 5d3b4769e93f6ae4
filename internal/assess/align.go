package assess

import (
	"context"
	"fmt"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// Align decides on the card of a board as if all facts counted, whenever they were said, and moves
// it if it may. Where changes are must have been read since began, by Gerrit's clock.
func (a *Assessor) Align(ctx context.Context, board *bind.Board, task phab.Task, read Moment, began time.Time, may bool) (mapping.Decision, error) {
	release, err := a.tasks.hold(ctx, task.ID)
	if err != nil {
		return mapping.Decision{}, err
	}
	defer release()
	changes, err := a.o.Changes.OfTask(ctx, task.ID)
	if err != nil {
		return mapping.Decision{}, err
	}
	t, err := a.assess(ctx, task, read.theirs, changes)
	if err != nil {
		return mapping.Decision{}, err
	}
	t.aligning, t.refsRead = true, began
	d, err := t.located(ctx, board)
	if err == nil && d.Verdict == mapping.Move && may {
		err = (&execution{assessment: t}).move(ctx, board, d)
	}
	if err != nil {
		err = fmt.Errorf("task T%d: %w", task.ID, err)
	}
	return d, err
}

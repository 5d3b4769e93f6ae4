package assess

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Explained is a task as it is on the server, and what the rules of each board make of it.
type Explained struct {
	Task    phab.Task
	Boards  []mapping.Explanation
	Unbegun []string // boards whose start is not known
}

// Explain reads a task and explains what Handle would decide, with these changes instead of those in
// the store. It is empty if we cannot see the task. unstored: there is no store, so a board without a
// start in the config is taken to have begun before everything. Nothing is written to a server. The
// config must be bound.
func (a *Assessor) Explain(ctx context.Context, task int, changes []review.Change, unstored bool) (Explained, error) {
	read := a.now()
	found, err := a.o.Phab.Tasks(ctx, []int{task})
	if err != nil || len(found) == 0 {
		return Explained{}, err
	}
	histories, err := a.o.Changes.Live(ctx, task, changes)
	if err != nil {
		return Explained{}, err
	}
	t, err := a.assess(ctx, found[0], read, histories)
	if err != nil {
		return Explained{}, err
	}
	if err := t.readEvents(ctx); err != nil {
		return Explained{}, err
	}
	e := Explained{Task: t.task}
	for _, board := range t.bound.Boards {
		q := t.question(board)
		if unstored && board.FirstSeen {
			q.Start = time.Time{}
			e.Unbegun = append(e.Unbegun, board.Tag)
		}
		e.Boards = append(e.Boards, mapping.Explain(q))
	}
	return e, nil
}

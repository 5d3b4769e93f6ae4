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
	Unbegun []string // boards of which nobody knows when they began
}

// Explain reads a task and explains what Handle would decide, with these changes instead of those of
// the store. It is empty if there is no such task, or none to be seen. unstored: there is no store, so
// a board that the config gives no start is taken to have begun before all that it has.
// Nothing is written to a server. Bind must have been called.
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

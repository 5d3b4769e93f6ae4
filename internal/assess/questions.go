package assess

import (
	"context"

	"reviewsync/internal/bind"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Asked is a task as it is on the server, and what it puts to the rules of each board.
type Asked struct {
	Task      phab.Task
	Boards    []*bind.Board
	Questions []mapping.Question // in the order of the boards; what happened to each card is read
}

// Questions reads a task and asks for each board what Handle would ask, with these changes
// instead of those of the store. It is empty if there is no such task, or none to be seen.
// Nothing is written to a server. Bind must have been called.
func (r *Assessor) Questions(ctx context.Context, task int, changes []review.Change) (Asked, error) {
	read := r.now()
	found, err := r.o.Phab.Tasks(ctx, []int{task})
	if err != nil || len(found) == 0 {
		return Asked{}, err
	}
	cards, err := r.o.Store.Cards(ctx, task)
	if err != nil {
		return Asked{}, err
	}
	t := &look{r: r, bound: r.o.Binder.Current(), task: found[0], read: read, cards: cards}
	if t.changes, err = r.o.Changes.Live(ctx, task, changes); err != nil {
		return Asked{}, err
	}
	if err := t.readEvents(ctx); err != nil {
		return Asked{}, err
	}
	a := Asked{Task: t.task, Boards: t.bound.Boards}
	for _, board := range a.Boards {
		a.Questions = append(a.Questions, t.question(board))
	}
	return a, nil
}

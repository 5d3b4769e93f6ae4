package assess

import (
	"context"
	"slices"
	"time"

	"reviewsync/mapping"
)

// onBoard finds out whether the task is on a board, or comes onto one with this look.
func (t *assessment) onBoard(ctx context.Context) (bool, error) {
	if t.bound.Has(t.task) || !t.bound.OfBoards() {
		return true, nil
	}
	for _, board := range t.bound.Boards {
		d := t.decide(board)
		if d.Verdict == mapping.Unread {
			if err := t.readEvents(ctx); err != nil {
				return false, err
			}
			d = t.decide(board)
		}
		if d.Verdict == mapping.Move && d.Target.Kind == mapping.ToColumn {
			return true, nil
		}
	}
	return false, nil
}

// came is when somebody else put the task on one of the boards that it is on, the first of
// them; zero if it was made there, or we put it there. It takes the events.
func (t *assessment) came() time.Time {
	var first time.Time
	for _, board := range t.bound.Boards {
		if !slices.Contains(t.task.Projects, board.PHID) {
			continue
		}
		var last mapping.Event
		for _, e := range events(t.bound, board, t.transactions) {
			if e.Kind == mapping.CardAdded && !e.At.Before(last.At) {
				last = e
			}
		}
		if last.Own || last.At.IsZero() {
			return time.Time{}
		}
		if first.IsZero() || last.At.Before(first) {
			first = last.At
		}
	}
	return first
}

package assess

import (
	"context"
	"slices"
	"time"

	"reviewsync/mapping"
)

// onBoard finds out whether the task is on a board, or is about to come onto one.
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

// joined is when somebody else first put the task on one of the boards that it is on. It is zero if
// the task was made there or we put it there. The events must be read.
func (t *assessment) joined() time.Time {
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

package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// AsOf is the question as it would have been asked at some time: without what was said or done later,
// and without what Gerrit says now if no fact shows it. The rules, the columns and the people are
// those of today. The card's events must be read.
//
// settled is where the card had been left then, and when: no server remembers that. The zero value:
// nowhere yet.
//
// It does not have what the servers forget: see review.History.AsOf. If the task was edited since, it
// does not have Card.Within and Card.Old either.
func (q Question) AsOf(at time.Time, settled Settlement) Question {
	as := q
	as.Looked, as.Changes = time.Time{}, q.changesAsOf(at)
	as.Card = q.cardAsOf(at)
	as.Card.Settled = settled
	if !settled.At.IsZero() {
		as.Card.Settled.Digest = review.Digest(q.Card.Task, q.changesAsOf(settled.At))
	}
	return as
}

// changesAsOf are those that were linked to the task by then.
func (q *Question) changesAsOf(at time.Time) []*review.History {
	var list []*review.History
	for _, h := range q.Changes {
		if was := h.AsOf(onGerrit(at, q.Skew)); was != nil && slices.Contains(was.Tasks(), q.Card.Task) {
			list = append(list, was)
		}
	}
	return list
}

// cardAsOf undoes what happened to the card since.
func (q *Question) cardAsOf(at time.Time) Card {
	c := q.Card
	c.Events, c.Read, c.Tags = slices.SortedFunc(slices.Values(c.Events), compareEvents), at, slices.Clone(c.Tags)
	if !c.Modified.After(at) {
		return c // as it is
	}
	c.Modified, c.Within, c.Old = at, "", nil
	for n := len(c.Events); n > 0 && c.Events[n-1].At.After(at); n-- {
		e := c.Events[n-1]
		c.Events = c.Events[: n-1 : n-1]
		c.undo(&e)
	}
	c.Column = q.column(c.Column.ID)
	return c
}

// undo is the card before the event.
func (c *Card) undo(e *Event) {
	switch e.Kind {
	case CardAdded:
		c.OnBoard, c.Column = false, Column{}
	case CardMoved, CardRemoved:
		if e.Kind == CardMoved && e.Column == "" { // on a board that this one replaces
			return
		}
		c.OnBoard, c.Column = true, Column{ID: e.Was.Column}
		last := newest(c.Events, func(e Event) bool { return (e.Kind == CardAdded || e.Kind == CardMoved) && e.Column != "" })
		if e.Was.Column == "" && last != nil {
			c.Column.ID = last.Column
		}
	case TaskTagged:
		c.Tags = slices.DeleteFunc(c.Tags, func(tag string) bool { return tag == e.Tag })
	case TaskUntagged:
		if !slices.Contains(c.Tags, e.Tag) {
			c.Tags = append(c.Tags, e.Tag)
		}
	case StatusSet:
		if e.Was.Status != "" {
			c.Status, c.Closed = e.Was.Status, e.Was.Closed
		}
	case TaskReopened: // its status was set
	}
}

// column is one by its ID, with its name if that is known.
func (q *Question) column(id string) Column {
	for _, c := range q.Columns {
		if c.ID == id {
			return c
		}
	}
	if q.Card.Column.ID == id {
		return q.Card.Column
	}
	return Column{ID: id}
}

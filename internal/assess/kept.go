package assess

import (
	"context"
	"encoding/json"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// What was decided on each card is stored, even if nothing follows from it, so that people can see it
// without asking a server. A decision that is as it was before is not written again.

// keep stores a decision that moved nothing. If that was because of an error, the card is not settled.
func (t *execution) keep(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	if d.Verdict == mapping.Move {
		d.Settle = mapping.Settlement{}
	}
	q := t.question(board)
	old, known := t.cards[board.PHID]
	c := t.cardOf(board, q, d).after(old)
	switch {
	case !known && !q.Card.OnBoard && c.State == "" && c.Settled.Digest == "":
		return nil // it is no card of this board, and no change would make it one
	case known && !c.news(old) && !c.settles(old, t.task.Modified):
		return nil
	}
	return t.a.o.Store.Note(ctx, store.Decided{Card: c.Card, By: t.actor(board, q.Card)})
}

// made are the notes on a decision whose write was made. What others did to the card before comes
// first.
func (t *execution) made(board *bind.Board, d mapping.Decision) []store.Note {
	q := t.question(board)
	var notes []store.Note
	if old := t.cards[board.PHID]; old.Column.ID != q.Card.Column.ID {
		old.Task, old.Board, old.Column, old.Decided = t.task.ID, board.PHID, named(q.Card.Column), t.a.o.Phab.HTTP().Now()
		notes = append(notes, store.Decided{Card: old, By: t.actor(board, q.Card)})
	}
	if d.Verdict == mapping.Move {
		d.Why.Code = mapping.WhyThere
		if d.To.ID == "" {
			d.Why.Code = mapping.WhyOffByRule
		}
		d.Verdict = d.Why.Code.Verdict()
	}
	q.Card.Column, q.Card.OnBoard = mapping.Column{ID: d.To.ID, Name: d.To.Name}, d.To.ID != ""
	return append(notes, store.Decided{Card: t.cardOf(board, q, d).Card, By: store.Actor{Kind: store.ActorUs}})
}

// kept is what is stored of a decision.
type kept struct{ store.Card }

// cardOf is what is stored of a decision on a card.
func (t *execution) cardOf(board *bind.Board, q mapping.Question, d mapping.Decision) kept {
	d.Why.Now = time.Time{} // is another one each time
	c := store.Card{
		Task: d.Task, Board: board.PHID,
		Standing: store.Standing{State: d.State, Verdict: string(d.Verdict), Why: string(d.Why.Code)},
		Since:    d.Since, Placed: d.Placed, Reason: asJSON(d.Why), Decided: t.a.o.Phab.HTTP().Now(), Read: q.Card.Read, Settled: store.Settlement(d.Settle),
	}
	if q.Card.OnBoard {
		c.Column = named(q.Card.Column)
	}
	if next := mapping.WouldMove(q, d); len(next) > 0 {
		c.Next = asJSON(next)
	}
	return kept{c}
}

// after fills in what was read for an earlier decision and not for this one. If nothing has been said
// since a card was held, it is still held, for the same reason.
func (c kept) after(old store.Card) kept {
	if c.Column.ID != old.Column.ID {
		return c
	}
	if c.Verdict == string(mapping.Known) && old.Verdict == string(mapping.Held) && c.State == old.State && c.Next == old.Next {
		c.Verdict, c.Why, c.Since, c.Placed, c.Reason = old.Verdict, old.Why, old.Since, old.Placed, old.Reason
	}
	if c.Placed.IsZero() {
		c.Placed = old.Placed
	}
	return c
}

// jitter is how much a date may differ when it is taken over from another server's clock.
const jitter = 5 * time.Second

// news reports whether it is another decision than before. The details of a reason may change with
// time; only those of a fault count, since they name what is wrong.
func (c kept) news(old store.Card) bool {
	return c.Standing != old.Standing || c.Next != old.Next || c.Verdict == string(mapping.Fault) && c.Reason != old.Reason ||
		c.Since.Sub(old.Since).Abs() > jitter || c.Placed.Sub(old.Placed).Abs() > jitter
}

// settles reports whether it is settled on something else than before, or the task was edited since.
func (c kept) settles(old store.Card, modified time.Time) bool {
	now, was := c.Settled, old.Settled
	return now.Digest != "" && (now.Digest != was.Digest || now.Column != was.Column || !modified.Before(was.At))
}

// uncounted is what is stored of a task that was not read, since no board counts a change of it.
func uncounted(task int, board *bind.Board, old store.Card, now mapping.Settlement) store.Card {
	c := store.Card{
		Task: task, Board: board.PHID, Standing: store.Standing{Column: old.Column, Verdict: string(mapping.NoChange), Why: string(mapping.WhyNoChange)},
		Placed: old.Placed, Reason: asJSON(mapping.Why{Code: mapping.WhyNoChange}), Decided: now.At, Read: now.At, Settled: store.Settlement(now),
	}
	if old.Settled.Digest != "" {
		c.Settled.Column = old.Settled.Column
	}
	return c
}

// actor put the card into the column in which it is, as far as the events are read.
func (t *execution) actor(board *bind.Board, card mapping.Card) store.Actor {
	if t.leftBoard == board.PHID {
		return store.Actor{Kind: store.ActorUs}
	}
	last := placing(card.Events)
	if !card.OnBoard {
		last = removing(card.Events)
	}
	switch {
	case last == nil || card.OnBoard && last.Column != card.Column.ID:
		return store.Actor{}
	case last.Own:
		return store.Actor{Kind: store.ActorUs}
	}
	by := store.Actor{Kind: store.ActorBot, Who: mapping.Named{ID: last.By}}
	if last.Person {
		by.Kind = store.ActorPerson
	}
	by.Who.Name = t.a.o.Names.Known(last.By)
	return by
}

// removing is the newest event that took a card off the board.
func removing(events []mapping.Event) *mapping.Event {
	var last *mapping.Event
	for i := range events {
		if e := &events[i]; e.Kind == mapping.CardRemoved && (last == nil || e.Order > last.Order) {
			last = e
		}
	}
	return last
}

// asJSON is a value as the store keeps it.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(b)
}

func named(c mapping.Column) mapping.Named { return mapping.Named{ID: c.ID, Name: c.Name} }

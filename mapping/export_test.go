package mapping

import "reviewsync/mapping/review"

// Course is what the replay of the changes of a card gives.
type Course struct {
	State review.State
	Since int64
	Why   review.Why // of the change that shows the state best

	x *decider
}

// Replay lets the facts of changes happen again.
func Replay(b *Board, task int, histories []*review.History, until int64) Course {
	x := &decider{Question: &Question{Board: b, Card: Card{Task: task}}, c: replay(b, task, histories, until)}
	c := Course{State: x.c.state, Since: x.c.since, x: x}
	if v := x.leading(); v != nil {
		c.Why = x.whyOf(&x.c, v)
	}
	return c
}

// Counted are the changes that count, linked now or not.
func (c Course) Counted() []*review.History { return c.x.c.counted }

// Rule is the first that matches, or nil.
func (c Course) Rule(card *Card) *Rule { return c.x.Board.rule(&c.x.c, card) }

// Newest is the last event that fits, or nil.
func Newest(events []Event, fits func(Event) bool) *Event { return newest(events, fits) }

// TakesOff says whether a card is not to be on the board at all.
func (t Target) TakesOff() bool { return t.takesOff() }

// Named is the column as effects name it.
func (c Column) Named() Named { return c.named() }

package assess

import (
	"context"
	"errors"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/mapping"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

// causeOf is what the move of a card counts against: the change and the person whose word it follows
// from, if it follows from one in Gerrit.
func causeOf(d mapping.Decision) (c pace.Cause, said time.Time) {
	word := d.Follows()
	c = pace.Cause{Board: d.Board.ID, Change: word.Change, Person: word.Event.By, Deployed: word.Event.Kind == review.CameInto}
	if word.At.IsZero() {
		return c, d.Since
	}
	return c, word.At
}

// causeOfAlong is what tags and comments count against that go without a move: the change that they
// are about, or else the only one of the task.
func (t *execution) causeOfAlong() (c pace.Cause, said time.Time) {
	for _, e := range t.along {
		switch {
		case e.Comment.Change != (review.Key{}):
			c.Change = e.Comment.Change
		case e.Tag.Open != (review.Key{}):
			c.Change = e.Tag.Open
		case c.Change == (review.Key{}) && len(t.changes) == 1:
			c.Change = t.changes[0].Key
		}
	}
	for _, h := range t.changes {
		if h.Key == c.Change {
			return c, time.Unix(h.Newest(func(f *review.Fact) bool { return !f.Bot }), 0)
		}
	}
	return c, t.task.Modified
}

// held remembers which edits wait for a budget.
func (t *execution) held(board string, err error) error {
	if _, is := effect.HeldUntil(err); is {
		t.waits = append(t.waits, board)
	}
	return err
}

// given leaves out the error of an edit that was given up.
func given(err error) error {
	if errors.Is(err, effect.ErrDropped) {
		return nil
	}
	return err
}

// giveUp settles a card where it stands: a person gave up its move.
func (t *execution) giveUp(ctx context.Context, board *bind.Board, d mapping.Decision) error {
	d.Verdict, d.Why.Code, d.Effects = mapping.Known, mapping.WhyNothingNew, nil
	d.Settle.Column = d.From.ID
	return t.keep(ctx, board, d)
}

// heldOnly makes of the errors of a task the one of an edit that waits, if nothing else is wrong.
func heldOnly(list []error) error {
	var waits []error
	for _, err := range list {
		switch _, is := effect.HeldUntil(err); {
		case is:
			waits = append(waits, err)
		case err != nil && !paused(err): // the next try meets a pause again
			return worst(list)
		}
	}
	if len(waits) == 0 {
		return worst(list)
	}
	return errors.Join(waits...)
}

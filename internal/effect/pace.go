package effect

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/pace"
)

// Held is the error of an edit that was not made, since a budget is used up. Its card is to be decided
// on again then.
type Held struct {
	Until time.Time // by the clock of the store
	By    pace.Limit
}

func (h *Held) Error() string {
	return fmt.Sprintf("the budget pace.%s is used up; the edit waits until %s", h.By, h.Until.UTC().Format(time.RFC3339))
}

// HeldUntil says until when an edit waits; is: that is all that is wrong.
func HeldUntil(err error) (until time.Time, is bool) {
	if all, joined := err.(interface{ Unwrap() []error }); joined {
		for _, e := range all.Unwrap() {
			at, held := HeldUntil(e)
			if !held {
				return time.Time{}, false
			}
			if until.IsZero() || at.Before(until) {
				until = at
			}
		}
		return until, true
	}
	h, is := errors.AsType[*Held](err)
	if is {
		until = h.Until
	}
	return until, is
}

// ErrDropped is the error of an edit that a person gave up before its turn.
var ErrDropped = errors.New("the edit was dropped")

// gate lets edits through as the budgets allow. One at a time asks and is noted.
type gate struct {
	mu      sync.Mutex
	budgets pace.Budgets // nil: there are none
	store   interface {
		store.Clock
		store.Pace
	}
}

// absent is how long after its turn an edit that waits still comes before others. Later than that,
// nobody asks for it any more, or what asks fails.
const absent = time.Minute

// pass asks for an edit at now, by the server's clock. Without an error it is to be noted, with what
// pass returns, before anybody else asks.
func (g *gate) pass(ctx context.Context, task int, r *Request, now time.Time) ([]store.Note, error) {
	held, err := g.store.Held(ctx)
	if err != nil {
		return nil, err
	}
	this := store.Held{Task: task, Cause: r.Cause, Said: r.Said, Since: now}
	waiting := []pace.Waiting{}
	known := false
	for _, h := range held {
		same := h.Task == task && h.Board == r.Cause.Board
		switch {
		case h.Task == task && h.Dropped && h.Change == r.Cause.Change && !r.Said.After(h.Said): // of whichever board
			return nil, ErrDropped
		case same:
			known = true
			if !h.Dropped {
				this.Since, this.Freed = h.Since, h.Freed
			}
		case !h.Dropped && h.Until.After(now.Add(-absent)):
			waiting = append(waiting, waits(h))
		}
	}
	edits, err := g.store.Edits(ctx, now.Add(-g.budgets.Window()))
	if err != nil {
		return nil, err
	}
	mine := waits(this)
	p := g.budgets.Next(edits, append(waiting, mine), now)
	for i := range p.Held {
		h := &p.Held[i]
		if h.Card != mine.Card {
			continue
		}
		wait := &Held{Until: g.store.Now().Add(h.Until.Sub(now)), By: h.By}
		if r.Unheld {
			return nil, wait
		}
		this.Until = h.Until
		return nil, errors.Join(wait, g.store.Hold(ctx, this))
	}
	if known {
		return []store.Note{store.Made{Task: task, Board: r.Cause.Board}}, nil
	}
	return nil, nil
}

func waits(h store.Held) pace.Waiting {
	return pace.Waiting{Cause: h.Cause, Card: strconv.Itoa(h.Task) + " " + h.Board, Said: h.Said, Since: h.Since, Freed: h.Freed}
}

// Braked is what waits for the budgets now, in the order of its turn.
func Braked(ctx context.Context, s store.Pace, budgets pace.Budgets, now time.Time) (pace.Plan, error) {
	if budgets == nil {
		return pace.Plan{}, nil
	}
	held, err := s.Held(ctx)
	if err != nil {
		return pace.Plan{}, err
	}
	var waiting []pace.Waiting
	for _, h := range held {
		if !h.Dropped {
			waiting = append(waiting, waits(h))
		}
	}
	if len(waiting) == 0 {
		return pace.Plan{}, nil
	}
	edits, err := s.Edits(ctx, now.Add(-budgets.Window()))
	if err != nil {
		return pace.Plan{}, err
	}
	return budgets.Next(edits, waiting, now), nil
}

package store

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Cards store what was decided on cards, and which comments were made on tasks.
type Cards interface {
	// Cards returns, by board, what was last decided on the task's cards.
	Cards(ctx context.Context, task int) (map[string]Card, error)

	// History lists the steps of the cards of a task, the oldest first.
	History(ctx context.Context, task int) ([]Step, error)

	// Steps lists the steps of all cards from a time on, and before another, the oldest first.
	Steps(ctx context.Context, from, to time.Time) ([]Step, error)

	// Said returns the keys of the comments that were made on the task.
	Said(ctx context.Context, task int) (map[string]bool, error)
}

// Card is the last decision on a card. Times are Phabricator's.
type Card struct {
	Task  int
	Board string // its PHID
	Standing
	Since   time.Time // the date of the newest fact that speaks for the state; zero: none
	Placed  time.Time // when the card was placed in its column; zero: unknown
	Reason  string    // JSON of the reason, whose code is Standing.Why
	Next    string    // JSON of what would move the card; empty: nothing would
	Decided time.Time
	Read    time.Time  // when the task was read for it
	Settled Settlement // the last settled decision; when stored, zero keeps the one before
}

// Standing is where a card stands and why. A change of any field is a step of history.
type Standing struct {
	Column  mapping.Named // zero: it is not on the board
	State   review.State  // of its changes; empty: none counts
	Verdict string        // empty: nothing was decided yet; history begins with the first verdict
	Why     string        // the code of the reason
}

// same reports whether nothing changed. A column with a new name is the same.
func (s Standing) same(other Standing) bool {
	s.Column.Name, other.Column.Name = "", ""
	return s == other
}

// nowhere reports whether a task is no card of the board, and no change would make it one.
func (s Standing) nowhere() bool { return s.Column.ID == "" && s.State == "" }

// Settlement is what a settled decision was made from.
type Settlement struct {
	Digest string    // of the counted facts
	Column string    // where the card was or went
	At     time.Time // server time
}

// ActorKind is the kind of account that did something.
type ActorKind string

// The kinds of actors. Empty: unknown.
const (
	ActorUs     ActorKind = "us"
	ActorPerson ActorKind = "person"
	ActorBot    ActorKind = "bot" // or a rule of the server
)

// Actor is who moved a card into its column.
type Actor struct {
	Kind ActorKind
	Who  mapping.Named // zero of us; without a name if it was not read yet
}

// Step is a row of the history of a card.
type Step struct {
	At       time.Time // when it was found, or done by us
	Task     int
	Board    string
	From, To Standing
	By       Actor // only if the column changed
}

// After returns what is stored in place of the old card, and the step for its history if anything changed.
func (d Decided) After(old Card) (c Card, step Step, news bool) {
	c = d.Card
	if c.Settled.Digest == "" {
		c.Settled = old.Settled
	}
	if c.same(old.Standing) || c.Verdict == "" || old.nowhere() && c.nowhere() {
		return c, step, false
	}
	step = Step{At: c.Decided, Task: c.Task, Board: c.Board, From: old.Standing, To: c.Standing, By: d.By}
	if c.Column.ID == old.Column.ID {
		step.By = Actor{}
	}
	return c, step, true
}

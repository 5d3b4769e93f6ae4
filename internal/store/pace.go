package store

import (
	"context"
	"time"

	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

// Pace is what the budgets of edits go by.
type Pace interface {
	// Edits lists the edits of tasks that were begun after a time, the oldest first.
	Edits(ctx context.Context, after time.Time) ([]pace.Edit, error)

	// Held lists the edits that wait for a budget, and those that were dropped.
	Held(ctx context.Context) ([]Held, error)

	// Hold remembers that an edit waits. Since when, and whether it was let go, stays as it was.
	Hold(ctx context.Context, h Held) error

	// Unhold forgets what waits of a task, but for its edits of some boards.
	Unhold(ctx context.Context, task int, but []string) error

	// Release lets go what waits for a board, by its ID; an empty one: all that waits. The tasks are
	// marked. It returns how many tasks that were.
	Release(ctx context.Context, board string) (int, error)

	// Drop gives up what waits of a change and follows from words up to now, and marks the tasks. It
	// returns how many tasks that were.
	Drop(ctx context.Context, change review.Key, now time.Time) (int, error)
}

// Held is an edit that waits for a budget.
type Held struct {
	Task int
	pace.Cause
	Said    time.Time // when that was said which causes it
	Since   time.Time // since when it waits
	Until   time.Time // its turn
	Freed   bool      // it was let go
	Dropped bool      // it was given up: it waits no more, and is not made before something new is said
}

// Made forgets that an edit waits, since it is made now.
type Made struct {
	Task  int
	Board string
}

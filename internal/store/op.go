package store

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

// Ops store the writes to the servers.
type Ops interface {
	// BeginOps stores that writes are about to be sent, with notes that count from now on, all or none.
	// A zero Op.Created is now. If a pause stops one of them, the error is a *Paused.
	BeginOps(ctx context.Context, ops []Op, notes ...Note) (ids []int64, err error)

	// EndOps stores how writes ended, with notes on what follows, all or none. OpUnknown on a task puts
	// KindLost on the agenda: the write may still take effect.
	EndOps(ctx context.Context, ids []int64, end OpEnd, notes ...Note) error

	// Pending lists the task's ops that have not ended, the oldest first.
	Pending(ctx context.Context, task int) ([]Op, error)

	// Results lists the results of the ops on a task, the oldest first.
	Results(ctx context.Context, task int) ([]OpResult, error)

	// AskOps returns the ops that asked or reminded somebody on a change, the oldest first.
	AskOps(ctx context.Context, key review.Key) ([]Op, error)

	// OpsSince lists when the writes of a kind for a board began, if after a time. Those that failed do
	// not count.
	OpsSince(ctx context.Context, kind, board string, after time.Time) ([]time.Time, error)

	// Ops returns the newest ops, the newest first.
	Ops(ctx context.Context, limit int) ([]Op, error)

	// OpsBetween lists the ops that were begun from a time on, and before another, the oldest first.
	OpsBetween(ctx context.Context, from, to time.Time) ([]Op, error)

	// PruneOps deletes the ops, and the asks, that ended before a time. What must be known for ever is
	// in the cards, and on the changes.
	PruneOps(ctx context.Context, before time.Time) error
}

// OpState is how far a write to a server came.
type OpState string

// The states of an op.
const (
	OpPending OpState = "pending" // begun; after a crash it is unknown whether the server received it
	OpDone    OpState = "done"
	OpFailed  OpState = "failed"  // the server refused it, or never received it
	OpUnknown OpState = "unknown" // the answer was lost
)

// Op is a write to a server.
type Op struct {
	ID       int64
	Key      string // its natural key, the same for the same write with the same reason
	Task     int
	Board    string
	Kind     string         // e.g. "move"
	Cause    *pace.Cause    // of one op of each request that counts against budgets; not read
	Effect   mapping.Effect // zero if stored before version 9 of the schema
	Sentence string         // of a write that was stored before version 12, without its reason
	State    OpState
	Created  time.Time
	Ended    time.Time // zero while pending
	Result   string
	Error    string
}

// OpEnd is how an op ended.
type OpEnd struct {
	State  OpState
	Result string
	Error  string
}

// OpResult is when an op began, and its result; empty: not known.
type OpResult struct {
	Created time.Time
	Result  string
}

// Asks store who was asked for a review.
type Asks interface {
	// Asks lists the asks of all changes after a time, the oldest first. None is open on a change that
	// is gone.
	Asks(ctx context.Context, after time.Time) ([]ask.Past, error)

	// PutAsks replaces the asks of a change by those that the change itself shows.
	PutAsks(ctx context.Context, key review.Key, asks []ask.Past) error
}

package store

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// Ops are the writes to the servers.
type Ops interface {
	// BeginOps notes that writes are about to be sent, and what counts from now on, all or nothing.
	// A zero Op.Created is now. If a pause stops one of them, the error is a *Paused.
	BeginOps(ctx context.Context, ops []Op, notes ...Note) (ids []int64, err error)

	// EndOps notes how writes ended, and what follows from that, all or nothing. Of a write to a task of
	// which nobody knows, the answer is on the agenda from then on: it may take effect yet (KindLost).
	EndOps(ctx context.Context, ids []int64, end OpEnd, notes ...Note) error

	// Pending lists the task's ops that were begun and not ended, the oldest first.
	Pending(ctx context.Context, task int) ([]Op, error)

	// Results tells what the ops on a task came to, the oldest first.
	Results(ctx context.Context, task int) ([]OpResult, error)

	// AskOps lists the ops that asked or reminded somebody on a change, the oldest first.
	AskOps(ctx context.Context, key review.Key) ([]Op, error)

	// OpsSince tells when the writes of a kind for a board were begun, after a time, but for those that were refused.
	OpsSince(ctx context.Context, kind, board string, after time.Time) ([]time.Time, error)

	// Ops lists the newest ops, the newest first.
	Ops(ctx context.Context, limit int) ([]Op, error)

	// PruneOps forgets the ops, and the asks, that ended before a time. What matters of them for
	// ever is in what was settled, and on the changes.
	PruneOps(ctx context.Context, before time.Time) error
}

// OpState says how far a write to a server came.
type OpState string

// The states of an op.
const (
	OpPending OpState = "pending" // begun; after a crash nobody knows whether the server saw it
	OpDone    OpState = "done"
	OpFailed  OpState = "failed"  // the server refused it, or never saw it
	OpUnknown OpState = "unknown" // the answer was lost and looking did not settle it
)

// Op is one write to a server.
type Op struct {
	ID       int64
	Key      string // its natural key: the same write for the same reason has the same key
	Task     int
	Board    string
	Kind     string         // e.g. "move"
	Effect   mapping.Effect // zero if a version before 9 of the tables noted it
	Sentence string         // on a write that a version before 12 noted, which did not keep why
	State    OpState
	Created  time.Time
	Ended    time.Time // zero while pending
	Result   string
	Error    string
}

// OpEnd is how a write ended.
type OpEnd struct {
	State  OpState
	Result string
	Error  string
}

// OpResult is when an op was begun, and what it came to; empty: that is not known.
type OpResult struct {
	Created time.Time
	Result  string
}

// Asks are who was asked for a review.
type Asks interface {
	// Asks lists the asks of all changes after a time, the oldest first. Of a change that is gone none is open.
	Asks(ctx context.Context, after time.Time) ([]ask.Past, error)

	// PutAsks remembers the asks of a change, as it tells them itself.
	PutAsks(ctx context.Context, key review.Key, asks []ask.Past) error
}

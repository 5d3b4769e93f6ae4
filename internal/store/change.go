package store

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Changes store changes and the tasks that they name.
type Changes interface {
	// Watermark returns how far the poll called name came, in server time; false if it never ran.
	Watermark(ctx context.Context, name string) (time.Time, bool, error)

	// Found stores the rows of a query and moves the watermark called name, both or neither. A zero
	// watermark moves nothing. A sweep passes its number (not 0), which is stored with each row's
	// change for Unseen; a poll passes 0.
	//
	// A change is marked if its row has a meta_rev_id that was neither read nor stored before; a
	// sweep also marks what failed. Found returns the changes that it marked.
	Found(ctx context.Context, name string, watermark time.Time, sweep int64, rows []Seen) ([]review.Key, error)

	// Unseen lists the changes that were open when they were read and were in no row of this sweep:
	// they are closed by now, or gone.
	Unseen(ctx context.Context, sweep int64) ([]review.Key, error)

	// PutChange stores a change that was read, and ends its generation. It marks every task that was
	// or is linked to it, and those of merged changes with the same Change-Id.
	PutChange(ctx context.Context, c ChangeRow, gen int64) error

	// DropChange deletes a change that is gone or private, at generation gen, and ends that
	// generation. meta is that of a private change, so that a row with the same one marks nothing. It
	// is empty for a change that is gone: any row with it marks it. The tasks that were linked are
	// marked.
	DropChange(ctx context.Context, key review.Key, meta string, gen int64) error

	// Change returns a change as it was read; false if there is none.
	Change(ctx context.Context, key review.Key) (ChangeRow, bool, error)

	// Changes returns all stored changes that name the task, now or in an earlier patch set.
	Changes(ctx context.Context, task int) ([]ChangeRow, error)

	// OpenChanges returns at most limit open changes of a repository.
	OpenChanges(ctx context.Context, project string, limit int) ([]ChangeRow, error)

	// OpenAfter returns at most limit open changes in the order of their keys, from the one after a key on.
	OpenAfter(ctx context.Context, after string, limit int) ([]ChangeRow, error)

	// TasksOf lists the tasks that a change names or named, and reports whether the change was read.
	TasksOf(ctx context.Context, key review.Key) (tasks []int, known bool, err error)

	// TasksAfter returns at most limit tasks with a number above after, in ascending order, that have
	// links or that tasks with links were merged into.
	TasksAfter(ctx context.Context, after, limit int) ([]int, error)
}

// Seen is a row of a query.
type Seen struct {
	Key  review.Key
	Meta string // meta_rev_id, which changes with every write to the change

	Urgent bool // a person waits for it
}

// ChangeRow is a stored change.
type ChangeRow struct {
	Key      review.Key
	Meta     string // meta_rev_id of what was read
	Open     bool
	Snapshot []byte // JSON, which the store does not decode
	Tasks    []int  // every task that it names now or named in an earlier patch set

	Urgent bool // a person waits for it, and so for its tasks

	Ask   bool         // it is to be decided whether somebody is asked for a review
	Twins string       // a key that merged changes with one Change-Id in one repository share; empty unless merged
	Refs  []review.Ref // branches and tags that have it; when read, also those that have a twin

	Outdated bool      // when read: an earlier version stored the snapshot in another form
	Followed bool      // when read: it was stored before it was merged, or its branches and tags were read since
	Looked   time.Time // when read: when its branches and tags were last read; zero: never
}

// Deployments are the changes whose deployment cards wait for, and where merged changes are.
type Deployments interface {
	// Merged returns a merged change, due at once; false if it is not merged, or gone.
	Merged(ctx context.Context, key review.Key) (Awaited, bool, error)

	// Awaited returns a change whose deployment a card waits for, and when to look where it is: first
	// some time after the card began to wait, then at intervals. It is false if no card waits for a
	// look.
	Awaited(ctx context.Context, key review.Key, every, first time.Duration) (Awaited, bool, error)

	// Looked stores the branches and tags that a change was found in at now, and since when it is
	// there. It marks its tasks if any is new.
	Looked(ctx context.Context, key review.Key, now time.Time, refs []review.Ref) error

	// Ripe marks the tasks whose wait for a change ends at now because of the time alone. It returns
	// when the next one does; zero: none.
	Ripe(ctx context.Context, key review.Key, now time.Time) (next time.Time, err error)

	// EndWaits deletes what the cards of a task wait for.
	EndWaits(ctx context.Context, task int) error

	// KeepWaits deletes what cards on all other boards wait for.
	KeepWaits(ctx context.Context, boards []string) error
}

// Awaited is a merged change whose branches and tags are to be read.
type Awaited struct {
	Key      review.Key
	Known    bool      // as ChangeRow.Followed
	Merged   time.Time // server time
	ChangeID string
	Due      time.Time
}

// Duplicates store which tasks were closed as duplicates of others.
type Duplicates interface {
	// Duplicate returns what a task is a duplicate of; false if it is none.
	Duplicate(ctx context.Context, task int) (d Duplicate, known bool, err error)

	// DuplicatesOf returns the tasks that were merged into one, directly or through at most
	// mapping.MaxHops others, each with the time since which its links count for that one.
	DuplicatesOf(ctx context.Context, task int) ([]mapping.Duplicate, error)

	// PutDuplicate stores what a task is a duplicate of. It marks the tasks that its links go to, and
	// those that they went to before.
	PutDuplicate(ctx context.Context, d Duplicate) error

	// EndDuplicate stores that a task is no longer a duplicate. It marks the tasks that its links went
	// to.
	EndDuplicate(ctx context.Context, task int) error
}

// Duplicate is a task that was closed as a duplicate of another one.
type Duplicate struct {
	Task     int
	Target   int       // 0: a task that the account may not see
	At       time.Time // server time
	Modified time.Time // the task's date when this was read
}

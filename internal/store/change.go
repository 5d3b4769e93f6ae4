package store

import (
	"context"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Changes are the changes as they were read, and which tasks they name.
type Changes interface {
	// Watermark tells how far the poll called name came, in server time; false if it never ran.
	Watermark(ctx context.Context, name string) (time.Time, bool, error)

	// Found notes what a query told and moves the watermark called name, both or neither. A zero
	// watermark stays where it is. A sweep passes its number (not 0), which is stamped on each
	// row's change for Unseen; a poll passes 0.
	//
	// A change is marked if the query tells a meta_rev_id that was neither read nor noted before;
	// a sweep also marks again what failed. Found returns those of the rows that it marked.
	Found(ctx context.Context, name string, watermark time.Time, sweep int64, rows []Seen) ([]review.Key, error)

	// Unseen lists the changes that were open when they were read and that no query of this
	// sweep told: they are closed by now, or gone.
	Unseen(ctx context.Context, sweep int64) ([]review.Key, error)

	// PutChange stores a change that was read at generation gen and ends that generation. Every
	// task that was or is linked is marked, and those of the changes that were merged with its
	// Change-Id.
	PutChange(ctx context.Context, c ChangeRow, gen int64) error

	// DropChange forgets a change that is gone or private, at generation gen, and ends that
	// generation. meta is that of the private change that was read: a query that tells the same one
	// is then no news. It is empty for a change that is gone: any query that tells it again is
	// news. The tasks that were linked are marked.
	DropChange(ctx context.Context, key review.Key, meta string, gen int64) error

	// Change is a change as it was read; false if there is none.
	Change(ctx context.Context, key review.Key) (ChangeRow, bool, error)

	// Changes lists every stored change that names the task, now or in an earlier patch set.
	Changes(ctx context.Context, task int) ([]ChangeRow, error)

	// OpenChanges lists at most limit open changes of a repository.
	OpenChanges(ctx context.Context, project string, limit int) ([]ChangeRow, error)

	// OpenAfter lists at most limit open changes whose key comes after another one; "": from the first.
	OpenAfter(ctx context.Context, after string, limit int) ([]ChangeRow, error)

	// TasksOf lists the tasks that a change names or named, and says whether the change was read.
	TasksOf(ctx context.Context, key review.Key) (tasks []int, known bool, err error)

	// TasksAfter lists at most limit tasks that are linked, or that linked ones were merged into,
	// with a number above after, ascending.
	TasksAfter(ctx context.Context, after, limit int) ([]int, error)
}

// Seen is a change as a query told it.
type Seen struct {
	Key  review.Key
	Meta string // meta_rev_id: another one means that something was written to the change

	Urgent bool // a person waits for it
}

// ChangeRow is a change as it was read.
type ChangeRow struct {
	Key      review.Key
	Meta     string // meta_rev_id of what was read
	Open     bool
	Snapshot []byte // JSON; the store does not look into it
	Tasks    []int  // every task that it names now or named in an earlier patch set

	Urgent bool // whether a person waits for it, and so for its tasks

	Ask   bool         // whether somebody is asked for a review is to be decided
	Twins string       // of a merged change: what the merged changes with its Change-Id in its repository share
	Refs  []review.Ref // and the branches and tags that have it; read, also those that have a twin of it

	Outdated bool      // read: the snapshot has another shape than today's; such a change is to be read again
	Followed bool      // read: it was seen before it was merged, or has been looked for in branches and tags since
	Looked   time.Time // read: when it was last looked for; zero if it was not
}

// Deployments are what cards wait for to be deployed, and where merged changes are.
type Deployments interface {
	// Merged is a merged change, due at once; false if it is none, or gone.
	Merged(ctx context.Context, key review.Key) (Awaited, bool, error)

	// Awaited is a change whose deployment a card waits for, and when it is to be looked for: every so
	// often, but first some time after the card began to wait for it. It is false if no card waits for a look.
	Awaited(ctx context.Context, key review.Key, every, first time.Duration) (Awaited, bool, error)

	// Looked remembers the branches and tags that a change was found in at now, and since when it
	// is there. It marks the tasks that these are news for.
	Looked(ctx context.Context, key review.Key, now time.Time, refs []review.Ref) error

	// Ripe marks the tasks for which a change is deployed at now because of the time alone, and tells
	// when it is for the next one; zero: never.
	Ripe(ctx context.Context, key review.Key, now time.Time) (next time.Time, err error)

	// EndWaits forgets what a task waits for.
	EndWaits(ctx context.Context, task int) error

	// KeepWaits forgets what cards of all other boards wait for.
	KeepWaits(ctx context.Context, boards []string) error
}

// Awaited is a merged change whose branches and tags are to be asked for.
type Awaited struct {
	Key      review.Key
	Known    bool      // it was seen before it was merged, or has been looked at since
	Merged   time.Time // server time
	ChangeID string
	Due      time.Time
}

// Duplicates are the tasks that were closed as duplicates of others.
type Duplicates interface {
	// Duplicate tells what is known of a task that was closed as a duplicate.
	Duplicate(ctx context.Context, task int) (d Duplicate, known bool, err error)

	// DuplicatesOf lists the tasks that were merged into one, directly or through others, at
	// most mapping.MaxHops away, each with the time from which its links are that one's.
	DuplicatesOf(ctx context.Context, task int) ([]mapping.Duplicate, error)

	// PutDuplicate remembers what a task is a duplicate of. It marks the tasks that its links go to,
	// and those that they went to.
	PutDuplicate(ctx context.Context, d Duplicate) error

	// EndDuplicate remembers that a task is no duplicate any more. It marks the tasks that its links
	// went to.
	EndDuplicate(ctx context.Context, task int) error
}

// Duplicate is a task that was closed as a duplicate of another one.
type Duplicate struct {
	Task     int
	Target   int       // 0: of one that we may not see
	At       time.Time // server time
	Modified time.Time // of the task, when this was read
}

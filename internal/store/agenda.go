package store

import (
	"context"
	"time"
)

// The kinds of items on the agenda.
const (
	KindChange   = "change"   // read a change; keys are those of review.Key, "project~number"
	KindTask     = "task"     // decide on a task; keys are task numbers, "123"
	KindAsk      = "ask"      // decide whether somebody is asked for a review; keys of changes
	KindSecond   = "second"   // look a second time at a task after a write to it; keys of tasks
	KindDeployed = "deployed" // see whether a merged change that cards wait for is deployed; keys as of changes
	KindDuty     = "duty"     // keep the rotation; the only key is DutyKey
	KindLost     = "lost"     // the answer to a write to a task was lost, and it may still take effect; keys as of tasks
)

// DutyKey is the key of KindDuty.
const DutyKey = "rotation"

// The classes of a failure.
const (
	ClassRetry   = "retry"   // tried again at its next date
	ClassBlocked = "blocked" // tried again when it is marked, and after Again
	ClassUnseen  = "unseen"  // likewise: there is no such task, or we may not see it; most are typos
	ClassPaused  = "paused"  // tried again once a pause ends, see Pauses
)

const (
	// Again is when what is blocked is tried again without a mark: no server reports everything
	// that a person may fix, such as a permission.
	Again = 10 * time.Minute

	// NoRetry is longer than any wait after a failure. When a store is opened, whatever failed and
	// would have to wait longer is due at once: the clock was set back.
	NoRetry = time.Hour

	AfterWrite = 2 * time.Second // to the second look
	AfterLoss  = time.Second     // to the first look after an answer was lost
)

// Agenda is what is to be done, and when.
//
// Each item has two counters, want and done. A mark adds one to want and makes it due at once. A
// worker first reads want, then asks the servers, and at the end sets done to the want that it
// read. While the two differ the item is open, or behind. So an item that is marked while somebody
// works on it stays open and is worked on again. A mark also ends a backoff or a block.
type Agenda interface {
	Now() time.Time // as of Clock

	// Mark puts items of a kind on the agenda, due at once. Urgent: a person waits for them.
	Mark(ctx context.Context, kind string, urgent bool, keys ...string) error

	// Behind lists what is open and due at now.
	Behind(ctx context.Context, kind string, now time.Time) ([]Item, error)

	// Open returns an item if it is open, due or not.
	Open(ctx context.Context, kind, key string) (Item, bool, error)

	// Done ends items that were worked on, all or none. One that was marked since it was read stays
	// open. To call it twice does no harm.
	Done(ctx context.Context, kind string, items ...Item) error

	// Later ends an item that was worked on and makes it due again at next; at once if it was marked
	// since it was read.
	Later(ctx context.Context, kind string, i Item, next time.Time) error

	// Failed stores that work on an item failed. It is due again at next, or after Again if next is
	// zero; at once if it was marked since it was read.
	Failed(ctx context.Context, kind string, i Item, class, msg string, next time.Time) error

	// EndLost ends an item of KindLost: no write whose answer was lost can still take effect. If
	// another answer was lost since the item was read, it stays open. It marks the task for whatever
	// waited for that.
	EndLost(ctx context.Context, i Item) error

	// Faults lists at most limit items that are open because of a failure, the oldest first.
	Faults(ctx context.Context, limit int) ([]Fault, error)

	// Count counts what is open. Stuck is what has failed since long or before.
	Count(ctx context.Context, long time.Time) (Backlog, error)

	// Listen sets the one function that is called when an item comes onto the agenda or gets another
	// time there, once that is stored. It is called until stop is. It must not block or use the store.
	Listen(listener func([]Wake)) (stop func())
}

// Item is an item on the agenda.
type Item struct {
	Key      string
	Want     int64     // the generation that is wanted
	Due      time.Time // zero: at once
	Urgent   bool      // a person waits for it
	Attempts int       // failures since the last mark
	Class    string    // of the newest failure; empty: none
}

// Wake says that an item is on the agenda.
type Wake struct {
	Kind, Key string
	Due       time.Time // zero: at once
	Urgent    bool      // a person waits for it
}

// Fault is an item that is open because work on it failed.
type Fault struct {
	Kind, Key string
	Class     string // of the newest failure
	Error     string // of the newest failure
	Since     time.Time
	Next      time.Time // when it is tried again, unless it is marked earlier
	Attempts  int
}

// Name returns a name of the item for people: "T12" or "change mediawiki/core~3".
func (f Fault) Name() string {
	switch f.Kind {
	case KindTask:
		return "T" + f.Key
	case KindSecond:
		return "second look at T" + f.Key
	case KindLost:
		return "lost answer on T" + f.Key
	}
	return f.Kind + " " + f.Key
}

// Backlog is how much is open.
type Backlog struct {
	Changes, Tasks int
	Faults         map[string]int // how many failed, by class
	Stuck          map[string]int // how many have failed for long, by class
	Waits, Duty    bool           // items of KindDeployed, of KindDuty have failed for long
}

// Add counts n open items of a kind, with the class of their failure. Long: they have failed for long.
func (b *Backlog) Add(kind, class string, long bool, n int) {
	switch kind {
	case KindChange:
		b.Changes += n
	case KindTask:
		b.Tasks += n
	case KindAsk:
	case KindDeployed:
		b.Waits = b.Waits || long && class != ""
		return
	case KindDuty:
		b.Duty = b.Duty || long && class != "" && class != ClassPaused
		return
	default:
		return // the task or change itself is counted
	}
	if class == "" {
		return
	}
	b.Faults[class] += n
	if long && class != ClassUnseen && class != ClassPaused {
		b.Stuck[class] += n
	}
}

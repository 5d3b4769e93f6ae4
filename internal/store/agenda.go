package store

import (
	"context"
	"time"
)

// The kinds of what is to be done.
const (
	KindChange   = "change"   // read it; keys are mapping.Key's "project~number"
	KindTask     = "task"     // decide on it; keys are task numbers, "123"
	KindAsk      = "ask"      // decide whether somebody is asked for a review; keys as of changes
	KindSecond   = "second"   // look a second time at a task that was written to; keys as of tasks
	KindDeployed = "deployed" // see whether a merged change is deployed that cards wait for; keys as of changes
	KindDuty     = "duty"     // keep who is on duty; the one key is DutyKey
	KindLost     = "lost"     // a write to a task, whose answer was lost, may take effect yet; keys as of tasks
)

// DutyKey is the key of KindDuty.
const DutyKey = "rotation"

// The classes of a failure.
const (
	ClassRetry   = "retry"   // tried again at its next date
	ClassBlocked = "blocked" // tried again once it is marked again, and after Again
	ClassUnseen  = "unseen"  // likewise, as there is no such task for us: somebody's slip, and no trouble of ours
	ClassPaused  = "paused"  // tried again once a pause ends, see Pauses
)

const (
	// Again is when what is blocked is tried again without a mark: no server tells of everything
	// that a person mends, such as a permission.
	Again = 10 * time.Minute

	// NoRetry is longer than anything that failed waits for the next try. What would have to
	// wait for longer when a store is opened is due at once: the clock was set back meanwhile.
	NoRetry = time.Hour

	AfterWrite = 2 * time.Second // a second look is taken
	AfterLoss  = time.Second     // it is seen whether the server that owes an answer gives any
)

// Agenda is what is to be done, and when.
//
// Something is behind, or open, while want <> done, and due from its date on. To mark is want+1, due
// at once; who works reads want first (that is the generation), then the servers, and at the end
// says Done with what was read. A mark that comes in between leaves it behind, so
// it is worked on again and nothing is lost. A mark also lifts a backoff or a block.
type Agenda interface {
	Now() time.Time // as of Clock

	// Mark says that things of a kind are to be done, at once. Urgent: a person waits for them.
	Mark(ctx context.Context, kind string, urgent bool, keys ...string) error

	// Behind lists what is behind and due at now.
	Behind(ctx context.Context, kind string, now time.Time) ([]Item, error)

	// Open tells whether the key is behind, due or not.
	Open(ctx context.Context, kind, key string) (Item, bool, error)

	// Done says that items were worked on, all or none. One is still behind if it was marked since it
	// was read. Saying it twice does no harm.
	Done(ctx context.Context, kind string, items ...Item) error

	// Later says that an item was worked on, and is to be again at next; sooner if it was marked since
	// it was read.
	Later(ctx context.Context, kind string, i Item, next time.Time) error

	// Failed says that working on an item failed. It is due again at next, or after Again if next is
	// zero; if it was marked since it was read, as that says.
	Failed(ctx context.Context, kind string, i Item, class, msg string, next time.Time) error

	// EndLost says that no write whose answer was lost takes effect on a task any more, unless
	// another was lost since the item, of KindLost, was read. The task is marked for whatever waited
	// for that.
	EndLost(ctx context.Context, i Item) error

	// Faults lists at most limit of what is behind because of a failure, the oldest first.
	Faults(ctx context.Context, limit int) ([]Fault, error)

	// Count counts what is behind. Stuck is what has failed since before long.
	Count(ctx context.Context, long time.Time) (Backlog, error)

	// Listen has one told from now on, instead of whoever was before, until stop is called, of what
	// has come onto the agenda or has another time there, once that is stored. Whichever method
	// does it, nobody has to think of telling. It must not block, nor use the store.
	Listen(told func([]Wake)) (stop func())
}

// Item is something on the agenda.
type Item struct {
	Key      string
	Want     int64     // the generation to reach
	Due      time.Time // zero: at once
	Urgent   bool      // a person waits for it
	Attempts int       // failures since the last mark
	Class    string    // of the newest failure; empty: none
}

// Wake says that something is on the agenda.
type Wake struct {
	Kind, Key string
	Due       time.Time // zero: at once
	Urgent    bool      // a person waits for it
}

// Fault is something that is behind because working on it failed.
type Fault struct {
	Kind, Key string
	Class     string // of the newest failure
	Error     string // of the newest failure
	Since     time.Time
	Next      time.Time // when it is tried again, unless it is marked before
	Attempts  int
}

// Name is what the fault is of, for people: "T12" or "change mediawiki/core~3".
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

// Backlog is how much is behind.
type Backlog struct {
	Changes, Tasks int
	Faults         map[string]int // what failed, by class
	Stuck          map[string]int // what has failed for long, likewise
	Waits, Duty    bool           // what has failed for long
}

// Add counts n that are behind, of a kind and the class of their failure. Long: they have failed for long.
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
		return // what it is about is counted
	}
	if class == "" {
		return
	}
	b.Faults[class] += n
	if long && class != ClassUnseen && class != ClassPaused {
		b.Stuck[class] += n
	}
}

// Package hint collects hints: Gerrit's events, which Stream listens to, and the webhooks of
// both servers.
//
// A hint is never believed. It only names a change or a task to read again from its server.
// If all hints are lost, that costs time, until the next poll or sweep, and never a move.
//
// Hints go into a Queue, which is bounded and never makes the sender wait.
package hint

import (
	"context"
	"maps"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/mapping/review"
)

const (
	quiet    = 100 * time.Millisecond // how long a change must have had no hint before its next one is delivered
	longest  = 2 * time.Second        // the longest wait for that
	echo     = 250 * time.Millisecond // how long hints at tasks wait: the answer to our own edit may be under way
	spacing  = time.Second            // between two deliveries of tasks
	most     = 10_000                 // the most hints in a queue
	many     = 20                     // a person writes to at most this many changes within crowd
	crowd    = 10 * time.Second
	chunk    = 500              // the most changes in one delivery
	batch    = 100              // the most tasks in one delivery
	again    = 5 * time.Second  // after a delivery that failed
	missing  = 10 * time.Second // between two calls of Lost
	remember = 4096             // how many transactions are remembered
)

// Change is a hint at a change.
type Change struct {
	Key    review.Key
	Meta   string // its meta_rev_id after the write; empty: unknown
	By     string // the user name of the writer; empty: unknown
	Urgent bool   // a person waits for it. The Queue decides
}

// Options of a Queue. All are required.
type Options struct {
	Changes func(ctx context.Context, changes []Change) error // receives hints at changes
	Tasks   func(ctx context.Context, phids []string) error   // receives hints at tasks, at most 100 at once
	Follows func(repository string) bool                      // whether changes in the repository matter
	Bot     func(name string) bool                            // whether a Gerrit user is a bot
	Lost    func()                                            // hints at changes were lost, so a poll is needed. Must not block
	Log     zerolog.Logger
}

// Queue holds hints until they are delivered, and merges those at the same change or task.
type Queue struct {
	o       Options
	changes chan struct{} // full when there are hints at changes
	tasks   chan struct{}

	mu      sync.Mutex
	ready   map[review.Key]*waiting
	held    map[review.Key]*waiting
	recent  map[review.Key]last
	writers map[string]*writer
	phids   map[string]*taskHint
	known   ring // transactions that hints were about, or that are ours
	counts  map[string]int64
	lost    time.Time // when Lost was called last
}

// waiting is a hint at a change that was not delivered yet.
type waiting struct {
	Change
	since, at time.Time // of the first and the newest of the hints that it merges
}

// last is the newest hint at a change.
type last struct {
	at   time.Time
	meta string
}

// writer counts the changes that an account writes to.
type writer struct {
	since time.Time
	keys  map[review.Key]bool
}

// New makes a Queue.
func New(o Options) *Queue {
	return &Queue{
		o: o, changes: make(chan struct{}, 1), tasks: make(chan struct{}, 1),
		ready: map[review.Key]*waiting{}, held: map[review.Key]*waiting{}, recent: map[review.Key]last{},
		writers: map[string]*writer{}, phids: map[string]*taskHint{}, known: newRing(remember), counts: map[string]int64{},
	}
}

// Counts returns how many hints came, by source.
func (q *Queue) Counts() map[string]int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	return maps.Clone(q.counts)
}

// Count counts a hint that does not go through the Queue.
func (q *Queue) Count(from string) {
	q.mu.Lock()
	q.counts[from]++
	q.mu.Unlock()
}

// AddCounts adds the counts of the Queue that this one replaces.
func (q *Queue) AddCounts(from *Queue) {
	for name, n := range from.Counts() {
		q.mu.Lock()
		q.counts[name] += n
		q.mu.Unlock()
	}
}

// Run delivers hints until ctx is done.
func (q *Queue) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	lanes.Go(func() { q.deliverChanges(ctx) })
	lanes.Go(func() { q.deliverTasks(ctx) }) // apart, so that one server that is away does not hold up the other
	lanes.Wait()
}

// lose calls Lost, but not too often.
func (q *Queue) lose() {
	if now := time.Now(); now.Sub(q.lost) >= missing {
		q.lost = now
		q.o.Lost()
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pause waits for d, or for ever if d is 0, or until wake. It reports whether to go on.
func pause(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	var alarm <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		alarm = t.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-wake:
	case <-alarm:
	}
	return true
}

// Package hint gathers what says "look again": Gerrit's events, which Stream
// listens to, and webhooks of both servers.
// A hint is never believed. It names a change or a task; what that is like, the
// servers tell when they are asked. Losing all hints costs time, until the next poll or
// sweep, and never a move.
//
// Whoever brings a hint puts it into the Box, which never makes them wait, and is bounded.
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
	quiet    = 100 * time.Millisecond // a change that is hinted at again sooner than that is looked at when it has been quiet for so long
	longest  = 2 * time.Second        // but after this
	echo     = 250 * time.Millisecond // for which a task is not looked at: the answer to our own edit may be under way
	spacing  = time.Second            // between two looks at tasks
	most     = 10_000                 // hints that are held
	many     = 20                     // changes that somebody writes to within crowd, and is still a person at work
	crowd    = 10 * time.Second
	chunk    = 500              // changes that are noted at once
	batch    = 100              // tasks that one look asks for
	again    = 5 * time.Second  // after a look that failed
	missing  = 10 * time.Second // between two cries that hints are lost
	remember = 4096             // transactions of ours, and others, that are known when they come again
)

// Change is a hint at a change.
type Change struct {
	Key   review.Key
	Meta  string // its meta_rev_id after what is hinted at; empty: not told
	By    string // who did it; empty: not told
	First bool   // somebody waits for it. The Box decides
}

// Options of a Box. All are required.
type Options struct {
	Changes func(ctx context.Context, changes []Change) error // looks at changes
	Tasks   func(ctx context.Context, phids []string) error   // looks at tasks, at most 100
	Covers  func(repository string) bool                      // whether its changes matter at all
	Bot     func(name string) bool                            // whether a Gerrit user is a bot
	Lost    func()                                            // there were more hints at changes than can be held: what changed lately must be looked at. Must not block
	Log     zerolog.Logger
}

// Box holds hints until they are looked at.
type Box struct {
	o       Options
	changes chan struct{} // full when there are some
	tasks   chan struct{}

	mu      sync.Mutex
	ready   map[review.Key]*waiting
	held    map[review.Key]*waiting
	recent  map[review.Key]last
	writers map[string]*writer
	phids   map[string]*taskHint
	known   ring // transactions that were hinted at, or are ours
	counts  map[string]int64
	lost    time.Time // when it was said last
}

// waiting is a hint at a change that was not looked at yet.
type waiting struct {
	Change
	since, at time.Time // the first and the newest of those that are one by now
}

// last is the newest hint at a change.
type last struct {
	at   time.Time
	meta string
}

// writer is how much somebody writes to.
type writer struct {
	since time.Time
	keys  map[review.Key]bool
}

// New makes a Box.
func New(o Options) *Box {
	return &Box{
		o: o, changes: make(chan struct{}, 1), tasks: make(chan struct{}, 1),
		ready: map[review.Key]*waiting{}, held: map[review.Key]*waiting{}, recent: map[review.Key]last{},
		writers: map[string]*writer{}, phids: map[string]*taskHint{}, known: newRing(remember), counts: map[string]int64{},
	}
}

// Counts is how many hints came, by where from.
func (b *Box) Counts() map[string]int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.counts)
}

// Count notes a hint that needs no Box.
func (b *Box) Count(from string) {
	b.mu.Lock()
	b.counts[from]++
	b.mu.Unlock()
}

// GoOn takes over the counts of the Box that was there before.
func (b *Box) GoOn(from *Box) {
	for name, n := range from.Counts() {
		b.mu.Lock()
		b.counts[name] += n
		b.mu.Unlock()
	}
}

// Run looks at what is hinted at until ctx is done.
func (b *Box) Run(ctx context.Context) {
	var lanes sync.WaitGroup
	lanes.Go(func() { b.lookAtChanges(ctx) })
	lanes.Go(func() { b.lookAtTasks(ctx) }) // one server that is away holds up nothing of the other
	lanes.Wait()
}

// lose says that a hint at a change could not be held, or not be noted.
func (b *Box) lose() {
	if now := time.Now(); now.Sub(b.lost) >= missing {
		b.lost = now
		b.o.Lost()
	}
}

func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// pause waits, or until something comes, and says whether to go on. No time: until something comes.
func pause(ctx context.Context, d time.Duration, comes <-chan struct{}) bool {
	var alarm <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		alarm = t.C
	}
	select {
	case <-ctx.Done():
		return false
	case <-comes:
	case <-alarm:
	}
	return true
}

// Package agenda runs handlers for what is to be done: changes to read, tasks to decide on.
//
// The table in the store is the truth about what is to be done and when. In memory is only which
// keys to look up there, and when: it is filled from the table at the start, and the store reports
// what comes onto the agenda after that. One key has one worker at a time, a key that was
// marked while its handler ran is run again, and what a person waits for comes first.
package agenda

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/store"
)

const (
	grace    = 8 * time.Second // how long a handler may go on once the service is to stop
	patience = time.Minute     // how much longer in a Handover

	defaultBase = time.Second
	defaultMax  = time.Minute
)

// Handler handles an item, and returns when to do so again; zero: once it is marked. After an error
// it runs again at that time, or after a while. If the item was marked meanwhile, it runs at once.
type Handler func(ctx context.Context, item store.Item) (again time.Time, err error)

// Once makes a Handler that runs again only once the item is marked.
func Once(handle func(ctx context.Context, item store.Item) error) Handler {
	return func(ctx context.Context, item store.Item) (time.Time, error) { return time.Time{}, handle(ctx, item) }
}

// together is the most items in a call of Kind.Together.
const together = 100

// Kind says how the items of a kind are handled. Name and either Handle or Together must be set.
type Kind struct {
	Name     string // such as store.KindTask
	Workers  int    // handlers at a time; default 1
	Handle   Handler
	Together func(ctx context.Context, items []store.Item) error // handles all that are due, at most a hundred
	Base     time.Duration                                       // wait after the first failure, doubled with each; default a second
	Max      time.Duration                                       // longest wait; default a minute
}

// Store is what an Agenda needs of a store.
type Store interface {
	store.Agenda
	store.Pauses
}

// Options say what an Agenda runs. Store and Kinds must be set.
type Options struct {
	Store  Store
	Kinds  []Kind
	Class  func(error) string // class of a failure, as the store names it; nil: always store.ClassRetry
	Logged func(error) bool   // whether the cause of a failure is logged elsewhere; nil: it never is
	Log    zerolog.Logger
}

// Agenda runs handlers.
type Agenda struct {
	store Store
	kinds map[string]*runner
}

// New makes an Agenda.
func New(o Options) *Agenda {
	if o.Class == nil {
		o.Class = func(error) string { return store.ClassRetry }
	}
	if o.Logged == nil {
		o.Logged = func(error) bool { return false }
	}
	a := &Agenda{store: o.Store, kinds: map[string]*runner{}}
	for _, k := range o.Kinds {
		k.Workers = max(k.Workers, 1)
		if k.Base <= 0 {
			k.Base = defaultBase
		}
		if k.Max <= 0 {
			k.Max = defaultMax
		}
		a.kinds[k.Name] = &runner{Kind: k, o: o}
	}
	return a
}

// forever is later than anything on an agenda.
var forever = time.UnixMilli(1 << 62)

// Run handles items when they are due, until ctx is done. It then begins nothing new, waits for the
// running handlers, whose context ends after 8 seconds, and returns nil. It returns an error only if
// the store cannot be read at the start.
func (a *Agenda) Run(ctx context.Context) error {
	for _, r := range a.kinds {
		r.queue = newQueue(a.store.Now)
		defer r.queue.close()
	}
	defer a.store.Listen(a.wake)()
	for _, r := range a.kinds {
		if err := r.load(ctx); err != nil && ctx.Err() == nil {
			return fmt.Errorf("start work on every %s: %w", r.Name, err)
		}
	}
	late, cut := lateContext(ctx)
	defer cut()
	var workers sync.WaitGroup
	for _, r := range a.kinds {
		for range r.Workers {
			workers.Go(func() { r.run(ctx, late) })
		}
	}
	<-ctx.Done()
	for _, r := range a.kinds {
		r.queue.close()
	}
	workers.Wait()
	return nil
}

// wake hears from the store what has come onto the agenda.
func (a *Agenda) wake(all []store.Wake) {
	for _, w := range all {
		if r := a.kinds[w.Kind]; r != nil {
			r.queue.add(wake{w.Key, w.Due, w.Urgent})
		}
	}
}

// Handover is the cause with which to cancel a context if others go on with the work. Running
// handlers then have the time that a request may take, unless End is closed before.
type Handover struct {
	End <-chan struct{}
}

func (*Handover) Error() string { return "others go on with the work" }

// lateContext returns a context that ends a while after ctx, so that a write under way is finished.
func lateContext(ctx context.Context) (context.Context, context.CancelFunc) {
	late, cut := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if h, ok := errors.AsType[*Handover](context.Cause(ctx)); ok {
			t := time.NewTimer(patience)
			defer t.Stop()
			select {
			case <-t.C:
			case <-h.End:
			case <-late.Done():
			}
		}
		t := time.NewTimer(grace)
		defer t.Stop()
		select {
		case <-t.C:
			cut()
		case <-late.Done():
		}
	})
	return late, func() { stop(); cut() }
}

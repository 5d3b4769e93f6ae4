// Package work runs a handler for every key of one kind that is behind: changes to read, or
// tasks to decide.
//
// The table of work in the store is the truth about what is behind. A workqueue in memory only
// schedules: it sees to it that one key has one worker at a time, and that a key which was marked
// while its handler ran is run again. What the queue forgets (a crash, a mark by another process)
// is found by looking at the table: at the start, and every half minute. What a person waits for
// comes first.
package work

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"
	"k8s.io/client-go/util/workqueue"

	"reviewsync/internal/store"
)

const (
	look  = 30 * time.Second // how often the table is looked at for marks of others
	grace = 8 * time.Second  // how long a handler may go on once the service is told to stop

	patience = time.Minute // and how much longer in a Handover

	defaultBase = time.Second
	defaultMax  = 5 * time.Minute

	maxFaults = 10_000 // that the end of Drain looks at

	named = 10 // how many keys the error of Drain tells
)

// Handler works on a key that is behind at generation gen. It runs again, later, if it returns
// an error, and again at once if the key was marked meanwhile.
type Handler func(ctx context.Context, key string, gen int64) error

// Table is the part of the store that says what is behind.
type Table interface {
	Behind(ctx context.Context, kind string, now time.Time) ([]store.Item, error)
	Due(ctx context.Context, kind, key string, now time.Time) (store.Item, bool, error)
	Done(ctx context.Context, kind, key string, gen int64) (stillBehind bool, err error)
	Failed(ctx context.Context, kind, key string, gen int64, class, msg string, next time.Time) error
	Faults(ctx context.Context, limit int) ([]store.Fault, error)
	Now() time.Time // by which it says what is due
}

// Options say what a Runner runs. Kind, Store and Handle must be set.
type Options struct {
	Kind    string // store.KindChange or store.KindTask
	Store   Table
	Workers int // handlers at a time; 1 if not set
	Handle  Handler
	Class   func(error) string // of a failure, as the store names it; nil: each is tried again soon
	Told    func(error) bool   // whether the cause of a failure is told elsewhere; nil: it never is
	Log     zerolog.Logger
	Base    time.Duration // wait after the first failure, doubled with each; 1 s if not set
	Max     time.Duration // longest wait; 5 min if not set
}

// Runner runs the handler for keys of one kind.
type Runner struct {
	o Options

	mu       sync.Mutex
	queue    workqueue.TypedDelayingInterface[string] // nil while Run does not run
	order    *order                                   // of queue
	troubles map[string]trouble                       // by key, until a success
}

// trouble is why a key is behind, to log it once and not each time.
type trouble struct {
	text  string
	times int  // in a row
	told  bool // above debug
}

// New makes a Runner.
func New(o Options) *Runner {
	o.Workers = max(o.Workers, 1)
	if o.Base <= 0 {
		o.Base = defaultBase
	}
	if o.Max <= 0 {
		o.Max = defaultMax
	}
	if o.Class == nil {
		o.Class = func(error) string { return store.ClassRetry }
	}
	if o.Told == nil {
		o.Told = func(error) bool { return false }
	}
	return &Runner{o: o, troubles: map[string]trouble{}}
}

// Add says that the key was marked in the store. Without it the mark is found at the next look.
func (r *Runner) Add(key string) { r.addAfter(key, 0) }

// AddFirst is Add for a key that a person waits for: it comes before all that wait longer.
func (r *Runner) AddFirst(key string) {
	r.mu.Lock()
	queue, order := r.queue, r.order
	r.mu.Unlock()
	if queue != nil {
		order.hurry(key)
		queue.Add(key)
	}
}

func (r *Runner) addAfter(key string, wait time.Duration) {
	r.mu.Lock()
	queue := r.queue
	r.mu.Unlock()
	if queue != nil {
		queue.AddAfter(key, wait)
	}
}

// Run works on what is behind until ctx is done. It then begins nothing new, waits for the
// running handlers, whose context is cut after 8 seconds, and returns nil. It returns an error
// only if the store cannot be read at the start.
func (r *Runner) Run(ctx context.Context) error {
	order := newOrder()
	queue := workqueue.NewTypedDelayingQueueWithConfig(workqueue.TypedDelayingQueueConfig[string]{
		Queue: workqueue.NewTypedWithConfig(workqueue.TypedQueueConfig[string]{Queue: order}),
	})
	r.mu.Lock()
	r.queue, r.order = queue, order
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.queue = nil
		r.mu.Unlock()
	}()
	defer queue.ShutDown()
	if err := r.load(ctx, queue); err != nil && ctx.Err() == nil {
		return fmt.Errorf("start work on every %s: %w", r.o.Kind, err)
	}

	late, cut := lateContext(ctx)
	defer cut()
	var workers sync.WaitGroup
	for range r.o.Workers {
		workers.Go(func() {
			for {
				key, stopped := queue.Get()
				if stopped {
					return
				}
				if ctx.Err() == nil {
					_ = r.work(late, key) // it is in the log, and the key comes again
				}
				queue.Done(key)
			}
		})
	}
	r.watch(ctx, queue)
	queue.ShutDown()
	workers.Wait()
	return nil
}

// watch looks at the table until ctx is done.
func (r *Runner) watch(ctx context.Context, queue workqueue.TypedDelayingInterface[string]) {
	tick := time.NewTicker(look)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := r.load(ctx, queue); err != nil && ctx.Err() == nil {
			r.o.Log.Error().Err(err).Str("kind", r.o.Kind).Msg("cannot see what is behind; looking again in 30 s")
		}
	}
}

// load queues what is due.
func (r *Runner) load(ctx context.Context, queue workqueue.TypedDelayingInterface[string]) error {
	items, err := r.o.Store.Behind(ctx, r.o.Kind, r.o.Store.Now())
	for _, i := range items {
		queue.Add(i.Key)
	}
	return err
}

// Drain works on what is due until nothing is, and returns. The error names what is still
// behind then, because it failed, or is that of ctx if it was done before.
func (r *Runner) Drain(ctx context.Context) error {
	late, cut := lateContext(ctx)
	defer cut()
	for ctx.Err() == nil {
		items, err := r.o.Store.Behind(ctx, r.o.Kind, r.o.Store.Now())
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return r.left(ctx)
		}
		var workers errgroup.Group
		workers.SetLimit(r.o.Workers)
		for _, i := range items {
			workers.Go(func() error {
				if ctx.Err() == nil {
					return r.work(late, i.Key)
				}
				return nil // told to stop: the rest stays behind
			})
		}
		if err := workers.Wait(); err != nil {
			return err // the store is ill: the same keys would come again and again
		}
	}
	return context.Cause(ctx)
}

// left is the error that names what is behind though nothing is due: what failed and will
// be tried again soon. What is blocked waits for a person, and is only told.
func (r *Runner) left(ctx context.Context) error {
	faults, err := r.o.Store.Faults(ctx, maxFaults)
	if err != nil {
		return err
	}
	var again, blocked []string
	for _, f := range faults {
		switch {
		case f.Kind != r.o.Kind:
		case f.Class != store.ClassRetry:
			blocked = append(blocked, f.Name()+": "+f.Error)
		default:
			again = append(again, f.Name()+": "+f.Error)
		}
	}
	if len(blocked) > 0 {
		r.o.Log.Warn().Int("blocked", len(blocked)).Msg("blocked until something changes: " + some(blocked))
	}
	if len(again) > 0 {
		return fmt.Errorf("%d could not be finished, and will be tried again: %s", len(again), some(again))
	}
	return nil
}

// some joins the first of a list.
func some(list []string) string {
	if more := len(list) - named; more > 0 {
		list = append(list[:named:named], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, "; ")
}

// Handover is the cause to end a context with if others go on with the work: running handlers
// then have the time that a request may take, unless End is closed before.
type Handover struct {
	End <-chan struct{}
}

func (*Handover) Error() string { return "others go on with the work" }

// lateContext is a context that ends a while after ctx, so that a write under way is finished.
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

// work runs the handler for one key and notes how that ended. An error is one of the store.
func (r *Runner) work(ctx context.Context, key string) error {
	err := r.try(ctx, key)
	if err != nil && ctx.Err() == nil {
		r.o.Log.Error().Err(err).Str("kind", r.o.Kind).Str("key", key).Msg("cannot note what was done; trying again")
		r.addAfter(key, r.o.Base)
	}
	return err
}

func (r *Runner) try(ctx context.Context, key string) error {
	item, due, err := r.o.Store.Due(ctx, r.o.Kind, key, r.o.Store.Now())
	if err != nil || !due {
		return err // the queue may name a key that was done or failed since
	}
	err = r.handle(ctx, key, item.Want)
	noted := context.WithoutCancel(ctx) // what was done is noted, even if time is up by now
	switch {
	case err == nil:
		return r.done(noted, item)
	case ctx.Err() == nil:
		return r.failed(noted, item, err)
	default:
		return nil // cut short by the end of the service: still behind, and no fault of the key
	}
}

// panicked is a handler that panicked.
type panicked struct{ value any }

func (p *panicked) Error() string {
	return fmt.Sprintf("internal error (please report it): %v", p.value)
}

// handle calls the handler. A panic in it stops this key and nothing else.
func (r *Runner) handle(ctx context.Context, key string, gen int64) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.o.Log.Error().Str("kind", r.o.Kind).Str("key", key).Bytes("stack", debug.Stack()).Msgf("panic: %v", v)
			err = &panicked{v}
		}
	}()
	return r.o.Handle(ctx, key, gen)
}

// done notes a success of the key, which runs again if it was marked meanwhile.
func (r *Runner) done(ctx context.Context, item store.Item) error {
	again, err := r.o.Store.Done(ctx, r.o.Kind, item.Key, item.Want)
	if err != nil {
		return err
	}
	r.recovered(item.Key)
	if again {
		r.Add(item.Key)
	}
	return nil
}

// failed notes a failure of the key and when it is tried again.
func (r *Runner) failed(ctx context.Context, item store.Item, err error) error {
	key, gen, attempts := item.Key, item.Want, item.Attempts+1
	class := r.o.Class(err)
	if _, ok := errors.AsType[*panicked](err); ok {
		class = store.ClassBlocked
	}
	if class != store.ClassRetry {
		if r.changed(key, err.Error()) {
			r.o.Log.Warn().Err(err).Str("kind", r.o.Kind).Str("key", key).Msg("blocked until something changes")
		}
		return r.o.Store.Failed(ctx, r.o.Kind, key, gen, class, err.Error(), time.Time{})
	}
	wait := r.backoff(attempts)
	level := zerolog.DebugLevel
	if n := r.count(key, err.Error()); !r.o.Told(err) && (n == 1 || n%10 == 0) && r.warn(key, err.Error()) {
		level = zerolog.WarnLevel
	}
	r.o.Log.WithLevel(level).Err(err).Str("kind", r.o.Kind).Str("key", key).Int("attempt", attempts).Stringer("again_in", wait.Round(time.Millisecond)).Msg("failed; trying again")
	if err := r.o.Store.Failed(ctx, r.o.Kind, key, gen, class, err.Error(), r.o.Store.Now().Add(wait)); err != nil {
		return err
	}
	r.addAfter(key, wait)
	return nil
}

// backoff is how long to wait after so many failures: doubled each time, and up to half of
// it taken off at random, so that what failed together does not come back together.
func (r *Runner) backoff(attempts int) time.Duration {
	wait := r.o.Max
	if n := attempts - 1; n < 32 && r.o.Base<<n < r.o.Max {
		wait = r.o.Base << n
	}
	return wait - rand.N(wait/2+1)
}

// changed notes why the key is blocked and says whether that is news.
func (r *Runner) changed(key, text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, ok := r.troubles[key]
	r.troubles[key] = trouble{text: text, told: true}
	return !ok || old.text != text
}

// count notes that the key failed and says how often it did in a row.
func (r *Runner) count(key, text string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := trouble{text: text, times: r.troubles[key].times + 1, told: r.troubles[key].told}
	r.troubles[key] = t
	return t.times
}

// warn says whether the trouble of a key is to be told: not that of the same text that another key has.
func (r *Runner) warn(key, text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for other, t := range r.troubles {
		if other != key && t.told && t.text == text {
			return false
		}
	}
	t := r.troubles[key]
	t.told = true
	r.troubles[key] = t
	return true
}

// recovered notes that the key is well.
func (r *Runner) recovered(key string) {
	r.mu.Lock()
	told := r.troubles[key].told
	delete(r.troubles, key)
	r.mu.Unlock()
	if told {
		r.o.Log.Info().Str("kind", r.o.Kind).Str("key", key).Msg("went well after it had failed")
	}
}

package agenda

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/store"
)

// runner runs the handler of a kind.
type runner struct {
	Kind
	o        Options
	queue    *queue // of Run
	troubles troubles
}

// load queues what is on the agenda.
func (r *runner) load(ctx context.Context) error {
	items, err := r.o.Store.Behind(ctx, r.Name, forever)
	all := make([]wake, len(items))
	for n, i := range items {
		all[n] = wake{i.Key, i.Due, i.Urgent}
	}
	r.queue.add(all...)
	return err
}

// run is a worker, until ctx is done. What it begins ends with late.
func (r *runner) run(ctx, late context.Context) {
	for {
		key, ok := r.queue.take()
		if !ok {
			return
		}
		if ctx.Err() == nil {
			if again, err := r.work(late, key); err != nil || !again.IsZero() {
				r.queue.add(wake{key: key, at: again})
			}
		}
		r.queue.release(key)
	}
}

// work runs the handler for one key and notes how that ended. An error is one of the store. It tells
// when to look the key up again, where the store does not; zero: never.
func (r *runner) work(ctx context.Context, key string) (again time.Time, err error) {
	again, err = r.try(ctx, key)
	if err != nil && ctx.Err() == nil {
		r.o.Log.Error().Err(err).Str("kind", r.Name).Str("key", key).Msg("cannot note what was done; trying again")
		again = r.o.Store.Now().Add(r.Base)
	}
	return again, err
}

func (r *runner) try(ctx context.Context, key string) (again time.Time, err error) {
	item, open, err := r.o.Store.Open(ctx, r.Name, key)
	switch {
	case err != nil || !open: // done since
		return time.Time{}, err
	case item.Due.After(r.o.Store.Now()): // failed since
		return item.Due, nil
	}
	err = r.handle(ctx, item)
	noted := context.WithoutCancel(ctx) // what was done is noted, even if time is up by now
	switch {
	case err == nil:
		return time.Time{}, r.done(noted, item)
	case ctx.Err() == nil:
		return time.Time{}, r.failed(noted, item, err)
	default:
		return time.Time{}, nil // cut short by the end of the service: still behind, and no fault of the key
	}
}

// panicked is a handler that panicked.
type panicked struct{ value any }

func (p *panicked) Error() string {
	return fmt.Sprintf("internal error (please report it): %v", p.value)
}

// handle calls the handler. A panic in it stops this item and nothing else.
func (r *runner) handle(ctx context.Context, item store.Item) (err error) {
	defer func() {
		if v := recover(); v != nil {
			r.o.Log.Error().Str("kind", r.Name).Str("key", item.Key).Bytes("stack", debug.Stack()).Msgf("panic: %v", v)
			err = &panicked{v}
		}
	}()
	return r.Handle(ctx, item)
}

// done notes a success.
func (r *runner) done(ctx context.Context, item store.Item) error {
	if err := r.o.Store.Done(ctx, r.Name, item.Key, item.Want); err != nil {
		return err
	}
	if r.troubles.recovered(item.Key) {
		r.o.Log.Info().Str("kind", r.Name).Str("key", item.Key).Msg("went well after it had failed")
	}
	return nil
}

// failed notes a failure and when the item is tried again.
func (r *runner) failed(ctx context.Context, item store.Item, err error) error {
	key, attempts := item.Key, item.Attempts+1
	class := r.o.Class(err)
	if _, ok := errors.AsType[*panicked](err); ok {
		class = store.ClassBlocked
	}
	if class != store.ClassRetry {
		if r.troubles.changed(key, err.Error()) {
			r.o.Log.Warn().Err(err).Str("kind", r.Name).Str("key", key).Msg("blocked until something changes")
		}
		return r.o.Store.Failed(ctx, r.Name, key, item.Want, class, err.Error(), time.Time{})
	}
	wait := r.backoff(attempts)
	level := zerolog.DebugLevel
	if n := r.troubles.count(key, err.Error()); !r.o.Told(err) && (n == 1 || n%10 == 0) && r.troubles.warn(key, err.Error()) {
		level = zerolog.WarnLevel
	}
	r.o.Log.WithLevel(level).Err(err).Str("kind", r.Name).Str("key", key).Int("attempt", attempts).Stringer("again_in", wait.Round(time.Millisecond)).Msg("failed; trying again")
	return r.o.Store.Failed(ctx, r.Name, key, item.Want, class, err.Error(), r.o.Store.Now().Add(wait))
}

// backoff is how long to wait after so many failures: doubled each time, and up to half of
// it taken off at random, so that what failed together does not come back together.
func (r *runner) backoff(attempts int) time.Duration {
	wait := r.Max
	if n := attempts - 1; n < 32 && r.Base<<n < r.Max {
		wait = r.Base << n
	}
	return wait - rand.N(wait/2+1)
}

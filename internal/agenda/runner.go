package agenda

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"slices"
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

// load queues all items on the agenda.
func (r *runner) load(ctx context.Context) error {
	items, err := r.o.Store.Behind(ctx, r.Name, forever)
	all := make([]wake, len(items))
	for n, i := range items {
		all[n] = wake{i.Key, i.Due, i.Urgent}
	}
	r.queue.add(all...)
	return err
}

// most returns how many keys a worker takes.
func (r *runner) most() int {
	if r.Together != nil {
		return together
	}
	return 1
}

// run is a worker, until ctx is done. Its handlers end with late.
func (r *runner) run(ctx, late context.Context) {
	for {
		keys := r.queue.take(r.most())
		if len(keys) == 0 {
			return
		}
		if ctx.Err() == nil {
			again, _ := r.work(late, keys, 0)
			r.queue.add(again...)
		}
		r.queue.release(keys)
	}
}

// work runs the handler for those of the keys that are due, or will be in a while that is ahead, and
// notes how that ended. It returns which keys to look up again, where the store does not say so. An error is
// one of the store.
func (r *runner) work(ctx context.Context, keys []string, ahead time.Duration) (again []wake, err error) {
	items, again, err := r.lookUp(ctx, keys, ahead)
	if err == nil && len(items) > 0 {
		err = r.try(ctx, items)
	}
	if err != nil && ctx.Err() == nil {
		r.o.Log.Error().Err(err).Str("kind", r.Name).Strs("keys", keys[:min(len(keys), named)]).Msg("cannot note what was done; trying again")
		for _, key := range keys {
			again = append(again, wake{key: key, at: r.o.Store.Now().Add(r.Base)})
		}
	}
	return again, err
}

// lookUp looks keys up. The others were done since, or are due later.
func (r *runner) lookUp(ctx context.Context, keys []string, ahead time.Duration) (items []store.Item, later []wake, err error) {
	now := r.o.Store.Now()
	for _, key := range keys {
		item, open, err := r.o.Store.Open(ctx, r.Name, key)
		switch {
		case err != nil:
			return nil, nil, err
		case open && !due(item, now, ahead):
			later = append(later, wake{key, item.Due, item.Urgent})
		case open:
			items = append(items, item)
		}
	}
	return items, later, nil
}

// due reports whether an item is due, or will be within ahead. What failed waits for its time.
func due(i store.Item, now time.Time, ahead time.Duration) bool {
	if i.Class == "" {
		now = now.Add(ahead)
	}
	return !i.Due.After(now)
}

// try runs the handler and stores how that ended. The error is one of the store.
func (r *runner) try(ctx context.Context, items []store.Item) error {
	again, err := r.handle(ctx, items)
	noted := context.WithoutCancel(ctx) // what was done is stored even if ctx has ended
	switch {
	case err == nil:
		return r.done(noted, items, again)
	case ctx.Err() == nil:
		class := r.class(err)
		if again.IsZero() && class == store.ClassRetry {
			again = r.o.Store.Now().Add(r.backoff(items[0].Attempts + 1)) // all together
		}
		for _, i := range items {
			if err := r.failed(noted, i, class, again, err); err != nil {
				return err
			}
		}
	}
	return nil // interrupted by the end of the service: still behind, but not failed
}

// panicked is a handler that panicked.
type panicked struct{ value any }

func (p *panicked) Error() string {
	return fmt.Sprintf("internal error (please report it): %v", p.value)
}

// handle calls the handler. A panic in it stops these items only.
func (r *runner) handle(ctx context.Context, items []store.Item) (again time.Time, err error) {
	defer func() {
		if v := recover(); v != nil {
			r.o.Log.Error().Str("kind", r.Name).Str("key", items[0].Key).Bytes("stack", debug.Stack()).Msgf("panic: %v", v)
			err = &panicked{v}
		}
	}()
	if r.Together != nil {
		return time.Time{}, r.Together(ctx, items)
	}
	return r.Handle(ctx, items[0])
}

// done stores a success.
func (r *runner) done(ctx context.Context, items []store.Item, again time.Time) (err error) {
	if again.IsZero() {
		err = r.o.Store.Done(ctx, r.Name, items...)
	} else {
		err = r.o.Store.Later(ctx, r.Name, items[0], again)
	}
	if err != nil {
		return err
	}
	for _, i := range items {
		if r.troubles.recovered(i.Key) {
			r.o.Log.Info().Str("kind", r.Name).Str("key", i.Key).Msg("went well after it had failed")
		}
	}
	return nil
}

// class returns the class of a failure, as the store names it.
func (r *runner) class(err error) string {
	if _, ok := errors.AsType[*panicked](err); ok {
		return store.ClassBlocked
	}
	return r.o.Class(err)
}

// failed stores a failure. The item is tried again at a time; zero: now and then.
func (r *runner) failed(ctx context.Context, item store.Item, class string, again time.Time, err error) error {
	if class == store.ClassPaused {
		return r.stopped(ctx, item, again, err)
	}
	if class != store.ClassRetry {
		if r.troubles.changed(item.Key, err.Error()) {
			r.o.Log.Warn().Err(err).Str("kind", r.Name).Str("key", item.Key).Msg("blocked until something changes")
		}
		return r.o.Store.Failed(ctx, r.Name, item, class, err.Error(), again)
	}
	level := zerolog.DebugLevel
	if n := r.troubles.count(item.Key, err.Error()); !r.o.Logged(err) && (n == 1 || n%10 == 0) && r.troubles.warn(item.Key, err.Error()) {
		level = zerolog.WarnLevel
	}
	r.o.Log.WithLevel(level).Err(err).Str("kind", r.Name).Str("key", item.Key).Int("attempt", item.Attempts+1).
		Stringer("again_in", again.Sub(r.o.Store.Now()).Round(time.Millisecond)).Msg("failed; trying again")
	return r.o.Store.Failed(ctx, r.Name, item, class, err.Error(), again)
}

// untilLooked is how long an item that a pause has stopped waits for the next try, unless the pause ends.
const untilLooked = time.Hour

// stopped stores that a pause has stopped an item. If the pause ended meanwhile, the item is run again.
func (r *runner) stopped(ctx context.Context, item store.Item, again time.Time, err error) error {
	r.o.Log.Debug().Err(err).Str("kind", r.Name).Str("key", item.Key).Msg("not written")
	if again.IsZero() {
		again = r.o.Store.Now().Add(untilLooked)
	}
	if err := r.o.Store.Failed(ctx, r.Name, item, store.ClassPaused, err.Error(), again); err != nil {
		return err
	}
	pauses, unread := r.o.Store.Pauses(ctx)
	by, is := errors.AsType[*store.Paused](err)
	if unread != nil || !is || slices.Contains(pauses, by.Pause) {
		return unread
	}
	return r.o.Store.Mark(ctx, r.Name, item.Urgent, item.Key)
}

// backoff is how long to wait after that many failures: doubled each time, and up to half of
// it taken off at random, so that what failed together does not come back together.
func (r *runner) backoff(attempts int) time.Duration {
	wait := r.Max
	if n := attempts - 1; n < 32 && r.Base<<n < r.Max {
		wait = r.Base << n
	}
	return wait - rand.N(wait/2+1)
}

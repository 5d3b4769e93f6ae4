package agenda

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/store"
)

const (
	maxFaults = 10_000 // how many faults Drain considers at its end
	named     = 10     // how many keys the error of Drain names
)

// Drain handles items of a kind until none is due. The error names those that failed and are still
// behind, or is that of ctx. Run must not run meanwhile.
func (a *Agenda) Drain(ctx context.Context, kind string) error { return a.DrainAhead(ctx, kind, 0) }

// DrainAhead is Drain, but also handles what will be due within a while, except what failed.
func (a *Agenda) DrainAhead(ctx context.Context, kind string, ahead time.Duration) error {
	late, cut := lateContext(ctx)
	defer cut()
	r := a.kinds[kind]
	for ctx.Err() == nil {
		now := a.store.Now()
		items, err := a.store.Behind(ctx, kind, now.Add(ahead))
		if err != nil {
			return err
		}
		items = slices.DeleteFunc(items, func(i store.Item) bool { return !due(i, now, ahead) })
		if len(items) == 0 {
			return r.left(ctx)
		}
		var workers errgroup.Group
		workers.SetLimit(r.Workers)
		for batch := range slices.Chunk(items, r.most()) {
			workers.Go(func() error {
				if ctx.Err() == nil { // else it is to stop: the rest stays behind
					if _, err := r.work(late, keys(batch), ahead); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err := workers.Wait(); err != nil {
			return err // the store fails: the same keys would come again and again
		}
	}
	return context.Cause(ctx)
}

func keys(items []store.Item) []string {
	all := make([]string, len(items))
	for n, i := range items {
		all[n] = i.Key
	}
	return all
}

// left is the error that names what is behind though nothing is due: what failed and will
// be tried again soon. What is blocked waits for a person, and is only named.
func (r *runner) left(ctx context.Context) error {
	faults, err := r.o.Store.Faults(ctx, maxFaults)
	if err != nil {
		return err
	}
	var again, blocked []string
	for _, f := range faults {
		switch {
		case f.Kind != r.Name || f.Class == store.ClassPaused: // a pause is no failure
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

// some joins the first few of a list.
func some(list []string) string {
	if more := len(list) - named; more > 0 {
		list = append(list[:named:named], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(list, "; ")
}

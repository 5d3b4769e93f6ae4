package reconcile

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// A write is looked at a second time, for all cards moved meanwhile in one search.
//
// Phorge keeps a card's place outside the transaction that moves it. When two people edit
// the same board in the same instant, a card can end up in two columns at once, though
// its history tells one (seen on master and 2026.27, about once in 50 edits under load).
// And a write whose answer was lost can take effect late.
const (
	afterWrite  = 2 * time.Second
	afterUnsure = 30 * time.Second
)

// again holds the tasks that are to be looked at a second time, and when.
type again struct {
	mu    sync.Mutex
	due   map[int]time.Time
	added chan struct{}
}

func newAgain() *again {
	return &again{due: map[int]time.Time{}, added: make(chan struct{}, 1)}
}

func (a *again) add(task int, wait time.Duration) {
	a.mu.Lock()
	// On full seconds, so that what was written in the same second is one search.
	if at := time.Now().Add(wait + time.Second).Truncate(time.Second); at.After(a.due[task]) {
		a.due[task] = at
	}
	a.mu.Unlock()
	select {
	case a.added <- struct{}{}:
	default:
	}
}

// take removes and returns what is due at now, and tells how long to wait for the rest.
func (a *again) take(now time.Time) (tasks []int, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	wait = time.Hour
	for task, at := range maps.All(a.due) {
		if left := at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		tasks = append(tasks, task)
		delete(a.due, task)
	}
	slices.Sort(tasks)
	return tasks, wait
}

// Watch looks a second time at what was written, until ctx is done.
func (r *Reconciler) Watch(ctx context.Context) {
	for {
		tasks, wait := r.again.take(time.Now())
		if err := r.lookAgain(ctx, tasks); err != nil && ctx.Err() == nil {
			r.o.Log.Debug().Err(err).Msg("second look failed; trying again")
			for _, t := range tasks {
				r.again.add(t, afterUnsure)
			}
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-r.again.added:
			t.Stop()
		case <-t.C:
		}
	}
}

// LookAgain looks a second time at all that was written, at once.
func (r *Reconciler) LookAgain(ctx context.Context) error {
	tasks, _ := r.again.take(time.Now().Add(afterUnsure))
	return r.lookAgain(ctx, tasks)
}

// lookAgain marks those of the tasks that do not stand where they were settled, and only there.
func (r *Reconciler) lookAgain(ctx context.Context, tasks []int) error {
	if len(tasks) == 0 {
		return nil
	}
	found, err := r.o.Phab.Tasks(ctx, tasks)
	if err != nil {
		return err
	}
	for _, t := range found {
		settled, err := r.o.Store.Settled(ctx, t.ID)
		if err != nil {
			return err
		}
		for _, board := range r.binding().boards {
			columns := t.Boards[board.PHID]
			s, known := settled[board.PHID]
			if known && s.Column != "" && (len(columns) != 1 || columns[0].PHID != s.Column) {
				if err := r.mark(ctx, t.ID); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

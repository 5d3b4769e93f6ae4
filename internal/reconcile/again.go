package reconcile

import (
	"context"
	"slices"
	"sync"
	"time"

	"reviewsync/mapping"
)

// A write in busy moments is looked at a second time, all cards moved meanwhile in one search.
//
// Phorge keeps a card's place outside the transaction that moves it. When two people edit
// the same board in the same instant, a card can end up in two columns at once, though
// its history tells one (seen on master and 2026.27, about once in 50 edits under load).
// A card that moves while no other task is looked at is alone; the next sweep will do.
// And a write whose answer was lost can take effect late: that is always looked at again.
const (
	afterWrite  = 2 * time.Second
	afterUnsure = 30 * time.Second
	moment      = 3 * time.Second // in which another task makes it a busy one
)

// again holds the tasks that are to be looked at a second time, and when.
type again struct {
	mu    sync.Mutex
	due   map[int]second
	seen  []seen            // the tasks that were looked at in the last moments, the oldest first
	lost  map[int]time.Time // tasks with a write whose answer was lost, and until when it is waited for; see putOff
	owed  map[int]time.Time // tasks on which something was put off until then
	added chan struct{}
}

// second is a second look to take.
type second struct {
	at     time.Time
	wrote  time.Time
	unsure bool // the answer to the write was lost
}

type seen struct {
	task int
	at   time.Time
}

func newAgain() *again {
	return &again{due: map[int]second{}, lost: map[int]time.Time{}, owed: map[int]time.Time{}, added: make(chan struct{}, 1)}
}

// look notes that a task is being looked at.
func (a *again) look(task int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := time.Now()
	old := 0
	for old < len(a.seen) && now.Sub(a.seen[old].at) > afterWrite+2*moment {
		old++
	}
	a.seen = append(a.seen[old:], seen{task, now})
}

// wrote asks for a second look at a write that went well.
func (a *again) wrote(task int) { a.add(task, second{wrote: time.Now()}, afterWrite) }

// unsure asks for a second look at a task whose last write may take effect yet.
func (a *again) unsure(task int) {
	a.add(task, second{unsure: true}, afterUnsure)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.lost[task] = time.Time{}
}

func (a *again) add(task int, s second, wait time.Duration) {
	a.mu.Lock()
	// On full seconds, so that what was written in the same second is one search.
	s.at = time.Now().Add(wait + time.Second).Truncate(time.Second)
	old := a.due[task]
	s.unsure = s.unsure || old.unsure
	if s.at.After(old.at) {
		a.due[task] = s
	}
	a.mu.Unlock()
	a.wake()
}

// wake lets Watch see what was added.
func (a *again) wake() {
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
	for task, s := range a.due {
		if left := s.at.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		delete(a.due, task)
		if s.unsure || a.busy(task, s.wrote) {
			tasks = append(tasks, task)
		}
	}
	slices.Sort(tasks)
	return tasks, wait
}

// busy says whether another task was looked at around the time of a write.
func (a *again) busy(task int, wrote time.Time) bool {
	return slices.ContainsFunc(a.seen, func(s seen) bool {
		return s.task != task && s.at.Sub(wrote).Abs() <= moment
	})
}

// Watch looks a second time at what was written, until ctx is done.
func (r *Reconciler) Watch(ctx context.Context) {
	for {
		tasks, wait := r.again.take(time.Now())
		if err := r.lookAgain(ctx, tasks); err != nil && ctx.Err() == nil {
			r.o.Log.Debug().Err(err).Msg("second look failed; trying again")
			for _, t := range tasks {
				r.again.add(t, second{unsure: true}, afterUnsure)
			}
			continue
		}
		t := time.NewTimer(min(wait, r.pay(ctx)))
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
			if known && s.Column != "" && s.Column != mapping.Unseen && (len(columns) != 1 || columns[0].PHID != s.Column) {
				if err := r.o.Store.MarkTask(ctx, t.ID); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

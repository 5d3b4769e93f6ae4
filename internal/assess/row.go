package assess

import (
	"context"
	"slices"
	"sync"
	"time"

	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// A sweep reads a hundred tasks with one search. Those that may have to move are handled one by one
// right after it. What the sweep read of them is used then, unless the task's transactions show that
// something has happened to it since.

// staleRow is how long what a sweep read of a task is used.
const staleRow = time.Minute

// row is a task as a sweep read it.
type row struct {
	task phab.Task
	read time.Time // by the server's clock, see now
	at   time.Time
}

type rows struct {
	mu   sync.Mutex
	read map[int]row
}

func (r *rows) put(task phab.Task, read time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.read == nil {
		r.read = map[int]row{}
	}
	r.read[task.ID] = row{task: task, read: read, at: time.Now()}
}

func (r *rows) take(task int) (row, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, is := r.read[task]
	delete(r.read, task)
	return found, is && time.Since(found.at) < staleRow
}

// readTask reads a task. It is nil if we cannot see it.
func (a *Assessor) readTask(ctx context.Context, task int, changes []*review.History) (*assessment, error) {
	swept, is := a.swept.take(task)
	var t *assessment
	var err error
	if is {
		if t, err = a.assess(ctx, swept.task, swept.read, changes); err != nil {
			return nil, err
		}
		if err := t.readEvents(ctx); err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(t.transactions, func(e phab.Transaction) bool { return !e.Date.Before(t.read) }) {
			return t, nil
		}
	}
	read := a.now()
	found, err := a.o.Phab.Tasks(ctx, []int{task})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	fresh, err := a.assess(ctx, found[0], read, changes)
	if err == nil && t != nil {
		fresh.eventsOf(t)
	}
	return fresh, err
}

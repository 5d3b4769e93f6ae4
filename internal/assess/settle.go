package assess

import (
	"context"
	"strconv"
	"sync"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Moment is when a server was asked for tasks, by two clocks.
type Moment struct {
	ours   time.Time
	theirs time.Time // see now
}

// Moment is now.
func (a *Assessor) Moment() Moment { return Moment{ours: time.Now(), theirs: a.now()} }

// Row is a task that was read together with others.
type Row struct {
	ID      int
	Task    *phab.Task // nil: it cannot be seen
	Read    Moment
	Item    store.Item // on the agenda; zero if it was not on it
	Changes []*review.History
}

// Settle settles the cards of a task that are in place. If one may have to move, or more has to be read
// to decide, it leaves the task to Handle.
func (a *Assessor) Settle(ctx context.Context, row Row) error {
	release, err := a.tasks.hold(ctx, row.ID)
	if err != nil {
		return err
	}
	defer release()
	if a.ended.since(row.ID, row.Read.ours) {
		return nil // what was read of it may be older than what was settled
	}
	if row.Task == nil {
		if row.Item.Want != 0 {
			return a.o.Store.Failed(ctx, store.KindTask, row.Item, store.ClassUnseen, invisible(row.ID).Error(), time.Time{})
		}
		a.o.Log.Debug().Msg(invisible(row.ID).Error())
		return nil
	}
	seen, err := a.assess(ctx, *row.Task, row.Read.theirs, row.Changes)
	if err != nil {
		return err
	}
	t := &execution{assessment: seen}
	if left, err := t.settleAll(ctx); err != nil || left {
		return err
	}
	if row.Item.Want == 0 {
		return nil
	}
	if pending, err := a.o.Store.Pending(ctx, row.ID); err != nil || len(pending) > 0 {
		return err // Handle ends them
	}
	return a.o.Store.Done(ctx, store.KindTask, row.Item)
}

// settleAll settles the cards of the task, or says that it has left the task to Handle.
func (t *execution) settleAll(ctx context.Context) (left bool, err error) {
	unclear, _, err := t.unclear(ctx)
	if err != nil {
		return false, err
	}
	tags := t.tags()
	if unclear || tags.unread || len(tags.effects) > 0 {
		return true, t.later(ctx)
	}
	owed, err := t.owed(ctx)
	if err != nil {
		return false, err
	}
	if len(owed) > 0 {
		return true, t.later(ctx)
	}
	for _, board := range t.bound.Boards {
		if t.cards[board.PHID].Settled.At.After(t.read) {
			continue // it was decided on since
		}
		d := t.decide(board)
		if d.Verdict == mapping.Unread || t.torn(board) || board.Outdated(t.task) {
			return true, t.later(ctx)
		}
		if err := t.carryOut(ctx, board, d); err != nil {
			return false, err
		}
	}
	return false, nil
}

// later leaves a task to Handle, with what was read of it.
func (t *execution) later(ctx context.Context) error {
	for _, board := range t.bound.Boards {
		if t.a.tally.open() {
			t.a.tally.note(t.decide(board))
		}
	}
	t.a.swept.put(t.task, t.read)
	return t.a.o.Store.Mark(ctx, store.KindTask, false, strconv.Itoa(t.task.ID))
}

// endedKept is how long an end of Handle is kept, at least. No row takes that long from being read to
// being settled.
const endedKept = 10 * time.Minute

// ended is when Handle last ended for a task.
type ended struct {
	mu          sync.Mutex
	turned      time.Time
	now, before map[int]time.Time
}

func (e *ended) put(task int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	at := time.Now()
	if at.Sub(e.turned) > endedKept {
		e.turned, e.before, e.now = at, e.now, map[int]time.Time{}
	}
	e.now[task] = at
}

// since reports whether it ended at a time or later.
func (e *ended) since(task int, t time.Time) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return !e.now[task].Before(t) || !e.before[task].Before(t)
}

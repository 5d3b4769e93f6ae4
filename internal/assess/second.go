package assess

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// Cards that were moved in a busy moment get a second look: one search reads all of them again.
//
// Phorge keeps a card's place outside the transaction that moves it. When two people edit
// the same board in the same instant, a card can end up in two columns at once, though its
// history has one (seen on master and 2026.27, about once in 50 edits under load). A card that
// moved while no other task was handled needs no second look; the next sweep will do.
//
// A write whose answer was lost can take effect late. Until it no longer can, no comment is made on
// the task; then the task is handled again. That time begins when the server answers again.
const (
	afterUnsure = 30 * time.Second
	moment      = 3 * time.Second // in which another task was handled, if it was a busy one
	lookedAfter = 3 * time.Second // a second look is due at most this long after the write
)

// recent are the tasks that were handled in the last moments.
type recent struct {
	since time.Time // none is known from before

	mu    sync.Mutex
	tasks []handled // the oldest first
}

type handled struct {
	task int
	at   time.Time
}

// add notes that a task is being handled.
func (r *recent) add(task int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := time.Now()
	old := 0
	for old < len(r.tasks) && now.Sub(r.tasks[old].at) > 2*(lookedAfter+moment) {
		old++
	}
	r.tasks = append(r.tasks[old:], handled{task, now})
}

// busy reports whether another task was handled around the time of a write, or may have been. due is
// when the second look at the write is due.
func (r *recent) busy(task int, due time.Time) bool {
	from, to := due.Add(-lookedAfter-moment), due.Add(moment)
	if from.Before(r.since) {
		return true
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(r.tasks, func(h handled) bool {
		return h.task != task && !h.at.Before(from) && !h.at.After(to)
	})
}

// LookAgain takes a second look at tasks that were written to, if other tasks were handled around
// then. It marks those whose card is not where it was settled, or not only there.
func (a *Assessor) LookAgain(ctx context.Context, items []store.Item) error {
	var tasks []int
	for _, i := range items {
		if task, err := strconv.Atoi(i.Key); err == nil && a.recent.busy(task, i.Due) {
			tasks = append(tasks, task)
		}
	}
	if len(tasks) == 0 {
		return nil
	}
	found, err := a.o.Phab.Tasks(ctx, tasks)
	if err != nil {
		return err
	}
	for _, t := range found {
		cards, err := a.o.Store.Cards(ctx, t.ID)
		if err != nil {
			return err
		}
		for _, board := range a.o.Binder.Current().Boards {
			columns := t.Boards[board.PHID]
			s := cards[board.PHID].Settled
			if s.Column != "" && s.Column != mapping.Unseen && (len(columns) != 1 || columns[0].PHID != s.Column) {
				if err := a.o.Store.Mark(ctx, store.KindTask, false, strconv.Itoa(t.ID)); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// Lost handles a task on which a write whose answer was lost may still take effect. Once the server
// answers, it has some time for that.
func (a *Assessor) Lost(ctx context.Context, item store.Item) (again time.Time, err error) {
	task, err := strconv.Atoi(item.Key)
	if err != nil {
		return time.Time{}, err
	}
	if item.Class == "" { // it has answered, and had its time
		return time.Time{}, a.o.Store.EndLost(ctx, item)
	}
	if _, err := a.o.Phab.Tasks(ctx, []int{task}); err != nil {
		return time.Time{}, err
	}
	return a.o.Store.Now().Add(afterUnsure), nil
}

// mayChange reports whether a write to a task whose answer was lost may still take effect, so that
// nobody knows what will be on it. The task is marked once it no longer can.
func (a *Assessor) mayChange(ctx context.Context, task int) (bool, error) {
	_, lost, err := a.o.Store.Open(ctx, store.KindLost, strconv.Itoa(task))
	return lost, err
}

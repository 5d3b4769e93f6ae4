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

// A write in busy moments is looked at a second time, all cards moved meanwhile in one search.
//
// Phorge keeps a card's place outside the transaction that moves it. When two people edit
// the same board in the same instant, a card can end up in two columns at once, though
// its history tells one (seen on master and 2026.27, about once in 50 edits under load).
// A card that moves while no other task is looked at is alone; the next sweep will do.
//
// A write whose answer was lost can take effect late: until it can no more, no comment is made on
// the task, and then that is looked at again. The server must have answered since: it is given
// some time from then on.
const (
	afterUnsure = 30 * time.Second
	moment      = 3 * time.Second // in which another task makes it a busy one
	lookedAfter = 3 * time.Second // a second look is due so long after the write, at most
)

// looks are the tasks that were looked at in the last moments.
type looks struct {
	since time.Time // none is known of before

	mu   sync.Mutex
	seen []seen // the oldest first
}

type seen struct {
	task int
	at   time.Time
}

// add notes that a task is being looked at.
func (l *looks) add(task int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	old := 0
	for old < len(l.seen) && now.Sub(l.seen[old].at) > 2*(lookedAfter+moment) {
		old++
	}
	l.seen = append(l.seen[old:], seen{task, now})
}

// busy says whether another task was looked at around the time of a write, as far as is known,
// by when the second look at that is due.
func (l *looks) busy(task int, due time.Time) bool {
	from, to := due.Add(-lookedAfter-moment), due.Add(moment)
	if from.Before(l.since) {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.seen, func(s seen) bool {
		return s.task != task && !s.at.Before(from) && !s.at.After(to)
	})
}

// LookAgain looks a second time at tasks that were written to, if other tasks were looked at around
// then. It marks those that do not stand where they were settled, and only there.
func (a *Assessor) LookAgain(ctx context.Context, items []store.Item) error {
	var tasks []int
	for _, i := range items {
		if task, err := strconv.Atoi(i.Key); err == nil && a.looks.busy(task, i.Due) {
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

// Lost sees to a task on which a write whose answer was lost may take effect yet: once the server
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

// mayChange says whether a write to a task whose answer was lost may take effect yet, so that nobody
// knows what will be on it. It is marked once that cannot be any more.
func (a *Assessor) mayChange(ctx context.Context, task int) (bool, error) {
	_, lost, err := a.o.Store.Open(ctx, store.KindLost, strconv.Itoa(task))
	return lost, err
}

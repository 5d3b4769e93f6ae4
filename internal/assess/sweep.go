package assess

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"reviewsync/internal/store"
	"reviewsync/internal/stored"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// batch is how many tasks one maniphest.search may ask for.
const batch = 100

// Sweep looks at every linked task, and every card of a board whose rules move cards
// without changes, a hundred at a time. It settles what is in place; what
// may have to move, and what cannot be read, is marked for Handle.
func (a *Assessor) Sweep(ctx context.Context) error {
	if err := a.Bind(ctx); err != nil {
		return err
	}
	a.forgetHandled()
	var unseen []int
	var damaged error // the first of what SQLite cannot read
	for after := 0; ; {
		ids, err := a.o.Store.TasksAfter(ctx, after, batch)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			a.tellUnseen(unseen)
			return cmp.Or(damaged, a.sweepBoards(ctx))
		}
		after = ids[len(ids)-1]
		missing, err := a.sweepBatch(ctx, ids)
		switch {
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return fmt.Errorf("sweep: %w", err)
		}
		unseen = append(unseen, missing...)
	}
}

// tellUnseen names tasks that commit messages name and that we cannot see, when they are news.
func (a *Assessor) tellUnseen(tasks []int) {
	if len(tasks) == 0 {
		return
	}
	var names []string
	for _, t := range tasks[:min(len(tasks), 5)] {
		names = append(names, fmt.Sprintf("T%d", t))
	}
	if more := len(tasks) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	n := len(tasks)
	a.o.Warn.Warn("unseen", "%s that commit messages name %s not exist, or reviewsync may not see %s: %s; give it the right to see %s, or correct the footers",
		tell.Counted(n, "task"), tell.Plural(n, "does", "do"), tell.Plural(n, "it", "them"), strings.Join(names, ", "), tell.Plural(n, "it", "them"))
}

// sweepBoards looks at every card of the boards whose rules move cards without changes.
func (a *Assessor) sweepBoards(ctx context.Context) error {
	for _, board := range a.o.Binder.Current().Boards {
		if !board.WithoutReview() {
			continue
		}
		read, asked := a.now(), time.Now()
		err := a.o.Phab.EachTask(ctx, board.PHID, board.Statuses(), func(tasks []phab.Task) error {
			for _, task := range tasks {
				if err := a.sweepRow(ctx, task, asked, read); err != nil {
					return err
				}
			}
			read, asked = a.now(), time.Now()
			return nil
		})
		if err != nil {
			return fmt.Errorf("sweep of %s: %w", board.Tag, err)
		}
	}
	return nil
}

// Refresh looks at tasks that something happened to, at most a hundred: one request, and those of
// the cards that have to move.
func (a *Assessor) Refresh(ctx context.Context, phids []string) error {
	read, asked := a.now(), time.Now()
	tasks, err := a.o.Phab.TasksByPHID(ctx, phids)
	if err != nil {
		return err
	}
	for _, task := range tasks {
		if err := a.sweepRow(ctx, task, asked, read); err != nil {
			return err
		}
	}
	return nil
}

// sweepRow looks at a task that was read just now.
func (a *Assessor) sweepRow(ctx context.Context, task phab.Task, asked, read time.Time) error {
	item, _, err := a.o.Store.Open(ctx, store.KindTask, strconv.Itoa(task.ID))
	if err != nil {
		return err
	}
	changes, err := a.o.Changes.OfTask(ctx, task.ID)
	if stored.Unreadable(err) {
		return nil // it is looked at once its change is read again
	}
	b := a.o.Binder.Current()
	if err != nil || !b.Concerns(changes) || len(changes) == 0 && !b.Has(task) {
		return err
	}
	return a.sweepTask(ctx, swept{id: task.ID, item: item, asked: asked, changes: changes}, task, read)
}

// swept is a task of a batch that a board counts changes of.
type swept struct {
	id      int
	item    store.Item // on the agenda; zero if it was not behind
	asked   time.Time  // when the server was asked for it, by our clock
	changes []*review.History
}

// sweepBatch returns the tasks that cannot be seen. One whose changes cannot be read stops no
// other; the error of a store that is damaged comes at the end.
func (a *Assessor) sweepBatch(ctx context.Context, ids []int) (unseen []int, err error) {
	b := a.o.Binder.Current()
	var list []swept
	var wanted []int
	var damaged error
	for _, id := range ids {
		s, err := a.sweepOne(ctx, id)
		switch {
		case stored.Unreadable(err): // it is looked at once its change is read again
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return nil, err
		case b.Concerns(s.changes):
			list, wanted = append(list, s), append(wanted, id)
		}
	}
	if len(list) > 0 {
		unseen, err = a.sweepList(ctx, list, wanted)
	}
	return unseen, cmp.Or(err, damaged)
}

// sweepOne reads what is stored of a task.
func (a *Assessor) sweepOne(ctx context.Context, id int) (s swept, err error) {
	s.id = id
	if s.item, _, err = a.o.Store.Open(ctx, store.KindTask, strconv.Itoa(id)); err != nil {
		return s, err
	}
	s.changes, err = a.o.Changes.OfTask(ctx, id)
	return s, err
}

// sweepList looks at tasks. It returns those that cannot be seen.
func (a *Assessor) sweepList(ctx context.Context, list []swept, wanted []int) (unseen []int, err error) {
	read, asked := a.now(), time.Now()
	found, err := a.o.Phab.Tasks(ctx, wanted)
	if err != nil {
		return nil, err
	}
	tasks := make(map[int]phab.Task, len(found))
	for _, t := range found {
		tasks[t.ID] = t
	}
	var damaged error
	for _, s := range list {
		s.asked = asked
		if tasks[s.id].ID == 0 {
			unseen = append(unseen, s.id)
		}
		err := a.sweepTask(ctx, s, tasks[s.id], read)
		switch {
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return nil, err
		}
	}
	return unseen, damaged
}

// sweepTask settles the task's cards, or leaves it to Handle.
func (a *Assessor) sweepTask(ctx context.Context, s swept, task phab.Task, read time.Time) error {
	defer a.tasks.lock(s.id)()
	if a.handledSince(s.id, s.asked) {
		return nil // what we read of it may be older than what was settled
	}
	if task.ID == 0 {
		if s.item.Want != 0 {
			return a.o.Store.Failed(ctx, store.KindTask, s.item, store.ClassUnseen, invisible(s.id).Error(), time.Time{})
		}
		a.o.Log.Debug().Msg(invisible(s.id).Error())
		return nil
	}
	seen, err := a.assess(ctx, task, read, s.changes)
	if err != nil {
		return err
	}
	t := &execution{assessment: seen}
	unclear, _, err := t.unclear(ctx)
	if err != nil {
		return err
	}
	if unclear {
		return t.later(ctx)
	}
	if tags := t.tags(); tags.unread || len(tags.effects) > 0 {
		return t.later(ctx)
	}
	owed, err := t.owed(ctx)
	if err != nil {
		return err
	}
	if len(owed) > 0 {
		return t.later(ctx)
	}
	for _, board := range t.bound.Boards {
		if t.cards[board.PHID].Settled.At.After(read) {
			continue // somebody has looked since
		}
		d := t.decide(board)
		if d.Verdict == mapping.Unread || t.torn(board) || board.Outdated(task) {
			return t.later(ctx)
		}
		if err := t.carryOut(ctx, board, d); err != nil {
			return err
		}
	}
	if s.item.Want == 0 {
		return nil
	}
	if pending, err := a.o.Store.Pending(ctx, s.id); err != nil || len(pending) > 0 {
		return err // Handle ends them
	}
	return a.o.Store.Done(ctx, store.KindTask, s.item)
}

// later leaves a task to Handle, with what was read of it.
func (t *execution) later(ctx context.Context) error {
	for _, board := range t.bound.Boards {
		if t.r.tally.open() {
			t.r.tally.note(t.decide(board))
		}
	}
	t.r.swept.put(t.task, t.read)
	return t.r.o.Store.Mark(ctx, store.KindTask, false, strconv.Itoa(t.task.ID))
}

// handled notes that Handle is done with a task.
func (a *Assessor) handled(task int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.ended == nil {
		a.ended = map[int]time.Time{}
	}
	a.ended[task] = time.Now()
}

func (a *Assessor) handledSince(task int, t time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.ended[task].Before(t)
}

// forgetHandled drops what is too long ago for anybody to have read the task before it.
func (a *Assessor) forgetHandled() {
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.ended, func(_ int, at time.Time) bool { return time.Since(at) > staleRow })
}

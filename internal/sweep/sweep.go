// Package sweep looks at many cards at once: at those of every linked task, of tasks to which
// something happened, and of a whole board. It reads a hundred tasks with one request. What becomes
// of a card is decided in package assess.
package sweep

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"reviewsync/gerrit"
	"reviewsync/internal/assess"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/internal/stored"
	"reviewsync/internal/warn"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// Options of a Sweeper; all are required.
type Options struct {
	Config  *config.Config
	Binder  *bind.Binder
	Phab    *phab.Client
	Gerrit  *gerrit.Client
	Store   store.Store
	Changes *stored.Changes
	Assess  *assess.Assessor
	Warn    *warn.Once
}

// Sweeper looks at many cards at once.
type Sweeper struct{ o Options }

// New makes a Sweeper.
func New(o Options) *Sweeper { return &Sweeper{o} }

// batch is how many tasks one maniphest.search may ask for.
const batch = 100

// Sweep looks at every linked task, and at every card of a board whose rules move cards without
// changes. It binds the config first.
func (s *Sweeper) Sweep(ctx context.Context) error {
	if err := s.o.Assess.Bind(ctx); err != nil {
		return err
	}
	var unseen []int
	var damaged error // the first of what the store cannot read
	for after := 0; ; {
		ids, err := s.o.Store.TasksAfter(ctx, after, batch)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			s.warnUnseen(unseen)
			return cmp.Or(damaged, s.boards(ctx))
		}
		after = ids[len(ids)-1]
		missing, err := s.linked(ctx, ids)
		switch {
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return fmt.Errorf("sweep: %w", err)
		}
		unseen = append(unseen, missing...)
	}
}

// warnUnseen names the tasks that commit messages name and that we cannot see, when they are news.
func (s *Sweeper) warnUnseen(tasks []int) {
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
	it := tell.Plural(n, "it", "them")
	s.o.Warn.Warn("unseen", "%s that commit messages name %s not exist, or reviewsync may not see %s: %s; give it the right to see %s, or correct the footers",
		tell.Counted(n, "task"), tell.Plural(n, "does", "do"), it, strings.Join(names, ", "), it)
}

// linked looks at tasks that changes name, and returns those that cannot be seen. A task whose
// changes cannot be read stops no other; the error of a damaged store comes at the end.
func (s *Sweeper) linked(ctx context.Context, ids []int) (unseen []int, err error) {
	b := s.o.Binder.Current()
	var list []assess.Row
	var wanted []int
	var damaged error
	for _, id := range ids {
		row, err := s.row(ctx, id)
		switch {
		case stored.Unreadable(err): // it is looked at once its change is read again
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return nil, err
		case b.Concerns(row.Changes):
			list, wanted = append(list, row), append(wanted, id)
		}
	}
	if len(list) == 0 {
		return nil, damaged
	}
	read := s.o.Assess.Moment()
	found, err := s.o.Phab.Tasks(ctx, wanted)
	if err != nil {
		return nil, err
	}
	tasks := make(map[int]*phab.Task, len(found))
	for i := range found {
		tasks[found[i].ID] = &found[i]
	}
	for _, row := range list {
		if row.Task, row.Read = tasks[row.ID], read; row.Task == nil {
			unseen = append(unseen, row.ID)
		}
		switch err := s.o.Assess.Settle(ctx, row); {
		case store.Damaged(err):
			damaged = cmp.Or(damaged, err)
		case err != nil:
			return nil, err
		}
	}
	return unseen, damaged
}

// row is what is stored of a task.
func (s *Sweeper) row(ctx context.Context, id int) (row assess.Row, err error) {
	row.ID = id
	if row.Item, _, err = s.o.Store.Open(ctx, store.KindTask, strconv.Itoa(id)); err != nil {
		return row, err
	}
	row.Changes, err = s.o.Changes.OfTask(ctx, id)
	return row, err
}

// boards looks at every card of the boards whose rules move cards without changes.
func (s *Sweeper) boards(ctx context.Context) error {
	for _, board := range s.o.Binder.Current().Boards {
		if !board.WithoutReview() {
			continue
		}
		err := s.cards(ctx, board, func(task phab.Task, read assess.Moment) error { return s.task(ctx, task, read) })
		if err != nil {
			return fmt.Errorf("sweep of %s: %w", board.Tag, err)
		}
	}
	return nil
}

// cards reads the cards of a board that its rules can move.
func (s *Sweeper) cards(ctx context.Context, board *bind.Board, each func(phab.Task, assess.Moment) error) error {
	read := s.o.Assess.Moment()
	return s.o.Phab.EachTask(ctx, board.PHID, board.Statuses(), func(tasks []phab.Task) error {
		for _, task := range tasks {
			if err := each(task, read); err != nil {
				return err
			}
		}
		read = s.o.Assess.Moment()
		return nil
	})
}

// Refresh looks at tasks that something happened to, at most a hundred: one request, and those of
// the cards that have to move.
func (s *Sweeper) Refresh(ctx context.Context, phids []string) error {
	read := s.o.Assess.Moment()
	tasks, err := s.o.Phab.TasksByPHID(ctx, phids)
	if err != nil {
		return err
	}
	for _, task := range tasks {
		if err := s.task(ctx, task, read); err != nil {
			return err
		}
	}
	return nil
}

// task looks at a task that was read just now.
func (s *Sweeper) task(ctx context.Context, task phab.Task, read assess.Moment) error {
	row, err := s.row(ctx, task.ID)
	if stored.Unreadable(err) {
		return nil // it is looked at once its change is read again
	}
	b := s.o.Binder.Current()
	if err != nil || !b.Concerns(row.Changes) || len(row.Changes) == 0 && !b.Has(task) {
		return err
	}
	row.Task, row.Read = &task, read
	return s.o.Assess.Settle(ctx, row)
}

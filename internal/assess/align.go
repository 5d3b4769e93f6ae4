package assess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/remote"
	"reviewsync/internal/stored"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// Align looks at every card of a board that its rules can move and tells which would move if all facts
// counted, whenever they were said and whoever moved the card since. Up to most of them
// it moves; the rest it only tells. It returns how many it moved and how many there are.
// Changes must have been read, and Bind called.
func (a *Assessor) Align(ctx context.Context, tag string, most int, show func(d mapping.Decision, moved bool)) (moved, all int, err error) {
	board, err := a.boardOf(tag)
	if err != nil {
		return 0, 0, err
	}
	var failed []error
	read, began := a.now(), a.o.Gerrit.HTTP().Now()
	err = a.o.Phab.EachTask(ctx, board.PHID, board.Statuses(), func(tasks []phab.Task) error {
		for _, task := range tasks {
			may := moved < most
			d, err := a.alignCard(ctx, board, aligned{task, read, began}, may)
			switch {
			case stored.Unreadable(err), err != nil && remote.ClassOf(err) == remote.Blocked:
				failed = append(failed, err) // one card that cannot be moved stops no other
			case err != nil:
				return err
			}
			if d.Verdict != mapping.Move {
				continue
			}
			all++
			may = may && err == nil
			if may {
				moved++
			}
			show(d, may)
		}
		read = a.now()
		return nil
	})
	return moved, all, errors.Join(append(failed, err)...)
}

// aligned is a task that Align has read.
type aligned struct {
	task  phab.Task
	read  time.Time
	began time.Time // Align, on Gerrit's clock: where changes are must have been looked at since
}

// alignCard decides on one card, and moves it if it may.
func (a *Assessor) alignCard(ctx context.Context, board *bind.Board, of aligned, may bool) (mapping.Decision, error) {
	defer a.tasks.lock(of.task.ID)()
	changes, err := a.o.Changes.OfTask(ctx, of.task.ID)
	if err != nil {
		return mapping.Decision{}, err
	}
	t, err := a.assess(ctx, of.task, of.read, changes)
	if err != nil {
		return mapping.Decision{}, err
	}
	t.aligning, t.looked = true, of.began
	d, err := t.located(ctx, board)
	if err != nil {
		return mapping.Decision{}, fmt.Errorf("task T%d: %w", of.task.ID, err)
	}
	if d.Verdict != mapping.Move || !may {
		return d, nil
	}
	if err := (&execution{assessment: t}).move(ctx, board, d); err != nil {
		return d, fmt.Errorf("task T%d: %w", of.task.ID, err)
	}
	return d, nil
}

func (a *Assessor) boardOf(tag string) (*bind.Board, error) {
	tag = "#" + strings.TrimPrefix(tag, "#")
	var known []string
	for _, b := range a.o.Binder.Current().Boards {
		if b.Calls(tag) {
			return b, nil
		}
		known = append(known, cmp.Or(b.MilestoneOf, b.Tag))
	}
	return nil, fmt.Errorf("no board %s in %s; name one that is there: %s", tag, a.o.Config.Path, strings.Join(known, ", "))
}

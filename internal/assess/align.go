package assess

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

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
func (r *Assessor) Align(ctx context.Context, tag string, most int, tell func(sentence string, moved bool)) (moved, all int, err error) {
	board, err := r.boardOf(tag)
	if err != nil {
		return 0, 0, err
	}
	var failed []error
	read, began := r.now(), r.o.Gerrit.HTTP().Now()
	err = r.o.Phab.EachTask(ctx, board.PHID, board.Statuses(), func(tasks []phab.Task) error {
		for _, task := range tasks {
			may := moved < most
			d, err := r.alignCard(ctx, board, look{r: r, bound: r.o.Binder.Current(), task: task, read: read, looked: began}, may)
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
			tell(r.told(ctx, d), may)
		}
		read = r.now()
		return nil
	})
	return moved, all, errors.Join(append(failed, err)...)
}

// alignCard decides on one card, and moves it if it may.
func (r *Assessor) alignCard(ctx context.Context, board *bind.Board, t look, may bool) (mapping.Decision, error) {
	defer r.tasks.lock(t.task.ID)()
	var err error
	if t.changes, err = r.o.Changes.OfTask(ctx, t.task.ID); err != nil {
		return mapping.Decision{}, err
	}
	if t.cards, err = r.o.Store.Cards(ctx, t.task.ID); err != nil {
		return mapping.Decision{}, err
	}
	d, err := t.decided(ctx, board, mapping.Align)
	if err != nil {
		return mapping.Decision{}, fmt.Errorf("task T%d: %w", t.task.ID, err)
	}
	if d.Verdict != mapping.Move || !may {
		return d, nil
	}
	if err := t.move(ctx, board, d); err != nil {
		return d, fmt.Errorf("task T%d: %w", t.task.ID, err)
	}
	return d, nil
}

func (r *Assessor) boardOf(tag string) (*bind.Board, error) {
	tag = "#" + strings.TrimPrefix(tag, "#")
	var known []string
	for _, b := range r.o.Binder.Current().Boards {
		if b.Calls(tag) {
			return b, nil
		}
		known = append(known, cmp.Or(b.MilestoneOf, b.Tag))
	}
	return nil, fmt.Errorf("no board %s in %s; name one that is there: %s", tag, r.o.Config.Path, strings.Join(known, ", "))
}

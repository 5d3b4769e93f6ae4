package sweep

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"reviewsync/internal/assess"
	"reviewsync/internal/bind"
	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/stored"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// Align looks at every card of a board that its rules can move, and shows which would move if all facts
// counted, whenever they were said and no matter who moved the card since. It moves up to most of them. It
// returns how many it moved and how many there are. Changes must have been read, and the config bound.
func (s *Sweeper) Align(ctx context.Context, tag string, most int, show func(d mapping.Decision, moved bool)) (moved, all int, err error) {
	board, err := s.board(tag)
	if err != nil {
		return 0, 0, err
	}
	var failed []error
	full := (*effect.Held)(nil)
	began := s.o.Gerrit.HTTP().Now()
	err = s.cards(ctx, board, func(task phab.Task, read assess.Moment) error {
		may := moved < most && full == nil
		d, err := s.o.Assess.Align(ctx, board, task, read, began, may)
		held, isHeld := errors.AsType[*effect.Held](err)
		switch {
		case isHeld: // the others are only shown
			full = held
		case stored.Unreadable(err), err != nil && remote.ClassOf(err) == remote.Blocked:
			failed = append(failed, err) // one card that cannot be moved stops no other
		case err != nil:
			return err
		}
		if d.Verdict != mapping.Move {
			return nil
		}
		all++
		may = may && err == nil
		if may {
			moved++
		}
		show(d, may)
		return nil
	})
	if full != nil {
		failed = append(failed, fmt.Errorf("the budget pace.%s is used up; for the rest, run 'reviewsync align' again after %s", full.By, full.Until.UTC().Format(time.RFC3339)))
	}
	return moved, all, errors.Join(append(failed, err)...)
}

// board finds a board by its hashtag.
func (s *Sweeper) board(tag string) (*bind.Board, error) {
	tag = "#" + strings.TrimPrefix(tag, "#")
	var known []string
	for _, b := range s.o.Binder.Current().Boards {
		if b.Calls(tag) {
			return b, nil
		}
		known = append(known, cmp.Or(b.MilestoneOf, b.Tag))
	}
	return nil, fmt.Errorf("no board %s in %s; name one that is there: %s", tag, s.o.Config.Path, strings.Join(known, ", "))
}

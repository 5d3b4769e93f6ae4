package service

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"reviewsync/internal/explain"
	"reviewsync/internal/web"
	"reviewsync/mapping/tell"
)

// AllBoards is the target of 'reviewsync release' without a board.
const AllBoards = "all"

// each does something to targets, one after the other.
func each(ctx context.Context, targets []string, do func(ctx context.Context, target string) (string, error)) ([]web.PokeResult, error) {
	var all []web.PokeResult
	for _, target := range targets {
		p := web.PokeResult{Target: target}
		text, err := do(ctx, target)
		if p.Text = text; err != nil {
			p.Error = err.Error()
		}
		all = append(all, p)
	}
	return all, nil
}

// release lets go the edits that wait for a budget.
func (d door) release(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return each(ctx, targets, func(ctx context.Context, target string) (string, error) {
		board, where := "", "on any board"
		if target != AllBoards {
			var err error
			if board, err = d.boardID(target); err != nil {
				return "", err
			}
			where = "on it"
		}
		n, err := d.Store.Release(ctx, board)
		if err == nil && n == 0 {
			err = fmt.Errorf("no edit waits %s", where)
		}
		return tell.Counted(n, "task") + tell.Plural(n, " goes", " go") + " on at once", err
	})
}

func (d door) boardID(tag string) (string, error) {
	tag = "#" + strings.TrimPrefix(tag, "#")
	for _, b := range d.Binder.Current().Boards {
		if b.Calls(tag) {
			return b.PHID, nil
		}
	}
	return "", errors.New("no such board is in use; name one as the config does")
}

// drop gives up the edits that wait of a change.
func (d door) drop(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return each(ctx, targets, func(ctx context.Context, target string) (string, error) {
		t, err := explain.ParseTarget([]string{target}, d.Config)
		if err != nil {
			return "", err
		}
		if t.Task != 0 {
			return "", errors.New("is a task; name a change")
		}
		key, err := d.keyOf(ctx, t)
		if err != nil {
			return "", err
		}
		n, err := d.Store.Drop(ctx, key, d.Phab.HTTP().Now())
		if err == nil && n == 0 {
			err = errors.New("no edit waits of it")
		}
		return tell.Counted(n, "task") + tell.Plural(n, " stays as it is", " stay as they are") + " until something new is said", err
	})
}

// Release is that of the service as it is now.
func (d *Daemon) Release(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return d.current.Load().door().release(ctx, targets)
}

// Drop is that of the service as it is now.
func (d *Daemon) Drop(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return d.current.Load().door().drop(ctx, targets)
}

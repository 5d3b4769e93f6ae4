package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

const (
	sqlPauses = `select board, since, why from pause order by board`
	sqlPause  = `insert into pause (board, since, why) values ($1, $2, $3)`
	sqlUnstop = `delete from pause where board = $1`

	sqlStopped = `select kind, key, urgent from agenda where class = $1 and want <> done order by kind, key`
	sqlRetake  = `update agenda set not_before = 0, attempts = 0, class = '', error = '', since = 0 where class = $1 and want <> done`
)

func scanPause(r *sql.Rows, p *mapping.Pause) error {
	var since int64
	err := r.Scan(&p.Board, &since, &p.Why)
	p.Since = date(since)
	return err
}

func (s pauses) Pauses(ctx context.Context) ([]mapping.Pause, error) {
	list, err := all(ctx, &s.db, scanPause, sqlPauses)
	if err != nil {
		return nil, fmt.Errorf("read what is paused: %w", err)
	}
	return list, nil
}

// pause returns the pause of a board; false: there is none.
func (t tx) pause(ctx context.Context, board string) (mapping.Pause, bool, error) {
	list, err := all(ctx, t, scanPause, sqlPauses)
	for _, p := range list {
		if p.Board == board {
			return p, true, err
		}
	}
	return mapping.Pause{}, false, err
}

func (s pauses) Pause(ctx context.Context, p mapping.Pause) (now mapping.Pause, first bool, err error) {
	err = s.change(ctx, "pause "+p.Board, func(ctx context.Context, t tx) error {
		was, paused, err := t.pause(ctx, p.Board)
		if err != nil || paused {
			now = was
			return err
		}
		now, first = p, true
		return t.exec(ctx, sqlPause, p.Board, millis(p.Since), p.Why)
	})
	return now, first, err
}

func (s pauses) Resume(ctx context.Context, board string) (p mapping.Pause, paused bool, err error) {
	err = s.change(ctx, "resume "+board, func(ctx context.Context, t tx) error {
		if p, paused, err = t.pause(ctx, board); err != nil || !paused {
			return err
		}
		stopped, err := all(ctx, t, func(r *sql.Rows, w *store.Wake) error { return r.Scan(&w.Kind, &w.Key, &w.Urgent) }, sqlStopped, store.ClassPaused)
		if err != nil {
			return err
		}
		for _, w := range stopped {
			t.wake(w)
		}
		if err := t.exec(ctx, sqlRetake, store.ClassPaused); err != nil {
			return err
		}
		return t.exec(ctx, sqlUnstop, board)
	})
	return p, paused, err
}

// stopped returns a *store.Paused if a pause stops one of the ops.
func (t tx) stopped(ctx context.Context, ops []store.Op) error {
	list, err := all(ctx, t, scanPause, sqlPauses)
	if err != nil {
		return err
	}
	for _, p := range list {
		for _, op := range ops {
			if p.Stops(op.Effect) {
				return &store.Paused{Pause: p}
			}
		}
	}
	return nil
}

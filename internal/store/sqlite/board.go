package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// The kinds of moments.
const (
	momentStore     = "store"     // "created"
	momentBoard     = "board"     // when the board was first seen
	momentWatermark = "watermark" // how far a poll came
)

const (
	sqlMoment     = `select at from moment where kind = $1 and name = $2`
	sqlSetMoment  = `insert into moment (kind, name, at) values ($1, $2, $3) on conflict (kind, name) do update set at = excluded.at`
	sqlKeepMoment = `insert into moment (kind, name, at) values ($1, $2, $3) on conflict (kind, name) do nothing`

	sqlColumns      = `select name, phid from board_column where board = $1`
	sqlBindColumn   = `insert into board_column (board, name, phid) values ($1, $2, $3) on conflict (board, name) do update set phid = excluded.phid`
	sqlUnbindColumn = `update board_column set phid = '' where board = $1 and phid = $2 and name <> $3`
)

func (s *file) moment(ctx context.Context, kind, name string) (time.Time, bool, error) {
	ms, ok, err := one(ctx, &s.db, scalar[int64], sqlMoment, kind, name)
	if err != nil {
		return time.Time{}, false, fmt.Errorf("read %s %s: %w", kind, name, err)
	}
	return date(ms), ok, nil
}

// keep stores a moment unless there is one, and returns the stored one.
func (s *file) keep(ctx context.Context, kind, name string, at time.Time) (time.Time, error) {
	if t, ok, err := s.moment(ctx, kind, name); err != nil || ok {
		return t, err
	}
	err := s.change(ctx, "store "+kind+" "+name, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlKeepMoment, kind, name, millis(at))
	})
	if err != nil {
		return time.Time{}, err
	}
	t, _, err := s.moment(ctx, kind, name)
	return t, err
}

func (s *file) Created() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.created
}

func (s *file) Born(ctx context.Context, now time.Time) (time.Time, error) {
	at, err := s.keep(ctx, momentStore, "created", now)
	if err != nil {
		return time.Time{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.created = at
	return at, nil
}

func (s changes) Watermark(ctx context.Context, name string) (time.Time, bool, error) {
	return s.moment(ctx, momentWatermark, name)
}

func (s boards) BoardStart(ctx context.Context, board string, now time.Time) (time.Time, error) {
	return s.keep(ctx, momentBoard, board, now)
}

func (s boards) Columns(ctx context.Context, board string) (map[string]string, error) {
	type bound struct{ name, phid string }
	list, err := all(ctx, &s.db, func(r *sql.Rows, b *bound) error { return r.Scan(&b.name, &b.phid) }, sqlColumns, board)
	if err != nil {
		return nil, fmt.Errorf("read columns of %s: %w", board, err)
	}
	columns := map[string]string{}
	for _, b := range list {
		columns[b.name] = b.phid
	}
	return columns, nil
}

func (s boards) BindColumn(ctx context.Context, board, name, phid string) error {
	return s.change(ctx, "bind column "+name+" of "+board, func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlUnbindColumn, board, phid, name); err != nil {
			return err
		}
		return t.exec(ctx, sqlBindColumn, board, name, phid)
	})
}

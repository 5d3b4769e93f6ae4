package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

const (
	sqlBeginOp = `insert into op (key, task, board, kind, effect, from_column, to_column, state, created, ended, result, error, paced, change, person, deployed)
values ($1, $2, $3, $4, $5, $6, $7, 'pending', $8, 0, '', '', $9, $10, $11, $12) returning id`

	sqlEndOp = `update op set state = $2, result = $3, error = $4, ended = $5 where id = $1`

	sqlTaskOfOp = `select task from op where id = $1`

	sqlPruneOps  = `delete from op where state <> 'pending' and ended < $1`
	sqlPruneAsks = `delete from ask where open = 0 and at < $1`

	sqlOp        = `select id, key, task, board, kind, effect, sentence, state, created, ended, result, error from op `
	sqlPending   = sqlOp + `where task = $1 and state = 'pending' order by id`
	sqlResults   = `select created, result from op where task = $1 order by id`
	sqlOpsFrom   = sqlOp + `where key >= $1 and key < $2 order by id`
	sqlOpsSince  = `select created from op where kind = $1 and board = $2 and created > $3 and state <> 'failed' order by created`
	sqlBetween   = sqlOp + `where created >= $1 and created < $2 order by created, id`
	sqlOpsNewest = sqlOp + `order by id desc limit $1`
)

func (s ops) BeginOps(ctx context.Context, ops []store.Op, notes ...store.Note) (ids []int64, err error) {
	err = s.change(ctx, "begin "+keysOf(ops), func(ctx context.Context, t tx) error {
		if err := t.stopped(ctx, ops); err != nil {
			return err
		}
		for _, op := range ops {
			id, err := s.beginOp(ctx, t, op)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return store.Take(ctx, t, notes)
	})
	if paused, is := errors.AsType[*store.Paused](err); is {
		return nil, paused
	}
	return ids, err
}

func keysOf(ops []store.Op) string {
	var keys []string
	for _, op := range ops {
		keys = append(keys, op.Key)
	}
	return strings.Join(keys, ", ")
}

func (s ops) beginOp(ctx context.Context, t tx, op store.Op) (int64, error) {
	if op.Created.IsZero() {
		op.Created = s.Now()
	}
	effect := ""
	if op.Effect.Kind != "" {
		text, err := json.Marshal(op.Effect)
		if err != nil {
			return 0, err
		}
		effect = string(text)
	}
	var cause pace.Cause
	if op.Cause != nil {
		cause = *op.Cause
	}
	id, _, err := one(ctx, t, scalar[int64], sqlBeginOp, op.Key, op.Task, op.Board, op.Kind,
		effect, op.Effect.Card.From.ID, op.Effect.Card.To.ID, millis(op.Created), number(op.Cause != nil), writeKey(cause.Change), cause.Person, number(cause.Deployed))
	return id, err
}

func (s ops) EndOps(ctx context.Context, ids []int64, end store.OpEnd, notes ...store.Note) error {
	return s.change(ctx, fmt.Sprintf("end ops %d", ids), func(ctx context.Context, t tx) error {
		for _, id := range ids {
			if err := t.exec(ctx, sqlEndOp, id, string(end.State), end.Result, end.Error, millis(s.Now())); err != nil {
				return err
			}
			if end.State == store.OpUnknown {
				if err := t.lose(ctx, id, end.Error); err != nil {
					return err
				}
			}
		}
		return store.Take(ctx, t, notes)
	})
}

func (s ops) Pending(ctx context.Context, task int) ([]store.Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlPending, task)
	if err != nil {
		return nil, fmt.Errorf("read pending ops of T%d: %w", task, err)
	}
	return list, nil
}

func (s ops) Results(ctx context.Context, task int) ([]store.OpResult, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, o *store.OpResult) error {
		var created int64
		err := r.Scan(&created, &o.Result)
		o.Created = date(created)
		return err
	}, sqlResults, task)
	if err != nil {
		return nil, fmt.Errorf("read what was written to T%d: %w", task, err)
	}
	return list, nil
}

func (s ops) Ops(ctx context.Context, limit int) ([]store.Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlOpsNewest, limit)
	if err != nil {
		return nil, fmt.Errorf("read ops: %w", err)
	}
	return list, nil
}

func (s ops) OpsBetween(ctx context.Context, from, to time.Time) ([]store.Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlBetween, millis(from), millis(to))
	if err != nil {
		return nil, fmt.Errorf("read ops since %s: %w", from, err)
	}
	return list, nil
}

func scanOp(r *sql.Rows, o *store.Op) error {
	var created, ended int64
	var effect string
	err := r.Scan(&o.ID, &o.Key, &o.Task, &o.Board, &o.Kind, &effect, &o.Sentence, &o.State, &created, &ended, &o.Result, &o.Error)
	o.Created, o.Ended = date(created), date(ended)
	if err == nil && effect != "" {
		err = json.Unmarshal([]byte(effect), &o.Effect)
	}
	return err
}

func (s ops) PruneOps(ctx context.Context, before time.Time) error {
	return s.change(ctx, "prune ops", func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlPruneOps, millis(before)); err != nil {
			return err
		}
		if err := t.exec(ctx, sqlPruneHeld, millis(before)); err != nil {
			return err
		}
		return t.exec(ctx, sqlPruneAsks, millis(before))
	})
}

func (s ops) AskOps(ctx context.Context, key review.Key) ([]store.Op, error) {
	var list []store.Op
	for _, kind := range []string{"ask ", "remind "} {
		from := kind + key.String()
		ops, err := all(ctx, &s.db, scanOp, sqlOpsFrom, from+" ", from+"!") // what follows the space
		if err != nil {
			return nil, fmt.Errorf("read asks of %s: %w", key, err)
		}
		list = append(list, ops...)
	}
	slices.SortFunc(list, func(x, y store.Op) int { return cmp.Compare(x.ID, y.ID) })
	return list, nil
}

func (s ops) OpsSince(ctx context.Context, kind, board string, after time.Time) ([]time.Time, error) {
	times, err := all(ctx, &s.db, scalar[int64], sqlOpsSince, kind, board, millis(after))
	if err != nil {
		return nil, fmt.Errorf("list ops: %w", err)
	}
	began := make([]time.Time, len(times))
	for i, at := range times {
		began[i] = date(at)
	}
	return began, nil
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"reviewsync/mapping"
)

// OpState says how far a write to a server came.
type OpState string

// The states of an op.
const (
	OpPending OpState = "pending" // begun; after a crash nobody knows whether the server saw it
	OpDone    OpState = "done"
	OpFailed  OpState = "failed"  // the server refused it, or never saw it
	OpUnknown OpState = "unknown" // the answer was lost and looking did not settle it
)

// Op is one write to a server.
type Op struct {
	ID      int64
	Key     string // its natural key: the same write for the same reason has the same key
	Task    int
	Board   string
	Kind    string         // e.g. "move"
	Detail  string         // the sentence for people
	Effect  mapping.Effect // zero if an older version noted it
	State   OpState
	Created time.Time
	Ended   time.Time // zero while pending
	Result  string
	Error   string
}

// OpEnd is how a write ended.
type OpEnd struct {
	State  OpState
	Result string
	Error  string
}

const (
	sqlBeginOp = `insert into op (key, task, board, kind, detail, effect, from_column, to_column, state, created, ended, result, error)
values ($1, $2, $3, $4, $5, $6, $7, $8, 'pending', $9, 0, '', '') returning id`

	sqlEndOp = `update op set state = $2, result = $3, error = $4, ended = $5 where id = $1`

	sqlTaskOfOp = `select task from op where id = $1`

	sqlPruneOps  = `delete from op where state <> 'pending' and ended < $1`
	sqlPruneAsks = `delete from ask where open = 0 and at < $1`

	sqlOp        = `select id, key, task, board, kind, detail, effect, state, created, ended, result, error from op `
	sqlPending   = sqlOp + `where task = $1 and state = 'pending' order by id`
	sqlOpsOn     = sqlOp + `where task = $1 order by id`
	sqlResults   = `select created, result from op where task = $1 order by id`
	sqlOpsOf     = sqlOp + `where key = $1 order by id`
	sqlOpsNewest = sqlOp + `order by id desc limit $1`
)

// BeginOps notes that writes are about to be sent, and what counts from now on, all or nothing.
// A zero Op.Created is now.
func (s *Store) BeginOps(ctx context.Context, ops []Op, notes ...Note) (ids []int64, err error) {
	err = s.change(ctx, "begin "+keysOf(ops), func(ctx context.Context, t tx) error {
		for _, op := range ops {
			id, err := s.beginOp(ctx, t, op)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return noteAll(ctx, t, notes)
	})
	return ids, err
}

func keysOf(ops []Op) string {
	var keys []string
	for _, op := range ops {
		keys = append(keys, op.Key)
	}
	return strings.Join(keys, ", ")
}

func (s *Store) beginOp(ctx context.Context, t tx, op Op) (int64, error) {
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
	id, _, err := one(ctx, t, scalar[int64], sqlBeginOp, op.Key, op.Task, op.Board, op.Kind, op.Detail,
		effect, op.Effect.Card.From.ID, op.Effect.Card.To.ID, millis(op.Created))
	return id, err
}

// EndOps notes how writes ended, and what follows from that, all or nothing. Of a write to a task of
// which nobody knows, the answer is on the agenda from then on: it may take effect yet (KindLost).
func (s *Store) EndOps(ctx context.Context, ids []int64, end OpEnd, notes ...Note) error {
	return s.change(ctx, fmt.Sprintf("end ops %d", ids), func(ctx context.Context, t tx) error {
		for _, id := range ids {
			if err := t.exec(ctx, sqlEndOp, id, string(end.State), end.Result, end.Error, millis(s.Now())); err != nil {
				return err
			}
			if end.State == OpUnknown {
				if err := t.lose(ctx, id, end.Error); err != nil {
					return err
				}
			}
		}
		return noteAll(ctx, t, notes)
	})
}

// Pending lists the task's ops that were begun and not ended, the oldest first.
func (s *Store) Pending(ctx context.Context, task int) ([]Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlPending, task)
	if err != nil {
		return nil, fmt.Errorf("read pending ops of T%d: %w", task, err)
	}
	return list, nil
}

// OpsOn lists the ops on a task, the oldest first.
func (s *Store) OpsOn(ctx context.Context, task int) ([]Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlOpsOn, task)
	if err != nil {
		return nil, fmt.Errorf("read ops on T%d: %w", task, err)
	}
	return list, nil
}

// OpResult is when an op was begun, and what it came to; empty: that is not known.
type OpResult struct {
	Created time.Time
	Result  string
}

// Results tells what the ops on a task came to, the oldest first.
func (s *Store) Results(ctx context.Context, task int) ([]OpResult, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, o *OpResult) error {
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

// OpsOf lists the ops with this natural key, the oldest first.
func (s *Store) OpsOf(ctx context.Context, key string) ([]Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlOpsOf, key)
	if err != nil {
		return nil, fmt.Errorf("read ops %s: %w", key, err)
	}
	return list, nil
}

// Ops lists the newest ops, the newest first.
func (s *Store) Ops(ctx context.Context, limit int) ([]Op, error) {
	list, err := all(ctx, &s.db, scanOp, sqlOpsNewest, limit)
	if err != nil {
		return nil, fmt.Errorf("read ops: %w", err)
	}
	return list, nil
}

func scanOp(r *sql.Rows, o *Op) error {
	var created, ended int64
	var effect string
	err := r.Scan(&o.ID, &o.Key, &o.Task, &o.Board, &o.Kind, &o.Detail, &effect, &o.State, &created, &ended, &o.Result, &o.Error)
	o.Created, o.Ended = date(created), date(ended)
	if err == nil && effect != "" {
		err = json.Unmarshal([]byte(effect), &o.Effect)
	}
	return err
}

// PruneOps forgets the ops, and the asks, that ended before a time. What matters of them for
// ever is in what was settled, and on the changes.
func (s *Store) PruneOps(ctx context.Context, before time.Time) error {
	return s.change(ctx, "prune ops", func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlPruneOps, millis(before)); err != nil {
			return err
		}
		return t.exec(ctx, sqlPruneAsks, millis(before))
	})
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
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
	Kind    string // e.g. "move"
	Detail  string // text or JSON
	State   OpState
	Created time.Time
	Ended   time.Time // zero while pending
	Result  string
	Error   string
}

const (
	sqlBeginOp = `insert into op (key, task, board, kind, detail, state, created, ended, result, error)
values ($1, $2, $3, $4, $5, 'pending', $6, 0, '', '') returning id`

	sqlEndOp = `update op set state = $2, result = $3, error = $4, ended = $5 where id = $1`

	sqlPruneOps  = `delete from op where state <> 'pending' and ended < $1`
	sqlPruneAsks = `delete from ask where open = 0 and at < $1`

	sqlOp        = `select id, key, task, board, kind, detail, state, created, ended, result, error from op `
	sqlPending   = sqlOp + `where task = $1 and state = 'pending' order by id`
	sqlOpsOn     = sqlOp + `where task = $1 order by id`
	sqlOpsOf     = sqlOp + `where key = $1 order by id`
	sqlOpsNewest = sqlOp + `order by id desc limit $1`
)

// BeginOp notes that a write is about to be sent. A zero op.Created is now.
func (s *Store) BeginOp(ctx context.Context, op Op) (id int64, err error) {
	err = s.change(ctx, "begin "+op.Kind+" "+op.Key, func(ctx context.Context, t tx) error {
		id, err = s.beginOp(ctx, t, op)
		return err
	})
	return id, err
}

func (s *Store) beginOp(ctx context.Context, t tx, op Op) (id int64, err error) {
	if op.Created.IsZero() {
		op.Created = s.Now()
	}
	id, _, err = one(ctx, t, scalar[int64], sqlBeginOp, op.Key, op.Task, op.Board, op.Kind, op.Detail, millis(op.Created))
	return id, err
}

// EndOp notes how a write ended.
func (s *Store) EndOp(ctx context.Context, id int64, state OpState, result, errText string) error {
	return s.change(ctx, fmt.Sprintf("end op %d", id), func(ctx context.Context, t tx) error {
		return s.endOp(ctx, t, id, state, result, errText)
	})
}

func (s *Store) endOp(ctx context.Context, t tx, id int64, state OpState, result, errText string) error {
	return t.exec(ctx, sqlEndOp, id, string(state), result, errText, millis(s.Now()))
}

// FinishMove notes that a move was made, what it was decided from, and the comments that
// were made with it, all or nothing.
func (s *Store) FinishMove(ctx context.Context, id int64, result string, task int, board string, st Settlement, said []string) error {
	return s.change(ctx, fmt.Sprintf("finish move of T%d on %s", task, board), func(ctx context.Context, t tx) error {
		if err := s.endOp(ctx, t, id, OpDone, result, ""); err != nil {
			return err
		}
		if err := say(ctx, t, task, said); err != nil {
			return err
		}
		return settle(ctx, t, task, board, st)
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
	err := r.Scan(&o.ID, &o.Key, &o.Task, &o.Board, &o.Kind, &o.Detail, &o.State, &created, &ended, &o.Result, &o.Error)
	o.Created, o.Ended = date(created), date(ended)
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

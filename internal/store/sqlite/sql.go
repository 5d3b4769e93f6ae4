package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"reviewsync/internal/store"
)

// pool is a database with prepared statements.
type pool struct {
	*sql.DB
	hot      map[string]*sql.Stmt
	troubles troubles
}

func (p *pool) prepare(ctx context.Context, queries []string) error {
	p.hot = map[string]*sql.Stmt{}
	for _, q := range queries {
		st, err := p.PrepareContext(ctx, q)
		if err != nil {
			return fmt.Errorf("prepare %q: %w", q, err)
		}
		p.hot[q] = st
	}
	return nil
}

// rows runs a query outside a transaction.
func (p *pool) rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if st, ok := p.hot[q]; ok {
		return st.QueryContext(ctx, args...)
	}
	return p.QueryContext(ctx, q, args...)
}

// tx is a transaction that writes.
type tx struct {
	*sql.Tx
	hot   map[string]*sql.Stmt
	wrote *bool // exec was called: a transaction without it does not prove that the disk can be written
	wakes *[]store.Wake
	now   time.Time
}

// wake has the agenda hear of it, once the transaction is stored.
func (t tx) wake(w store.Wake) { *t.wakes = append(*t.wakes, w) }

func (t tx) rows(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	if st, ok := t.hot[q]; ok {
		return t.StmtContext(ctx, st).QueryContext(ctx, args...)
	}
	return t.QueryContext(ctx, q, args...)
}

func (t tx) exec(ctx context.Context, q string, args ...any) error {
	*t.wrote = true
	var err error
	if st, ok := t.hot[q]; ok {
		_, err = t.StmtContext(ctx, st).ExecContext(ctx, args...)
	} else {
		_, err = t.ExecContext(ctx, q, args...)
	}
	return err
}

// noted notes an error of a read outside a transaction.
func (p *pool) noted(err error) error { return p.troubles.read(err) }

// noted leaves an error to the end of the transaction.
func (t tx) noted(err error) error { return err }

// change runs f in a transaction. It stops if ctx ends before the transaction begins, but not
// later: a transaction takes only microseconds. f may use only the transaction, which has the one
// connection.
func (s *file) change(ctx context.Context, what string, f func(ctx context.Context, t tx) error) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	wrote, wakes, err := s.transact(context.WithoutCancel(ctx), f)
	if err = s.db.troubles.written(wrote, err); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	s.listener.call(wakes)
	return nil
}

func (s *file) transact(ctx context.Context, f func(ctx context.Context, t tx) error) (wrote bool, wakes []store.Wake, err error) {
	t, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return false, nil, err
	}
	if err := f(ctx, tx{t, s.db.hot, &wrote, &wakes, s.Now()}); err != nil {
		_ = t.Rollback() // the error of f is the one to return
		return wrote, nil, err
	}
	return wrote, wakes, t.Commit()
}

// Note stores notes. It writes nothing for Awaits without anything new.
func (s *file) Note(ctx context.Context, notes ...store.Note) error {
	if len(notes) == 1 {
		if w, is := notes[0].(store.Awaits); is {
			if end, put, err := otherWaits(ctx, &s.db, w); err != nil || len(end)+len(put) == 0 {
				return err
			}
		}
	}
	return s.change(ctx, "note", func(ctx context.Context, t tx) error { return store.Take(ctx, t, notes) })
}

// queryer is a pool or a transaction.
type queryer interface {
	rows(ctx context.Context, q string, args ...any) (*sql.Rows, error)
	noted(err error) error // handles an error of a read, and returns it
}

// all reads every row of a query, and frees the connection.
func all[T any](ctx context.Context, from queryer, scan func(*sql.Rows, *T) error, q string, args ...any) ([]T, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	rows, err := from.rows(context.WithoutCancel(ctx), q, args...)
	if err != nil {
		return nil, from.noted(err)
	}
	defer rows.Close()
	var list []T
	for rows.Next() {
		var v T
		if err := scan(rows, &v); err != nil {
			return nil, from.noted(err)
		}
		list = append(list, v)
	}
	return list, from.noted(rows.Err())
}

// one reads the first row of a query; false if there is none.
func one[T any](ctx context.Context, from queryer, scan func(*sql.Rows, *T) error, q string, args ...any) (T, bool, error) {
	list, err := all(ctx, from, scan, q, args...)
	if err != nil || len(list) == 0 {
		var none T
		return none, false, err
	}
	return list[0], true, nil
}

// scalar scans a row of one value.
func scalar[T any](r *sql.Rows, v *T) error { return r.Scan(v) }

// hot are the statements to prepare: those of a transition and of an idle poll.
var hot = []string{
	sqlMark, sqlPlan, sqlDone, sqlOpen, sqlDoneTo, sqlKnown, sqlFound, sqlMoment, sqlSetMoment, sqlPutChange, sqlPutSnapshot,
	sqlLinks, sqlPutLink, sqlDropLinks, sqlChanges, sqlLinksOfTask, sqlColumns, sqlCards, sqlCardOn, sqlPutCard, sqlPutStep, sqlPending,
	sqlBeginOp, sqlEndOp, sqlPauses, sqlWasOpen, sqlWaits, sqlDuplicate, sqlDuplicatesOf,
}

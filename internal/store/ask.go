package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

const (
	sqlChange = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from change c join snapshot s on s.key = c.key where c.key = $1`

	sqlOpenChanges = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from change c join snapshot s on s.key = c.key
where c.open = 1 and substr(c.key, 1, length($1)) = $1 and substr(c.key, length($1) + 1) not like '%~%' order by c.key limit $2`

	sqlAsksOf = `select change, why, votes, who, at, open from ask where change = $1 order by at, who`
	sqlAsks   = `select change, why, votes, who, at, case when exists (select 1 from change c where c.key = ask.change and c.open = 1) then open else 0 end
from ask where at > $1 order by at, change, who`
	sqlDropAsks = `delete from ask where change = $1`
	sqlPutAsk   = `insert into ask (change, why, votes, who, at, open) values ($1, $2, $3, $4, $5, $6)
on conflict (change, why, votes, who) do update set at = excluded.at, open = excluded.open`

	sqlOpsFrom  = sqlOp + `where key >= $1 and key < $2 order by id`
	sqlOpsSince = `select created from op where kind = $1 and board = $2 and created > $3 and state <> 'failed' order by created`
)

// Change is a change as it was read; false if there is none.
func (s *Store) Change(ctx context.Context, key review.Key) (ChangeRow, bool, error) {
	c, known, err := one(ctx, &s.db, scanChange, sqlChange, key.String())
	if err != nil {
		return c, false, fmt.Errorf("read change %s: %w", key, err)
	}
	return c, known, nil
}

// OpenChanges lists at most limit open changes of a repository.
func (s *Store) OpenChanges(ctx context.Context, project string, limit int) ([]ChangeRow, error) {
	list, err := all(ctx, &s.db, scanChange, sqlOpenChanges, project+"~", limit)
	if err != nil {
		return nil, fmt.Errorf("list open changes of %s: %w", project, err)
	}
	return list, nil
}

func scanAsk(r *sql.Rows, a *ask.Past) error {
	var change string
	var at int64
	if err := r.Scan(&change, &a.Why, &a.Votes, &a.Who, &at, &a.Open); err != nil {
		return err
	}
	a.At = date(at)
	var err error
	a.Change, err = review.ParseKey(change)
	return err
}

// Asks lists the asks of all changes after a time, the oldest first. Of a change that is gone none is open.
func (s *Store) Asks(ctx context.Context, after time.Time) ([]ask.Past, error) {
	list, err := all(ctx, &s.db, scanAsk, sqlAsks, millis(after))
	if err != nil {
		return nil, fmt.Errorf("list asks: %w", err)
	}
	return list, nil
}

// PutAsks remembers the asks of a change, as it tells them itself.
func (s *Store) PutAsks(ctx context.Context, key review.Key, asks []ask.Past) error {
	k := key.String()
	had, err := all(ctx, &s.db, scanAsk, sqlAsksOf, k)
	if err != nil {
		return fmt.Errorf("read asks of %s: %w", key, err)
	}
	same := slices.EqualFunc(had, asks, func(x, y ask.Past) bool {
		return x.AskKey == y.AskKey && x.At.Equal(y.At) && x.Open == y.Open
	})
	if same {
		return nil
	}
	return s.change(ctx, "store asks of "+k, func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlDropAsks, k); err != nil {
			return err
		}
		for _, a := range asks {
			if err := putAsk(ctx, t, a); err != nil {
				return err
			}
		}
		return nil
	})
}

func putAsk(ctx context.Context, t tx, a ask.Past) error {
	return t.exec(ctx, sqlPutAsk, a.Change.String(), a.Why, a.Votes, a.Who, millis(a.At), number(a.Open))
}

// AskOps lists the ops that asked or reminded somebody on a change, the oldest first.
func (s *Store) AskOps(ctx context.Context, key review.Key) ([]Op, error) {
	var list []Op
	for _, kind := range []string{"ask ", "remind "} {
		from := kind + key.String()
		ops, err := all(ctx, &s.db, scanOp, sqlOpsFrom, from+" ", from+"!") // what follows the space
		if err != nil {
			return nil, fmt.Errorf("read asks of %s: %w", key, err)
		}
		list = append(list, ops...)
	}
	slices.SortFunc(list, func(x, y Op) int { return cmp.Compare(x.ID, y.ID) })
	return list, nil
}

// OpsSince tells when the writes of a kind for a board were begun, after a time, but for those that were refused.
func (s *Store) OpsSince(ctx context.Context, kind, board string, after time.Time) ([]time.Time, error) {
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

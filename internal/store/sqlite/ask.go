package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

const (
	sqlAsksOf = `select change, why, votes, who, at, open from ask where change = $1 order by at, who`
	sqlAsks   = `select change, why, votes, who, at, case when exists (select 1 from change c where c.key = ask.change and c.open = 1) then open else 0 end
from ask where at > $1 order by at, change, who`
	sqlDropAsks = `delete from ask where change = $1`
	sqlPutAsk   = `insert into ask (change, why, votes, who, at, open) values ($1, $2, $3, $4, $5, $6)
on conflict (change, why, votes, who) do update set at = excluded.at, open = excluded.open`
)

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

func (s asks) Asks(ctx context.Context, after time.Time) ([]ask.Past, error) {
	list, err := all(ctx, &s.db, scanAsk, sqlAsks, millis(after))
	if err != nil {
		return nil, fmt.Errorf("list asks: %w", err)
	}
	return list, nil
}

func (s asks) PutAsks(ctx context.Context, key review.Key, asks []ask.Past) error {
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

// Asked stores that somebody is asked.
func (t tx) Asked(ctx context.Context, a store.Asked) error { return putAsk(ctx, t, a.Past) }

func putAsk(ctx context.Context, t tx, a ask.Past) error {
	return t.exec(ctx, sqlPutAsk, a.Change.String(), a.Why, a.Votes, a.Who, millis(a.At), number(a.Open))
}

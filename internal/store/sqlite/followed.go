package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// momentFollowed is since when the repositories in its name have been followed.
const momentFollowed = "followed"

const sqlFollowed = `select name, at from moment where kind = $1 order by at desc, name`

func (s boards) Followed(ctx context.Context, now string, at time.Time) (before string, since time.Time, err error) {
	type row struct {
		name string
		at   int64
	}
	known, err := all(ctx, &s.db, func(r *sql.Rows, w *row) error { return r.Scan(&w.name, &w.at) }, sqlFollowed, momentFollowed)
	switch {
	case err != nil:
		return "", time.Time{}, fmt.Errorf("read what is followed: %w", err)
	case len(known) > 1 && known[0].name == now:
		return known[1].name, date(known[0].at), nil
	case len(known) > 0 && known[0].name == now:
		return "", time.Time{}, nil
	case len(known) > 0:
		before, since = known[0].name, at
	}
	return before, since, s.change(ctx, "note what is followed", func(ctx context.Context, t tx) error {
		for _, k := range known[min(1, len(known)):] {
			if err := t.exec(ctx, sqlDropMoment, momentFollowed, k.name); err != nil {
				return err
			}
		}
		return t.exec(ctx, sqlSetMoment, momentFollowed, now, millis(at))
	})
}

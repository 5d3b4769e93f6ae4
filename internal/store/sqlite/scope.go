package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
)

// momentScope is since when a tag, or the comments, have had their scope.
const momentScope = "scope"

const sqlScopes = `select name, at from moment where kind = $1`

// named returns the name of the moment of a scope.
func named(s store.Scope) string { return s.Of + "\n" + s.Text }

func (s boards) Scopes(ctx context.Context, wanted []store.Scope, now time.Time) ([]time.Time, error) {
	type row struct {
		name string
		at   int64
	}
	known, err := all(ctx, &s.db, func(r *sql.Rows, w *row) error { return r.Scan(&w.name, &w.at) }, sqlScopes, momentScope)
	if err != nil {
		return nil, fmt.Errorf("read scopes: %w", err)
	}
	since := make([]time.Time, len(wanted))
	var fresh, stay []string
	for i, w := range wanted {
		since[i] = w.First
		for _, k := range known {
			of, _, _ := strings.Cut(k.name, "\n")
			switch {
			case k.name == named(w):
				since[i], stay = date(k.at), append(stay, k.name)
			case of == w.Of:
				since[i] = now
			}
		}
		if !slices.Contains(stay, named(w)) {
			fresh = append(fresh, named(w))
		}
	}
	if len(fresh) == 0 && len(stay) == len(known) {
		return since, nil
	}
	return since, s.change(ctx, "note scopes", func(ctx context.Context, t tx) error {
		for _, k := range known {
			if !slices.Contains(stay, k.name) {
				if err := t.exec(ctx, sqlDropMoment, momentScope, k.name); err != nil {
					return err
				}
			}
		}
		for i, w := range wanted {
			if slices.Contains(fresh, named(w)) {
				if err := t.exec(ctx, sqlKeepMoment, momentScope, named(w), millis(since[i])); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

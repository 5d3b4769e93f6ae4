package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// momentScope is since when a tag, or the comments, have had their scope.
const momentScope = "scope"

const sqlScopes = `select name, at from moment where kind = $1`

// Scope is what a tag, or the comments, look at.
type Scope struct {
	Of    string    // "tag #name" or "comments"
	Text  string    // says all of it; another text is another scope
	First time.Time // since when it has been so, if nothing is known of it
}

// name is that of its moment.
func (s Scope) name() string { return s.Of + "\n" + s.Text }

// Scopes notes that these scopes, and no others, are in use at now, in server time, and
// returns since when each of them has been.
func (s *Store) Scopes(ctx context.Context, wanted []Scope, now time.Time) ([]time.Time, error) {
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
			case k.name == w.name():
				since[i], stay = date(k.at), append(stay, k.name)
			case of == w.Of:
				since[i] = now
			}
		}
		if !slices.Contains(stay, w.name()) {
			fresh = append(fresh, w.name())
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
			if slices.Contains(fresh, w.name()) {
				if err := t.exec(ctx, sqlKeepMoment, momentScope, w.name(), millis(since[i])); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

package sqlite

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"reviewsync/internal/store"
)

// older makes a store with the tables of an earlier version and what the statements put in.
func older(t *testing.T, version int64, statements ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestOpenChangesAreReadAgain: what version 6 kept of an open change lacks what stood far
// down in long texts.
func TestOpenChangesAreReadAgain(t *testing.T) {
	path := older(t, 6,
		`insert into change (key, found, meta, open, sweep, twins) values ('core~1', 'm', 'm', 1, 0, ''), ('core~2', 'm', 'm', 0, 0, 'x'), ('core~3', 'm', 'm', 1, 0, '')`,
		`insert into work (kind, key, want, done, attempts, next_at, class, error, since) values ('change', 'core~1', 4, 4, 0, 0, '', '', 0), ('change', 'core~2', 2, 2, 0, 0, '', '', 0)`)
	due, err := open(t, path).Behind(t.Context(), store.KindChange, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, d := range due {
		keys = append(keys, d.Key)
	}
	slices.Sort(keys)
	if !slices.Equal(keys, []string{"core~1", "core~3"}) {
		t.Errorf("behind are %q", keys)
	}
}

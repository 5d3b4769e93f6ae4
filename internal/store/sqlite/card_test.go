package sqlite

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// What cards were settled on is kept, and the next decision fills in the rest. A test of the service
// shows how it goes on.
func TestAnOlderStoreIsBroughtUpToDate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "v8.db")
	text, err := os.ReadFile(filepath.Join("testdata", "v8.sql"))
	must(t, err)
	db := get(sql.Open("sqlite", path))(t)
	_, err = db.Exec(string(text))
	must(t, err)
	type row struct {
		task          int
		board, column string
		digest        string
		at            int64
	}
	settled := get(all(t.Context(), &pool{DB: db}, func(r *sql.Rows, v *row) error {
		return r.Scan(&v.task, &v.board, &v.column, &v.digest, &v.at)
	}, "select task, board, column_name, digest, at from settled"))(t)
	must(t, db.Close())

	s := open(t, path)
	if len(settled) < 20 {
		t.Errorf("only %d cards were settled", len(settled))
	}
	for _, r := range settled {
		card := get(s.Cards(t.Context(), r.task))(t)[r.board]
		same(t, "settled", card.Settled, store.Settlement{Digest: r.digest, Column: r.column, At: date(r.at)})
		same(t, "standing", card.Standing, store.Standing{Column: mapping.Named{ID: r.column}})
	}
	same(t, "history", get(s.History(t.Context(), 1))(t), []store.Step(nil))
}

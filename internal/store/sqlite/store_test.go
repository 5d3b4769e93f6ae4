package sqlite

import (
	"bytes"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/store"
	"reviewsync/internal/store/storetest"
)

var monday = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)

func open(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// must fails the test on an error of a call that has no other result.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// get is the result of a call that must not fail.
func get[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("error %q does not say %q", err, p)
		}
	}
}

var opener = storetest.Opener{
	Open:   func(t testing.TB) store.Store { return open(t, filepath.Join(t.TempDir(), "reviewsync.db")) },
	Killed: func(t testing.TB, s store.Store) store.Store { return open(t, kill(t, s.(*Store).path)) },
}

func TestContract(t *testing.T) { storetest.Run(t, opener) }

// The store that check and dry runs have in memory is one, too.
func TestContractInMemory(t *testing.T) {
	storetest.Run(t, storetest.Opener{Open: func(t testing.TB) store.Store { return open(t, Memory) }})
}

func Benchmark(b *testing.B) { storetest.Benchmark(b, opener) }

func TestTheFile(t *testing.T) {
	// Characters that mean something in a database address must not in a path.
	path := filepath.Join(t.TempDir(), "a b?mode=memory#50%41.db")
	s := open(t, path)
	must(t, s.Mark(t.Context(), store.KindTask, false, "5"))
	must(t, s.Close())
	info, err := os.Stat(path)
	must(t, err)
	same(t, "who may read the file", info.Mode().Perm(), os.FileMode(0o600))
	same(t, "behind", behind(t, open(t, path), store.KindTask), []store.Item{{Key: "5", Want: 1}})
}

func behind(t *testing.T, s *Store, kind string) []store.Item {
	t.Helper()
	return get(s.Behind(t.Context(), kind, monday))(t)
}

// kill copies the files of an open store, which is what a killed process leaves.
func kill(t testing.TB, path string) string {
	t.Helper()
	left := filepath.Join(t.TempDir(), "left.db")
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		must(t, err)
		must(t, os.WriteFile(left+end, data, 0o600))
	}
	return left
}

func TestOneProcessAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "reviewsync.db")
	first := open(t, path)
	_, err := Open(t.Context(), path)
	wantError(t, err, path, "in use by another reviewsync", "store.path")
	must(t, first.Mark(t.Context(), store.KindTask, false, "1"))
	must(t, first.Close())
	open(t, path)
}

func TestRefusesWhatIsNoStoreOfOurs(t *testing.T) {
	dir := t.TempDir()
	newer := filepath.Join(dir, "newer.db")
	must(t, open(t, newer).Close())
	db := get(sql.Open("sqlite", newer))(t)
	if _, err := db.Exec(`insert into goose_db_version (version_id, is_applied) values (99, 1)`); err != nil {
		t.Fatal(err)
	}
	must(t, db.Close())
	_, err := Open(t.Context(), newer)
	wantError(t, err, newer, "version 99", "use the newer reviewsync")

	text := filepath.Join(dir, "notes.txt")
	must(t, os.WriteFile(text, bytes.Repeat([]byte("not a database\n"), 100), 0o600))
	_, err = Open(t.Context(), text)
	wantError(t, err, text, "is it a store of reviewsync?")

	_, err = Open(t.Context(), filepath.Join(dir, "missing", "reviewsync.db"))
	wantError(t, err, "missing", "store.path must name a file in a directory that can be written")
}

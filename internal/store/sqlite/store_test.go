package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

var (
	monday = time.Date(2026, 11, 23, 14, 2, 0, 0, time.UTC)
	core   = review.Key{Project: "mediawiki/core", Number: 12}
	skin   = review.Key{Project: "mediawiki/skins/Vector", Number: 7}
)

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

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	// Characters that mean something in a database address must not in a path.
	path := filepath.Join(t.TempDir(), "a b?mode=memory#50%41.db")
	s := open(t, path)
	same(t, "created before first use", s.Created(), time.Time{})
	same(t, "born", get(s.Born(t.Context(), monday))(t), monday)
	same(t, "board start", get(s.BoardStart(t.Context(), "#clinic", monday))(t), monday)
	must(t, s.Close())

	info, err := os.Stat(path)
	must(t, err)
	same(t, "who may read the file", info.Mode().Perm(), os.FileMode(0o600))

	s = open(t, path)
	later := monday.Add(time.Hour)
	same(t, "created", s.Created(), monday)
	same(t, "born again", get(s.Born(t.Context(), later))(t), monday)
	same(t, "board seen again", get(s.BoardStart(t.Context(), "#clinic", later))(t), monday)
	same(t, "another board", get(s.BoardStart(t.Context(), "#other", later))(t), later)
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

// kill copies the files of an open store, which is what a killed process leaves.
func kill(t *testing.T, path string) string {
	t.Helper()
	left := filepath.Join(t.TempDir(), "left.db")
	for _, end := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + end)
		must(t, err)
		must(t, os.WriteFile(left+end, data, 0o600))
	}
	return left
}

func TestKilledInTheMiddleOfAMove(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "reviewsync.db")
	s := open(t, path)
	must(t, s.Mark(ctx, store.KindTask, false, "5"))
	id := begin(t, s, store.Op{Key: "move T5", Task: 5, Board: "#b", Kind: "move", Created: monday})

	left := open(t, kill(t, path))
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item{{Key: "5", Want: 1}})
	same(t, "pending", get(left.Pending(ctx, 5))(t), []store.Op{{ID: id, Key: "move T5", Task: 5, Board: "#b", Kind: "move", State: store.OpPending, Created: monday}})

	must(t, s.EndOps(ctx, []int64{id}, store.OpEnd{State: store.OpDone, Result: "PHID-XACT-1"}, store.Decided{Card: store.Card{Task: 5, Board: "#b", Standing: there, Decided: monday, Settled: store.Settlement{Digest: "d", Column: "Doing", At: monday}}, By: store.Actor{Kind: store.ActorUs}}))
	left = open(t, kill(t, path))
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item{{Key: "5", Want: 1}})
	same(t, "pending", get(left.Pending(ctx, 5))(t), []store.Op(nil))
	same(t, "card", get(left.Cards(ctx, 5))(t)["#b"].Settled, store.Settlement{Digest: "d", Column: "Doing", At: monday})
	same(t, "history", get(left.History(ctx, 5))(t), []store.Step{{At: monday, Task: 5, Board: "#b", To: there, By: store.Actor{Kind: store.ActorUs}}})

	must(t, s.Done(ctx, store.KindTask, store.Item{Key: "5", Want: 1}))
	left = open(t, kill(t, path))
	same(t, "behind", get(left.Behind(ctx, store.KindTask, monday))(t), []store.Item(nil))
}

func TestManyAtOnceNeverMeetALockedDatabase(t *testing.T) {
	for _, path := range []string{Memory, filepath.Join(t.TempDir(), "reviewsync.db")} {
		s := open(t, path)
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 100 {
					if err := transition(t.Context(), s, w*100+i+1); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		same(t, "tasks behind", get(s.Behind(t.Context(), store.KindTask, monday))(t), []store.Item(nil))
		same(t, "ops", len(get(s.Ops(t.Context(), 10000))(t)), 800)
	}
}

// transition is what the store does for one vote that moves one card.
func transition(ctx context.Context, s *Store, n int) error {
	key, task := review.Key{Project: "mediawiki/core", Number: n}, fmt.Sprint(n)
	meta := fmt.Sprintf("%040d", n)
	if _, err := s.Found(ctx, "gerrit", monday, 0, []store.Seen{{Key: key, Meta: meta}}); err != nil {
		return err
	}
	change, _, err := s.Open(ctx, store.KindChange, key.String())
	if err != nil {
		return err
	}
	if err := s.PutChange(ctx, store.ChangeRow{Key: key, Meta: meta, Open: true, Snapshot: snapshot, Tasks: []int{n}}, change.Want); err != nil {
		return err
	}
	item, _, err := s.Open(ctx, store.KindTask, task)
	if err != nil {
		return err
	}
	if _, err := s.Changes(ctx, n); err != nil {
		return err
	}
	if _, err := s.Cards(ctx, n); err != nil {
		return err
	}
	ids, err := s.BeginOps(ctx, []store.Op{{Key: task, Task: n, Board: "#b", Kind: "move"}})
	if err != nil {
		return err
	}
	if err := s.EndOps(ctx, ids, store.OpEnd{State: store.OpDone, Result: "ok"}, store.Decided{Card: store.Card{Task: n, Board: "#b", Standing: there, Settled: store.Settlement{Digest: meta, Column: "Doing", At: monday}}, By: store.Actor{Kind: store.ActorUs}}); err != nil {
		return err
	}
	return s.Done(ctx, store.KindTask, store.Item{Key: task, Want: item.Want})
}

var snapshot = bytes.Repeat([]byte("x"), 4096)

func BenchmarkTransition(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "reviewsync.db"))
	n := 0
	for b.Loop() {
		n++
		if err := transition(b.Context(), s, n); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "transitions/s")
}

// BenchmarkSweepNothingNew is a page of 500 rows of a sweep that tells nothing new.
func BenchmarkSweepNothingNew(b *testing.B) {
	s := open(b, filepath.Join(b.TempDir(), "reviewsync.db"))
	var rows []store.Seen
	for n := range 500 {
		row := store.Seen{Key: review.Key{Project: "mediawiki/core", Number: n + 1}, Meta: "m"}
		rows = append(rows, row)
		err := s.PutChange(b.Context(), store.ChangeRow{Key: row.Key, Meta: "m", Open: true, Snapshot: snapshot, Tasks: []int{n + 1}}, 1)
		must(b, err)
	}
	sweep := int64(0)
	for b.Loop() {
		sweep++
		behind, err := s.Found(b.Context(), "gerrit", time.Time{}, sweep, rows)
		if err != nil || len(behind) != 0 {
			b.Fatal(err, behind)
		}
	}
}

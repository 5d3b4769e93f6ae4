package sqlite

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/store"
)

func TestWhatWasSaidIsKeptWithTheEndOfItsOp(t *testing.T) {
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "reviewsync.db")
	for again := range 2 {
		s, err := Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		ok := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		edit := begin(t, s, store.Op{Key: "comment", Task: 1, Kind: "comment"})
		move := begin(t, s, store.Op{Key: "move", Task: 2, Board: "b", Kind: "move"})
		ok(s.EndOps(ctx, []int64{edit}, store.OpEnd{State: store.OpDone}, store.Said{Task: 1, Keys: []string{"1#merged", "2#merged"}}))
		ok(s.EndOps(ctx, []int64{move}, store.OpEnd{State: store.OpDone}, store.Decided{Card: store.Card{Task: 2, Board: "b", Standing: there}, By: store.Actor{Kind: store.ActorUs}}, store.Said{Task: 2, Keys: []string{"1#merged"}}))
		ok(s.Note(ctx, store.Said{Task: 2, Keys: []string{"1#merged", "3#linked"}}))
		for task, want := range map[int]map[string]bool{
			1: {"1#merged": true, "2#merged": true}, 2: {"1#merged": true, "3#linked": true}, 3: {},
		} {
			got, err := s.Said(ctx, task)
			ok(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("time %d: said on T%d (-want +got)\n%s", again, task, diff)
			}
			if pending, err := s.Pending(ctx, task); err != nil || len(pending) > 0 {
				t.Errorf("T%d has pending ops %v, %v", task, pending, err)
			}
		}
		ok(s.Close())
	}
}

// Comments that were switched off and on again begin anew.
func TestCommentsBeginWhenTheyAreWanted(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, Memory)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	day := func(n int) time.Time { return time.Date(2026, 12, n, 0, 0, 0, 0, time.UTC) }
	want := func(kind string, now, began time.Time) {
		t.Helper()
		if got, err := s.CommentsBegin(ctx, kind, now); err != nil || !got.Equal(began) {
			t.Errorf("%s on %s began %s, %v; want %s", kind, now, got, err, began)
		}
	}
	want("merged", day(1), day(1))
	want("merged", day(2), day(1))
	want("linked", day(3), day(3))
	for range 2 {
		if err := s.CommentsEnd(ctx, "merged"); err != nil {
			t.Fatal(err)
		}
	}
	want("merged", day(4), day(4))
	want("linked", day(4), day(3))
}

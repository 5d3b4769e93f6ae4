package storetest

import (
	"fmt"
	"testing"
	"time"

	"reviewsync/internal/store"
)

func TestWhatWasSaidIsKeptWithTheEndOfItsOp(t *testing.T, o Opener) {
	ctx, s := t.Context(), o.Open(t)
	edit := begin(t, s, store.Op{Key: "comment", Task: 1, Kind: "comment"})
	move := begin(t, s, store.Op{Key: "move", Task: 2, Board: "b", Kind: "move"})
	must(t, s.EndOps(ctx, []int64{edit}, store.OpEnd{State: store.OpDone}, store.Said{Task: 1, Keys: []string{"1#merged", "2#merged"}}))
	must(t, s.EndOps(ctx, []int64{move}, store.OpEnd{State: store.OpDone}, store.Decided{Card: store.Card{Task: 2, Board: "b", Standing: there}, By: store.Actor{Kind: store.ActorUs}}, store.Said{Task: 2, Keys: []string{"1#merged"}}))
	for again := range 2 {
		must(t, s.Note(ctx, store.Said{Task: 2, Keys: []string{"1#merged", "3#linked"}})) // the second time it is known
		for task, want := range map[int]map[string]bool{
			1: {"1#merged": true, "2#merged": true}, 2: {"1#merged": true, "3#linked": true}, 3: {},
		} {
			same(t, fmt.Sprintf("time %d: said on T%d", again, task), get(s.Said(ctx, task))(t), want)
			same(t, "pending ops", get(s.Pending(ctx, task))(t), []store.Op(nil))
		}
		s = o.again(t, s)
	}
}

// Comments that were switched off and on again begin anew.
func TestCommentsBeginWhenTheyAreWanted(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
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

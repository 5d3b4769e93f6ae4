package storetest

import (
	"errors"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// TestPauses: the first pause of a board stays, it stops writes to that board and no others, and its
// end has what it stopped decided anew.
func TestPauses(t *testing.T, o Opener) {
	s := o.Open(t)
	ctx := t.Context()
	first := mapping.Pause{Board: "#a", Since: monday, Why: "new columns"}
	for _, p := range []mapping.Pause{first, {Board: "#a", Since: monday.Add(time.Hour), Why: "something else"}} {
		now, fresh, err := s.Pause(ctx, p)
		must(t, err)
		same(t, "the pause of "+p.Why, now, first)
		same(t, "is the first", fresh, p == first)
	}
	if o.Killed != nil {
		s = o.Killed(t, s)
	}
	same(t, "pauses", get(s.Pauses(ctx))(t), []mapping.Pause{first})
	op := func(board string) store.Op {
		return store.Op{Key: "move T1 " + board, Task: 1, Kind: "move", Effect: mapping.Effect{Kind: mapping.EffectMove, Object: mapping.Object{Task: 1}, Board: mapping.Named{ID: "PHID" + board, Name: board}}}
	}
	_, err := s.BeginOps(ctx, []store.Op{op("#b"), op("#a")})
	var paused *store.Paused
	if !errors.As(err, &paused) || paused.Pause != first {
		t.Errorf("a write to #a: %v", err)
	}
	same(t, "ops", len(get(s.Pending(ctx, 1))(t)), 0)
	get(s.BeginOps(ctx, []store.Op{op("#b")}))(t)

	must(t, s.Mark(ctx, store.KindTask, false, "1", "2"))
	must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "1", Want: 1}, store.ClassPaused, "#a is paused", s.Now().Add(time.Hour)))
	must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "2", Want: 1}, store.ClassBlocked, "no permission", s.Now().Add(time.Hour)))
	b, err := s.Count(ctx, s.Now().Add(time.Minute))
	must(t, err)
	same(t, "faults", b.Faults, map[string]int{store.ClassPaused: 1, store.ClassBlocked: 1})
	same(t, "faults for long", b.Stuck, map[string]int{store.ClassBlocked: 1})

	if _, was, err := s.Resume(ctx, ""); err != nil || was {
		t.Errorf("the end of a pause that there is not: %v, %v", was, err)
	}
	same(t, "behind before", len(get(s.Behind(ctx, store.KindTask, s.Now()))(t)), 0)
	var woken []store.Wake
	stop := s.Listen(func(w []store.Wake) { woken = append(woken, w...) })
	p, was, err := s.Resume(ctx, "#a")
	stop()
	must(t, err)
	same(t, "ended", p, first)
	same(t, "was paused", was, true)
	same(t, "woken", woken, []store.Wake{{Kind: store.KindTask, Key: "1"}})
	same(t, "behind", get(s.Behind(ctx, store.KindTask, s.Now()))(t), []store.Item{{Key: "1", Want: 1}})
	same(t, "pauses afterwards", get(s.Pauses(ctx))(t), []mapping.Pause(nil))
	get(s.BeginOps(ctx, []store.Op{op("#a")}))(t)
}

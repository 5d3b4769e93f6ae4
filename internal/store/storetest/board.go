package storetest

import (
	"testing"
	"time"

	"reviewsync/internal/store"
)

func TestColumnsAreBoundPerBoard(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	must(t, s.BindColumn(ctx, "#a", "Doing", "PHID-PCOL-1"))
	must(t, s.BindColumn(ctx, "#a", "Done", "PHID-PCOL-2"))
	must(t, s.BindColumn(ctx, "#b", "Doing", "PHID-PCOL-3"))
	must(t, s.BindColumn(ctx, "#a", "Doing", "PHID-PCOL-4"))
	must(t, s.BindColumn(ctx, "#b", "Done", "PHID-PCOL-2"))
	same(t, "#a", get(s.Columns(ctx, "#a"))(t), map[string]string{"Doing": "PHID-PCOL-4", "Done": "PHID-PCOL-2"})
	same(t, "#b", get(s.Columns(ctx, "#b"))(t), map[string]string{"Doing": "PHID-PCOL-3", "Done": "PHID-PCOL-2"})
	must(t, s.BindColumn(ctx, "#a", "Doing", "PHID-PCOL-2")) // Done was there once, and has none now
	same(t, "#a, renamed", get(s.Columns(ctx, "#a"))(t), map[string]string{"Doing": "PHID-PCOL-2", "Done": ""})
	same(t, "#c", get(s.Columns(ctx, "#c"))(t), map[string]string{})
}

func TestOps(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	write := func(key string) int64 {
		return begin(t, s, store.Op{Key: key, Task: 5, Board: "#a", Kind: "move", Created: monday})
	}
	first, second, third := write("k1"), write("k2"), write("k1")
	must(t, s.EndOps(ctx, []int64{first}, store.OpEnd{State: store.OpFailed, Error: "ERR-CONDUIT-CORE: no"}))
	must(t, s.EndOps(ctx, []int64{second}, store.OpEnd{State: store.OpDone, Result: "PHID-XACT-1"}, store.Decided{Card: store.Card{Task: 5, Board: "#a", Standing: there}, By: store.Actor{Kind: store.ActorUs}}))

	ids := func(ops []store.Op) (ids []int64) {
		for _, o := range ops {
			ids = append(ids, o.ID)
		}
		return ids
	}
	same(t, "pending", ids(get(s.Pending(ctx, 5))(t)), []int64{third})
	same(t, "pending of another task", ids(get(s.Pending(ctx, 6))(t)), []int64(nil))
	same(t, "newest", ids(get(s.Ops(ctx, 2))(t)), []int64{third, second})
	all := get(s.Ops(ctx, 9))(t)
	same(t, "all", ids(all), []int64{third, second, first})
	failed := all[2]
	if failed.Ended.IsZero() {
		t.Error("the ended op has no date")
	}
	failed.Ended = time.Time{}
	same(t, "failed", failed, store.Op{ID: first, Key: "k1", Task: 5, Board: "#a", Kind: "move", State: store.OpFailed, Created: monday, Error: "ERR-CONDUIT-CORE: no"})
	must(t, s.EndOps(ctx, []int64{third}, store.OpEnd{State: store.OpUnknown, Error: "answer lost"}))
	same(t, "none pending", ids(get(s.Pending(ctx, 5))(t)), []int64(nil))
}

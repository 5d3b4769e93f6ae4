package storetest

import (
	"errors"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// begin notes one op.
func begin(t testing.TB, s store.Store, op store.Op) int64 {
	t.Helper()
	return get(s.BeginOps(t.Context(), []store.Op{op}))(t)[0]
}

// An op has what it wrote and why as data.
func TestOpsHaveTheirEffects(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	move := store.Op{Key: "move", Task: 5, Board: "#a", Kind: "move", Created: monday, State: store.OpPending, Effect: mapping.Effect{
		Kind: mapping.EffectMove, Object: mapping.Object{Task: 5}, Since: monday,
		Card: mapping.CardMove{From: mapping.Named{ID: "PHID-PCOL-1", Name: "Ready"}, To: mapping.Named{ID: "PHID-PCOL-2", Name: "Doing"}},
		Why:  mapping.Why{Code: mapping.WhyWithin, Rule: 12, Within: "Sprint 3", Now: monday},
	}}
	tag := store.Op{Key: "tag", Task: 5, Kind: "tag", Created: monday, State: store.OpPending, Effect: mapping.Effect{
		Kind: mapping.EffectTag, Object: mapping.Object{Task: 5}, Tag: mapping.Tagging{Named: mapping.Named{ID: "PHID-PROJ-1", Name: "#patch"}, Open: core},
	}}
	ids := get(s.BeginOps(ctx, []store.Op{move, tag}))(t)
	move.ID, tag.ID = ids[0], ids[1]
	same(t, "ops", get(s.Pending(ctx, 5))(t), []store.Op{move, tag})
}

// TestOpsBetween: a span has its beginning, and not its end.
func TestOpsBetween(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	for n, key := range []string{"first", "second", "third", "fourth"} {
		begin(t, s, store.Op{Key: key, Task: n + 1, Kind: "move", Created: monday.Add(time.Duration(n) * time.Hour)})
		must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: n + 1, Board: "#a", Standing: there, Decided: monday.Add(time.Duration(n) * time.Hour)}}))
	}
	var got []string
	for _, op := range get(s.OpsBetween(ctx, monday.Add(time.Hour), monday.Add(3*time.Hour)))(t) {
		got = append(got, op.Key)
	}
	same(t, "ops", got, []string{"second", "third"})
	var tasks []int
	for _, step := range get(s.Steps(ctx, monday.Add(time.Hour), monday.Add(3*time.Hour)))(t) {
		tasks = append(tasks, step.Task)
	}
	same(t, "steps", tasks, []int{2, 3})
}

// Ops begin and end with what is noted beside them, or not at all.
func TestOpsAndTheirNotesAreOne(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	no, refuse := store.ErrNoNote, store.Note(nil)
	if _, err := s.BeginOps(ctx, []store.Op{{Key: "a", Task: 5}, {Key: "b", Task: 5}}, refuse); !errors.Is(err, no) {
		t.Errorf("begun with %v", err)
	}
	same(t, "ops", get(s.Ops(ctx, 10))(t), []store.Op(nil))
	ids := get(s.BeginOps(ctx, []store.Op{{Key: "a", Task: 5}, {Key: "b", Task: 5}}))(t)
	if err := s.EndOps(ctx, ids, store.OpEnd{State: store.OpDone}, store.Said{Task: 5, Keys: []string{"1#merged"}}, refuse); !errors.Is(err, no) {
		t.Errorf("ended with %v", err)
	}
	same(t, "pending", len(get(s.Pending(ctx, 5))(t)), 2)
	same(t, "said", get(s.Said(ctx, 5))(t), map[string]bool{})
	must(t, s.EndOps(ctx, ids, store.OpEnd{State: store.OpDone}, store.Said{Task: 5, Keys: []string{"1#merged"}}))
	same(t, "pending", len(get(s.Pending(ctx, 5))(t)), 0)
	same(t, "said", get(s.Said(ctx, 5))(t), map[string]bool{"1#merged": true})
}

func TestPruneOpsKeepsWhatIsPendingOrNew(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	for _, key := range []string{"pending", "ended"} {
		id := begin(t, s, store.Op{Key: key, Task: 1, Board: "b", Kind: "move"})
		if key == "ended" {
			if err := s.EndOps(ctx, []int64{id}, store.OpEnd{State: store.OpDone}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, step := range []struct {
		before time.Time
		left   int
	}{{time.Now().Add(-time.Hour), 2}, {time.Now().Add(time.Hour), 1}} {
		if err := s.PruneOps(ctx, step.before); err != nil {
			t.Fatal(err)
		}
		ops, err := s.Ops(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		if len(ops) != step.left || ops[len(ops)-1].Key != "pending" {
			t.Errorf("after pruning what ended before %s: %+v, want %d ops, pending among them", step.before, ops, step.left)
		}
	}
}

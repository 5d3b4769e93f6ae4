package store

import (
	"testing"
	"time"
)

func TestPruneOpsKeepsWhatIsPendingOrNew(t *testing.T) {
	ctx := t.Context()
	s, err := Open(ctx, memory)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for _, key := range []string{"pending", "ended"} {
		id, err := s.BeginOp(ctx, Op{Key: key, Task: 1, Board: "b", Kind: "move"})
		if err != nil {
			t.Fatal(err)
		}
		if key == "ended" {
			if err := s.EndOp(ctx, id, OpDone, "", ""); err != nil {
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

package sqlite

import (
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// Of a move, the columns can be looked for, too.
func TestOpsHaveTheirColumns(t *testing.T) {
	s, ctx := open(t, Memory), t.Context()
	move := mapping.Effect{Kind: mapping.EffectMove, Card: mapping.CardMove{From: mapping.Named{ID: "PHID-PCOL-1"}, To: mapping.Named{ID: "PHID-PCOL-2"}}}
	get(s.BeginOps(ctx, []store.Op{{Key: "move", Effect: move}, {Key: "tag"}}))(t)
	same(t, "moved", get(all(ctx, &s.db, scalar[string], `select from_column || ' ' || to_column from op order by id`))(t), []string{"PHID-PCOL-1 PHID-PCOL-2", " "})
}

// The log of an older version is read on: what it has pending is ended by the next look, and its sentences stay.
func TestOpsOfAnOlderVersion(t *testing.T) {
	path := older(t, 8, `insert into op (key, task, board, kind, detail, state, created, ended, result, error)
values ('move T5 b c 1', 5, 'b', 'move', 'T5: Ready -> Doing: because', 'pending', 1796634600000, 0, '', '')`)
	same(t, "pending", get(open(t, path).Pending(t.Context(), 5))(t), []store.Op{{
		ID: 1, Key: "move T5 b c 1", Task: 5, Board: "b", Kind: "move", Sentence: "T5: Ready -> Doing: because", State: store.OpPending,
		Created: time.Unix(1796634600, 0).UTC(),
	}})
}

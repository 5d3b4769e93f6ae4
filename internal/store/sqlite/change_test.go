package sqlite

import (
	"path/filepath"
	"testing"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// What an earlier version stored in another shape is read again: open changes at once, others when
// somebody asks for them.
func TestSnapshotsOfAnotherShape(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "reviewsync.db")
	s := open(t, path)
	put := func(number int, open bool) review.Key {
		key := review.Key{Project: "mediawiki/core", Number: number}
		must(t, s.PutChange(ctx, store.ChangeRow{Key: key, Meta: "m", Open: open, Snapshot: []byte("{}"), Tasks: []int{5}}, 1))
		return key
	}
	first, merged, today := put(1, true), put(2, false), put(3, true)
	_, err := s.db.Exec(`update change set shape = 99 where key <> $1`, today.String())
	must(t, err)
	must(t, s.Close())

	s = open(t, path)
	same(t, "read again", get(s.Behind(ctx, store.KindChange, s.Now()))(t), []store.Item{{Key: first.String(), Want: 1}})
	outdated := func() map[int]bool {
		rows := map[int]bool{}
		for _, c := range get(s.Changes(ctx, 5))(t) {
			rows[c.Key.Number] = c.Outdated
		}
		return rows
	}
	same(t, "outdated", outdated(), map[int]bool{1: true, 2: true, 3: false})
	put(merged.Number, false)
	same(t, "outdated, when one has been read", outdated(), map[int]bool{1: true, 2: false, 3: false})
}

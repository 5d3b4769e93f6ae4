package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"reviewsync/internal/store"
)

// A look at a store leaves it and its folder as they were, whether it is in use or not.
func TestACopyLeavesNoTrace(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	path := filepath.Join(dir, "reviewsync.db")
	s, err := Open(ctx, path)
	must(t, err)
	must(t, s.Mark(ctx, store.KindTask, false, "7"))
	for _, inUse := range []bool{true, false} {
		if !inUse {
			must(t, s.Close())
		}
		before := files(t, dir)
		c, err := OpenCopy(ctx, path)
		must(t, err)
		same(t, "what is behind in the copy", behind(t, c, store.KindTask), []store.Item{{Key: "7", Want: 1}})
		must(t, c.Mark(ctx, store.KindTask, false, "8"))
		must(t, c.Close())
		same(t, "files beside the store", files(t, dir), before)
		if _, err := os.Stat(c.scratch); !os.IsNotExist(err) {
			t.Errorf("the copy is still there: %v", err)
		}
	}
	again, err := Open(ctx, path)
	must(t, err)
	same(t, "what is behind", behind(t, again, store.KindTask), []store.Item{{Key: "7", Want: 1}})
	must(t, again.Close())
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

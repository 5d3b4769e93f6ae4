package sqlite

import (
	"os"
	"path/filepath"
	"testing"

	"reviewsync/internal/store"
)

func TestAStoreThatIsTakenAway(t *testing.T) {
	for _, tt := range []struct {
		name string
		do   func(path string) error
		says string
	}{
		{"deleted", os.Remove, "was deleted"},
		{"moved away", func(path string) error { return os.Rename(path, path+".old") }, "was deleted"},
		{"deleted and made anew", func(path string) error {
			if err := os.Rename(path, path+".old"); err != nil {
				return err
			}
			return os.WriteFile(path, nil, 0o600)
		}, "was replaced"},
		{"replaced by a backup", func(path string) error {
			if err := os.WriteFile(path+".backup", nil, 0o600); err != nil {
				return err
			}
			return os.Rename(path+".backup", path)
		}, "was replaced"},
		{"without its lock", func(path string) error { return os.Remove(path + ".lock") }, "reviewsync.db.lock was deleted"},
		{"with its whole folder", func(path string) error { return os.RemoveAll(filepath.Dir(path)) }, "was deleted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store", "reviewsync.db")
			must(t, os.Mkdir(filepath.Dir(path), 0o700))
			s := open(t, path)
			must(t, s.Mark(t.Context(), store.KindTask, false, "1"))
			must(t, s.There())
			must(t, tt.do(path))
			wantError(t, s.There(), path, tt.says, "restart it")
			must(t, s.Mark(t.Context(), store.KindTask, false, "2")) // it goes on
		})
	}
	must(t, open(t, Memory).There())
}

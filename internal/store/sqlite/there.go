package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"reviewsync/internal/store"
)

// There returns an error if the path of the store does not name its file any more: it was deleted
// or replaced. The store still uses the open file, which is gone once it is closed. A second process
// could begin meanwhile.
func (s *file) There() error {
	if s.lock == nil { // in memory
		return nil
	}
	lock, err := s.lock.Stat()
	if err != nil {
		return fmt.Errorf("see whether the store is there: %w", err)
	}
	for _, f := range []struct {
		path string
		open fs.FileInfo
	}{{s.path, s.info}, {s.lock.Name(), lock}} {
		now, err := os.Stat(f.path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return lost(f.path, "was deleted")
		case err != nil:
			return fmt.Errorf("see whether the store is there: %w", err)
		case !os.SameFile(now, f.open):
			return lost(f.path, "was replaced by another file")
		}
	}
	return nil
}

func lost(path, what string) error {
	return &store.Trouble{
		What: "is lost: a file of it was deleted or replaced",
		Err:  fmt.Errorf("%s %s while it is in use", path, what),
		Fix:  "what is noted from now on is lost when the service ends; restart it, which costs a sweep, and leave its files alone while it runs",
	}
}

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
)

// OpenCopy opens a copy of the store at path for reading, which leaves no trace. Close removes the
// copy. The store may be in use. If there is none, the copy is empty.
func OpenCopy(ctx context.Context, path string) (*Store, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return Open(ctx, Memory)
	}
	dir, err := os.MkdirTemp("", "reviewsync-")
	if err != nil {
		return nil, fmt.Errorf("copy store %s: %w", path, err)
	}
	target := filepath.Join(dir, "copy.db")
	if err := copyStore(ctx, path, target); err != nil {
		_ = os.RemoveAll(dir)
		return nil, fmt.Errorf("copy store %s: %w", path, (&troubles{path: path}).explain(err))
	}
	s, err := Open(ctx, target)
	if err != nil {
		_ = os.RemoveAll(dir)
		return nil, err
	}
	s.scratch = dir
	return s, nil
}

func copyStore(ctx context.Context, from, to string) error {
	path, err := filepath.Abs(from)
	if err != nil {
		return err
	}
	query := "mode=ro&_pragma=busy_timeout(10000)"
	if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		query += "&immutable=1" // nobody writes; do not make files beside it that the service's account does not own
	}
	source := url.URL{Scheme: "file", Path: path, RawQuery: query}
	db, err := sql.Open("sqlite", source.String())
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "vacuum into $1", to)
	return errors.Join(err, db.Close())
}

// Package backend opens the store that the config names. No other package knows which stores there
// are.
package backend

import (
	"context"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
)

// Open opens the store, and creates it if there is none.
func Open(ctx context.Context, c config.Store) (store.Store, error) {
	return opened(sqlite.Open(ctx, c.Path))
}

// OpenCopy opens a copy of the store for reading, which leaves no trace. Close removes the copy. The
// store may be in use. If there is none, the copy is empty.
func OpenCopy(ctx context.Context, c config.Store) (store.Store, error) {
	return opened(sqlite.OpenCopy(ctx, c.Path))
}

// Empty opens an empty store in memory.
func Empty(ctx context.Context) (store.Store, error) { return opened(sqlite.Open(ctx, sqlite.Memory)) }

// opened returns a nil interface after an error.
func opened(s *sqlite.Store, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Probe reports whether there is a store, and whether another process has it open, without creating
// it.
func Probe(c config.Store) (there, inUse bool, err error) { return sqlite.Probe(c.Path) }

// Schema returns the version of the schema of this program.
func Schema() int { return sqlite.Schema() }

// Package backend opens the store that the config names. It is the only place that knows which
// stores there are.
package backend

import (
	"context"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
)

// Open opens the store, and makes it if there is none.
func Open(ctx context.Context, c config.Store) (store.Store, error) {
	return opened(sqlite.Open(ctx, c.Path))
}

// OpenCopy opens a copy of the store, for a look that must leave no trace. The copy ends with
// Close. The store itself may be in use; one that is not there yet is as if it were empty.
func OpenCopy(ctx context.Context, c config.Store) (store.Store, error) {
	return opened(sqlite.OpenCopy(ctx, c.Path))
}

// Empty is a store that ends with Close.
func Empty(ctx context.Context) (store.Store, error) { return opened(sqlite.Open(ctx, sqlite.Memory)) }

// opened is what was opened, and nil in case of an error.
func opened(s *sqlite.Store, err error) (store.Store, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Probe sees whether the store could be opened, without making it: whether it is there, and whether
// another process has it open.
func Probe(c config.Store) (there, inUse bool, err error) { return sqlite.Probe(c.Path) }

// Schema is the version of what this program stores.
func Schema() int { return sqlite.Schema() }

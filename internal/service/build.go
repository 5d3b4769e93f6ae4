package service

import "reviewsync/internal/store/backend"

// Build says which program this is.
type Build struct {
	Version string
	Commit  string
}

// Schema is the version of the store's tables.
func (Build) Schema() int { return backend.Schema() }

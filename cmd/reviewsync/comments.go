package main

import (
	"context"

	"reviewsync/mapping"
)

// public says whether everybody may read a change.
func (s *service) public(ctx context.Context, key mapping.Key) (bool, error) {
	return s.gerrit.Public(ctx, key.Project, key.Number)
}

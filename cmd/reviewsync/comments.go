package main

import (
	"context"

	"reviewsync/mapping/review"
)

// public says whether everybody may read a change.
func (s *Service) public(ctx context.Context, key review.Key) (bool, error) {
	return s.gerrit.Public(ctx, key.Project, key.Number)
}

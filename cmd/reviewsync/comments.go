package main

import (
	"context"

	"reviewsync/internal/config"
	"reviewsync/internal/ingest"
	"reviewsync/mapping"
)

// scope is the query for the changes to read. Comments and tags look at all that name a
// task, in whatever repository.
func scope(cfg *config.Config) string {
	if cfg.Comments.Everywhere() || len(cfg.Tags) > 0 {
		return ""
	}
	return ingest.Scope(rules(cfg))
}

// public says whether everybody may read a change.
func (s *service) public(ctx context.Context, key mapping.Key) (bool, error) {
	return s.gerrit.Public(ctx, key.Project, key.Number)
}

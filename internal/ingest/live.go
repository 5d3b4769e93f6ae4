package ingest

import (
	"context"
	"fmt"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

// Live reads a change from Gerrit without storing it, with the tasks that it names or named.
// It is nil if the change is private, gone or invisible.
func Live(ctx context.Context, g *gerrit.Client, key review.Key, links review.Links) (*review.Change, []int, error) {
	for try := 0; ; try++ {
		change, err := g.Change(ctx, key.Project, key.Number)
		if remote.NotFound(err) || err == nil && change.Private {
			return nil, nil, nil
		}
		if err != nil {
			return nil, nil, err
		}
		var comments []gerrit.Comment
		if change.TotalComments > 0 {
			comments, err = g.Comments(ctx, key.Project, key.Number)
			if remote.NotFound(err) {
				return nil, nil, nil
			}
			if err != nil {
				return nil, nil, err
			}
		}
		if complete(change, comments) {
			reverts := heritage{gerrit: g, links: links}
			reverted, inherited, err := reverts.of(ctx, change)
			if err != nil {
				return nil, nil, err
			}
			m := snapshot(change, comments, reverted, inherited)
			notAhead(&m, g.HTTP().Latest())
			return &m, tasks(change, inherited, links), nil
		}
		if try == 2 {
			return nil, nil, fmt.Errorf("read change %s: %w", key, errHalfRead)
		}
	}
}

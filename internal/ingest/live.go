package ingest

import (
	"context"
	"fmt"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping"
)

// Live is a change as Gerrit has it now, with the tasks that it names or named. It is nil
// if the change is private, gone or invisible. Nothing is stored.
func Live(ctx context.Context, g *gerrit.Client, key mapping.Key, links mapping.Links) (*mapping.Change, []int, error) {
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
			inherited, err := revertedTasks(ctx, g, change, links)
			if err != nil {
				return nil, nil, err
			}
			m := snapshot(change, comments, inherited)
			named, _ := tasks(change, links)
			return &m, append(named, inherited...), nil
		}
		if try == 2 {
			return nil, nil, fmt.Errorf("read change %s: %w", key, errHalfRead)
		}
	}
}

// revertedTasks asks Gerrit for the tasks of the change that this one reverts.
func revertedTasks(ctx context.Context, g *gerrit.Client, change *gerrit.Change, links mapping.Links) ([]int, error) {
	if change.RevertOf == 0 {
		return nil, nil
	}
	reverted, err := g.Change(ctx, change.Project, change.RevertOf)
	switch {
	case remote.NotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case reverted.Private:
		return nil, nil
	}
	named, _ := tasks(reverted, links)
	return named, nil
}

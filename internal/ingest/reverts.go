package ingest

import (
	"context"
	"fmt"
	"slices"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

const (
	maxReverted = 20 // how many commits that a message says it reverts are searched for
	maxChain    = 10 // how many reverts of reverts are followed for links
)

// heritage finds out what a revert inherits. Changes that a commit message names by their
// commits are searched for on Gerrit, because the store may not have them yet.
type heritage struct {
	gerrit *gerrit.Client
	links  review.Links
	known  func(ctx context.Context, key review.Key) (tasks []int, known bool, err error) // the tasks of a stored change; may be nil

	unknown []review.Key // changes that it had to read
}

// of returns the changes in the same project that one reverts, and the tasks that it inherits from them.
func (h *heritage) of(ctx context.Context, c *gerrit.Change) (reverted, inherited []int, err error) {
	return h.follow(ctx, c, maxChain)
}

func (h *heritage) follow(ctx context.Context, c *gerrit.Change, chain int) (reverted, inherited []int, err error) {
	if reverted, err = h.reverted(ctx, c); err != nil {
		return nil, nil, err
	}
	for _, number := range reverted {
		named, err := h.tasks(ctx, review.Key{Project: c.Project, Number: number}, chain)
		if err != nil {
			return nil, nil, err
		}
		for _, task := range named {
			if !slices.Contains(inherited, task) {
				inherited = append(inherited, task)
			}
		}
	}
	return reverted, inherited, nil
}

// reverted returns what Gerrit says that a change reverts, or else what its commit message says.
func (h *heritage) reverted(ctx context.Context, c *gerrit.Change) ([]int, error) {
	if c.RevertOf != 0 {
		return []int{c.RevertOf}, nil
	}
	var numbers []int
	commits := review.RevertedCommits(message(c))
	for _, sha := range commits[:min(len(commits), maxReverted)] {
		rows, _, err := h.gerrit.Query(ctx, fmt.Sprintf("project:%s commit:%s", gerrit.Quote(c.Project), sha), maxReverted)
		if err != nil {
			return nil, err
		}
		rows = slices.DeleteFunc(rows, func(r gerrit.Row) bool { return r.Private || r.Number >= c.Number })
		if len(rows) > 1 && len(sha) < len(c.CurrentRevision) {
			continue // an ambiguous abbreviation
		}
		for _, r := range rows {
			if !slices.Contains(numbers, r.Number) {
				numbers = append(numbers, r.Number)
			}
		}
	}
	return numbers, nil
}

// message returns the commit message of the current patch set.
func message(c *gerrit.Change) string {
	for _, r := range c.Revisions {
		if r.SHA == c.CurrentRevision {
			return r.CommitMessage
		}
	}
	return ""
}

// tasks returns the tasks that a reverted change names, or inherits itself.
func (h *heritage) tasks(ctx context.Context, key review.Key, chain int) ([]int, error) {
	if h.known != nil {
		if named, known, err := h.known(ctx, key); err != nil || known {
			return named, err
		}
	}
	c, err := h.gerrit.Change(ctx, key.Project, key.Number)
	switch {
	case remote.NotFound(err):
		return nil, nil
	case err != nil:
		return nil, err
	case c.Private:
		return nil, nil
	}
	h.unknown = append(h.unknown, key)
	if chain == 0 {
		return tasks(c, nil, h.links), nil
	}
	_, inherited, err := h.follow(ctx, c, chain-1)
	return tasks(c, inherited, h.links), err
}

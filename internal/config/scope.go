package config

import (
	"slices"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Repositories returns patterns for all repositories whose changes matter to a board, a tag
// or a comment. None means that all do.
func (c *Config) Repositories() []string {
	var all []string
	for _, b := range c.Boards {
		if len(b.Count.Repositories) == 0 {
			return nil
		}
		all = append(all, b.Count.Repositories...)
	}
	for _, t := range c.Tags {
		all = append(all, t.Repositories...)
	}
	all = append(all, c.CommentRepositories...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Follows reports whether changes in a repository matter to a board, a tag or a comment.
func (c *Config) Follows(repository string) bool {
	patterns := c.Repositories()
	return len(patterns) == 0 || review.Match(patterns, repository)
}

// Followed returns what tags and comments need of the board.
func (b *Board) Followed() mapping.Followed {
	return mapping.Followed{Policy: &b.Policy, Repositories: b.Repositories()}
}

// Repositories returns the patterns for repositories that the board counts or, if it counts
// all, those that it names anywhere else.
func (b *Board) Repositories() []string {
	if len(b.Count.Repositories) > 0 {
		return b.Count.Repositories
	}
	named := slices.Clone(b.Adopt.Repositories)
	for _, r := range b.Rules {
		named = append(named, r.When.Repositories...)
	}
	for _, d := range b.Deployed {
		named = append(named, d.Repositories...)
	}
	if b.Ask != nil {
		for _, p := range b.Ask.Pools {
			named = append(named, p.Repositories...)
		}
	}
	slices.Sort(named)
	return slices.Compact(named)
}

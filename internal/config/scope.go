package config

import (
	"slices"

	"reviewsync/mapping/review"
)

// Repositories are patterns of all repositories whose changes matter to a board, a tag or a
// comment; none: every one.
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
	all = append(all, c.CommentedIn...)
	slices.Sort(all)
	return slices.Compact(all)
}

// Follows says whether the changes of a repository matter at all.
func (c *Config) Follows(repository string) bool {
	patterns := c.Repositories()
	return len(patterns) == 0 || review.Match(patterns, repository)
}

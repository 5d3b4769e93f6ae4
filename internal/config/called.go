package config

import (
	"cmp"
	"fmt"
	"strings"
)

// BoardTag returns the hashtag of the board that is called so, with or without #. A board that is a
// current milestone has that of its project.
func (c *Config) BoardTag(name string) (string, error) {
	var known []string
	for _, b := range c.Boards {
		tag := cmp.Or(b.MilestoneOf, b.Tag)
		if strings.EqualFold(strings.TrimPrefix(tag, "#"), strings.TrimPrefix(name, "#")) {
			return tag, nil
		}
		known = append(known, tag)
	}
	return "", fmt.Errorf("no board %s in %s; name one that is there: %s", name, c.Path, strings.Join(known, ", "))
}

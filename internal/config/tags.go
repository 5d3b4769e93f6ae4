package config

import "strings"

// openChange is the one condition under which a tag is on a task.
const openChange = "open-change"

// tags reads the tags that tasks have while a condition holds.
func (r *reader) tags(v value) []Tag {
	var out []Tag
	for _, item := range v.elements() {
		tag := Tag{Line: item.line()}
		item.fields([]field{
			{name: "tag", need: "write the hashtag in quotes: \"#NAME\"", read: func(v value) { tag.Tag = v.hashtag() }},
			{name: "when", need: "say when tasks have it: " + openChange, read: func(v value) {
				if s, ok := v.text(); ok && s != openChange {
					v.wrong("%s is no condition for a tag; write %s", label(s), openChange)
				}
			}},
			{name: "repositories", read: func(v value) { tag.Repositories = v.patterns() }},
		})
		for _, earlier := range out {
			if tag.Tag != "" && strings.EqualFold(tag.Tag, earlier.Tag) {
				item.wrong("tag %s is there twice, first on line %d; keep one", label(tag.Tag), earlier.Line)
			}
		}
		out = append(out, tag)
	}
	return out
}

// tagged refuses the tag of a board: it would put cards on the board and take them off.
func (r *reader) tagged(c *Config) {
	for _, t := range c.Tags {
		for _, b := range c.Boards {
			if strings.EqualFold(t.Tag, b.Tag) {
				r.wrong(t.Line, "tags", "%s is a board too; use adopt and untag there", t.Tag)
			}
			if b.MilestoneOf != "" && strings.EqualFold(t.Tag, b.MilestoneOf) {
				r.wrong(t.Line, "tags", "%s on a task takes it out of the milestones of that project, one of which is a board; name another tag", t.Tag)
			}
		}
	}
}

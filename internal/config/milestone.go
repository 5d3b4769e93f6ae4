package config

import (
	"fmt"
	"strings"

	"reviewsync/mapping"
)

// project reads which project's workboard the board is: the one with a hashtag, or the
// current milestone of one.
func (r *reader) project(v value, b *Board) {
	if !v.isKeys() {
		b.Tag = v.hashtag()
		return
	}
	v.fields([]field{
		{name: "milestone_of", need: "write the hashtag of the project whose current milestone is the board, in quotes: \"#NAME\"", read: func(v value) { b.MilestoneOf = v.hashtag() }},
		{name: "current", need: "write current: true; for a milestone that stays the board, write its own hashtag: board: \"#NAME\"", read: func(v value) {
			if !v.yes() && v.isBool() {
				v.wrong("false says nothing; write current: true, or the hashtag of the one milestone that is meant: board: \"#NAME\"")
			}
		}},
		{name: "board", never: notBoth},
		{name: "tag", never: notBoth},
	})
	if b.MilestoneOf != "" {
		b.Tag = b.MilestoneOf + " (current milestone)"
	}
}

const notBoth = "the hashtag of a board and milestone_of do not go together; write board: \"#NAME\", or board: {milestone_of: \"#NAME\", current: true}"

// inside is the error for a key that belongs inside the key board.
const inside = "does not stand here; write board: {milestone_of: \"#NAME\", current: true} instead of board: \"#NAME\""

// ofMilestone refuses what a board that is a milestone cannot have.
func (r *reader) ofMilestone(b *Board, board value) {
	if b.MilestoneOf == "" {
		return
	}
	for _, legacy := range b.Replaces {
		if strings.EqualFold(legacy.Tag, b.MilestoneOf) {
			r.wrong(legacy.Line, join(board.key+".replaces", legacy.Tag), "a task cannot be on %s and in a milestone of it, so no card would come from there; take it out", legacy.Tag)
		}
	}
}

// parents refuses a board whose project's current milestone is a board too.
func (r *reader) parents(boards []Board) {
	for i, b := range boards {
		for _, other := range boards {
			if b.MilestoneOf != "" && strings.EqualFold(b.MilestoneOf, other.Tag) {
				r.wrong(b.Line, fmt.Sprintf("boards[%d].board", i), "%s is a board too (line %d), and a task cannot be on both; keep one of them", other.Tag, other.Line)
			}
		}
	}
}

// ownTags refuses rules on the board's own tag, which all of its cards have, and on the tag
// of the project whose milestone it is, which none of them has.
func (r *reader) ownTags(b *Board, key string) {
	for i, rule := range b.Rules {
		for _, tag := range rule.When.Tags {
			at := fmt.Sprintf("%s.rules[%d].when.tags", key, i)
			switch {
			case tag == "" || tag == "#": // reported
			case strings.EqualFold(tag, b.Tag):
				r.wrong(rule.Line, at, "every card of the board has %s; take it out", tag)
			case strings.EqualFold(tag, b.MilestoneOf):
				r.wrong(rule.Line, at, "no task in a milestone of %s has that tag itself, so the rule can never match; take it out", tag)
			}
		}
	}
}

// LineOf returns the line of the file that names a column, or that of the board.
func (b *Board) LineOf(column string) int {
	for _, rule := range b.Rules {
		if rule.Target == mapping.To(column) && rule.Line > 0 {
			return rule.Line
		}
	}
	return b.Line
}

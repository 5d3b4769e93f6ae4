package config

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// adopt reads which tasks are put on a board.
func (r *reader) adopt(v value) mapping.Adopt {
	a := mapping.Adopt{Newcomer: 3}
	v.fields([]field{
		{name: "repositories", need: "say whose changes put their tasks on the board, such as [\"mediawiki/*\"]", read: func(v value) { a.Repositories = v.patterns() }},
		{name: "stale_after", read: func(v value) {
			var ok bool
			if a.StaleAfter, ok = v.duration(); ok && a.StaleAfter == 0 {
				v.wrong("nothing that was said is younger than %s; write a time span such as 180d, or take the key out, so that nothing is too old", v.node.Value)
			}
		}},
		{name: "newcomer", read: func(v value) {
			a.Newcomer = v.whole(1, "tasks")
		}},
	})
	return a
}

// Newcomer is the smallest number of tasks to which a board limits a newcomer's change.
func (c *Config) Newcomer() int {
	least := math.MaxInt
	for _, b := range c.Boards {
		if len(b.Adopt.Repositories) > 0 {
			least = min(least, b.Adopt.Newcomer)
		}
	}
	return least
}

// adoptable warns about an adopt without effect: no rule says where such cards go.
func (r *reader) adoptable(b *Board, at value) {
	if len(b.Adopt.Repositories) == 0 || len(b.Rules) == 0 || slices.ContainsFunc(b.Rules, func(rule mapping.Rule) bool {
		return rule.Target.Kind == mapping.ToColumn && slices.Contains(rule.When.Review, review.ReviewNeeded)
	}) {
		return
	}
	at.doubt("adopt puts no task on %s: no rule moves cards that are review-needed; write one, or take adopt out", label(b.Tag))
}

// replaces reads the columns of other boards whose cards move to this one.
func (r *reader) replaces(v value, own string) []mapping.Legacy {
	var out []mapping.Legacy
	entries := v.entries()
	if v.isEmptyMapping() {
		v.wrong("no board; name the one that cards come from, with its columns, such as {\"#NAME\": [COLUMN]}, or take the key out")
	}
	first := map[string]int{}
	for _, e := range entries {
		at := e.atKey()
		tag := at.hashtag()
		line, again := first[strings.ToLower(tag)]
		switch {
		case strings.EqualFold(tag, own):
			at.wrong("a board cannot replace itself; name the board that cards come from")
		case again:
			at.wrong("board %s is there twice, first on line %d; put its columns together", label(tag), line)
		}
		first[strings.ToLower(tag)] = e.at.Line
		columns := e.texts()
		if e.isEmptyList() {
			e.wrong("no column; name those whose cards go to %s", label(own))
		}
		e.unique(nil)
		out = append(out, mapping.Legacy{Tag: tag, Columns: columns, Line: e.at.Line})
	}
	return out
}

// shared warns about a column that an earlier board replaces too.
func (r *reader) shared(boards []Board, i int, legacy mapping.Legacy) {
	for _, before := range boards[:i] {
		for _, theirs := range before.Replaces {
			for _, column := range legacy.Columns {
				if strings.EqualFold(theirs.Tag, legacy.Tag) && slices.Contains(theirs.Columns, column) {
					r.doubt(legacy.Line, join(fmt.Sprintf("boards[%d].replaces", i), legacy.Tag),
						"column %s is replaced by board %s too (line %d), which comes first: a card whose changes both count goes there", label(column), label(before.Tag), theirs.Line)
				}
			}
		}
	}
}

// replaced refuses a column that board i replaces and that the rules of its own board use
// too: its cards would move back and forth.
func (r *reader) replaced(boards []Board, i int) {
	for _, legacy := range boards[i].Replaces {
		r.shared(boards, i, legacy)
		for _, other := range boards {
			if !strings.EqualFold(other.Tag, legacy.Tag) || strings.EqualFold(other.Tag, boards[i].Tag) {
				continue
			}
			named := other.Named()
			for _, column := range legacy.Columns {
				if slices.Contains(named, column) {
					r.wrong(legacy.Line, join(fmt.Sprintf("boards[%d].replaces", i), legacy.Tag),
						"column %s is in the rules or 'from' of board %s too (line %d), so its cards would go back and forth; take it out there or here", label(column), label(other.Tag), other.Line)
				}
			}
		}
	}
}

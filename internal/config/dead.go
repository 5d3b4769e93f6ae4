package config

import (
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Dead is a rule that can never match, because earlier rules take all of its cards.
type Dead struct {
	Rule  mapping.Rule
	Lines []int // of the earlier rules
}

func (d Dead) String() string {
	if len(d.Lines) == 1 {
		return fmt.Sprintf("can never match: the rule on line %d takes all of its cards; take this rule out or put it before", d.Lines[0])
	}
	var lines []string
	for _, n := range d.Lines {
		lines = append(lines, fmt.Sprint(n))
	}
	return fmt.Sprintf("can never match: the rules on lines %s and %s take all of its cards; take this rule out or put it before",
		strings.Join(lines[:len(lines)-1], ", "), lines[len(lines)-1])
}

// DeadRules returns the dead rules among the rules of a board. open lists the statuses of
// open tasks, which are those that a rule without a status is for. If it is nil, they are
// unknown, and a rule without a status is compared with none that names one.
func DeadRules(rules []mapping.Rule, open []string) []Dead {
	var dead []Dead
	for i, rule := range rules {
		if lines := takenBy(rules[:i], rule, open); lines != nil {
			dead = append(dead, Dead{rule, lines})
		}
	}
	return dead
}

// MapTags returns a copy of the rules with each tag replaced by what f returns for it, so
// that two tags of one project compare as equal.
func MapTags(rules []mapping.Rule, f func(tag string) string) []mapping.Rule {
	rules = slices.Clone(rules)
	for i := range rules {
		tags := slices.Clone(rules[i].When.Tags)
		for j := range tags {
			tags[j] = f(tags[j])
		}
		rules[i].When.Tags = tags
	}
	return rules
}

// anyOpen stands for any open status.
const anyOpen = ""

func statuses(w mapping.When, open []string) []string {
	switch {
	case len(w.Status) > 0:
		return w.Status
	case len(open) > 0:
		return open
	}
	return []string{anyOpen}
}

// takenBy returns the lines of the rules that together take every card of a later one; nil
// if they leave it some.
func takenBy(before []mapping.Rule, rule mapping.Rule, open []string) []int {
	var lines []int
	for _, state := range orAny(rule.When.Review) {
		for _, tag := range orAny(rule.When.Tags) {
			for _, status := range statuses(rule.When, open) {
				i := slices.IndexFunc(before, func(e mapping.Rule) bool {
					return !isEmpty(e.When) && takes(e.When.Review, state) && takes(e.When.Tags, tag) &&
						slices.Contains(statuses(e.When, open), status) && within(rule.When.Repositories, e.When.Repositories)
				})
				if i < 0 {
					return nil
				}
				lines = append(lines, before[i].Line)
			}
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// isEmpty reports whether a condition names nothing, which is an error and was reported.
func isEmpty(w mapping.When) bool {
	return len(w.Review)+len(w.Repositories)+len(w.Tags)+len(w.Status) == 0
}

// orAny returns the values of a condition; if there are none, the zero value, which stands
// for any.
func orAny[T comparable](values []T) []T {
	if len(values) == 0 {
		return make([]T, 1)
	}
	return values
}

// takes reports whether a list of a rule has a value; an empty list stands for all.
func takes[T comparable](list []T, v T) bool { return len(list) == 0 || slices.Contains(list, v) }

// within reports whether whatever matches one list matches another; an empty list matches everything.
func within[T comparable](narrow, wide []T) bool {
	return len(wide) == 0 || len(narrow) > 0 && !slices.ContainsFunc(narrow, func(v T) bool { return !slices.Contains(wide, v) })
}

// uncounted refuses rules for repositories whose changes the board does not count. Rules
// with patterns are left to `check`, which knows the repositories.
func (r *reader) uncounted(b *Board, key string) {
	for i, rule := range b.Rules {
		named := rule.When.Repositories
		if len(named) == 0 || len(b.Count.Repositories) == 0 || slices.ContainsFunc(named, func(name string) bool {
			return strings.ContainsAny(name, `*?[\`) || review.Match(b.Count.Repositories, name)
		}) {
			continue
		}
		r.wrong(rule.Line, fmt.Sprintf("%s.rules[%d].when.repositories", key, i),
			"can never match: count.repositories lets no change of %s through; add it there, or take the rule out", strings.Join(named, ", "))
	}
}

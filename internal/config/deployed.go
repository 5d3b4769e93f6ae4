package config

import (
	"slices"
	"strings"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// deployed reads when merged changes are deployed: one entry, or a list. In a list the first
// entry for a repository counts.
func (r *reader) deployed(v value) []review.Deployment {
	var out []review.Deployment
	items := []value{v}
	if v.isList() {
		items = v.elements()
	}
	if v.isEmptyList() {
		v.wrong("no entry; name the branches and tags that are deployed, such as {refs: [\"refs/heads/wmf/*\"]}, or take the key out")
	}
	all := 0 // line of the entry for every repository
	for _, item := range items {
		if all > 0 {
			item.wrong("can never count: the entry on line %d is for every repository; put this one before it, or give that one its repositories", all)
		}
		d := r.deployment(item)
		if len(d.Repositories) == 0 {
			all = item.line()
		}
		out = append(out, d)
	}
	return out
}

func (r *reader) deployment(v value) review.Deployment {
	var d review.Deployment
	before, after := len(r.problems), false
	v.fields([]field{
		{name: "refs", read: func(v value) { d.Refs = r.refs(v) }},
		{name: "after", read: func(v value) { d.After, after = v.duration() }},
		{name: "repositories", read: func(v value) { d.Repositories = v.patterns() }},
	})
	if len(r.problems) == before && len(d.Refs) == 0 && !after {
		v.wrong("neither refs nor after; name the branches and tags that are deployed, such as refs: [\"refs/heads/wmf/*\"], or how long after the merge a change is, such as after: 1h")
	}
	return d
}

// refs reads patterns for the full names of branches and tags.
func (r *reader) refs(v value) []string {
	patterns := v.patterns()
	for _, item := range v.items() {
		name := item.node.Value
		if name != "" && !strings.HasPrefix(name, "refs/heads/") && !strings.HasPrefix(name, "refs/tags/") {
			item.wrong("%s is not the full name of a branch or tag; write %s or %s", label(name), label("refs/heads/"+name), label("refs/tags/"+name))
		}
	}
	return patterns
}

// undeployed warns about rules for deployed changes where nothing is ever deployed, and the reverse.
func (r *reader) undeployed(b *Board, board value) {
	at := slices.IndexFunc(b.Rules, func(rule mapping.Rule) bool {
		return len(rule.When.Review) == 1 && rule.When.Review[0] == review.Deployed
	})
	named := slices.ContainsFunc(b.Rules, func(rule mapping.Rule) bool {
		return slices.Contains(rule.When.Review, review.Deployed) && len(rule.When.Review) < len(review.States())
	})
	switch {
	case len(b.Deployed) == 0 && at >= 0:
		r.doubt(b.Rules[at].Line, board.key+".rules", "no card of %s is ever deployed: the board does not say what is; write deployed: {refs: [\"refs/heads/…\"]}, or after: 0h if merging deploys", label(b.Tag))
	case len(b.Deployed) > 0 && !named:
		r.doubt(b.Line, board.key+".deployed", "no rule of %s speaks of deployed changes; write one, or take deployed out", label(b.Tag))
	}
}

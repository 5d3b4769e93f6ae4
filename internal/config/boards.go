package config

import (
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

func (r *reader) boards(v value, c *Config) []Board {
	var out []Board
	items := v.elements()
	if v.isEmptyList() {
		v.wrong("no board; name at least one with its team and rules")
	}
	first := map[string]int{}
	for _, item := range items {
		b := r.board(item, c)
		tag := strings.ToLower(b.Tag)
		if line, again := first[tag]; again && tag != "" {
			item.wrong("board %s is there twice, first on line %d; put its rules together", label(b.Tag), line)
		} else {
			first[tag] = item.line()
		}
		out = append(out, b)
	}
	for i := range out {
		r.replaced(out, i)
	}
	r.parents(out)
	return out
}

// ofReview reports whether the board depends on votes.
func (b *Board) ofReview() bool {
	return len(b.Adopt.Repositories) > 0 || slices.ContainsFunc(b.Rules, func(r mapping.Rule) bool { return len(r.When.Review) > 0 })
}

func (r *reader) board(board value, c *Config) Board {
	b := Board{Line: board.line()}
	b.Review = review.Voting{
		Required:         1,
		Labels:           map[string]review.Voters{"Code-Review": review.ByPeople},
		ThreadObjections: true,
	}
	team := false
	fine := board.fields([]field{
		{name: "board", need: "write the hashtag of the board's project, in quotes: \"#NAME\"", read: func(v value) { r.project(v, &b) }},
		{name: "milestone_of", never: inside, other: "board"},
		{name: "current", never: inside, other: "board"},
		{name: "team", read: func(v value) {
			team = true
			b.TeamName, b.Team = r.teamOf(v, c.Teams)
		}},
		{name: "start", read: func(v value) { b.Start = v.date() }},
		{name: "count", read: func(v value) { b.Count = r.count(v) }},
		{name: "review", read: func(v value) { r.review(v, &b.Review, len(b.Team)) }},
		{name: "from", read: func(v value) {
			b.From = v.texts()
			v.unique(nil)
		}},
		{name: "rules", need: "say where cards go, such as {to: COLUMN, when: {review: review-needed}}", read: func(v value) { b.Rules = r.rules(v, value{r, board.node, board.key + " (" + b.Tag + ")"}) }},
		{name: "adopt", read: func(v value) {
			b.Adopt = r.adopt(v)
			r.adoptable(&b, v)
			if b.MilestoneOf != "" {
				v.wrong("would take tasks out of other milestones and off %s itself; take it out, and let people put tasks into the milestone", label(b.MilestoneOf))
			}
		}},
		{name: "replaces", read: func(v value) { b.Replaces = r.replaces(v, b.Tag) }},
		{name: "deployed", read: func(v value) { b.Deployed = r.deployed(v) }},
		{name: "ask", read: func(v value) { r.ask(v, &b, c) }},
	})
	r.undeployed(&b, board)
	r.ofMilestone(&b, board)
	r.ownTags(&b, board.key)
	r.uncounted(&b, board.key)
	if fine && !team && (b.ofReview() || b.Ask != nil) {
		r.wrong(b.Line, board.key+".team", "missing; name the team whose votes count, as teams defines it")
	}
	return b
}

// teamOf returns the team that v names, and the Gerrit user names of its members.
func (r *reader) teamOf(v value, teams map[string]Team) (name string, members []string) {
	name, ok := v.text()
	if !ok || len(teams) == 0 { // reported before
		return name, nil
	}
	team, ok := teams[name]
	if !ok {
		v.wrong("no team %s; define it under teams, or name one that is there: %s", label(name), sorted(teams))
	}
	for _, m := range team.Members {
		members = append(members, m.Gerrit)
	}
	return name, members
}

func (r *reader) count(v value) review.Count {
	var c review.Count
	v.fields([]field{
		{name: "owners", read: func(v value) {
			c.Owners = v.some()
			groups := []string{"team", "outsiders"}
			for _, item := range v.items() {
				name := item.node.Value
				if group := nearest(name, groups); group != "" && !slices.Contains(groups, name) {
					item.doubt("counts the changes of a user named %s; if a group was meant, write %s", label(name), group)
				}
			}
		}},
		{name: "repositories", read: func(v value) { c.Repositories = v.patterns() }},
		{name: "branches", read: func(v value) {
			c.Branches = v.patterns()
			for _, item := range v.items() {
				if short, full := strings.CutPrefix(item.node.Value, "refs/heads/"); full {
					item.wrong("would match no branch; leave out refs/heads/ and write %s", label(short))
				}
			}
		}},
	})
	return c
}

// review reads how votes count. size is that of the team; 0: unknown.
func (r *reader) review(v value, out *review.Voting, size int) {
	v.fields([]field{
		{name: "required", read: func(v value) {
			out.Required = v.whole(1, "votes")
			if size > 0 && out.Required > size {
				v.doubt("%d votes of a team of %d can never be had; no change will be reviewed", out.Required, size)
			}
		}},
		{name: "labels", read: func(v value) {
			for _, e := range v.entries() {
				out.Labels[e.name] = r.voters(e.value)
			}
		}},
		{name: "self_approval", read: func(v value) { out.SelfApproval = v.yes() }},
		{name: "thread_objections", read: func(v value) { out.ThreadObjections = v.yes() }},
	})
}

// voters says whose votes on a label count.
func (r *reader) voters(v value) review.Voters {
	var by review.Voters
	v.fields([]field{
		{name: "by", need: "say whose votes count: people or bots", read: func(v value) {
			s, ok := v.text()
			by = review.Voters(s)
			if ok && by != review.ByPeople && by != review.ByBots {
				v.wrong("%s cannot vote; write people or bots", label(s))
			}
		}},
	})
	return by
}

// rules reads the rules of a board in their order, and checks them against each other.
func (r *reader) rules(v, board value) []mapping.Rule {
	var out []mapping.Rule
	items := v.elements()
	before := len(r.problems)
	if v.isEmptyList() {
		v.wrong("no rule; say where cards go, such as {to: COLUMN, when: {review: review-needed}}")
	}
	taken := map[review.State]int{} // by the rule on that line, in all repositories
	named := map[review.State]bool{}
	for _, item := range items {
		problems := len(r.problems)
		rule := r.rule(item)
		out = append(out, rule)
		if len(r.problems) > problems {
			continue
		}
		left := slices.ContainsFunc(rule.When.Review, func(s review.State) bool { return taken[s] == 0 })
		switch lines := takenBy(out[:len(out)-1], rule, nil); {
		case len(rule.When.Review) > 0 && !left && len(rule.When.Status) == 0:
			item.wrong("can never match: %s; take this rule out or put it before", takers(rule.When.Review, taken))
		case lines != nil:
			item.wrong("%s", Dead{rule, lines})
		}
		for _, s := range rule.When.Review {
			named[s] = true
			if len(rule.When.Repositories)+len(rule.When.Tags)+len(rule.When.Status) == 0 && taken[s] == 0 {
				taken[s] = item.line()
			}
		}
	}
	if len(r.problems) > before || len(items) == 0 || len(named) == 0 {
		return out
	}
	for _, s := range review.States() {
		if !named[s] {
			board.doubt("no rule for review state %s: such cards stay where they are", s)
		}
	}
	return out
}

// takers names the earlier rules that take the states.
func takers(states []review.State, taken map[review.State]int) string {
	var out []string
	for _, s := range states {
		out = append(out, fmt.Sprintf("%s is taken by the rule on line %d", s, taken[s]))
	}
	return strings.Join(out, ", ")
}

func (r *reader) rule(v value) mapping.Rule {
	rule := mapping.Rule{Line: v.line()}
	var targets []mapping.Target
	var kinds, write []string
	fields := []field{{name: "when", need: "say which cards it is for, such as when: {review: review-needed}", read: func(v value) { rule.When = r.when(v) }}}
	for _, kind := range mapping.TargetKinds() {
		f, how := field{name: string(kind)}, string(kind)+": true"
		switch kind {
		case mapping.ToColumn:
			how = string(kind) + ": COLUMN"
			f.read = func(v value) {
				if column, _ := v.text(); column != "" {
					targets = append(targets, mapping.To(column))
				}
			}
		default: // nothing more is to be said
			f.read = func(v value) {
				if v.yes() {
					targets = append(targets, mapping.Target{Kind: kind})
				} else if v.isBool() {
					v.wrong("false says nothing; write %s: true, or to: COLUMN instead", kind)
				}
			}
		}
		fields, kinds, write = append(fields, f), append(kinds, f.name), append(write, how)
	}
	before := len(r.problems)
	v.fields(fields)
	switch {
	case len(r.problems) > before:
	case len(targets) > 1:
		v.wrong("more than one of %s; keep the one that is meant", tell.Listed(kinds, "and"))
	case len(targets) == 0:
		v.wrong("neither %s; write %s", tell.Listed(kinds, "nor"), tell.OneOf(write))
	}
	if len(targets) > 0 {
		rule.Target = targets[0]
	}
	return rule
}

func (r *reader) when(v value) mapping.When {
	var w mapping.When
	before := len(r.problems)
	v.fields([]field{
		{name: "review", read: func(v value) { w.Review = r.states(v) }},
		{name: "repositories", read: func(v value) { w.Repositories = v.patterns() }},
		{name: "tags", read: func(v value) { w.Tags = v.hashtags() }},
		{name: "status", read: func(v value) { w.Status = v.statuses() }},
	})
	if len(r.problems) > before {
		return w
	}
	if isEmpty(w) {
		v.wrong("empty; write review: STATE, tags: TAG, status: STATUS or repositories: PATTERN")
	}
	if len(w.Review) == 0 && len(w.Repositories) > 0 {
		w.Review = review.States()
	}
	return w
}

func (r *reader) states(v value) []review.State {
	var names []string
	for _, s := range review.States() {
		names = append(names, string(s))
	}
	out := make([]review.State, 0, len(names))
	v.some()
	v.unique(nil)
	for _, item := range v.items() {
		name := item.node.Value
		switch {
		case !item.isSingle() || name == "": // reported by some
		case slices.Contains(names, name):
			out = append(out, review.State(name))
		case nearest(name, names) != "":
			item.wrong("no review state %s; did you mean %s?", label(name), nearest(name, names))
		default:
			item.wrong("no review state %s; write one of %s", label(name), strings.Join(names, ", "))
		}
	}
	return out
}

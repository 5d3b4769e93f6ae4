package check

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// conditions looks at the tags and statuses that the rules of a board name.
func (r *run) conditions(ctx context.Context, b *board) {
	projects := r.ruleTags(ctx, b)
	open := r.ruleStatuses(ctx, b)
	rules := config.WithTags(b.Rules, func(tag string) string { return cmp.Or(projects[tag], tag) })
	for _, dead := range config.DeadRules(rules, open) {
		b.lines.say(Fail, "the rule on line %d %s (%s)", dead.Rule.Line, dead, r.at(dead.Rule.Line))
	}
}

// ruleTags gives the projects of the tags by their PHIDs.
func (r *run) ruleTags(ctx context.Context, b *board) map[string]string {
	l := &b.lines
	projects := map[string]string{}
	var fine []string
	for _, rule := range b.Rules {
		for _, tag := range rule.When.Tags {
			if slices.Contains(fine, tag) {
				continue
			}
			project, found := r.tag(ctx, l, "tag "+tag+" of its rules: ", tag, rule.Line)
			projects[tag] = project.PHID
			switch {
			case !found:
			case project.PHID == b.project.PHID:
				l.say(Fail, "tag %s of its rules is the project of the board itself, which every card of it has; take the tag out (%s)", tag, r.at(rule.Line))
			case b.kin[project.PHID].Is != "":
				l.say(Fail, "tag %s of its rules is %s it, and a task cannot have both, so the rule can never match; take the tag out (%s)", tag, b.kin[project.PHID].Is, r.at(rule.Line))
			default:
				fine = append(fine, tag)
			}
		}
	}
	if len(fine) > 0 {
		l.say(OK, "the tags of its rules are there: %s", some(fine))
	}
	return projects
}

// tag looks for the project of a tag. what begins what is said of it.
func (r *run) tag(ctx context.Context, l *lines, what, tag string, line int) (phab.Project, bool) {
	project, err := r.Phab.Project(ctx, tag)
	switch {
	case remote.NotFound(err):
		l.say(Fail, "%sno project has this tag, or %s may not see it; correct the tag (%s), or let the account see the project", what, r.self.Username, r.at(line))
		return project, false
	case err != nil:
		l.failed("project "+tag, err)
		return project, false
	case project.Archived:
		l.say(Warn, "%sproject %q is archived; bring it back, or take the tag out (%s)", what, project.Name, r.at(line))
	}
	return project, true
}

// ruleStatuses gives the statuses of open tasks, if a rule names any status.
func (r *run) ruleStatuses(ctx context.Context, b *board) (open []string) {
	l := &b.lines
	named := map[string]int{}
	var order []string
	for _, rule := range b.Rules {
		for _, status := range rule.When.Status {
			if named[status] == 0 {
				named[status], order = rule.Line, append(order, status)
			}
		}
	}
	if len(order) == 0 {
		return nil
	}
	there, err := r.Phab.Statuses(ctx)
	if err != nil {
		l.failed("the statuses of tasks", err)
		return nil
	}
	var values, fine []string
	for _, s := range there {
		values = append(values, s.Value)
		if !s.Closed {
			open = append(open, s.Value)
		}
	}
	for _, status := range order {
		if slices.Contains(values, status) {
			fine = append(fine, status)
		} else {
			l.say(Fail, "tasks have no status %q; write one of %s (%s)", status, strings.Join(values, ", "), r.at(named[status]))
		}
	}
	if len(fine) > 0 {
		l.say(OK, "the statuses of its rules are there: %s", some(fine))
	}
	return open
}

// openTags looks at the tags that are on tasks while a change is open.
func (r *run) openTags(ctx context.Context, all []board) []Line {
	var out []Line
	for _, t := range r.Config.Tags {
		l := &lines{subject: "tag " + t.Tag}
		project, found := r.tag(ctx, l, "", t.Tag, t.Line)
		i := slices.IndexFunc(all, func(b board) bool { return b.project.PHID == project.PHID })
		related := slices.IndexFunc(all, func(b board) bool { return b.kin[project.PHID].Is != "" })
		switch {
		case !found:
		case i >= 0:
			l.say(Fail, "is the same project as board %s; use adopt and untag there (%s)", all[i].Tag, r.at(t.Line))
		case related >= 0:
			l.say(Fail, "is %s board %s, and a task cannot have both, so it would take cards off the board; name another tag (%s)",
				all[related].kin[project.PHID].Is, all[related].Tag, r.at(t.Line))
		default:
			l.say(OK, "is project %q", project.Name)
		}
		out = append(out, l.all...)
	}
	return out
}

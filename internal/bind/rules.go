package bind

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/config"
)

// rules binds the tags and statuses that the rules of a board name, and finds rules that can never match.
func (r *run) rules(ctx context.Context, b *Board) error {
	projects, err := r.ruleTags(ctx, b)
	if err != nil {
		return err
	}
	open := r.ruleStatuses(b)
	rules := config.MapTags(b.Rules, func(tag string) string { return cmp.Or(projects[tag], tag) })
	for _, dead := range config.DeadRules(rules, open) {
		r.clash(b, &b.report, Finding{Lines: []int{dead.Rule.Line}, Text: fmt.Sprintf("the rule on line %d %s", dead.Rule.Line, dead)})
	}
	return nil
}

// ruleTags finds the projects of the tags that the rules of a board name, by PHID. Two tags may
// be those of one project.
func (r *run) ruleTags(ctx context.Context, b *Board) (projects map[string]string, err error) {
	const key = "when.tags"
	projects = map[string]string{}
	var fine []string
	for _, rule := range b.Rules {
		for _, tag := range rule.When.Tags {
			if _, known := projects[tag]; known {
				continue
			}
			is := fmt.Sprintf("tag %s of its rules", tag)
			project, found, err := r.find(ctx, &b.report, hashtag{
				tag: tag, line: rule.Line, is: is + ": ", fix: "correct the tag", archived: "take the tag out", key: key,
			})
			if err != nil {
				return nil, err
			}
			projects[tag] = project.PHID
			kin, related := b.kin[project.PHID]
			switch {
			case !found:
			case project.PHID == b.PHID:
				b.leave(Finding{Lines: []int{rule.Line}, Key: key, Text: is + " is the project of the board itself, which every card of it has", Fix: "take the tag out"})
			case related:
				b.leave(Finding{
					Lines: []int{rule.Line}, Key: key, Fix: "take the tag out",
					Text: fmt.Sprintf("%s (%s) is %s it, and a task cannot have both, so the rule can never match", is, kin.Name, kin.Is),
				})
			default:
				fine = append(fine, tag)
				b.Tags[project.PHID] = append(b.Tags[project.PHID], tag)
			}
		}
	}
	if len(fine) > 0 {
		b.fine("the tags of its rules are there: %s", strings.Join(fine, ", "))
	}
	return projects, nil
}

// ruleStatuses refuses a status in the rules of a board that the server does not have. It
// gives those of open tasks.
func (r *run) ruleStatuses(b *Board) (open []string) {
	var values, fine, wrong []string
	for _, s := range r.statuses {
		values = append(values, s.Value)
		if !s.Closed {
			open = append(open, s.Value)
		}
	}
	for _, rule := range b.Rules {
		for _, status := range rule.When.Status {
			switch {
			case slices.Contains(fine, status), slices.Contains(wrong, status):
			case slices.Contains(values, status):
				fine = append(fine, status)
			default:
				wrong = append(wrong, status)
				b.leave(Finding{Lines: []int{rule.Line}, Key: "when.status", Text: fmt.Sprintf("tasks have no status %q; write one of %s", status, strings.Join(values, ", "))})
			}
		}
	}
	if len(fine) > 0 {
		b.fine("the statuses of its rules are there: %s", strings.Join(fine, ", "))
	}
	return open
}

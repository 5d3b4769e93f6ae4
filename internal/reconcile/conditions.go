package reconcile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/phab"
)

// bindTags finds the projects of the tags that the rules of a board name. Two tags may be
// those of one project.
func (r *Reconciler) bindTags(ctx context.Context, b *Board) error {
	b.Tags = map[string][]string{}
	for _, rule := range b.Rules {
		for _, tag := range rule.When.Tags {
			project, err := r.project(ctx, tag)
			if err == nil {
				err = b.ruleTag(tag, project)
			}
			if err != nil {
				return fmt.Errorf("%s:%d: board %s: when.tags: %w", r.o.Config.Path, rule.Line, b.Tag, err)
			}
			if !slices.Contains(b.Tags[project.PHID], tag) {
				b.Tags[project.PHID] = append(b.Tags[project.PHID], tag)
			}
		}
	}
	return nil
}

// knowStatuses refuses a status in the rules of a board that the server does not have.
func (r *Reconciler) knowStatuses(b *Board, there []phab.Status) error {
	var values []string
	for _, s := range there {
		values = append(values, s.Value)
	}
	for _, rule := range b.Rules {
		for _, status := range rule.When.Status {
			if !slices.Contains(values, status) {
				return fmt.Errorf("%s:%d: board %s: when.status: %w", r.o.Config.Path, rule.Line, b.Tag,
					blocked("tasks have no status %q; write one of %s", status, strings.Join(values, ", ")))
			}
		}
	}
	return nil
}

package bind

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping"
	"reviewsync/phab"
)

// bindTags finds the projects of the tags that the rules of a board name. Two tags may be
// those of one project.
func (r *Binder) bindTags(ctx context.Context, b *Board) error {
	b.Tags = map[string][]string{}
	for _, rule := range b.Rules {
		for _, tag := range rule.When.Tags {
			project, err := r.Project(ctx, tag)
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
func (r *Binder) knowStatuses(b *Board, there []phab.Status) error {
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

// bindOpenTags finds the projects of those tags.
func (r *Binder) bindOpenTags(ctx context.Context, b *Bound) error {
	for _, t := range r.o.Config.Tags {
		project, err := r.Project(ctx, t.Tag)
		if board := b.Board(project.PHID); err == nil && board != nil {
			err = blocked("%s is the same project as board %s; use adopt and untag there", t.Tag, board.Tag)
		}
		if err != nil {
			if err := b.LeftOut.leave("tag "+t.Tag, fmt.Errorf("%s:%d: tags: %w", r.o.Config.Path, t.Line, err)); err != nil {
				return err
			}
			continue
		}
		b.Tags = append(b.Tags, Tag{Tag: t.Tag, line: t.Line, PHID: project.PHID, Scope: mapping.Scope{Repositories: t.Repositories}})
	}
	return nil
}

package explain

import (
	"context"
	"fmt"
	"slices"

	"reviewsync/gerrit"
	"reviewsync/mapping"
)

// twins is how many changes with one Change-Id are looked at; people make a handful.
const twins = 50

// refs asks in which branches and tags a merged change is, or a merged change with the
// same Change-Id in its repository. The service's store knows better since when.
func (r *run) refs(ctx context.Context, c *mapping.Change) error {
	if c.Status != mapping.StatusMerged || !r.deploys(c.Project) {
		return nil
	}
	c.Refs = append(c.Refs, r.stored[c.Key].Refs...)
	since := c.Submitted
	if r.stored[c.Key].Twins != "" { // the service was there when it was not yet deployed
		since = r.Gerrit.HTTP().Now()
	}
	add := func(ref mapping.Ref) {
		if !slices.ContainsFunc(c.Refs, func(known mapping.Ref) bool { return known.Name == ref.Name }) {
			c.Refs = append(c.Refs, ref)
		}
	}
	rows, _, err := r.Gerrit.Query(ctx, fmt.Sprintf("change:%s project:%s status:merged", gerrit.Quote(c.ChangeID), gerrit.Quote(c.Project)), twins)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if !row.Private {
			add(mapping.Ref{Name: "refs/heads/" + row.Branch, Since: row.Submitted})
		}
	}
	in, err := r.Gerrit.Included(ctx, c.Project, c.Number)
	for _, name := range in {
		add(mapping.Ref{Name: name, Since: since})
	}
	return err
}

// deploys says whether branches and tags matter to a repository.
func (r *run) deploys(project string) bool {
	for _, b := range r.Config.Boards {
		for _, d := range b.Deployed {
			if len(d.Refs) > 0 && (len(d.Repositories) == 0 || mapping.Match(d.Repositories, project)) {
				return true
			}
		}
	}
	return false
}

package explain

import (
	"context"
	"slices"

	"reviewsync/internal/ingest"
	"reviewsync/mapping/review"
)

// refs asks in which branches and tags a merged change is, or a merged change with the
// same Change-Id in its repository. The service's store knows better since when.
func (r *run) refs(ctx context.Context, c *review.Change) error {
	if c.Status != review.StatusMerged || !r.deploys(c.Project) {
		return nil
	}
	c.Looked, c.Refs = r.Gerrit.HTTP().Now(), append(c.Refs, r.stored[c.Key].Refs...)
	since := c.Submitted
	if r.stored[c.Key].Followed { // it was not there when the service last saw it
		since = c.Looked
	}
	picked, err := ingest.PickedRefs(ctx, r.Gerrit, c.Project, c.ChangeID)
	if err != nil {
		return err
	}
	in, err := ingest.ContainingRefs(ctx, r.Gerrit, c.Key, since)
	for _, ref := range append(picked, in...) {
		if !slices.ContainsFunc(c.Refs, func(known review.Ref) bool { return known.Name == ref.Name }) {
			c.Refs = append(c.Refs, ref)
		}
	}
	return err
}

// deploys says whether branches and tags matter to a repository.
func (r *run) deploys(project string) bool {
	for _, b := range r.Config.Boards {
		for _, d := range b.Deployed {
			if len(d.Refs) > 0 && (len(d.Repositories) == 0 || review.Match(d.Repositories, project)) {
				return true
			}
		}
	}
	return false
}

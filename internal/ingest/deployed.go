package ingest

import (
	"context"
	"fmt"
	"time"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// How often Gerrit is asked which branches and tags have a merged change: no event reports
// that one of them has it now.
const (
	findEvery = 10 * time.Minute
	findFirst = 40 * time.Second // after a card began to wait for it, so that what is deployed at once is found the first time
)

// FindRefsDue is FindRefs for a change whose deployment is waited for, if it is due at now. It
// returns when it is due next, even after an error; zero: nothing waits for it.
func (i *Ingest) FindRefsDue(ctx context.Context, key review.Key, now time.Time) (next time.Time, err error) {
	a, awaited, err := i.o.Store.Awaited(ctx, key, findEvery, findFirst)
	if err != nil || !awaited || a.Due.After(now) {
		return a.Due, err
	}
	err = i.findRefs(ctx, a)
	if remote.NotFound(err) { // it is read again, and dropped if it is gone
		err = nil
	}
	return i.o.Store.Now().Add(findEvery), err
}

// FindRefs finds out which branches and tags have a change, if it is merged.
func (i *Ingest) FindRefs(ctx context.Context, key review.Key) error {
	a, merged, err := i.o.Store.Merged(ctx, key)
	if err != nil || !merged {
		return err
	}
	return i.findRefs(ctx, a)
}

func (i *Ingest) findRefs(ctx context.Context, a store.Awaited) error {
	refs, err := i.refs(ctx, a)
	if remote.NotFound(err) { // it may be gone
		if hinted := i.take(ctx, []review.Key{a.Key}); hinted != nil {
			return hinted
		}
	}
	if err != nil {
		return fmt.Errorf("find the branches and tags of change %s: %w", a.Key, err)
	}
	return i.o.Store.Looked(ctx, a.Key, i.o.Store.Now(), i.deployed(a.Key.Project, refs))
}

// refs asks which branches and tags have a change. Since when is only known if they did not
// have it the last time.
func (i *Ingest) refs(ctx context.Context, a store.Awaited) ([]review.Ref, error) {
	if a.Known {
		return ContainingRefs(ctx, i.o.Gerrit, a.Key, i.o.Gerrit.HTTP().Now())
	}
	picked, err := PickedRefs(ctx, i.o.Gerrit, a.Key.Project, a.ChangeID)
	if err != nil {
		return nil, err
	}
	refs, err := ContainingRefs(ctx, i.o.Gerrit, a.Key, a.Merged)
	return append(picked, refs...), err
}

// ContainingRefs returns the branches and tags that have a change now, dated since.
func ContainingRefs(ctx context.Context, g *gerrit.Client, key review.Key, since time.Time) ([]review.Ref, error) {
	names, err := g.Included(ctx, key.Project, key.Number)
	refs := make([]review.Ref, 0, len(names))
	for _, name := range names {
		refs = append(refs, review.Ref{Name: name, Since: since})
	}
	return refs, err
}

// picks is how many changes with one Change-Id are read; people make a handful.
const picks = 50

// PickedRefs returns the branches of a repository into which changes with a Change-Id were
// merged. Polls find those that are merged from now on.
func PickedRefs(ctx context.Context, g *gerrit.Client, project, changeID string) ([]review.Ref, error) {
	rows, _, err := g.Query(ctx, fmt.Sprintf("change:%s project:%s status:merged", gerrit.Quote(changeID), gerrit.Quote(project)), picks)
	var refs []review.Ref
	for _, row := range rows {
		if !row.Private {
			refs = append(refs, review.Ref{Name: "refs/heads/" + row.Branch, Since: row.Submitted})
		}
	}
	return refs, err
}

// deployed returns those of the refs that some board calls deployed.
func (i *Ingest) deployed(project string, refs []review.Ref) []review.Ref {
	var named []review.Ref
	for _, ref := range refs {
		for _, d := range i.o.Deployed {
			if (len(d.Repositories) == 0 || review.Match(d.Repositories, project)) && review.Match(d.Refs, ref.Name) {
				named = append(named, ref)
				break
			}
		}
	}
	return named
}

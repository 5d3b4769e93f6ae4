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

// How often a merged change is looked for in the branches and tags that are deployed: no
// event of Gerrit tells that one of them came to have it.
const (
	lookEvery = 10 * time.Minute
	lookFirst = 40 * time.Second // after a card began to wait for it: what is deployed at once is found with one look
)

// LookFor looks for a merged change, if its deployment is waited for and it is its turn at now. It
// tells when that is next, also if the look failed; zero: nothing waits.
func (i *Ingest) LookFor(ctx context.Context, key review.Key, now time.Time) (next time.Time, err error) {
	a, awaited, err := i.o.Store.Awaited(ctx, key, lookEvery, lookFirst)
	if err != nil || !awaited || a.Due.After(now) {
		return a.Due, err
	}
	err = i.lookFor(ctx, a)
	if remote.NotFound(err) { // it is read again, and dropped if it is gone
		err = nil
	}
	return i.o.Store.Now().Add(lookEvery), err
}

// Look looks at once where a change is, if it is merged.
func (i *Ingest) Look(ctx context.Context, key review.Key) error {
	a, merged, err := i.o.Store.Merged(ctx, key)
	if err != nil || !merged {
		return err
	}
	return i.lookFor(ctx, a)
}

// lookFor looks in which branches and tags a change is.
func (i *Ingest) lookFor(ctx context.Context, a store.Awaited) error {
	refs, err := i.where(ctx, a)
	if remote.NotFound(err) { // it may be gone
		if hinted := i.take(ctx, []review.Key{a.Key}); hinted != nil {
			return hinted
		}
	}
	if err != nil {
		return fmt.Errorf("look where change %s is: %w", a.Key, err)
	}
	return i.o.Store.Looked(ctx, a.Key, i.o.Store.Now(), i.deployed(a.Key.Project, refs))
}

// where asks for the branches and tags that have a change. Since when is only known if it was not there before.
func (i *Ingest) where(ctx context.Context, a store.Awaited) ([]review.Ref, error) {
	if a.Known {
		return Where(ctx, i.o.Gerrit, a.Key, i.o.Gerrit.HTTP().Now())
	}
	picked, err := Picked(ctx, i.o.Gerrit, a.Key.Project, a.ChangeID)
	if err != nil {
		return nil, err
	}
	refs, err := Where(ctx, i.o.Gerrit, a.Key, a.Merged)
	return append(picked, refs...), err
}

// Where are the branches and tags that have a change now, which it came into at since.
func Where(ctx context.Context, g *gerrit.Client, key review.Key, since time.Time) ([]review.Ref, error) {
	names, err := g.Included(ctx, key.Project, key.Number)
	refs := make([]review.Ref, 0, len(names))
	for _, name := range names {
		refs = append(refs, review.Ref{Name: name, Since: since})
	}
	return refs, err
}

// picks is how many changes with one Change-Id are looked at; people make a handful.
const picks = 50

// Picked are the branches of a repository that changes with a Change-Id were merged into. Polls tell of those
// that are merged from now on.
func Picked(ctx context.Context, g *gerrit.Client, project, changeID string) ([]review.Ref, error) {
	rows, _, err := g.Query(ctx, fmt.Sprintf("change:%s project:%s status:merged", gerrit.Quote(changeID), gerrit.Quote(project)), picks)
	var refs []review.Ref
	for _, row := range rows {
		if !row.Private {
			refs = append(refs, review.Ref{Name: "refs/heads/" + row.Branch, Since: row.Submitted})
		}
	}
	return refs, err
}

// deployed are those of the refs that a board may call deployed.
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

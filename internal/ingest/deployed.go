package ingest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/mapping"
)

// How often a merged change is looked for in the branches and tags that are deployed: no
// event of Gerrit tells that one of them came to have it.
const (
	lookEvery = 10 * time.Minute
	lookFirst = 40 * time.Second // after a card began to wait for it: what is deployed at once is found with one look
)

// LookForDeployed looks at the merged changes whose deployment a card waits for and whose
// turn it is, one request each, and tells when the next one has its turn. In a hurry, the first
// look at a change is taken at once.
func (i *Ingest) LookForDeployed(ctx context.Context, hurry bool) (next time.Time, err error) {
	first := lookFirst
	if hurry {
		first = 0
	}
	list, err := i.o.Store.Awaited(ctx, lookEvery, first)
	if err != nil {
		return time.Time{}, err
	}
	var failed []error
	for _, a := range list {
		if a.Due.After(time.Now()) {
			return a.Due, errors.Join(failed...) // the rest is later still
		}
		since := a.Merged
		if a.Known { // it was not there when it was last seen
			since = i.o.Gerrit.HTTP().Now()
		}
		if err := i.lookFor(ctx, a.Key, since); err != nil {
			err = fmt.Errorf("look where change %s is: %w", a.Key, err)
			if off := i.o.Store.PutOff(ctx, a.Key, time.Now().Add(lookEvery), lookFirst); off != nil || remote.ClassOf(err) == remote.Retry {
				return time.Time{}, errors.Join(err, off) // the others have their turn at the next try
			}
			failed = append(failed, err)
		}
	}
	if len(list) > 0 {
		next = time.Now().Add(lookEvery)
	}
	return next, errors.Join(failed...)
}

// lookFor looks in which branches and tags a change is. What is new, it came into at since.
func (i *Ingest) lookFor(ctx context.Context, key mapping.Key, since time.Time) error {
	refs, err := i.o.Gerrit.Included(ctx, key.Project, key.Number)
	switch {
	case remote.NotFound(err):
		if err := i.o.Store.Hint(ctx, key); err != nil { // it may be gone
			return err
		}
		i.behind([]mapping.Key{key}, patience)
	case err != nil:
		return err
	}
	behind, err := i.o.Store.Looked(ctx, key, time.Now(), i.deployed(key.Project, refs), since)
	if err == nil && len(behind) > 0 {
		i.o.Tasks(behind, false)
	}
	return err
}

// deployed are those of the refs that a board may call deployed.
func (i *Ingest) deployed(project string, refs []string) []string {
	var named []string
	for _, ref := range refs {
		for _, d := range i.o.Deployed {
			if (len(d.Repositories) == 0 || mapping.Match(d.Repositories, project)) && mapping.Match(d.Refs, ref) {
				named = append(named, ref)
				break
			}
		}
	}
	return named
}

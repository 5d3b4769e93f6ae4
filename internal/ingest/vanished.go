package ingest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"reviewsync/gerrit"
	"reviewsync/mapping/review"
)

// Gerrit gives the same answer for a change that was deleted and for one that the account may
// not read. One change that vanishes means nothing. If several of a branch vanish at once, and
// nothing else of it is visible, the account may have lost the right to read the branch.
const (
	several = 2
	atOnce  = 10 * time.Minute
)

// branch of a repository.
type branch struct{ repository, name string }

// vanished remembers which changes vanished, by branch.
type vanished struct {
	mu    sync.Mutex
	gone  map[branch]map[review.Key]time.Time // when
	blind map[branch]bool                     // branches of which nothing was visible
}

// note adds a change, and reports whether several vanished at once by now.
func (v *vanished) note(b branch, key review.Key, now time.Time) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.gone == nil {
		v.gone, v.blind = map[branch]map[review.Key]time.Time{}, map[branch]bool{}
	}
	if v.gone[b] == nil {
		v.gone[b] = map[review.Key]time.Time{}
	}
	recent := 0
	v.gone[b][key] = now
	for key, at := range v.gone[b] {
		switch {
		case now.Sub(at) <= atOnce:
			recent++
		case !v.blind[b]:
			delete(v.gone[b], key)
		}
	}
	return recent >= several
}

// lost notes that nothing of a branch is visible, and reports whether it is the first such branch of its repository.
func (v *vanished) lost(b branch) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	news := true
	for other := range v.blind {
		news = news && other.repository != b.repository
	}
	v.blind[b] = true
	return news
}

func (v *vanished) isLost(b branch) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.blind[b]
}

// seen notes that a change of a branch was read.
func (v *vanished) seen(b branch) {
	v.mu.Lock()
	defer v.mu.Unlock()
	delete(v.gone, b)
	delete(v.blind, b)
}

// Vanished returns the number of changes that vanished together with everything else of their branch.
func (i *Ingest) Vanished() int {
	v := &i.vanished
	v.mu.Lock()
	defer v.mu.Unlock()
	n := 0
	for b := range v.blind {
		n += len(v.gone[b])
	}
	return n
}

// gone finds out why a stored change is not visible any more, and warns if it may be a lost permission.
func (i *Ingest) gone(ctx context.Context, key review.Key) error {
	row, known, err := i.o.Store.Change(ctx, key)
	if err != nil || !known {
		return err
	}
	var c review.Change
	if json.Unmarshal(row.Snapshot, &c) != nil || c.Key != key {
		return nil //nolint:nilerr // the snapshot is unreadable, and not needed any more
	}
	b := branch{key.Project, c.Branch}
	if !i.vanished.note(b, key, time.Now()) || i.vanished.isLost(b) {
		return nil
	}
	rows, _, err := i.o.Gerrit.Query(ctx, "project:"+gerrit.Quote(b.repository)+" branch:"+gerrit.Quote(b.name), several)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(rows, func(r gerrit.Row) bool { return r.Project == b.repository }) {
		return nil // others are visible: these were deleted, or are private now
	}
	if i.vanished.lost(b) {
		i.o.Log.Warn().Msgf("several changes of %s vanished at once, and nothing of its branch %s is to be seen any more: has reviewsync's account on Gerrit lost the right to read it? Give it back (Read on refs/heads/%[2]s), or take the repository out of the configuration; if all were deleted, restart the service", b.repository, b.name)
	}
	return nil
}

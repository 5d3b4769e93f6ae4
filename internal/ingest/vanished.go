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

// Gerrit answers alike for a change that was deleted and for one that may not be read. One that
// vanishes says nothing. Several that do so at once, on a branch of which nothing is to be seen
// any more, look as if the account had lost the right to read it.
const (
	several = 2
	atOnce  = 10 * time.Minute
)

// branch of a repository.
type branch struct{ repository, name string }

// vanished knows which changes of a branch vanished.
type vanished struct {
	mu    sync.Mutex
	gone  map[branch]map[review.Key]time.Time // when
	blind map[branch]bool                     // nothing of it was to be seen then
}

// note adds a change, and says whether several vanished at once by now.
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

// lost notes that nothing of a branch is to be seen, and says whether that is news of its repository.
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

// Vanished counts the changes that vanished together with all else of their branch.
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

// gone looks what may be behind it that a change is not there any more.
func (i *Ingest) gone(ctx context.Context, key review.Key) error {
	row, known, err := i.o.Store.Change(ctx, key)
	if err != nil || !known {
		return err
	}
	var c review.Change
	if json.Unmarshal(row.Snapshot, &c) != nil || c.Key != key {
		return nil //nolint:nilerr // it is of no use any more
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
		return nil // it sees the others: these were deleted, or are nobody's business
	}
	if i.vanished.lost(b) {
		i.o.Log.Warn().Msgf("several changes of %s vanished at once, and nothing of its branch %s is to be seen any more: has reviewsync's account on Gerrit lost the right to read it? Give it back (Read on refs/heads/%[2]s), or take the repository out of the configuration; if all were deleted, restart the service", b.repository, b.name)
	}
	return nil
}

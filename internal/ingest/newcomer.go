package ingest

import (
	"context"
	"fmt"
	"sync"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

// Newcomer says whether the owner of a change has no merged change that Gerrit shows us. Where
// Gerrit does not say, they count as one: they can put fewer tasks on a board. It is asked only where
// it matters: while the change is open and is linked to more tasks than some board lets it adopt.
func Newcomer(ctx context.Context, g *gerrit.Client, c *review.Change, tasks, most int) (bool, error) {
	if c.Status != review.StatusNew || c.Owner.Service || tasks <= most {
		return false, nil
	}
	merged, _, err := g.Query(ctx, fmt.Sprintf("owner:%d status:merged", c.Owner.ID), 1)
	if err != nil && remote.ClassOf(err) != remote.Blocked {
		return false, fmt.Errorf("see whether the owner of change %s has a merged one: %w", c.Key, err)
	}
	return len(merged) == 0, nil
}

// oldHands are the accounts that are known to have a merged change, and are not asked about again.
// That somebody has none is stored with the change, and asked again with its next reading.
type oldHands struct {
	mu   sync.Mutex
	have map[int]bool
}

func (o *oldHands) has(account int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.have[account]
}

func (o *oldHands) add(account int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.have == nil {
		o.have = map[int]bool{}
	}
	o.have[account] = true
}

// newcomer says whether a change is one of a newcomer.
func (i *Ingest) newcomer(ctx context.Context, c *review.Change, tasks int) (bool, error) {
	if tasks <= i.o.Newcomer || i.oldHands.has(c.Owner.ID) {
		return false, nil
	}
	is, err := Newcomer(ctx, i.o.Gerrit, c, tasks, i.o.Newcomer)
	if err == nil && !is && c.Status == review.StatusNew {
		i.oldHands.add(c.Owner.ID)
	}
	return is, err
}

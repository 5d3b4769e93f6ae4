package ingest

import (
	"sync"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// beyond knows the changes that name more tasks than they are linked to, once the log has said so.
type beyond struct {
	mu     sync.Mutex
	warned map[review.Key]bool
}

// first reports whether it is called for a change for the first time.
func (b *beyond) first(key review.Key) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.warned[key] {
		return false
	}
	if b.warned == nil {
		b.warned = map[review.Key]bool{}
	}
	b.warned[key] = true
	return true
}

// warnBeyond logs, once for each change, that it names more tasks than it is linked to.
func (i *Ingest) warnBeyond(c *review.Change) {
	if all := i.o.Links.Beyond(c); len(all) > 0 && i.beyond.first(c.Key) {
		i.o.Log.Warn().Str("change", c.Key.String()).Str("owner", c.Owner.String()).Msg(tell.BeyondAll(all))
	}
}

package ingest

import (
	"context"
	"sync"
	"time"

	"reviewsync/internal/hint"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// Hint looks at changes that are said to have been written to. One whose meta_rev_id was
// told costs nothing if that was read, or is about to be.
func (i *Ingest) Hint(ctx context.Context, hints []hint.Change) error {
	var seen []store.Seen
	var blind []mapping.Key
	first := map[mapping.Key]bool{}
	for _, h := range hints {
		first[h.Key] = h.First
		if h.Meta != "" {
			seen = append(seen, store.Seen{Key: h.Key, Meta: h.Meta})
		} else {
			blind = append(blind, h.Key)
		}
	}
	behind, err := i.o.Store.Found(ctx, watermark, time.Time{}, 0, seen)
	if err != nil {
		return err
	}
	for _, key := range blind {
		if err := i.o.Store.Hint(ctx, key); err != nil {
			return err
		}
	}
	behind = append(behind, blind...)
	for _, key := range behind {
		if first[key] {
			i.hurried.add(key.String())
		}
	}
	wait := moment
	if len(behind) > few {
		wait = 0
	}
	i.behind(behind, wait)
	return nil
}

// hurried are changes that somebody waits for.
type hurried struct {
	mu  sync.Mutex
	all map[string]bool
}

func (h *hurried) add(change string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.all == nil {
		h.all = map[string]bool{}
	}
	h.all[change] = true
}

func (h *hurried) has(change string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.all[change]
}

func (h *hurried) drop(change string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, change)
}

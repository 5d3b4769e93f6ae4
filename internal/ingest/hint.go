package ingest

import (
	"context"
	"time"

	"reviewsync/internal/hint"
	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// Hint marks changes to be read. A hint with a meta_rev_id costs nothing if that revision was
// read already, or is about to be.
func (i *Ingest) Hint(ctx context.Context, hints []hint.Change) error {
	var seen []store.Seen
	blind := map[bool][]review.Key{} // without a meta_rev_id, by whether they are urgent
	for _, h := range hints {
		if h.Meta != "" {
			seen = append(seen, store.Seen{Key: h.Key, Meta: h.Meta, Urgent: h.Urgent})
		} else {
			blind[h.Urgent] = append(blind[h.Urgent], h.Key)
		}
	}
	_, err := i.reading.find(func() (behind []review.Key, wait time.Duration, err error) {
		behind, err = i.o.Store.Found(ctx, watermark, time.Time{}, 0, seen)
		for urgent, keys := range blind {
			if err == nil {
				err = i.mark(ctx, urgent, keys)
			}
			behind = append(behind, keys...)
		}
		if len(behind) <= few {
			wait = moment
		}
		return behind, wait, err
	})
	return err
}

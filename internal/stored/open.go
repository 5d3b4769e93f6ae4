package stored

import (
	"context"

	"reviewsync/mapping/review"
)

// openBatch is how many open changes are in memory at a time.
const openBatch = 100

// EachOpen reads every open change. One that cannot be read is left out, and read from Gerrit again.
func (s *Changes) EachOpen(ctx context.Context, see func(*review.History)) error {
	for after := ""; ; {
		rows, err := s.o.Store.OpenAfter(ctx, after, openBatch)
		if err != nil || len(rows) == 0 {
			return err
		}
		after = rows[len(rows)-1].Key.String()
		list, err := s.Histories(ctx, rows)
		if err != nil && !Unreadable(err) {
			return err
		}
		for _, h := range list {
			see(h)
		}
	}
}

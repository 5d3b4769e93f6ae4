package agenda

import (
	"context"
	"testing"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// TestPause: what a pause stops is run again once it ends, and is no failure that the log speaks of.
// That holds for what was under way when the pause ended, too.
func TestPause(t *testing.T) {
	p := mapping.Pause{Board: "#a", Since: time.Date(2026, 12, 7, 10, 0, 0, 0, time.UTC), Why: "new columns"}
	resume := func(b *bench, ctx context.Context) {
		if _, was, err := b.store.Resume(ctx, p.Board); err != nil || !was {
			b.t.Errorf("the end of the pause: %v, %v", was, err)
		}
	}
	ends := false // while the handler runs
	handle := func(b *bench, ctx context.Context, i store.Item) error {
		pauses, err := b.store.Pauses(ctx)
		if err != nil || len(pauses) == 0 {
			return err
		}
		if ends {
			resume(b, ctx)
		}
		return &store.Paused{Pause: p}
	}
	for _, ends = range []bool{false, true} {
		inBubble(t, handle, func(b *bench) {
			if _, _, err := b.store.Pause(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			b.mark(5)
			b.whileRunning(func() {
				time.Sleep(time.Minute)
				if !ends {
					b.same("runs in the pause", b.ran(), []string{"5"})
					resume(b, t.Context())
					time.Sleep(time.Second)
				}
			})
			b.same("runs", b.ran(), []string{"5", "5"})
			b.same("behind", b.behind(), 0)
			if b.log.Len() > 0 {
				t.Errorf("the log says %s", b.log.String())
			}
		})
	}
}

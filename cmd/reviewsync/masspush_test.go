package main

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// One push gives 510 changes the same time, more than Gerrit tells at once. Polls go on, and
// so does a restart, and a first start; also where the account gets fewer rows than others.
func TestMassPush(t *testing.T) {
	for _, limit := range []int{0, 100} {
		t.Run(fmt.Sprint("limit ", limit), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.gerrit.SetQueryLimit("reviewsync", limit)
				first, last, later := w.task(external, "In Progress"), w.task(external, "In Progress"), w.task(external, "In Progress")
				stop := w.run()
				w.wait(time.Minute)

				oldest := w.push("vol1", core, first)
				for range 508 {
					w.push("vol1", core)
				}
				newest := w.push("vol1", core, last)
				w.wait(within)
				w.wantMoves(first, "Review Needed")
				w.wantMoves(last, "Review Needed")
				w.vote("alice", oldest, 1)
				w.wait(within)
				w.wantMoves(first, "Review Needed", "Review Completed")

				stop()
				w.push("vol1", core, later)
				for range 509 {
					w.push("vol1", core)
				}
				stop = w.run()
				w.wait(within)
				w.wantMoves(later, "Review Needed")
				w.vote("alice", newest, -1)
				w.wait(within)
				w.wantMoves(last, "Review Needed", "In Progress")
				stop()

				w.cfg.Store.Path = filepath.Join(t.TempDir(), "new.db")
				w.run()
				w.wait(time.Minute)
				w.vote("alice", newest, 1)
				w.wait(within)
				w.wantMoves(last, "Review Needed", "In Progress", "Review Completed")
				if said := w.log.all("warn", "error"); len(said) > 0 {
					t.Errorf("the log says %q", said)
				}
			})
		})
	}
}

package service

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// One push gives 510 changes the same time, more than Gerrit lists at once. Polls go on, and
// so does a restart, and a first start; also where the account gets fewer rows than others.
func TestMassPush(t *testing.T) {
	for _, limit := range []int{0, 100} {
		t.Run(fmt.Sprint("limit ", limit), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Gerrit.SetQueryLimit("reviewsync", limit)
				first, last, later := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Task(external, "In Progress")
				stop := w.run()
				w.Wait(time.Minute)

				oldest := w.Push("vol1", core, first)
				for range 508 {
					w.Push("vol1", core)
				}
				newest := w.Push("vol1", core, last)
				w.Wait(within)
				w.WantMoves(first, "Review Needed")
				w.WantMoves(last, "Review Needed")
				w.Vote("alice", oldest, 1)
				w.Wait(within)
				w.WantMoves(first, "Review Needed", "Review Completed")

				stop()
				w.Push("vol1", core, later)
				for range 509 {
					w.Push("vol1", core)
				}
				stop = w.run()
				w.Wait(within)
				w.WantMoves(later, "Review Needed")
				w.Vote("alice", newest, -1)
				w.Wait(within)
				w.WantMoves(last, "Review Needed", "In Progress")
				stop()

				w.Config.Store.Path = filepath.Join(t.TempDir(), "new.db")
				w.run()
				w.Wait(time.Minute)
				w.Vote("alice", newest, 1)
				w.Wait(within)
				w.WantMoves(last, "Review Needed", "In Progress", "Review Completed")
				if said := w.Log.All("warn", "error"); len(said) > 0 {
					t.Errorf("the log says %q", said)
				}
			})
		})
	}
}

package service

import (
	"net/http"
	"slices"
	"testing"
	"time"
)

// A sweep that read a card before it was moved must not settle it where it was.
func TestASweepBesideASlowMove(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		task := w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(59*time.Minute + 45*time.Second)
		change := w.Push("vol1", core, task)
		w.Vote("vol2", change, 1)
		w.ToPhab.Set(func(r *http.Request) trouble {
			if method(r) != "maniphest.edit" {
				return nil
			}
			return late(2 * time.Second)
		})
		w.Wait(time.Minute) // a poll and a sweep at the full hour; the edit takes two seconds
		w.Want(task, external, "Review Needed")

		stop()
		// A grown team alone moves nothing.
		w.Config.Boards[0].Team = append(slices.Clone(w.Config.Boards[0].Team), "vol2")
		w.run()
		w.Wait(time.Minute)

		w.Want(task, external, "Review Needed")
	})
}

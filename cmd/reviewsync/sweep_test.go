package main

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
		w.cfg.Gerrit.Sweep = time.Hour
		task := w.task(external, "In Progress")
		stop := w.run()
		w.wait(59*time.Minute + 45*time.Second)
		change := w.push("vol1", core, task)
		w.vote("vol2", change, 1)
		w.toPhab.set(func(r *http.Request) trouble {
			if method(r) != "maniphest.edit" {
				return nil
			}
			return late(2 * time.Second)
		})
		w.wait(time.Minute) // a poll and a sweep at the full hour; the edit takes two seconds
		w.want(task, external, "Review Needed")

		stop()
		// A grown team alone moves nothing.
		w.cfg.Boards[0].Team = append(slices.Clone(w.cfg.Boards[0].Team), "vol2")
		w.run()
		w.wait(time.Minute)

		w.want(task, external, "Review Needed")
	})
}

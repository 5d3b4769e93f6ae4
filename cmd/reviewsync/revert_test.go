package main

import (
	"testing"
	"time"
)

// A merged revert takes the card back, whoever made it; a later merge makes up for it.
func TestAMergedRevertTakesTheCardBack(t *testing.T) {
	inWorld(t, func(w *world) {
		task := w.task(external, "Review Needed")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.merge(change)
		w.wait(within)
		w.want(task, external, "Review Completed")

		revert, err := w.gerrit.Revert("alice", change, "") // of the team: her changes do not count on this board
		w.ok(err)
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.merge(revert)
		w.wait(within)
		w.want(task, external, "In Progress")

		w.merge(w.push("vol1", core, task))
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.noWaste()
	})
}

func (w *world) merge(change int) {
	w.Helper()
	w.wait(time.Minute)
	w.vote("bob", change, 2)
	w.wait(time.Minute)
	w.ok(w.gerrit.Submit("bob", change))
}

package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
)

// A merged revert takes the card back, whoever made it; a later merge makes up for it.
func TestAMergedRevertTakesTheCardBack(t *testing.T) {
	t.Parallel()
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

// pushRevert pushes a revert as `git revert` makes it, without a footer that names a task.
func (w *world) pushRevert(who, of string) int {
	w.Helper()
	n, err := w.gerrit.Push(who, core, "master", gerrittest.PushInput{Subject: "Revert it", Body: "This reverts commit " + of + "."})
	w.ok(err)
	return n
}

// TestAPushedRevertOfWhatWasNeverRead: a revert brings in the change that it reverts, and the
// one that this one reverts, though they were merged before the service first ran.
func TestAPushedRevertOfWhatWasNeverRead(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "Review Completed")
		change := w.push("vol1", core, task)
		older, _ := w.gerrit.Commit(change)
		w.ok(w.gerrit.Amend("vol1", change, gerrittest.Rework, gerrittest.AmendInput{}))
		w.merge(change)
		w.wait(time.Hour)
		w.run()
		w.wait(time.Minute)
		revert := w.pushRevert("alice", older[:10])
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.merge(revert)
		w.wait(within)
		w.want(task, external, "In Progress")

		sha, _ := w.gerrit.Commit(revert)
		again := w.pushRevert("vol2", sha)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.merge(again)
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.noWaste()
	})
}

// TestARevertOfAPrivateChange inherits nothing, and says nothing of it.
func TestARevertOfAPrivateChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "Review Completed")
		w.run()
		w.wait(time.Minute)
		hidden, err := w.gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Mend it", Footers: bugs(task), Private: true, CC: []string{"reviewsync"}})
		w.ok(err)
		sha, _ := w.gerrit.Commit(hidden)
		w.pushRevert("vol2", sha)
		w.wait(within)
		w.want(task, external, "Review Completed")
		if text, err := w.explain("T1"); err == nil && strings.Contains(text, fmt.Sprintf("change %d", hidden)) {
			w.Errorf("%s", text)
		}
	})
}

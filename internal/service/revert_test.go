package service

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
)

// A merged revert takes the card back, no matter who made it; a later merge makes up for it.
func TestAMergedRevertTakesTheCardBack(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.merge(change)
		w.Wait(within)
		w.Want(task, external, "Review Completed")

		revert, err := w.Gerrit.Revert("alice", change, "") // of the team: her changes do not count on this board
		w.OK(err)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.merge(revert)
		w.Wait(within)
		w.Want(task, external, "In Progress")

		w.merge(w.Push("vol1", core, task))
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.NoWaste()
	})
}

func (w *world) merge(change int) {
	w.Helper()
	w.Wait(time.Minute)
	w.Vote("bob", change, 2)
	w.Wait(time.Minute)
	w.OK(w.Gerrit.Submit("bob", change))
}

// pushRevert pushes a revert as `git revert` makes it, without a footer that names a task.
func (w *world) pushRevert(who, of string) int {
	w.Helper()
	n, err := w.Gerrit.Push(who, core, "master", gerrittest.PushInput{Subject: "Revert it", Body: "This reverts commit " + of + "."})
	w.OK(err)
	return n
}

// TestAPushedRevertOfWhatWasNeverRead: a revert brings in the change that it reverts, and the
// one that this one reverts, though they were merged before the service first ran.
func TestAPushedRevertOfWhatWasNeverRead(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Completed")
		change := w.Push("vol1", core, task)
		older, _ := w.Gerrit.Commit(change)
		w.OK(w.Gerrit.Amend("vol1", change, gerrittest.Rework, gerrittest.AmendInput{}))
		w.merge(change)
		w.Wait(time.Hour)
		w.run()
		w.Wait(time.Minute)
		revert := w.pushRevert("alice", older[:10])
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.merge(revert)
		w.Wait(within)
		w.Want(task, external, "In Progress")

		sha, _ := w.Gerrit.Commit(revert)
		again := w.pushRevert("vol2", sha)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.merge(again)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.NoWaste()
	})
}

// TestARevertOfAPrivateChange inherits nothing, and says nothing of it.
func TestARevertOfAPrivateChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Completed")
		w.run()
		w.Wait(time.Minute)
		hidden, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), Private: true, CC: []string{"reviewsync"}})
		w.OK(err)
		sha, _ := w.Gerrit.Commit(hidden)
		w.pushRevert("vol2", sha)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		if text, err := w.explain("T1"); err == nil && strings.Contains(text, fmt.Sprintf("change %d", hidden)) {
			w.Errorf("%s", text)
		}
	})
}

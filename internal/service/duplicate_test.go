package service

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A task that is merged into another one passes its links on, through several merges too.
func TestALinkFollowsADuplicate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second, third := w.Task(external, "Review Needed"), w.Task(external, "Review Completed"), w.Task(external, "Review Completed")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, first)
		w.Wait(within)
		w.Phab.Merge("dave", first, second)
		w.Wait(time.Minute)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(second, external, "In Progress")

		w.Phab.Merge("dave", second, third)
		w.Wait(time.Minute)
		w.Amend(change)
		w.Wait(within)
		w.Want(third, external, "Review Needed")
		w.Want(second, external, "In Progress") // it is closed
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(third, external, "In Progress")
		w.NoWaste()
		text, err := w.explain(fmt.Sprintf("T%d", third))
		w.OK(err)
		if !strings.Contains(text, "alice voted -1") || !strings.Contains(text, "T1 was merged into T3") {
			t.Errorf("explained as\n%s", text)
		}
	})
}

// Nobody says a word: the sweep sees the merge, and the link counts from then on.
func TestTheSweepSeesADuplicate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.Task(external, "Review Needed"), w.Task(external, "Review Completed")
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", core, first)
		w.Wait(time.Minute)
		w.Phab.Merge("dave", first, second)
		w.Wait(w.Config.Gerrit.Sweep + time.Minute)
		w.Want(second, external, "Review Needed")

		w.Phab.SetStatus("dave", first, "open") // it was none after all
		w.Wait(w.Config.Gerrit.Sweep + time.Minute)
		w.Vote("alice", w.Push("vol1", core, first), -1)
		w.Wait(within)
		w.Want(second, external, "Review Needed")
		w.NoWaste()
	})
}

// Two tasks that were merged into each other, one after the other, hold nobody up.
func TestDuplicatesInACircle(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.Task(external, "Review Needed"), w.Task(external, "Review Completed")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, first)
		w.Wait(within)
		w.Phab.Merge("dave", first, second)
		w.Phab.Merge("dave", second, first)
		w.Vote("alice", change, -1)
		w.Wait(w.Config.Gerrit.Sweep + time.Minute)
		w.Phab.SetStatus("dave", first, "open")
		w.Vote("alice", change, -1)
		w.Wait(w.Config.Gerrit.Sweep + time.Minute)
		w.Want(first, external, "In Progress")
		if log := w.Log.All("error", "warn"); len(log) > 0 {
			t.Errorf("the service complained:\n%s", log)
		}
	})
}

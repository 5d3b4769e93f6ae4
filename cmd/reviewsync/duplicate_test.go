package main

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
		first, second, third := w.task(external, "Review Needed"), w.task(external, "Review Completed"), w.task(external, "Review Completed")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, first)
		w.wait(within)
		w.phab.Merge("dave", first, second)
		w.wait(time.Minute)
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(second, external, "In Progress")

		w.phab.Merge("dave", second, third)
		w.wait(time.Minute)
		w.amend(change)
		w.wait(within)
		w.want(third, external, "Review Needed")
		w.want(second, external, "In Progress") // it is closed
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(third, external, "In Progress")
		w.noWaste()
		text, err := w.explain(fmt.Sprintf("T%d", third))
		w.ok(err)
		if !strings.Contains(text, "alice voted -1") || !strings.Contains(text, "T1 was merged into T3") {
			t.Errorf("explained as\n%s", text)
		}
	})
}

// Nobody says a word: the sweep sees the merge, and the link counts from then on.
func TestTheSweepSeesADuplicate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.task(external, "Review Needed"), w.task(external, "Review Completed")
		w.run()
		w.wait(time.Minute)
		w.push("vol1", core, first)
		w.wait(time.Minute)
		w.phab.Merge("dave", first, second)
		w.wait(w.cfg.Gerrit.Sweep + time.Minute)
		w.want(second, external, "Review Needed")

		w.phab.SetStatus("dave", first, "open") // it was none after all
		w.wait(w.cfg.Gerrit.Sweep + time.Minute)
		w.vote("alice", w.push("vol1", core, first), -1)
		w.wait(within)
		w.want(second, external, "Review Needed")
		w.noWaste()
	})
}

// Two tasks that were merged into each other, one after the other, hold nobody up.
func TestDuplicatesInACircle(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.task(external, "Review Needed"), w.task(external, "Review Completed")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, first)
		w.wait(within)
		w.phab.Merge("dave", first, second)
		w.phab.Merge("dave", second, first)
		w.vote("alice", change, -1)
		w.wait(w.cfg.Gerrit.Sweep + time.Minute)
		w.phab.SetStatus("dave", first, "open")
		w.vote("alice", change, -1)
		w.wait(w.cfg.Gerrit.Sweep + time.Minute)
		w.want(first, external, "In Progress")
		if log := w.log.all("error", "warn"); len(log) > 0 {
			t.Errorf("the service complained:\n%s", log)
		}
	})
}

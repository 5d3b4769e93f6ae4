package service

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
)

// tasks makes open tasks that are on no board.
func (w *world) tasks(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = w.Phab.NewTask("dave", "Something is broken")
	}
	return all
}

// naming is another commit message.
func naming(tasks []int) gerrittest.AmendInput {
	return gerrittest.AmendInput{Message: "Fix it\n\n" + strings.Join(testworld.Bugs(tasks...), "\n")}
}

// adopted are those of the tasks that are on the board.
func (w *world) adopted(tasks []int) []int {
	var on []int
	for _, t := range tasks {
		if _, is := w.Phab.Where(t)[external]; is {
			on = append(on, t)
		}
	}
	return on
}

// notMergedBy answers nothing when Gerrit is asked for somebody's merged changes.
func notMergedBy(happens trouble) func(r *http.Request) trouble {
	return func(r *http.Request) trouble {
		if strings.Contains(r.URL.Query().Get("q"), "status:merged") {
			return happens
		}
		return nil
	}
}

// An outsider pushes one change that names 120 tasks, abandons it, restores it and writes on it. With
// tags and comments on, as the boards have them, each of these touches three tasks.
func TestAChangeThatNamesManyTasks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		w.commenting()
		tasks := w.tasks(120)
		w.run()
		w.Wait(time.Minute)
		w.reset()
		change := w.Push("vol1", core, tasks...)
		count := func(what string, most int) {
			t.Helper()
			w.Wait(10 * time.Minute)
			if n := w.edits(); n > most {
				t.Errorf("%d edits after %s, want %d at most", n, what, most)
			}
			w.reset()
		}
		count("the push", 3)
		if on := w.adopted(tasks); len(on) != 3 || on[0] != tasks[0] || on[2] != tasks[2] {
			t.Errorf("on the board are %v", on)
		}
		w.OK(w.Gerrit.Abandon("vol1", change, ""))
		count("Abandon", 3)
		w.OK(w.Gerrit.Restore("vol1", change, ""))
		count("Restore", 3)
		w.OK(w.Gerrit.Amend("vol1", change, gerrittest.Rework, naming(tasks[60:])))
		count("other tasks", 3) // the three lose the tag
		w.OK(w.Gerrit.Amend("vol1", change, gerrittest.Rework, naming(tasks)))
		count("the first tasks again", 3)
		w.Vote("alice", change, -1)
		count("a vote", 3)
		w.Wait(7 * time.Hour)
		if on := w.adopted(tasks); len(on) != 3 {
			t.Errorf("on the board are %v", on)
		}
		log := w.Log.Tail(100_000)
		if n := strings.Count(log, "names 120 tasks, and is linked only to the first 20 of them (links.max)"); n != 1 {
			t.Errorf("the log says %d times that the change names too many tasks", n)
		}
		w.wantExplained(w.explains("1"), "note: change 1 names 120 tasks, and is linked only to the first 20 of them (links.max); split the change, or name fewer tasks")
		w.wantExplained(w.explains("T21"), "change 1 is not linked to T21: it names 120 tasks, this is number 21 of them, and only the first 20 count (links.max)")
		w.NoWaste()
	})
}

// Somebody whose change was merged before may put twenty on the board, and no more.
func TestAnOldHandNamesManyTasks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		old := w.Push("vol1", "labs/tools")
		w.Vote("alice", old, 2)
		w.OK(w.Gerrit.Submit("alice", old))
		tasks := w.tasks(120)
		w.run()
		w.Wait(time.Minute)
		w.reset()
		change := w.Push("vol1", core, tasks...)
		w.Wait(time.Minute)
		if on := w.adopted(tasks); len(on) != 20 || on[19] != tasks[19] {
			t.Errorf("on the board are %v", on)
		}
		asked := w.Gerrit.Requests()["query"]
		w.Vote("alice", change, -1)
		w.Wait(20 * time.Minute)
		if n := w.Gerrit.Requests()["query"] - asked; n > 20*2 { // one for each poll
			t.Errorf("%d queries in twenty minutes", n)
		}
		w.NoWaste()
	})
}

// What Gerrit does not say of somebody: whether they are a newcomer.
func TestWhetherSomebodyIsANewcomer(t *testing.T) {
	for name, tc := range map[string]struct {
		happens trouble
		adopted int
		later   int // once Gerrit says it
	}{
		"Gerrit refuses":         {answers(http.StatusBadRequest, "text/plain", "Account is not visible"), 3, 3},
		"Gerrit does not answer": {answers(http.StatusServiceUnavailable, "text/plain", "busy"), 0, 5},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				old := w.Push("vol1", core)
				w.Vote("alice", old, 2)
				w.OK(w.Gerrit.Submit("alice", old))
				tasks := w.tasks(5)
				w.run()
				w.Wait(time.Minute)
				w.ToGerrit.Set(notMergedBy(tc.happens))
				w.Push("vol1", core, tasks...)
				w.Wait(time.Minute)
				if on := w.adopted(tasks); len(on) != tc.adopted {
					t.Errorf("on the board are %v, want %d", on, tc.adopted)
				}
				w.ToGerrit.Set(nil)
				w.Wait(10 * time.Minute)
				if on := w.adopted(tasks); len(on) != tc.later {
					t.Errorf("later, on the board are %v, want %d", on, tc.later)
				}
			})
		})
	}
}

package service

import (
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
)

// warned counts the warnings with these words.
func (w *world) warned(words string) int {
	n := 0
	for _, line := range w.Log.All("warn") {
		if strings.Contains(line, words) {
			n++
		}
	}
	return n
}

// An account that lost Read sees nothing, and says so; nothing moves by it.
func TestBlindInARepository(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep, w.Config.Store.Path = time.Hour, ":memory:"
		var tasks []int
		for range 5 {
			task := w.Task(external, "In Progress")
			w.Push("vol1", core, task)
			tasks = append(tasks, task)
		}
		other := w.Task(external, "In Progress")
		w.Push("vol1", "mediawiki/extensions/Foo", other)
		w.run()
		w.Wait(2 * time.Minute)
		w.Gerrit.AddProject(core, gerrittest.ProjectOptions{Readers: []string{"alice"}})
		w.Wait(time.Hour)
		if n := w.warned("several changes of mediawiki/core vanished at once, and nothing of its branch master is to be seen any more: has reviewsync's account on Gerrit lost the right to read it?"); n != 1 || len(w.Log.All("warn")) != 1 {
			t.Errorf("logged %d times: %q", n, w.Log.All("warn"))
		}
		w.wantFailing("changes that vanished at once, the log says where: 5")
		w.Wait(2 * time.Hour)
		w.wantFailing("where: 5")
		w.Gerrit.AddProject(core, gerrittest.ProjectOptions{})
		w.Wait(time.Hour)
		w.wantHealthy()
		for _, task := range append(tasks, other) {
			w.WantMoves(task, "Review Needed")
		}
	})
}

// Changes that are deleted or turn private are nobody's business.
func TestWhatVanishesOneByOneIsNotTold(t *testing.T) {
	for name, vanish := range map[string]func(w *world, n int) error{
		"deleted": func(w *world, n int) error { return w.Gerrit.Delete("vol1", n) },
		"private": func(w *world, n int) error { return w.Gerrit.SetPrivate("vol1", n, true) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Gerrit.Sweep, w.Config.Store.Path = time.Hour, ":memory:"
				var changes []int
				for range 6 {
					changes = append(changes, w.Push("vol1", core, w.Task(external, "In Progress")))
				}
				lonely := w.Push("vol1", "labs/tools", w.Task(external, "In Progress"))
				w.run()
				w.Wait(2 * time.Minute)
				w.Log.Clear()
				for _, n := range append(changes[:4:4], lonely) {
					w.OK(vanish(w, n))
				}
				w.Wait(2 * time.Hour)
				w.wantHealthy()
				if said := w.Log.All("warn", "error", "info"); len(said) > 0 {
					t.Errorf("reported: %q", said)
				}
			})
		})
	}
}

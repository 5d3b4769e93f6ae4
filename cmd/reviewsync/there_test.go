package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

// Whoever takes the store away under the running service is told so, once; cards move on.
func TestAStoreThatIsTakenAwayIsNoticed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "Review Needed")
		change := w.push("vol1", core, task)
		w.run()
		w.wait(time.Minute)
		if got := w.health(); !strings.Contains(got, `"status":"ok"`) {
			w.Errorf("health: %s", got)
		}
		w.ok(os.Remove(w.cfg.Store.Path))
		w.vote("alice", change, -1)
		w.wait(2 * time.Minute)
		w.want(task, external, "In Progress")
		if n := w.told("error", w.cfg.Store.Path+" was deleted while it is in use"); n != 1 {
			w.Errorf("told %d times\n%s", n, w.log.tail(10))
		}
		if got := w.health(); !strings.Contains(got, `"status":"failing"`) || !strings.Contains(got, "the store is lost") || strings.Contains(got, w.cfg.Store.Path) {
			w.Errorf("health: %s", got)
		}
	})
}

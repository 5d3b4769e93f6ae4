package service

import (
	"os"
	"strings"
	"testing"
	"time"
)

// That somebody took the store away under the running service is logged, once; cards move on.
func TestAStoreThatIsTakenAwayIsNoticed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		w.run()
		w.Wait(time.Minute)
		if got := w.health(); !strings.Contains(got, `"status":"ok"`) {
			w.Errorf("health: %s", got)
		}
		w.OK(os.Remove(w.Config.Store.Path))
		w.Vote("alice", change, -1)
		w.Wait(2 * time.Minute)
		w.Want(task, external, "In Progress")
		if n := w.logged("error", w.Config.Store.Path+" was deleted while it is in use"); n != 1 {
			w.Errorf("logged %d times\n%s", n, w.Log.Tail(10))
		}
		if got := w.health(); !strings.Contains(got, `"status":"failing"`) || !strings.Contains(got, "the store is lost") || strings.Contains(got, w.Config.Store.Path) {
			w.Errorf("health: %s", got)
		}
	})
}

package service

import (
	"net/http"
	"testing"
	"time"

	"reviewsync/phab/phabtest"
)

const another = "was edited by reviewsync's account on Phabricator"

// Two that use one account take each other's moves for theirs: that is logged, once.
func TestAnotherReviewsyncIsNoticed(t *testing.T) {
	for name, edits := range map[string]func(w *world, task int){
		"moves where this one does not": func(w *world, task int) { w.Phab.Drag("reviewsync", task, external, "Parked") },
		"moves where this one would":    func(w *world, task int) { w.Phab.Drag("reviewsync", task, external, "In Progress") },
		"comments":                      func(w *world, task int) { w.Phab.Comment("reviewsync", task, "Done.") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Store.Path = ":memory:"
				task, next := w.Task(external, "In Progress"), w.Task(external, "In Progress")
				change, second := w.Push("vol1", core, task), w.Push("vol1", core, next)
				w.run()
				w.Wait(10 * time.Minute)
				w.WantMoves(task, "Review Needed")
				for n, c := range map[int]int{task: change, next: second} {
					edits(w, n)
					w.Vote("alice", c, -1)
					w.Wait(time.Minute)
				}
				w.Vote("alice", change, 1)
				w.Wait(time.Minute)
				if n := w.warned(another); n != 1 {
					t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
				}
			})
		})
	}
}

// Nothing of it is logged where this one made the edit, whatever became of its answer, or where
// it was before the store was made.
func TestOwnEditsAreKnown(t *testing.T) {
	for name, happens := range map[string]trouble{
		"answered":          nil,
		"answer lost":       applied(reset),
		"done afterwards":   afterwards(2 * time.Minute),
		"an empty answer":   applied(json200(`{"result":[],"error_code":null,"error_info":null}`)),
		"a page instead":    applied(page(http.StatusBadGateway)),
		"refused by itself": applied(text(http.StatusForbidden)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.commenting()
				task := w.Task(external, "In Progress")
				w.Phab.Drag("reviewsync", task, external, "Parked") // by one before
				w.Phab.Drag("dave", task, external, "In Progress")
				w.Wait(time.Minute)
				change := w.Push("vol1", core, task)
				lost := 0
				w.ToPhab.Set(func(r *http.Request) trouble {
					if kind(r) == "maniphest.edit" && lost < 2 {
						lost++
						return happens
					}
					return nil
				})
				stop := w.run()
				w.Wait(10 * time.Minute)
				w.Vote("alice", change, -1)
				w.Wait(10 * time.Minute)
				stop()
				w.run()
				w.Phab.NewTask("reviewsync", "Made by the account", phabtest.On(external, "In Progress"))
				w.Vote("alice", change, 1)
				w.Wait(10 * time.Minute)
				w.Want(task, external, "Review Completed")
				if n := w.warned(another); n > 0 {
					t.Errorf("reported\n%s", w.Log.Tail(20))
				}
			})
		})
	}
}

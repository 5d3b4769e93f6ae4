package service

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"reviewsync/internal/depth"
)

// losing lets the first edit take effect 14 seconds late: a proxy answers in the meantime.
func (w *world) losing() *atomic.Int32 {
	var edits atomic.Int32
	w.ToPhab.Set(func(r *http.Request) trouble {
		if kind(r) != "maniphest.edit" || edits.Add(1) > 1 {
			return nil
		}
		return doneAfter(14*time.Second, page(504))
	})
	return &edits
}

// untilFirst waits for the first edit.
func (w *world) untilFirst(edits *atomic.Int32) {
	w.Helper()
	for range 60 {
		if edits.Load() > 0 {
			return
		}
		w.Wait(time.Second)
	}
	w.Fatal("nothing was written")
}

// What comes late of a write whose answer was lost is expected after a restart too.
func TestARestartAfterALostAnswer(t *testing.T) {
	for _, down := range []time.Duration{0, 3 * time.Second, 20 * time.Second} {
		t.Run(fmt.Sprint("a comment, down for ", down), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.commenting()
				task := w.Task(external, "In Progress")
				end := w.run()
				w.Wait(time.Minute)
				edits := w.losing()
				change := w.Push("vol1", core, task)
				w.untilFirst(edits)
				end()
				w.Wait(down)
				w.run()
				w.Wait(10 * time.Minute)
				w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
				w.Want(task, external, "Review Needed")
			})
		})
		t.Run(fmt.Sprint("a card, down for ", down), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task := w.Task(external, "Review Completed")
				end := w.run()
				w.Wait(time.Minute)
				edits := w.losing()
				change := w.Push("vol1", core, task)
				w.untilFirst(edits)
				end()
				w.Vote("alice", change, -1)
				w.Wait(down)
				w.run()
				w.Wait(10 * time.Minute) // long before the next sweep
				w.Want(task, external, "In Progress")
			})
		})
	}
}

// Nor does it matter when the service is killed after that.
func TestKilledAfterALostAnswer(t *testing.T) {
	story := func(w *world, n int) (steps int) {
		w.commenting()
		task := w.Task(external, "Review Completed")
		w.OK(w.start()())
		w.Wait(time.Minute)
		edits := w.losing()
		first, stop := w.runUntil(n)
		defer stop()
		w.Wait(5 * time.Second)
		change := w.Push("vol1", core, task)
		w.untilFirst(edits)
		w.Vote("alice", change, -1)
		w.Wait(time.Minute)
		steps, _, _ = first.seen()
		w.Wait(9 * time.Minute)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
		w.Want(task, external, "In Progress")
		return steps
	}
	steps := 0
	inWorld(t, func(w *world) { steps = story(w, 0) })
	killAtEach(t, 1, steps, depth.Of(5, 1), func(w *world, n int) { story(w, n) })
}

// Nor does it matter who goes on: here it is a sync every ten minutes.
func TestASyncAfterALostAnswer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task := w.Task(external, "In Progress")
		sync := func() error {
			s := w.service(w.options())
			defer s.Close()
			defer w.Wait(10 * time.Minute)
			return s.Sync(w.Context())
		}
		w.OK(sync())
		w.losing()
		change := w.Push("vol1", core, task)
		if sync() == nil {
			t.Error("a sync whose write was not answered went well")
		}
		for range 3 {
			w.OK(sync())
		}
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
		w.Want(task, external, "Review Needed")
	})
}

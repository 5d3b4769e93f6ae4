package service

import (
	"testing"
	"time"

	"reviewsync/internal/depth"
	"reviewsync/mapping/review"
)

// At whatever step the service is killed: a card that waits for its deployment is not late by more
// than that takes anyway.
func TestKilledWhileACardWaits(t *testing.T) {
	story := func(w *world, n int) (steps int) {
		w.Config.Boards[1].Deployed = []review.Deployment{{Repositories: []string{core}, Refs: []string{"refs/heads/wmf/*"}}, {Repositories: []string{foo}, After: 20 * time.Minute}}
		found, ripe := w.Task(clinic, "Doing"), w.Task(clinic, "Doing")
		w.OK(w.start()())
		w.Wait(time.Minute)
		first, stop := w.runUntil(n)
		defer stop()
		w.Wait(5 * time.Second)
		one, two := w.Push("alice", core, found), w.Push("alice", foo, ripe)
		w.merge(one)
		w.merge(two)
		w.Wait(time.Minute)
		w.Want(found, clinic, "Waiting for Deployment")
		w.OK(w.Gerrit.CreateBranch("alice", core, train, "master"))
		w.Wait(11 * time.Minute)
		w.Want(found, clinic, "Done")
		w.Want(ripe, clinic, "Waiting for Deployment")
		w.Wait(9 * time.Minute)
		w.Want(ripe, clinic, "Done")
		steps, _, _ = first.seen()
		return steps
	}
	steps := 0
	inWorld(t, func(w *world) { steps = story(w, 0) })
	killAtEach(t, 1, steps, depth.Of(23, 1), func(w *world, n int) { story(w, n) })
}

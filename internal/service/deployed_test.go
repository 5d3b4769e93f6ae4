package service

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
	"reviewsync/mapping/review"
)

// looks counts the requests for the branches and tags of changes.
func (w *world) looks() int {
	return w.Gerrit.Requests()["in"]
}

// A card waits for its deployment, which costs one request in ten minutes and then none.
func TestACardIsDoneOnceItsChangeIsDeployed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(clinic, "Doing")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("alice", core, task)
		w.Wait(time.Hour)
		if n := w.looks(); n > 0 {
			t.Errorf("%d looks at a change that is not merged", n)
		}
		w.merge(change)
		w.Wait(within)
		w.Want(task, clinic, "Waiting for Deployment")

		w.Wait(6 * time.Hour)
		text, err := w.explain(fmt.Sprintf("T%d", task))
		w.OK(err)
		for _, part := range []string{"no branch or tag that fits wmf/* has it", "the deployment of change 1"} {
			if !strings.Contains(text, part) {
				t.Errorf("explain says nothing of %q:\n%s", part, text)
			}
		}
		if n := w.looks(); n < 37 || n > 38 { // and one of explain

			t.Errorf("%d looks in six hours, not one in ten minutes", n)
		}
		w.Phab.Drag("bob", task, clinic, "Doing") // before it is deployed
		w.Wait(time.Minute)
		w.OK(w.Gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		w.Wait(11 * time.Minute)
		w.Want(task, clinic, "Done")
		if log := strings.Join(w.Log.All("info"), "\n"); !strings.Contains(log, "change 1 of alice is deployed: branch wmf/1.47.0-wmf.1 has it") {
			t.Errorf("the sentence is not in the log:\n%s", log)
		}

		before := w.looks()
		w.Wait(24 * time.Hour)
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks at a change that nothing waits for", n)
		}
		w.NoWaste()
	})
}

// What a person knows to be deployed is waited for until the next sweep at most.
func TestAPersonWhoKnowsBetterEndsTheWait(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(clinic, "Doing")
		w.run()
		w.Wait(time.Minute)
		w.merge(w.Push("alice", core, task))
		w.Wait(within)
		w.Phab.Drag("bob", task, clinic, "Done")
		w.Wait(w.Config.Gerrit.Sweep + time.Minute)
		before := w.looks()
		w.Wait(6 * time.Hour)
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks at a change that nothing waits for", n)
		}
		w.Want(task, clinic, "Done")
	})
}

// At the first start all that is deployed was so before: it moves no card.
func TestAFirstStartTakesNothingForJustDeployed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(clinic, "Doing")
		w.merge(w.Push("alice", core, task))
		w.OK(w.Gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		w.Wait(time.Hour)
		w.run()
		w.Wait(24 * time.Hour)
		w.Want(task, clinic, "Doing")
	})
}

// A backport to a deployed branch deploys the change that it was picked from, though it names no task.
func TestABackportDeploysTheChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.OK(w.Gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		task := w.Task(clinic, "Doing")
		w.run()
		w.Wait(time.Minute)
		const id = "I0123456789012345678901234567890123456789"
		change, err := w.Gerrit.Push("alice", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), ChangeID: id})
		w.OK(err)
		w.merge(change)
		w.Wait(within)
		w.Want(task, clinic, "Waiting for Deployment")
		pick, err := w.Gerrit.Push("bob", core, "wmf/1.47.0-wmf.1", gerrittest.PushInput{Subject: "Fix it", ChangeID: id})
		w.OK(err)
		w.Wait(time.Minute)
		before := w.looks()
		w.merge(pick)
		w.Wait(within)
		w.Want(task, clinic, "Done")
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks for what the poll tells", n)
		}
	})
}

// Where merging deploys, time alone moves the card on, also over a restart.
func TestMergingDeploysAfterAWhile(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Boards[1].Deployed = []review.Deployment{{After: 2 * time.Hour}}
		task := w.Task(clinic, "Doing")
		stop := w.start()
		w.Wait(time.Minute)
		w.merge(w.Push("alice", core, task))
		w.Wait(within)
		w.Want(task, clinic, "Waiting for Deployment")
		w.OK(stop())
		w.Wait(time.Hour)
		w.run()
		w.Wait(50 * time.Minute)
		w.Want(task, clinic, "Waiting for Deployment")
		w.Wait(10 * time.Minute)
		w.Want(task, clinic, "Done")
		if n := w.looks(); n > 0 {
			t.Errorf("%d looks, where the merge tells all", n)
		}
	})
}

// A change that Gerrit says nothing about holds up no other, nor is it asked for more often.
func TestAChangeThatCannotBeLookedForHoldsUpNoOther(t *testing.T) {
	for name, happens := range map[string]trouble{"forbidden": answers(403, "text/plain", "read not permitted\n"), "a proxy's page": page(404), "broken": text(500)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				first, second := w.Task(clinic, "Doing"), w.Task(clinic, "Doing")
				w.run()
				w.Wait(time.Minute)
				bad, good := w.Push("alice", core, first), w.Push("alice", core, second)
				w.merge(bad)
				w.merge(good)
				w.Wait(within)
				asked := 0
				w.ToGerrit.Set(func(r *http.Request) trouble {
					if strings.HasSuffix(r.URL.Path, fmt.Sprintf("~%d/in", bad)) {
						asked++
						return happens
					}
					return nil
				})
				w.OK(w.Gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
				w.Wait(30 * time.Minute)
				w.Want(second, clinic, "Done")
				if asked < 1 || asked > 4 {
					t.Errorf("asked %d times in half an hour", asked)
				}
				w.ToGerrit.Set(nil)
				w.Wait(11 * time.Minute)
				w.Want(first, clinic, "Done")
			})
		})
	}
}

package main

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping/review"
)

// looks counts the requests for the branches and tags of changes.
func (w *world) looks() int {
	return w.gerrit.Requests()["in"]
}

// A card waits for its deployment, which costs one request in ten minutes and then none.
func TestACardIsDoneOnceItsChangeIsDeployed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(clinic, "Doing")
		w.run()
		w.wait(time.Minute)
		change := w.push("alice", core, task)
		w.wait(time.Hour)
		if n := w.looks(); n > 0 {
			t.Errorf("%d looks at a change that is not merged", n)
		}
		w.merge(change)
		w.wait(within)
		w.want(task, clinic, "Waiting for Deployment")

		w.wait(6 * time.Hour)
		text, err := w.explain(fmt.Sprintf("T%d", task))
		w.ok(err)
		for _, part := range []string{"no branch or tag that fits wmf/* has it", "the deployment of change 1"} {
			if !strings.Contains(text, part) {
				t.Errorf("explain says nothing of %q:\n%s", part, text)
			}
		}
		if n := w.looks(); n < 37 || n > 38 { // and one of explain

			t.Errorf("%d looks in six hours, not one in ten minutes", n)
		}
		w.phab.Drag("bob", task, clinic, "Doing") // before it is deployed
		w.wait(time.Minute)
		w.ok(w.gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		w.wait(11 * time.Minute)
		w.want(task, clinic, "Done")
		if log := strings.Join(w.log.all("info"), "\n"); !strings.Contains(log, "change 1 of alice is deployed: branch wmf/1.47.0-wmf.1 has it") {
			t.Errorf("the sentence is not in the log:\n%s", log)
		}

		before := w.looks()
		w.wait(24 * time.Hour)
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks at a change that nothing waits for", n)
		}
		w.noWaste()
	})
}

// What a person knows to be deployed is waited for until the next sweep at most.
func TestAPersonWhoKnowsBetterEndsTheWait(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(clinic, "Doing")
		w.run()
		w.wait(time.Minute)
		w.merge(w.push("alice", core, task))
		w.wait(within)
		w.phab.Drag("bob", task, clinic, "Done")
		w.wait(w.cfg.Gerrit.Sweep + time.Minute)
		before := w.looks()
		w.wait(6 * time.Hour)
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks at a change that nothing waits for", n)
		}
		w.want(task, clinic, "Done")
	})
}

// At the first start all that is deployed was so before: it moves no card.
func TestAFirstStartTakesNothingForJustDeployed(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(clinic, "Doing")
		w.merge(w.push("alice", core, task))
		w.ok(w.gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		w.wait(time.Hour)
		w.run()
		w.wait(24 * time.Hour)
		w.want(task, clinic, "Doing")
	})
}

// A backport to a deployed branch deploys the change that it was picked from, though it names no task.
func TestABackportDeploysTheChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.ok(w.gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
		task := w.task(clinic, "Doing")
		w.run()
		w.wait(time.Minute)
		const id = "I0123456789012345678901234567890123456789"
		change, err := w.gerrit.Push("alice", core, "master", gerrittest.PushInput{Subject: "Mend it", Footers: bugs(task), ChangeID: id})
		w.ok(err)
		w.merge(change)
		w.wait(within)
		w.want(task, clinic, "Waiting for Deployment")
		pick, err := w.gerrit.Push("bob", core, "wmf/1.47.0-wmf.1", gerrittest.PushInput{Subject: "Mend it", ChangeID: id})
		w.ok(err)
		w.wait(time.Minute)
		before := w.looks()
		w.merge(pick)
		w.wait(within)
		w.want(task, clinic, "Done")
		if n := w.looks() - before; n > 0 {
			t.Errorf("%d looks for what the poll tells", n)
		}
	})
}

// Where merging deploys, time alone moves the card on, also over a restart.
func TestMergingDeploysAfterAWhile(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.cfg.Boards[1].Deployed = []review.Deployment{{After: 2 * time.Hour}}
		task := w.task(clinic, "Doing")
		stop := w.start()
		w.wait(time.Minute)
		w.merge(w.push("alice", core, task))
		w.wait(within)
		w.want(task, clinic, "Waiting for Deployment")
		w.ok(stop())
		w.wait(time.Hour)
		w.run()
		w.wait(50 * time.Minute)
		w.want(task, clinic, "Waiting for Deployment")
		w.wait(10 * time.Minute)
		w.want(task, clinic, "Done")
		if n := w.looks(); n > 0 {
			t.Errorf("%d looks, where the merge tells all", n)
		}
	})
}

// A change that Gerrit does not tell about holds up no other, nor is it asked for more often.
func TestAChangeThatCannotBeLookedForHoldsUpNoOther(t *testing.T) {
	for name, happens := range map[string]trouble{"forbidden": answers(403, "text/plain", "read not permitted\n"), "a proxy's page": page(404), "broken": text(500)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				first, second := w.task(clinic, "Doing"), w.task(clinic, "Doing")
				w.run()
				w.wait(time.Minute)
				bad, good := w.push("alice", core, first), w.push("alice", core, second)
				w.merge(bad)
				w.merge(good)
				w.wait(within)
				asked := 0
				w.toGerrit.set(func(r *http.Request) trouble {
					if strings.HasSuffix(r.URL.Path, fmt.Sprintf("~%d/in", bad)) {
						asked++
						return happens
					}
					return nil
				})
				w.ok(w.gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
				w.wait(30 * time.Minute)
				w.want(second, clinic, "Done")
				if asked < 1 || asked > 4 {
					t.Errorf("asked %d times in half an hour", asked)
				}
				w.toGerrit.set(nil)
				w.wait(11 * time.Minute)
				w.want(first, clinic, "Done")
			})
		})
	}
}

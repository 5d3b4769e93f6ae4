package service

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// Whether a merged change is deployed is looked at before a card goes where only changes belong that are
// not: never is "nobody looked" taken for "not deployed".

const train = "wmf/1.47.0-wmf.1" // a branch that deploys

// deployedLongAgo is a task in Done whose change was merged and deployed before the store was made.
func (w *world) deployedLongAgo() (task, change int) {
	w.Helper()
	task = w.Task(clinic, "Doing")
	change = w.Push("alice", core, task)
	w.merge(change)
	w.OK(w.Gerrit.CreateBranch("alice", core, train, "master"))
	w.Wait(time.Minute)
	w.Phab.Drag("bob", task, clinic, "Done")
	for i := range w.Config.Boards {
		w.Config.Boards[i].Start = monday.AddDate(0, 0, -6)
	}
	w.Wait(24 * time.Hour)
	return task, change
}

// align aligns a board: it moves this many cards at most, and if none, only shows which would move.
func (w *world) align(board string, most int) (reported []string, moved, all int) {
	w.Helper()
	o := w.options()
	o.DryRun = most == 0
	s := w.service(o)
	defer s.Close()
	moved, all, err := s.Align(w.Context(), board, most, func(d mapping.Decision, _ bool) {
		reported = append(reported, tell.Decision(d, s.Names.Lookup(w.Context(), d.Why.Accounts())))
	})
	if err != nil {
		w.Fatalf("align: %v", err)
	}
	return reported, moved, all
}

func TestAlignLooksWhatIsDeployed(t *testing.T) {
	for name, before := range map[string]func(w *world){
		"a new store":      func(*world) {},
		"after a sync":     func(w *world) { w.sync(false) },
		"after two":        func(w *world) { w.sync(false); w.Wait(time.Hour); w.sync(false) },
		"after a long run": func(w *world) { w.run()(); w.Wait(time.Hour); stop := w.run(); w.Wait(25 * time.Hour); stop() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task, _ := w.deployedLongAgo()
				before(w)
				if reported, _, all := w.align(clinic, 20); all != 0 {
					t.Errorf("align says %q", reported)
				}
				w.Want(task, clinic, "Done")
				w.WantMoves(task)
				text, err := w.explain(fmt.Sprintf("T%d", task))
				w.OK(err)
				if want := "change 1 of alice is deployed: branch " + train + " has it"; !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
					t.Errorf("explain does not say %q:\n%s", want, text)
				}
			})
		})
	}
}

// What was looked at a while ago, or seen open once, is looked at again.
func TestAlignDoesNotTrustOldLooks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		dragged := w.Task(clinic, "Doing")
		stop := w.run()
		w.Wait(time.Minute)
		change := w.Push("alice", core, dragged)
		w.Wait(within)
		w.merge(change)
		w.Wait(within)
		w.Want(dragged, clinic, "Waiting for Deployment")
		w.Phab.Drag("bob", dragged, clinic, "Done") // nothing waits for it any more
		w.Wait(time.Minute)
		w.OK(w.Gerrit.CreateBranch("alice", core, train, "master"))
		w.Wait(time.Minute)
		stop()
		if reported, _, _ := w.align(clinic, 20); strings.Contains(strings.Join(reported, "\n"), fmt.Sprintf("T%d", dragged)) {
			t.Errorf("align says %q", reported)
		}
		w.Want(dragged, clinic, "Done")
	})
}

// Where it cannot be looked, nothing is written; other cards are moved all the same.
func TestAlignMovesNothingOnWhatItCannotLookAt(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, change := w.deployedLongAgo()
		other := w.Task(clinic, "Waiting for Review")
		w.Vote("bob", w.Push("alice", core, other), -1)
		w.Config.Boards[1].Start = time.Now().Add(time.Minute)
		w.ToGerrit.Set(func(r *http.Request) trouble {
			if strings.HasSuffix(r.URL.Path, fmt.Sprintf("~%d/in", change)) {
				return answers(403, "text/plain", "read not permitted\n")
			}
			return nil
		})
		w.Wait(2 * time.Minute)
		o := w.options()
		s := w.service(o)
		defer s.Close()
		_, _, err := s.Align(w.Context(), clinic, 20, func(mapping.Decision, bool) {})
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("T%d: find the branches and tags of change mediawiki/core~%d", task, change)) {
			t.Errorf("the error is %v", err)
		}
		w.Want(task, clinic, "Done")
		w.Want(other, clinic, "Doing")
	})
}

// A card that asks for its place, with a change that was merged before the store was made.
func TestANewStoreLooksBeforeItMoves(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, change := w.deployedLongAgo()
		reopened := w.Task(clinic, "Done")
		_, err := w.Gerrit.Push("alice", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(reopened)})
		w.OK(err)
		w.merge(change + 1)
		w.OK(w.Gerrit.CreateBranch("alice", core, train+"1", "master"))
		w.Phab.SetStatus("bob", task, "resolved")
		w.Wait(time.Hour)
		w.Phab.SetStatus("bob", task, "open") // which asks for it
		w.run()
		w.Wait(time.Hour)
		w.Want(task, clinic, "Done")
		w.Want(reopened, clinic, "Done")
		w.WantMoves(task)
		w.WantMoves(reopened)
	})
}

// What was merged and deployed while the service did not run goes to its place in one move.
func TestWhatWasDeployedMeanwhileIsNotTakenForMerged(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(clinic, "Doing")
		stop := w.run()
		w.Wait(time.Minute)
		change := w.Push("alice", core, task)
		w.Wait(within)
		stop()
		w.merge(change)
		w.Wait(24 * time.Hour)
		w.OK(w.Gerrit.CreateBranch("alice", core, train, "master"))
		w.Wait(24 * time.Hour)
		w.run()
		w.Wait(time.Hour)
		w.Want(task, clinic, "Done")
		w.WantMoves(task, "Waiting for Review", "Done")
	})
}

// A pick that was merged into a deployed branch before the store was made is found.
func TestABackportFromBeforeTheStoreIsFound(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		const id = "I0123456789012345678901234567890123456789"
		w.OK(w.Gerrit.CreateBranch("alice", core, train, "master"))
		task := w.Task(clinic, "Doing")
		change, err := w.Gerrit.Push("alice", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), ChangeID: id})
		w.OK(err)
		pick, err := w.Gerrit.Push("bob", core, train, gerrittest.PushInput{Subject: "Fix it", ChangeID: id})
		w.OK(err)
		w.merge(pick)
		w.Wait(time.Hour)
		w.Config.Boards[0].Start, w.Config.Boards[1].Start = time.Now(), time.Now()
		w.Wait(time.Hour)
		w.merge(change)
		w.Phab.Drag("bob", task, clinic, "Done")
		w.Wait(time.Hour)
		w.Config.Boards[1].Deployed = []review.Deployment{{Refs: []string{"refs/heads/wmf/*"}}}
		if reported, _, all := w.align(clinic, 20); all != 0 {
			t.Errorf("align says %q", reported)
		}
		w.Want(task, clinic, "Done")
	})
}

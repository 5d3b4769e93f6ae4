package service

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping/review"
)

// wantSaid says that a warning has all these parts, once.
func (w *world) wantSaid(parts ...string) {
	w.Helper()
	n := 0
	for _, l := range w.Log.All("warn", "error") {
		l = strings.ReplaceAll(l, `\"`, `"`)
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(l, p) }) {
			n++
		}
	}
	if n != 1 {
		w.Errorf("%d warnings have all of %q: %q", n, parts, w.Log.All("warn", "error"))
	}
}

func TestTasksThatCannotBeHandled(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		hidden, locked, good := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Task(external, "In Progress")
		w.Phab.SetInvisible(hidden)
		w.Phab.SetNotEditable(locked)
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", core, hidden, locked, good, 999)
		w.Wait(within)
		w.Want(good, external, "Review Needed")
		w.Want(locked, external, "In Progress")
		w.wantSaid("there is no T999, or reviewsync may not see it", "correct the footer")
		w.wantSaid("there is no T1, or reviewsync may not see it", "give reviewsync the right to see it")
		w.wantSaid("You do not have permission to edit this object", "give the bot's account permission to see and edit T2")
		w.reset()
		w.Wait(5 * time.Hour)
		if n := w.Phab.Requests()["maniphest.edit"]; n < 25 || n > 31 {
			t.Errorf("the locked task was tried %d times in five hours, want every ten minutes", n)
		}
		w.Phab.SetOpen(hidden)
		w.Phab.SetOpen(locked)
		w.Wait(11 * time.Minute)
		w.WantMoves(hidden, "Review Needed")
		w.WantMoves(locked, "Review Needed")
		w.WantMoves(good, "Review Needed")
	})
}

func TestAChangeVanishesBetweenQueryAndRead(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.Task(external, "In Progress"), w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		gone, stays := w.Push("vol1", core, a), w.Push("vol1", core, b)
		w.ToGerrit.Set(func(r *http.Request) trouble {
			if kind(r) == "change" && about(r, gone) {
				w.ToGerrit.Set(nil)
				w.OK(w.Gerrit.Delete("admin", gone))
			}
			return nil
		})
		w.Wait(within)
		w.Want(a, external, "In Progress")
		w.Want(b, external, "Review Needed")
		w.OK(w.Gerrit.Delete("admin", stays)) // one that was known
		w.Wait(7 * time.Hour)
		w.Want(b, external, "Review Needed") // nothing was said
		if said := w.Log.All("warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
	})
}

// A change that turns private is as if it had never been, and nothing names it above debug.
func TestAChangeTurnsPrivate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.OK(w.Gerrit.AddReviewer("vol1", change, "reviewsync", gerrittest.CC)) // so it can see it
		w.OK(w.Gerrit.AddReviewer("vol1", change, "alice", ""))
		w.OK(w.Gerrit.SetPrivate("vol1", change, true))
		w.Wait(within)
		w.Log.Clear()
		w.Vote("alice", change, -1)
		w.Wait(7 * time.Hour)
		w.Want(task, external, "Review Needed")
		if said := w.Log.All("info", "warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
		w.OK(w.Gerrit.SetPrivate("vol1", change, false))
		w.Wait(within)
		w.Want(task, external, "In Progress")
	})
}

func TestColumnsThatPeopleChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		stop := w.run()
		w.Wait(10 * time.Minute)

		w.Phab.RenameColumn(external, "In Progress", "With the author")
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "With the author")
		w.Wait(7 * time.Hour)
		w.wantSaid(`board #external-code-reviews: column "In Progress" is now called "With the author"`, "write its new name")
		stop()
		w.run() // a rename is no reason not to start
		w.Wait(10 * time.Minute)

		w.Phab.HideColumn(external, "Review Needed", true)
		w.Wait(10 * time.Minute)
		w.Amend(change)
		w.Wait(within)
		w.Want(task, external, "With the author")
		w.wantSaid("belongs in Review Needed", "no such column that is visible", "show the column")
		w.Phab.HideColumn(external, "Review Needed", false)
		w.Wait(7 * time.Hour)
		w.Want(task, external, "Review Needed")
		w.NoWaste()
	})
}

// Accounts that are not there count for nothing; `reviewsync check` names them.
func TestUnknownAccountsInTheConfig(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Bots = append(w.Config.Gerrit.Bots, "no-such-bot")
		w.Config.Phabricator.Bots = append(w.Config.Phabricator.Bots, "NoSuchBot")
		w.Config.Boards[0].Team = append(w.Config.Boards[0].Team, "nobody")
		w.Config.Boards[0].Review.Labels["No-Such-Label"] = review.ByPeople
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Vote("alice", change, 1)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
	})
}

func TestHostileCommitMessages(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b, good := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		var many strings.Builder
		for n := range 10_000 {
			fmt.Fprintf(&many, "Bug: T%d\n", n+100)
		}
		for _, message := range []string{
			"Fix it\n\n" + many.String() + "Bug: T1\n",
			"Fix it\n\nBug: T2\n\nThat one is only spoken of.\n\nChange-Id: I0000000000000000000000000000000000000001\n",
			"Fix it\n\nBug: T99999999999999999999\nBug: T-2\nBug: 2\nBug: T2x\n",
		} {
			_, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Message: message})
			w.OK(err)
		}
		w.Push("vol1", core, good)
		w.reset()
		w.Wait(within + 5*time.Second)
		w.Want(good, external, "Review Needed")
		w.Want(a, external, "In Progress") // beyond those that are followed
		w.Want(b, external, "In Progress")
		w.wantSaid("names 10001 tasks", "linked only to the first 20 of them (links.max)", "name fewer tasks")
		if n := w.Phab.Requests()["maniphest.search"]; n > w.Config.Links.Max+2 { // with the second look at the one that moves
			t.Errorf("%d searches for one commit message", n)
		}
	})
}

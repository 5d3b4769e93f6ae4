package main

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
	for _, l := range w.log.all("warn", "error") {
		l = strings.ReplaceAll(l, `\"`, `"`)
		if !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(l, p) }) {
			n++
		}
	}
	if n != 1 {
		w.Errorf("%d warnings have all of %q: %q", n, parts, w.log.all("warn", "error"))
	}
}

func TestTasksThatCannotBeHandled(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		hidden, locked, good := w.task(external, "In Progress"), w.task(external, "In Progress"), w.task(external, "In Progress")
		w.phab.SetInvisible(hidden)
		w.phab.SetNotEditable(locked)
		w.run()
		w.wait(time.Minute)
		w.push("vol1", core, hidden, locked, good, 999)
		w.wait(within)
		w.want(good, external, "Review Needed")
		w.want(locked, external, "In Progress")
		w.wantSaid("there is no T999, or reviewsync may not see it", "correct the footer")
		w.wantSaid("there is no T1, or reviewsync may not see it", "give reviewsync the right to see it")
		w.wantSaid("You do not have permission to edit this object", "give the bot's account permission to see and edit T2")
		w.reset()
		w.wait(5 * time.Hour)
		if n := w.phab.Requests()["maniphest.edit"]; n < 25 || n > 31 {
			t.Errorf("the locked task was tried %d times in five hours, want every ten minutes", n)
		}
		w.phab.SetOpen(hidden)
		w.phab.SetOpen(locked)
		w.wait(11 * time.Minute)
		w.wantMoves(hidden, "Review Needed")
		w.wantMoves(locked, "Review Needed")
		w.wantMoves(good, "Review Needed")
	})
}

func TestAChangeVanishesBetweenQueryAndRead(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b := w.task(external, "In Progress"), w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		gone, stays := w.push("vol1", core, a), w.push("vol1", core, b)
		w.toGerrit.set(func(r *http.Request) trouble {
			if kind(r) == "change" && about(r, gone) {
				w.toGerrit.set(nil)
				w.ok(w.gerrit.Delete("admin", gone))
			}
			return nil
		})
		w.wait(within)
		w.want(a, external, "In Progress")
		w.want(b, external, "Review Needed")
		w.ok(w.gerrit.Delete("admin", stays)) // one that was known
		w.wait(7 * time.Hour)
		w.want(b, external, "Review Needed") // nothing was said
		if said := w.log.all("warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
	})
}

// A change that turns private is as if it had never been, and nothing names it above debug.
func TestAChangeTurnsPrivate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.ok(w.gerrit.AddReviewer("vol1", change, "reviewsync", gerrittest.CC)) // so it can see it
		w.ok(w.gerrit.AddReviewer("vol1", change, "alice", ""))
		w.ok(w.gerrit.SetPrivate("vol1", change, true))
		w.wait(within)
		w.log.clear()
		w.vote("alice", change, -1)
		w.wait(7 * time.Hour)
		w.want(task, external, "Review Needed")
		if said := w.log.all("info", "warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
		w.ok(w.gerrit.SetPrivate("vol1", change, false))
		w.wait(within)
		w.want(task, external, "In Progress")
	})
}

func TestColumnsThatPeopleChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "Review Needed")
		change := w.push("vol1", core, task)
		stop := w.run()
		w.wait(10 * time.Minute)

		w.phab.RenameColumn(external, "In Progress", "With the author")
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(task, external, "With the author")
		w.wait(7 * time.Hour)
		w.wantSaid(`board #external-code-reviews: column "In Progress" is now called "With the author"`, "write its new name")
		stop()
		w.run() // a rename is no reason not to start
		w.wait(10 * time.Minute)

		w.phab.HideColumn(external, "Review Needed", true)
		w.wait(10 * time.Minute)
		w.amend(change)
		w.wait(within)
		w.want(task, external, "With the author")
		w.wantSaid("belongs in Review Needed", "no such column that is visible", "show the column")
		w.phab.HideColumn(external, "Review Needed", false)
		w.wait(7 * time.Hour)
		w.want(task, external, "Review Needed")
		w.noWaste()
	})
}

// Accounts that are not there count for nothing; `reviewsync check` names them.
func TestUnknownAccountsInTheConfig(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.cfg.Gerrit.Bots = append(w.cfg.Gerrit.Bots, "no-such-bot")
		w.cfg.Phabricator.Bots = append(w.cfg.Phabricator.Bots, "NoSuchBot")
		w.cfg.Boards[0].Team = append(w.cfg.Boards[0].Team, "nobody")
		w.cfg.Boards[0].Review.Labels["No-Such-Label"] = review.ByPeople
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.vote("alice", change, 1)
		w.wait(within)
		w.want(task, external, "Review Completed")
	})
}

func TestHostileCommitMessages(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		a, b, good := w.task(external, "In Progress"), w.task(external, "In Progress"), w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		var many strings.Builder
		for n := range 10_000 {
			fmt.Fprintf(&many, "Bug: T%d\n", n+100)
		}
		for _, message := range []string{
			"Mend it\n\n" + many.String() + "Bug: T1\n",
			"Mend it\n\nBug: T2\n\nThat one is only spoken of.\n\nChange-Id: I0000000000000000000000000000000000000001\n",
			"Mend it\n\nBug: T99999999999999999999\nBug: T-2\nBug: 2\nBug: T2x\n",
		} {
			_, err := w.gerrit.Push("vol1", core, "master", gerrittest.PushInput{Message: message})
			w.ok(err)
		}
		w.push("vol1", core, good)
		w.reset()
		w.wait(within + 5*time.Second) // a hundred tasks are looked at, fifty a second
		w.want(good, external, "Review Needed")
		w.want(a, external, "In Progress") // beyond those that are followed
		w.want(b, external, "In Progress")
		w.wantSaid(fmt.Sprintf("names more than %d tasks", review.MaxTasks), "shorten its footers")
		if n := w.phab.Requests()["maniphest.search"]; n > review.MaxTasks+2 { // with the second look at the one that moves
			t.Errorf("%d searches for one commit message", n)
		}
	})
}

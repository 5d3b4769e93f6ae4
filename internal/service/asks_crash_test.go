package service

import (
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/depth"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// tellingAsks has the external board say on tasks whom it asked, and nothing else.
func (w *world) tellingAsks() {
	w.Config.Comments = config.Comments{}
	w.commentAs(mapping.CommentAsked, mapping.DefaultComment(mapping.CommentAsked))
	w.Config.Boards[0].AskComment = true
}

func (w *world) secondReview(change int) {
	w.Helper()
	w.OK(w.Gerrit.Hashtags("vol1", change, []string{"second-review"}, nil))
}

// theOne is the person who was asked last on a change, on which this many asks were made.
func (w *world) theOne(change, asks int) string {
	w.Helper()
	who := w.asked(change)
	if len(who) != asks {
		w.Fatalf("asked %q on change %d, want %d\n%s", who, change, asks, w.Log.Tail(30))
	}
	return who[asks-1]
}

func (w *world) wantReminders(change, want int) {
	w.Helper()
	if got := w.reminders(change); len(got) != want {
		w.Errorf("%d reminders on change %d, want %d: %q\n%s", len(got), change, want, got, w.Log.Tail(15))
	}
}

// At whatever step the service is killed: each ask, each reminder and each comment on an ask is made once.
func TestKilledAtEachStepOfAnAsk(t *testing.T) {
	story := func(w *world, n int) (steps, stores int) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{RemindAfter: 12 * time.Minute, Cap: 3})
		w.tellingAsks()
		w.Config.Boards[0].AskTotal = 5 // an ask that is tried again counts twice
		w.Config.Gerrit.Poll = time.Minute
		task := w.Task(external, "In Progress")
		one, two := w.Push("vol1", core, task), w.Push("vol1", core)
		w.Wait(time.Minute)
		first, stop := w.runUntil(n)
		defer stop()
		pause := func() { w.Wait(5 * time.Minute) } // an ask that may have been made is waited for
		w.Wait(90 * time.Second)
		w.secondReview(one)
		pause()
		w.Reply(w.theOne(one, 1), one, "Not me, sorry.")
		w.secondReview(two)
		pause()
		w.Vote(w.theOne(one, 2), one, 1)
		w.Wait(12 * time.Minute)
		steps, stores, _ = first.seen()
		w.wantReminders(two, 1)
		w.Vote(w.theOne(two, 1), two, 1)
		w.Wait(time.Hour)
		if who := w.asked(one); len(who) != 2 || who[0] == who[1] {
			w.Errorf("asked %q on change %d", who, one)
		}
		w.theOne(two, 1)
		w.wantReminders(one, 0)
		w.wantReminders(two, 1)
		reported := mapping.CommentKeys(strings.Join(w.comments(task), "\n\n"))
		slices.Sort(reported)
		if len(reported) != 2 || reported[0] == reported[1] || !strings.HasPrefix(reported[0], fmt.Sprintf("%d#reviewsync-asked-", one)) {
			w.Errorf("T%d has the comments %q, want both asks", task, reported)
		}
		w.NoWaste()
		if _, _, dead := first.seen(); n > 0 && !dead {
			w.Errorf("the service was not killed at step %d: it took %d", n, steps)
		}
		return steps, stores
	}
	steps, stores := 0, 0
	inWorld(t, func(w *world) { steps, stores = story(w, 0) })
	if stores < 30 || steps-stores < 80 {
		t.Fatalf("only %d steps were seen, %d of them in the store", steps, stores)
	}
	killAtEach(t, 1, steps-4, depth.Of(23, 1), func(w *world, n int) { story(w, n) })
}

// Nor is anybody asked more often than the cap allows, though the service that comes after the kill has
// other changes to ask for before it has read what the killed one wrote.
func TestKilledAtEachStepOfManyAsks(t *testing.T) {
	story := func(w *world, n int) (before, steps int) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{Cap: 1})
		changes := []int{w.Push("vol1", core), w.Push("vol1", core), w.Push("vol1", core)}
		w.Wait(time.Minute)
		first, stop := w.runUntil(n)
		defer stop()
		w.Wait(90 * time.Second)
		before, _, _ = first.seen()
		for _, c := range changes {
			w.secondReview(c)
		}
		w.Wait(within)
		steps, _, _ = first.seen()
		w.Wait(30 * time.Minute) // an ask that is tried again counts twice, and three are made in ten minutes
		var all []string
		for _, c := range changes {
			all = append(all, w.asked(c)...)
		}
		slices.Sort(all)
		if want := []string{"alice", "bob", "carol"}; !slices.Equal(all, want) {
			w.Errorf("asked %q, want %q\n%s", all, want, w.Log.Tail(40))
		}
		return before, steps
	}
	before, steps := 0, 0
	inWorld(t, func(w *world) { before, steps = story(w, 0) })
	if steps-before < 30 {
		t.Fatalf("only %d steps were seen", steps-before)
	}
	killAtEach(t, before+1, steps, depth.Of(11, 1), func(w *world, n int) { story(w, n) })
}

// The asks are on the change: with a new store nobody is asked or reminded again.
func TestALostStoreAsksNobodyAgain(t *testing.T) {
	t.Parallel()
	depth.Long(t)
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{After: 40 * time.Hour, RemindAfter: 16 * time.Hour})
		w.Config.Gerrit.Poll = 2 * time.Minute
		stop := w.run()
		w.Wait(time.Minute)
		asked, declined, undone, reminded := w.Push("vol1", core), w.Push("vol1", core), w.Push("vol1", core), w.Push("vol1", core)
		w.secondReview(reminded)
		w.Wait(49 * time.Hour) // Wednesday
		w.wantReminders(reminded, 1)
		for _, c := range []int{asked, declined, undone} {
			w.secondReview(c)
		}
		w.Wait(3 * time.Minute)
		w.Reply(w.theOne(declined, 1), declined, "not me")
		w.Wait(15 * time.Minute)
		w.OK(w.Gerrit.RemoveReviewer("vol1", undone, w.theOne(undone, 1)))
		w.Wait(time.Minute)
		stop()

		before := map[int][]string{}
		for _, c := range []int{asked, declined, undone, reminded} {
			before[c] = w.asked(c)
		}
		if len(before[declined]) != 2 || len(before[reminded]) != 1 {
			t.Fatalf("asked %v", before)
		}
		w.Config.Store.Path = filepath.Join(t.TempDir(), "another.db")
		w.run()
		w.Wait(10 * time.Hour)
		for c, who := range before {
			w.wantAsked(c, who...)
		}
		w.wantReminders(reminded, 1)
		w.wantReminders(asked, 0)
		w.Wait(48 * time.Hour) // the reminders are made all the same, once
		w.wantReminders(asked, 1)
		w.wantReminders(declined, 1)
		w.wantReminders(undone, 0)
		w.wantReminders(reminded, 1+len(w.asked(reminded))-1-1) // of bob none: who comes second is not reminded
	})
}

// Whom one change has just asked counts for the next, though Gerrit has not been read since.
func TestManyAsksAtOnceAreSpread(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{Cap: 1})
		w.run()
		w.Wait(time.Minute)
		var changes []int
		for range 3 {
			changes = append(changes, w.Push("vol1", core))
		}
		w.Wait(time.Minute)
		for _, c := range changes {
			w.secondReview(c)
		}
		w.Wait(5 * time.Minute)
		var all []string
		for _, c := range changes {
			all = append(all, w.asked(c)...)
		}
		slices.Sort(all)
		if want := []string{"alice", "bob", "carol"}; !slices.Equal(all, want) {
			t.Errorf("asked %q, want %q\n%s", all, want, w.Log.Tail(20))
		}
	})
}

// An ask is said on the task once; in the edit that moves the card, where both come at once.
func TestAnAskIsToldWithTheMove(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{})
		w.tellingAsks()
		task := w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Vote("alice", change, 1)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		before := w.edits()
		w.ToPhab.Set(func(r *http.Request) trouble {
			if strings.HasPrefix(kind(r), "maniphest.") {
				return text(500)
			}
			return nil
		})
		w.secondReview(change)
		w.Wait(2 * time.Minute)
		w.wantAsked(change, "bob") // though no task can be read
		stop()
		w.ToPhab.Set(nil)
		w.run()
		w.Wait(time.Hour)
		w.Want(task, external, "Review Needed")
		if n := w.edits() - before; n != 1 {
			t.Errorf("%d edits, want 1", n)
		}
		if reported := mapping.CommentKeys(strings.Join(w.comments(task), "\n\n")); len(reported) != 1 {
			t.Errorf("the task has %q\n%s", reported, w.Log.Tail(20))
		}
		w.Wait(24 * time.Hour)
		if reported := w.comments(task); len(reported) != 1 || !strings.Contains(reported[0], "bob") {
			t.Errorf("the task has %q", reported)
		}
	})
}

// A dry run says whom it would ask or remind, and writes nothing.
func TestADryRunOfAsks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{RemindAfter: 16 * time.Hour})
		w.tellingAsks()
		w.sync(false)
		w.Wait(time.Minute)
		change := w.Push("vol1", core, w.Task(external, "In Progress"))
		w.secondReview(change)
		w.Wait(time.Minute)
		dry := func(want string) {
			t.Helper()
			w.reset()
			reported := w.sync(true)
			if n := len(slices.DeleteFunc(slices.Clone(reported), func(line string) bool { return !strings.HasPrefix(line, want) })); n != 1 {
				t.Errorf("a dry run prints %d times %q:\n%s", n, want, strings.Join(reported, "\n"))
			}
			if n := w.Gerrit.Requests()["review"] + w.edits(); n > 0 {
				t.Errorf("a dry run wrote %d times", n)
			}
		}
		dry(fmt.Sprintf("change %d: alice is asked", change))
		dry(fmt.Sprintf("change %d: alice is asked", change))
		w.wantAsked(change)
		w.sync(false)
		w.wantAsked(change, "alice")
		w.Wait(48 * time.Hour)
		dry(fmt.Sprintf("change %d: alice is reminded", change))
		w.wantReminders(change, 0)
		w.sync(false)
		w.sync(false)
		w.wantReminders(change, 1)
		w.wantAsked(change, "alice")
	})
}

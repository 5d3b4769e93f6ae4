package service

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/testworld"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab/phabtest"
)

const (
	patch = "patch-for-review"
	ops   = "ops-∞"
)

// tagging is a config that keeps the tag while a change is open.
func (w *world) tagging() {
	w.Phab.AddProject("Patch-For-Review", patch, "Patches")
	w.Config.Tags = []config.Tag{{Tag: "#" + patch, Line: 70}}
}

// operations is a board without reviews, whose rules these are; nothing else is on the config.
func (w *world) operations(rules ...mapping.Rule) {
	w.Phab.AddProject("Operations ∞", ops, "Inbox", "Doing", "Test (Verification)", "Done", "Parked")
	for _, tag := range []string{"sprint-1", "sprint-2"} {
		w.Phab.AddProject(tag, tag)
	}
	w.Config.Boards = []config.Board{{Line: 60, Board: mapping.Board{
		Tag: "#" + ops, From: []string{"Inbox", "Test (Verification)"}, Rules: rules, Start: monday.AddDate(0, 0, -6),
		Policy: review.Policy{Review: w.Config.Boards[0].Review},
	}}}
}

var (
	toDoing = mapping.Rule{Target: mapping.To("Doing"), Line: 61, When: mapping.When{Tags: []string{"#sprint-1", "#sprint-2"}}}
	toDone  = mapping.Rule{Target: mapping.To("Done"), Line: 62, When: mapping.When{Status: []string{"resolved"}}}
)

// tagged says whether a task must have a tag.
func (w *world) tagged(task int, tag string, want bool) {
	w.Helper()
	if _, got := w.Phab.Where(task)[tag]; got != want {
		w.Errorf("%s: T%d has %s: %v, want %v\n%s", time.Now().UTC().Format("Mon 15:04:05"), task, tag, got, want, w.Log.Tail(12))
	}
}

func (w *world) edits() int { return w.Phab.Requests()["maniphest.edit"] }

// The tag is on with the push and off with the end, in the edit that moves the card where one does.
func TestATagWhileAChangeIsOpen(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		w.Config.Tags[0].Repositories = []string{"*/*"}
		card, loose := w.Task(external, "In Progress"), w.Phab.NewTask("dave", "On no board")
		w.run()
		w.Wait(time.Minute)
		before := w.edits()
		change := w.Push("vol1", core, card)
		w.Wait(within)
		w.Want(card, external, "Review Needed")
		w.tagged(card, patch, true)
		if n := w.edits() - before; n != 1 {
			t.Errorf("the move and the tag took %d edits", n)
		}
		other := w.Push("erin", "labs/tools", loose)
		w.Wait(within)
		w.tagged(loose, patch, true)

		before = w.edits()
		w.Vote("alice", change, 2)
		w.OK(w.Gerrit.Submit("alice", change))
		w.OK(w.Gerrit.Abandon("erin", other, "not now"))
		w.Wait(within)
		w.Want(card, external, "Review Completed")
		w.tagged(card, patch, false)
		w.tagged(loose, patch, false)
		if n := w.edits() - before; n != 2 {
			t.Errorf("two tasks took %d edits", n)
		}
		w.Wait(13 * time.Hour)
		if n := w.edits() - before; n != 2 {
			t.Errorf("%d edits after all was done", n-2)
		}
		w.NoWaste()
	})
}

func TestPeoplesOwnTaggingWins(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		kept, off := w.Phab.NewTask("dave", "Tagged by dave"), w.Phab.NewTask("dave", "Not for dave")
		w.Phab.AddTag("dave", kept, patch)
		w.run()
		w.Wait(time.Minute)
		one, two := w.Push("vol1", core, kept), w.Push("vol1", core, off)
		w.Wait(within)
		w.tagged(off, patch, true)
		w.Phab.RemoveTag("dave", off, patch)
		w.OK(w.Gerrit.Abandon("vol1", one, "no"))
		w.Wait(time.Minute)
		w.Amend(two)
		w.Wait(13 * time.Hour) // two sweeps look at it too
		w.tagged(kept, patch, true)
		w.tagged(off, patch, false)
		for _, want := range []string{"T1 keeps #patch-for-review though none of its changes is open: dave put it on", "T2 stays without #patch-for-review: dave took it off"} {
			if log := w.Log.Tail(10000); !strings.Contains(log, want) {
				t.Errorf("the log says nothing of %q:\n%s", want, w.Log.Tail(20))
			}
		}
		w.Push("vol2", core, off)
		w.Wait(within)
		w.tagged(off, patch, true)
		w.NoWaste()
	})
}

func TestTheFirstStartTagsNothingOld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		old, merged := w.Phab.NewTask("dave", "Old"), w.Phab.NewTask("dave", "Merged")
		w.Phab.AddTag("CommunityTechBot", merged, patch)
		w.Push("vol1", "mediawiki/extensions/Foo", old) // which is not adopted
		done := w.Push("vol1", "mediawiki/extensions/Foo", merged)
		w.Vote("alice", done, 2)
		w.OK(w.Gerrit.Submit("alice", done))
		w.Wait(time.Hour)
		w.run()
		w.Wait(13 * time.Hour)
		w.tagged(old, patch, false)
		w.tagged(merged, patch, true)
		if n := w.edits(); n > 0 {
			t.Errorf("%d edits", n)
		}
		w.Push("vol2", core, old)
		w.Wait(within)
		w.tagged(old, patch, true)
	})
}

// Rules without review are looked at on the sweep.
func TestATagAndAStatusMoveCardsAtTheSweep(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone, toDoing)
		a, b, parked, held := w.Task(ops, "Inbox"), w.Task(ops, "Test (Verification)"), w.Task(ops, "Parked"), w.Task(ops, "Inbox")
		w.run()
		w.Wait(time.Minute)
		for _, task := range []int{a, parked, held} {
			w.Phab.AddTag("dave", task, "sprint-2")
		}
		w.Phab.SetStatus("dave", b, "resolved")
		w.Wait(time.Minute)
		w.Want(a, ops, "Inbox")
		w.Phab.Drag("dave", held, ops, "Test (Verification)")
		w.Wait(6 * time.Hour)
		w.Want(a, ops, "Doing")
		w.Want(b, ops, "Done")
		w.Want(parked, ops, "Parked")
		w.Want(held, ops, "Test (Verification)")
		if log := w.Log.Tail(1000); !strings.Contains(log, "T1: Inbox -> Doing: dave tagged it #sprint-2 (Mon 09:01)") ||
			!strings.Contains(log, "T2: Test (Verification) -> Done: dave made it resolved (Mon 09:01)") {
			t.Errorf("the sentences are not in the log:\n%s", log)
		}
		w.Phab.SetStatus("dave", b, "open")
		w.Phab.AddTag("dave", held, "sprint-1")
		w.Phab.SetStatus("dave", parked, "resolved")
		w.Wait(6 * time.Hour)
		w.Want(b, ops, "Done") // no rule takes it back
		w.Want(held, ops, "Doing")
		w.Want(parked, ops, "Parked")
		w.NoWaste()
	})
}

// A rule that is added later moves nothing by itself.
func TestANewRuleMovesNoCardByItself(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone)
		task := w.Task(ops, "Inbox")
		stop := w.run()
		w.Wait(time.Minute)
		w.Phab.AddTag("dave", task, "sprint-1")
		w.Wait(7 * time.Hour)
		stop()
		w.Config.Boards[0].Rules = []mapping.Rule{toDone, toDoing}
		w.run()
		w.Wait(13 * time.Hour)
		w.Want(task, ops, "Inbox")
		w.Phab.AddTag("dave", task, "sprint-2")
		w.Wait(6 * time.Hour)
		w.Want(task, ops, "Doing")
	})
}

// Two tags of one project are the same tag.
func TestTwoTagsOfOneProject(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		two := toDoing
		two.When.Tags = []string{"#sprint_goal"}
		one := mapping.Rule{Target: mapping.To("Done"), Line: 61, When: mapping.When{Tags: []string{"#goal"}, Status: []string{"resolved"}}}
		w.operations(one, two)
		w.Phab.AddProject("Sprint Goal", "goal")
		a, b := w.Task(ops, "Inbox"), w.Task(ops, "Inbox")
		w.run()
		w.Wait(time.Minute)
		w.Phab.AddTag("dave", a, "goal")
		w.Phab.AddTag("dave", b, "goal")
		w.Phab.SetStatus("dave", b, "resolved")
		w.Wait(6 * time.Hour)
		w.Want(a, ops, "Doing")
		w.Want(b, ops, "Done")
	})
}

func TestUntag(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		off := mapping.Rule{Target: mapping.Target{Kind: mapping.Untag}, Line: 61, When: mapping.When{Status: []string{"invalid"}}}
		w.operations(off, toDone)
		task, parked := w.Task(ops, "Inbox"), w.Task(ops, "Parked")
		w.run()
		w.Wait(time.Minute)
		w.Phab.SetStatus("dave", task, "invalid")
		w.Phab.SetStatus("dave", parked, "invalid")
		w.Wait(6 * time.Hour)
		w.tagged(task, ops, false)
		w.Want(parked, ops, "Parked")
		w.Phab.AddToBoard("dave", task, ops, "Inbox")
		w.Wait(13 * time.Hour)
		w.Want(task, ops, "Inbox") // dave is obeyed
		w.NoWaste()
	})
}

// A board of 2,000 cards is swept in 20 searches; only for what would move, the history is asked for.
func TestSweepOfTwoThousandCards(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone, toDoing)
		var tasks []int
		for range 2000 {
			tasks = append(tasks, w.Phab.NewTask("dave", "A card", phabtest.On(ops, "Inbox")))
		}
		w.run()
		w.Wait(time.Hour)
		for _, task := range tasks[:3] {
			w.Phab.AddTag("dave", task, "sprint-1")
		}
		w.Wait(time.Minute)
		w.Phab.Reset()
		w.Wait(5 * time.Hour)
		got := w.Phab.Requests()
		searches := 20 + 2*3 // and each that would move is read again, alone; once more if it was written in a busy moment
		if got["maniphest.search"] > searches || got["maniphest.gettasktransactions"] > 3 || got["maniphest.edit"] != 3 {
			t.Errorf("a sweep took %v; want at most %d searches, 3 histories and 3 edits", got, searches)
		}
		for _, task := range tasks[:3] {
			w.Want(task, ops, "Doing")
		}
		w.Phab.Reset()
		w.Wait(6 * time.Hour)
		if got := w.Phab.Requests(); got["maniphest.search"] != 20 || got["maniphest.gettasktransactions"]+got["maniphest.edit"] > 0 {
			t.Errorf("a sweep in which nothing moves took %v; want 20 searches", got)
		}
	})
}

// What could not work is left out from the start, with the line; without any board the service ends.
func TestTagsAndStatusesLeftOutAtTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		change func(w *world)
		want   []string
	}{
		"no such tag":    {func(w *world) { w.Config.Boards[0].Rules[1].When.Tags = []string{"#nowhere"} }, []string{":61: board #ops-∞: when.tags: ", "no project #nowhere"}},
		"no such status": {func(w *world) { w.Config.Boards[0].Rules[0].When.Status = []string{"closed"} }, []string{":62: board #ops-∞: when.status: ", `tasks have no status "closed"; write one of open, resolved, wontfix, invalid, duplicate, spite`}},
		"no tag to keep": {func(w *world) { w.Config.Tags = []config.Tag{{Tag: "#nowhere", Line: 70}} }, []string{":70: tag #nowhere: ", "no project #nowhere"}},
		"a board's own":  {func(w *world) { w.Config.Tags = []config.Tag{{Tag: "#operations_∞", Line: 70}} }, []string{":70: tag #operations_∞: ", "is the same project as board #ops-∞; use adopt and untag there"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.operations(toDone, toDoing)
				w.Config.Boards[0].Rules = slices.Clone(w.Config.Boards[0].Rules)
				c.change(w)
				if len(w.Config.Tags) > 0 {
					w.wantLeftOut(c.want...)
					return
				}
				err := fmt.Sprint(w.start()())
				for _, want := range c.want {
					if !strings.Contains(err, want) {
						t.Errorf("the service ended with %v, want %q", err, want)
					}
				}
			})
		})
	}
}

// A change in a repository that no board counts keeps the tag on as well, if the tag is for it.
func TestATagOfMoreRepositories(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		w.Config.Tags[0].Repositories = []string{"mediawiki/*", "labs/*"}
		w.Config.Boards = w.Config.Boards[:1] // which counts mediawiki/* only
		w.Config.Boards[0].Replaces = nil
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", "labs/tools", task)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.tagged(task, patch, true)
		w.merge(change)
		w.Wait(within)
		w.tagged(task, patch, true)
	})
}

// A rule on a tag that no card of the board can have is refused.
func TestTagBelowTheBoard(t *testing.T) {
	inWorld(t, func(w *world) {
		w.operations(mapping.Rule{Target: mapping.To("Doing"), Line: 61, When: mapping.When{Tags: []string{"#sprint-3"}}})
		w.Phab.OnRequest(testworld.Below(w.Phab.AddProject("Sprint 3", "sprint-3")))
		err := fmt.Sprint(w.start()())
		if want := "tag #sprint-3 of its rules (Sprint 3) is below it, and a task cannot have both, so the rule can never match; take the tag out"; !strings.Contains(err, want) || !strings.Contains(err, ":61: board #ops-∞: when.tags: ") {
			t.Errorf("the service ended with %v, want line 61 and %q", err, want)
		}
	})
}

package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
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
	w.phab.AddProject("Patch-For-Review", patch, "Patches")
	w.cfg.Tags = []config.Tag{{Tag: "#" + patch, Line: 70}}
}

// operations is a board without reviews, whose rules these are; nothing else is on the config.
func (w *world) operations(rules ...mapping.Rule) {
	w.phab.AddProject("Operations ∞", ops, "Inbox", "Doing", "Test (Verification)", "Done", "Parked")
	for _, tag := range []string{"sprint-1", "sprint-2"} {
		w.phab.AddProject(tag, tag)
	}
	w.cfg.Boards = []config.Board{{Line: 60, Board: mapping.Board{
		Tag: "#" + ops, From: []string{"Inbox", "Test (Verification)"}, Rules: rules, Start: monday.AddDate(0, 0, -6),
		Policy: review.Policy{Review: w.cfg.Boards[0].Review},
	}}}
}

var (
	toDoing = mapping.Rule{Target: mapping.To("Doing"), Line: 61, When: mapping.When{Tags: []string{"#sprint-1", "#sprint-2"}}}
	toDone  = mapping.Rule{Target: mapping.To("Done"), Line: 62, When: mapping.When{Status: []string{"resolved"}}}
)

// tagged says whether a task must have a tag.
func (w *world) tagged(task int, tag string, want bool) {
	w.Helper()
	if _, got := w.phab.Where(task)[tag]; got != want {
		w.Errorf("%s: T%d has %s: %v, want %v\n%s", time.Now().UTC().Format("Mon 15:04:05"), task, tag, got, want, w.log.tail(12))
	}
}

func (w *world) edits() int { return w.phab.Requests()["maniphest.edit"] }

// The tag is on with the push and off with the end, in the edit that moves the card where one does.
func TestATagWhileAChangeIsOpen(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		w.cfg.Tags[0].Repositories = []string{"*/*"}
		card, loose := w.task(external, "In Progress"), w.phab.NewTask("dave", "On no board")
		w.run()
		w.wait(time.Minute)
		before := w.edits()
		change := w.push("vol1", core, card)
		w.wait(within)
		w.want(card, external, "Review Needed")
		w.tagged(card, patch, true)
		if n := w.edits() - before; n != 1 {
			t.Errorf("the move and the tag took %d edits", n)
		}
		other := w.push("erin", "labs/tools", loose)
		w.wait(within)
		w.tagged(loose, patch, true)

		before = w.edits()
		w.vote("alice", change, 2)
		w.ok(w.gerrit.Submit("alice", change))
		w.ok(w.gerrit.Abandon("erin", other, "not now"))
		w.wait(within)
		w.want(card, external, "Review Completed")
		w.tagged(card, patch, false)
		w.tagged(loose, patch, false)
		if n := w.edits() - before; n != 2 {
			t.Errorf("two tasks took %d edits", n)
		}
		w.wait(13 * time.Hour)
		if n := w.edits() - before; n != 2 {
			t.Errorf("%d edits after all was done", n-2)
		}
		w.noWaste()
	})
}

func TestPeoplesOwnTaggingWins(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		kept, off := w.phab.NewTask("dave", "Tagged by dave"), w.phab.NewTask("dave", "Not for dave")
		w.phab.AddTag("dave", kept, patch)
		w.run()
		w.wait(time.Minute)
		one, two := w.push("vol1", core, kept), w.push("vol1", core, off)
		w.wait(within)
		w.tagged(off, patch, true)
		w.phab.RemoveTag("dave", off, patch)
		w.ok(w.gerrit.Abandon("vol1", one, "no"))
		w.wait(time.Minute)
		w.amend(two)
		w.wait(13 * time.Hour) // two sweeps look at it too
		w.tagged(kept, patch, true)
		w.tagged(off, patch, false)
		for _, want := range []string{"T1 keeps #patch-for-review though none of its changes is open: dave put it on", "T2 stays without #patch-for-review: dave took it off"} {
			if log := w.log.tail(10000); !strings.Contains(log, want) {
				t.Errorf("the log says nothing of %q:\n%s", want, w.log.tail(20))
			}
		}
		w.push("vol2", core, off)
		w.wait(within)
		w.tagged(off, patch, true)
		w.noWaste()
	})
}

func TestTheFirstStartTagsNothingOld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.tagging()
		old, merged := w.phab.NewTask("dave", "Old"), w.phab.NewTask("dave", "Merged")
		w.phab.AddTag("CommunityTechBot", merged, patch)
		w.push("vol1", "mediawiki/extensions/Foo", old) // which is not adopted
		done := w.push("vol1", "mediawiki/extensions/Foo", merged)
		w.vote("alice", done, 2)
		w.ok(w.gerrit.Submit("alice", done))
		w.wait(time.Hour)
		w.run()
		w.wait(13 * time.Hour)
		w.tagged(old, patch, false)
		w.tagged(merged, patch, true)
		if n := w.edits(); n > 0 {
			t.Errorf("%d edits", n)
		}
		w.push("vol2", core, old)
		w.wait(within)
		w.tagged(old, patch, true)
	})
}

// Rules without review are looked at on the sweep.
func TestATagAndAStatusMoveCardsAtTheSweep(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone, toDoing)
		a, b, parked, held := w.task(ops, "Inbox"), w.task(ops, "Test (Verification)"), w.task(ops, "Parked"), w.task(ops, "Inbox")
		w.run()
		w.wait(time.Minute)
		for _, task := range []int{a, parked, held} {
			w.phab.AddTag("dave", task, "sprint-2")
		}
		w.phab.SetStatus("dave", b, "resolved")
		w.wait(time.Minute)
		w.want(a, ops, "Inbox")
		w.phab.Drag("dave", held, ops, "Test (Verification)")
		w.wait(6 * time.Hour)
		w.want(a, ops, "Doing")
		w.want(b, ops, "Done")
		w.want(parked, ops, "Parked")
		w.want(held, ops, "Test (Verification)")
		if log := w.log.tail(1000); !strings.Contains(log, "T1: Inbox -> Doing: dave tagged it #sprint-2 (Mon 09:01)") ||
			!strings.Contains(log, "T2: Test (Verification) -> Done: dave made it resolved (Mon 09:01)") {
			t.Errorf("the sentences are not in the log:\n%s", log)
		}
		w.phab.SetStatus("dave", b, "open")
		w.phab.AddTag("dave", held, "sprint-1")
		w.phab.SetStatus("dave", parked, "resolved")
		w.wait(6 * time.Hour)
		w.want(b, ops, "Done") // no rule takes it back
		w.want(held, ops, "Doing")
		w.want(parked, ops, "Parked")
		w.noWaste()
	})
}

// A rule that is added later moves nothing by itself.
func TestANewRuleMovesNoCardByItself(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone)
		task := w.task(ops, "Inbox")
		stop := w.run()
		w.wait(time.Minute)
		w.phab.AddTag("dave", task, "sprint-1")
		w.wait(7 * time.Hour)
		stop()
		w.cfg.Boards[0].Rules = []mapping.Rule{toDone, toDoing}
		w.run()
		w.wait(13 * time.Hour)
		w.want(task, ops, "Inbox")
		w.phab.AddTag("dave", task, "sprint-2")
		w.wait(6 * time.Hour)
		w.want(task, ops, "Doing")
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
		w.phab.AddProject("Sprint Goal", "goal")
		a, b := w.task(ops, "Inbox"), w.task(ops, "Inbox")
		w.run()
		w.wait(time.Minute)
		w.phab.AddTag("dave", a, "goal")
		w.phab.AddTag("dave", b, "goal")
		w.phab.SetStatus("dave", b, "resolved")
		w.wait(6 * time.Hour)
		w.want(a, ops, "Doing")
		w.want(b, ops, "Done")
	})
}

func TestUntag(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		off := mapping.Rule{Target: mapping.Target{Kind: mapping.Untag}, Line: 61, When: mapping.When{Status: []string{"invalid"}}}
		w.operations(off, toDone)
		task, parked := w.task(ops, "Inbox"), w.task(ops, "Parked")
		w.run()
		w.wait(time.Minute)
		w.phab.SetStatus("dave", task, "invalid")
		w.phab.SetStatus("dave", parked, "invalid")
		w.wait(6 * time.Hour)
		w.tagged(task, ops, false)
		w.want(parked, ops, "Parked")
		w.phab.AddToBoard("dave", task, ops, "Inbox")
		w.wait(13 * time.Hour)
		w.want(task, ops, "Inbox") // dave is obeyed
		w.noWaste()
	})
}

// A board of 2,000 cards is swept in 20 searches; only for what would move, the history is asked for.
func TestSweepOfTwoThousandCards(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.operations(toDone, toDoing)
		var tasks []int
		for range 2000 {
			tasks = append(tasks, w.phab.NewTask("dave", "A card", phabtest.On(ops, "Inbox")))
		}
		w.run()
		w.wait(time.Hour)
		for _, task := range tasks[:3] {
			w.phab.AddTag("dave", task, "sprint-1")
		}
		w.wait(time.Minute)
		w.phab.Reset()
		w.wait(5 * time.Hour)
		got := w.phab.Requests()
		searches := 20 + 2*3 // and each that would move is read again, alone; once more if it was written in a busy moment
		if got["maniphest.search"] > searches || got["maniphest.gettasktransactions"] > 3 || got["maniphest.edit"] != 3 {
			t.Errorf("a sweep took %v; want at most %d searches, 3 histories and 3 edits", got, searches)
		}
		for _, task := range tasks[:3] {
			w.want(task, ops, "Doing")
		}
		w.phab.Reset()
		w.wait(6 * time.Hour)
		if got := w.phab.Requests(); got["maniphest.search"] != 20 || got["maniphest.gettasktransactions"]+got["maniphest.edit"] > 0 {
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
		"no such tag":    {func(w *world) { w.cfg.Boards[0].Rules[1].When.Tags = []string{"#nowhere"} }, []string{":61: board #ops-∞: when.tags: ", "no project #nowhere"}},
		"no such status": {func(w *world) { w.cfg.Boards[0].Rules[0].When.Status = []string{"closed"} }, []string{":62: board #ops-∞: when.status: ", `tasks have no status "closed"; write one of open, resolved, wontfix, invalid, duplicate, spite`}},
		"no tag to keep": {func(w *world) { w.cfg.Tags = []config.Tag{{Tag: "#nowhere", Line: 70}} }, []string{":70: tags: ", "no project #nowhere"}},
		"a board's own":  {func(w *world) { w.cfg.Tags = []config.Tag{{Tag: "#operations_∞", Line: 70}} }, []string{":70: tags: ", "#operations_∞ is the same project as board #ops-∞; use adopt and untag there"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.operations(toDone, toDoing)
				w.cfg.Boards[0].Rules = slices.Clone(w.cfg.Boards[0].Rules)
				c.change(w)
				if len(w.cfg.Tags) > 0 {
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
		w.cfg.Tags[0].Repositories = []string{"mediawiki/*", "labs/*"}
		w.cfg.Boards = w.cfg.Boards[:1] // which counts mediawiki/* only
		w.cfg.Boards[0].Replaces = nil
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.push("vol1", "labs/tools", task)
		change := w.push("vol1", core, task)
		w.wait(within)
		w.tagged(task, patch, true)
		w.merge(change)
		w.wait(within)
		w.tagged(task, patch, true)
	})
}

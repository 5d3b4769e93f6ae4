package service

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
)

const sprints = "sprints"

// sprint makes the next milestone, with a workboard, and gives its name in the stand-in.
func (w *world) sprint(number int) string {
	name := fmt.Sprintf("Sprint %d", number)
	w.Phab.AddMilestone(sprints, name)
	w.Phab.AddColumns(sprints+"/"+name, "Inbox", "Review Needed", "In Progress", "Review Completed")
	return sprints + "/" + name
}

// sprinting is a config whose only board is the current milestone of a project.
func (w *world) sprinting() {
	w.Phab.AddProject("Sprints", sprints, "Backlog")
	b := w.Config.Boards[0]
	b.MilestoneOf, b.Tag, b.Line = "#"+sprints, "#"+sprints+" (current milestone)", 40
	b.From, b.Replaces = []string{"Inbox"}, nil
	b.Adopt.Repositories = nil
	w.Config.Boards = []config.Board{b}
}

// The board is the newest milestone, from the first sweep that sees it.
func TestTheCurrentMilestoneIsTheBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.sprinting()
		w.Config.Gerrit.Sweep = 2 * time.Hour
		earlier, first := w.sprint(1), w.sprint(2)
		old, card, moving, parent := w.Task(earlier, "In Progress"), w.Task(first, "In Progress"), w.Task(first, "In Progress"), w.Task(sprints, "Backlog")
		w.run()
		w.Wait(time.Minute)
		ofOld, ofCard, ofMoving, ofParent := w.Push("vol1", core, old), w.Push("vol1", core, card), w.Push("vol1", core, moving), w.Push("vol1", core, parent)
		w.Wait(within)
		w.Want(card, first, "Review Needed")
		w.Want(old, earlier, "In Progress")
		w.Want(parent, sprints, "Backlog")

		second := w.sprint(3)
		w.Phab.AddToBoard("dave", moving, second, "In Progress")
		fresh := w.Task(second, "In Progress")
		w.Wait(time.Hour) // no sweep yet
		w.Want(moving, second, "In Progress")
		w.Wait(2 * time.Hour) // dave's word is newer than the push
		w.Want(moving, second, "Review Needed")
		if !strings.Contains(w.Log.Tail(10000), "the board is #sprints (Sprint 3) from now on, no longer #sprints (Sprint 2)") {
			t.Errorf("the log says nothing of the new board:\n%s", w.Log.Tail(10))
		}
		for _, change := range []int{ofOld, ofCard, ofMoving, ofParent} {
			w.Vote("alice", change, 1)
		}
		w.Push("vol1", core, fresh)
		w.Wait(within)
		w.Want(moving, second, "Review Completed")
		w.Want(fresh, second, "Review Needed")
		w.Want(card, first, "Review Needed")
		w.Want(old, earlier, "In Progress")
		w.Want(parent, sprints, "Backlog")
		for task, want := range map[int]string{
			card:   "it is in Sprint 2, and a task cannot be there and on #sprints (Sprint 3) at once",
			parent: "it is in Sprints, and a task cannot be there and on #sprints (Sprint 3) at once",
			fresh:  "#sprints (Sprint 3)",
		} {
			text, err := w.explain(fmt.Sprintf("T%d", task))
			w.OK(err)
			if got := strings.Join(strings.Fields(text), " "); !strings.Contains(got, want) {
				t.Errorf("T%d is explained without %q:\n%s", task, want, text)
			}
		}
		w.NoWaste()
		if said := w.Log.All("warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
	})
}

// A milestone that is archived makes way for the one before it; one that is not ready yet does not take over.
func TestMilestonesThatPeopleChange(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.sprinting()
		w.Config.Gerrit.Sweep = time.Hour
		first, second := w.sprint(1), w.sprint(2)
		one, two := w.Task(first, "In Progress"), w.Task(second, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Phab.ArchiveProject(second, true)
		w.Wait(2 * time.Hour)
		changes := []int{w.Push("vol1", core, one), w.Push("vol1", core, two)}
		w.Wait(within)
		w.Want(one, first, "Review Needed")
		w.Want(two, second, "In Progress")

		w.Phab.ArchiveProject(first, true) // none is active any more
		w.Log.Clear()
		w.Wait(5 * time.Hour)
		w.wantSaid("the board stays #sprints (Sprint 1)", "all milestones of #sprints are archived (2, the last is Sprint 2); make a new one")
		w.Vote("alice", changes[0], -1)
		w.Wait(within)
		w.Want(one, first, "In Progress")

		w.Phab.ArchiveProject(first, false)
		w.Wait(2 * time.Hour)
		w.Log.Clear()
		w.Phab.AddMilestone(sprints, "Sprint 3") // without a workboard so far
		w.Wait(5 * time.Hour)
		w.wantSaid("the board stays #sprints (Sprint 1)", ": board #sprints (Sprint 3)", "make a workboard")
		w.Amend(changes[0])
		w.Wait(within)
		w.Want(one, first, "Review Needed")
		w.Phab.AddColumns(sprints+"/Sprint 3", "Inbox", "Review Needed", "In Progress", "Review Completed")
		w.Wait(2 * time.Hour)
		three := w.Task(sprints+"/Sprint 3", "In Progress")
		w.Push("vol1", core, three)
		w.Wait(within)
		w.Want(three, sprints+"/Sprint 3", "Review Needed")
		w.NoWaste()
	})
}

// At the start there must be one that is active.
func TestNoMilestoneAtTheStart(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(w *world)
		want []string
	}{
		"none": {func(*world) {}, []string{":40: board #sprints (current milestone): ", "#sprints has no milestone that reviewsync can see", "make one, with a workboard and the columns"}},
		"all archived": {func(w *world) { w.Phab.ArchiveProject(w.sprint(1), true) }, []string{
			":40: board #sprints (current milestone): ", "all milestones of #sprints are archived (1, the last is Sprint 1); make a new one, or bring the last one back",
		}},
		"no such project": {func(w *world) { w.Config.Boards[0].MilestoneOf = "#sprnts" }, []string{":40: board #sprints (current milestone): ", "no project #sprnts", "check the tag in the config"}},
		"no workboard":    {func(w *world) { w.Phab.AddMilestone(sprints, "Sprint 1") }, []string{"board #sprints (Sprint 1): ", "it has no visible column", "make a workboard"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.sprinting()
				c.do(w)
				err := fmt.Sprint(w.start()())
				for _, part := range c.want {
					if !strings.Contains(err, part) {
						t.Errorf("the service ended with %q, which lacks %q", err, part)
					}
				}
			})
		})
	}
}

func TestAlignTheCurrentMilestone(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.sprinting()
		first := w.sprint(1)
		card := w.Task(first, "Review Needed")
		w.Vote("alice", w.Push("vol1", core, card), -1)
		w.Wait(time.Minute)
		w.Config.Boards[0].Start = time.Now()
		w.sync(false)
		if reported, moved, all := w.align("#"+sprints, 5); moved != 1 || all != 1 {
			t.Errorf("%d of %d cards moved: %q", moved, all, reported)
		}
		w.Want(card, first, "In Progress")
	})
}

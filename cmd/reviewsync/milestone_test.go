package main

import (
	"fmt"
	"slices"
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
		if out := w.align(alignCommand{Board: "#" + sprints, Max: 5, Yes: true}); !strings.Contains(out, "1 of 1 card moved") {
			t.Errorf("align says %q", out)
		}
		w.Want(card, first, "In Progress")
	})
}

const milestoneBoard = `  - board: {milestone_of: "#sprints", current: true}
    team: cpt
    from: [Inbox]
    rules: [{to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, merged, reverted, deployed, abandoned]}}]
`

func TestCheckOfMilestones(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(c *checked)
		want   []string
		status int
	}{
		"well": {func(c *checked) { c.milestone("Sprint 1"); c.milestone("Sprint 2") }, []string{
			`ok    board #sprints (current milestone): is now "Sprint 2", the milestone with the highest number of those that are active (2)`,
			`ok    board #sprints (current milestone): has the columns "Done", "Inbox"`,
		}, 0},
		"the last one is archived": {func(c *checked) {
			c.milestone("Sprint 1")
			c.milestone("Sprint 2")
			c.phab.ArchiveProject("sprints/Sprint 2", true)
		}, []string{`ok    board #sprints (current milestone): is now "Sprint 1", the milestone with the highest number of those that are active (1)`}, 0},
		"none": {func(*checked) {}, []string{
			`fail  board #sprints (current milestone): #sprints has no milestone that reviewsync can see; make one, with a workboard and the columns "Done", "Inbox", or name a board by its own hashtag (FILE:20)`,
		}, 1},
		"all archived": {func(c *checked) {
			c.milestone("Sprint 1")
			c.phab.ArchiveProject("sprints/Sprint 1", true)
		}, []string{
			`fail  board #sprints (current milestone): all milestones of #sprints are archived (1, the last is Sprint 1); make a new one, or bring the last one back (FILE:20)`,
		}, 1},
		"no workboard": {func(c *checked) { c.phab.AddMilestone("sprints", "Sprint 1") }, []string{
			`fail  board #sprints (current milestone): has no workboard; make one on the page of the milestone, with the columns "Done", "Inbox"`,
		}, 1},
		"no such project": {func(c *checked) { c.replace(`"#sprints"`, `"#sprnts"`) }, []string{
			`fail  board #sprnts (current milestone): no project has this tag, or reviewsync may not see it; correct the tag (FILE:20), or let the account see the project`,
		}, 1},
		"its project by another tag is a board": {func(c *checked) {
			c.milestone("Sprint 1")
			c.phab.AddColumns("sprints", "Inbox", "Done")
			c.replace("store:", "  - {board: \"#all_sprints\", team: cpt, rules: [{stay: true, when: {repositories: \"*\"}}]}\nstore:")
		}, []string{
			`fail  board #sprints (current milestone): board #all_sprints is above it, and a task cannot be on both; keep one of them (FILE:20, FILE:24)`,
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			checked := newChecked(t)
			checked.phab.AddProject("All Sprints", "sprints")
			checked.replace("store:", milestoneBoard+"store:")
			c.do(checked)
			lines, status := checked.run()
			for _, want := range c.want {
				if !slices.Contains(lines, want) {
					t.Errorf("no line\n%s\nin\n%s", want, strings.Join(lines, "\n"))
				}
			}
			if status != c.status {
				t.Errorf("exit status %d, want %d:\n%s", status, c.status, strings.Join(lines, "\n"))
			}
		})
	}
}

// milestone makes one of #sprints, with a workboard.
func (c *checked) milestone(name string) {
	c.phab.AddMilestone("sprints", name)
	c.phab.AddColumns("sprints/"+name, "Inbox", "Done")
}

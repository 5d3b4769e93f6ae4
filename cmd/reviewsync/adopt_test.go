package main

import (
	"strings"
	"testing"
	"time"

	"reviewsync/mapping"
)

const oldColumn = "External Code Reviews" // of the duty board

// A volunteer's push puts its task on the board; who takes the card off is obeyed.
func TestAPushPutsTheTaskOnTheBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, ours, other := w.phab.NewTask("dave", "Broken"), w.phab.NewTask("dave", "Too slow"), w.phab.NewTask("dave", "Elsewhere")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.push("erin", core, ours)
		w.push("vol2", "mediawiki/extensions/Foo", other)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.want(ours, external, "")
		w.want(other, external, "")
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(task, external, "In Progress")

		w.phab.RemoveTag("dave", task, external)
		w.wait(time.Minute)
		w.amend(change)
		w.wait(7 * time.Hour) // a sweep looks at it too
		w.want(task, external, "")
		if log := w.log.tail(1000); !strings.Contains(log, "dave took it off #external-code-reviews") {
			t.Errorf("nothing tells why it stays off the board:\n%s", log)
		}

		w.phab.AddToBoard("dave", task, external, "In Progress")
		w.vote("alice", change, 1)
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.noWaste()
	})
}

// A card of a column that the board replaces comes over with the next word, and stays on
// the old board as long as the team works on it.
func TestACardComesOverFromTheOldBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, both, idle := w.task(clinic, oldColumn), w.task(clinic, oldColumn), w.task(clinic, oldColumn)
		w.push("vol1", core, idle)
		w.wait(time.Minute)
		w.cfg.Boards[0].Start = time.Time{} // so that it is the first look
		w.run()
		w.wait(time.Minute)
		w.want(idle, clinic, oldColumn) // said before the start
		change, theirs := w.push("vol1", core, task), w.push("vol2", core, both)
		inside := w.push("erin", core, both)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.want(task, clinic, "")
		w.want(both, external, "Review Needed")
		w.want(both, clinic, oldColumn)
		w.want(idle, clinic, oldColumn)

		w.vote("alice", inside, 2)
		w.ok(w.gerrit.Submit("alice", inside))
		w.vote("alice", theirs, -1)
		w.vote("alice", change, -1)
		w.wait(within)
		w.want(both, external, "In Progress")
		w.want(both, clinic, "")
		w.wantMoves(task, "Review Needed", "In Progress")
		w.wait(7 * time.Hour)
		w.want(idle, clinic, oldColumn)
		w.want(idle, external, "")
		w.noWaste()
	})
}

// What could not work is left out from the start, with the line.
func TestReplacesLeftOutAtTheStart(t *testing.T) {
	for name, c := range map[string]struct{ legacy, want string }{
		"itself":        {`"#external_code_reviews": [Inbox]`, "it is the same project as #external-code-reviews, which cannot replace itself; name the board that cards come from"},
		"another tag":   {`"#clinic_duty_team": [Doing]`, `column "Doing" is in the rules or 'from' of board #clinic-duty-team (line `},
		"no column":     {`"#clinic-duty-team": [Patches]`, `it has no visible column "Patches"; its columns are "Inbox", "Ready"`},
		"no such board": {`"#nowhere": [Inbox]`, "#nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				tag, columns, _ := strings.Cut(strings.Trim(c.legacy, `]`), `": [`)
				w.cfg.Boards[0].Replaces = []mapping.Legacy{{Tag: strings.Trim(tag, `"`), Columns: []string{columns}, Line: 77}}
				w.wantLeftOut("reviewsync.yaml:77: board ", c.want)
			})
		})
	}
}

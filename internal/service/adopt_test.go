package service

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
		task, ours, other := w.Phab.NewTask("dave", "Broken"), w.Phab.NewTask("dave", "Too slow"), w.Phab.NewTask("dave", "Elsewhere")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Push("erin", core, ours)
		w.Push("vol2", "mediawiki/extensions/Foo", other)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Want(ours, external, "")
		w.Want(other, external, "")
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")

		w.Phab.RemoveTag("dave", task, external)
		w.Wait(time.Minute)
		w.Amend(change)
		w.Wait(7 * time.Hour) // a sweep looks at it too
		w.Want(task, external, "")
		if log := w.Log.Tail(1000); !strings.Contains(log, "dave took it off #external-code-reviews") {
			t.Errorf("nothing tells why it stays off the board:\n%s", log)
		}

		w.Phab.AddToBoard("dave", task, external, "In Progress")
		w.Vote("alice", change, 1)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.NoWaste()
	})
}

// A card of a column that the board replaces comes over with the next word, and stays on
// the old board as long as the team works on it.
func TestACardComesOverFromTheOldBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, both, idle := w.Task(clinic, oldColumn), w.Task(clinic, oldColumn), w.Task(clinic, oldColumn)
		w.Push("vol1", core, idle)
		w.Wait(time.Minute)
		w.Config.Boards[0].Start = time.Time{} // so that it is the first look
		w.run()
		w.Wait(time.Minute)
		w.Want(idle, clinic, oldColumn) // said before the start
		change, theirs := w.Push("vol1", core, task), w.Push("vol2", core, both)
		inside := w.Push("erin", core, both)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Want(task, clinic, "")
		w.Want(both, external, "Review Needed")
		w.Want(both, clinic, oldColumn)
		w.Want(idle, clinic, oldColumn)

		w.Vote("alice", inside, 2)
		w.OK(w.Gerrit.Submit("alice", inside))
		w.Vote("alice", theirs, -1)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(both, external, "In Progress")
		w.Want(both, clinic, "")
		w.WantMoves(task, "Review Needed", "In Progress")
		w.Wait(7 * time.Hour)
		w.Want(idle, clinic, oldColumn)
		w.Want(idle, external, "")
		w.NoWaste()
	})
}

// What could not work is left out from the start, with the line.
func TestReplacesLeftOutAtTheStart(t *testing.T) {
	for name, c := range map[string]struct{ legacy, want string }{
		"itself":        {`"#external_code_reviews": [Inbox]`, "is the same project, and cannot replace itself; name the board that cards come from"},
		"another tag":   {`"#clinic_duty_team": [Doing]`, `column "Doing" is in the rules or 'from' of board #clinic-duty-team, which is the same project, so `},
		"no column":     {`"#clinic-duty-team": [Patches]`, `it has no visible column "Patches"; its columns are "Inbox", "Ready"`},
		"no such board": {`"#nowhere": [Inbox]`, "#nowhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				tag, columns, _ := strings.Cut(strings.Trim(c.legacy, `]`), `": [`)
				w.Config.Boards[0].Replaces = []mapping.Legacy{{Tag: strings.Trim(tag, `"`), Columns: []string{columns}, Line: 77}}
				w.wantLeftOut("reviewsync.yaml:77: board ", c.want)
			})
		})
	}
}

package service

import (
	"strings"
	"testing"
	"time"
)

// changedColumns are what people do to columns, and where a card goes that was reviewed
// (from Review Needed), and one that was answered (in what was Review Completed).
var changedColumns = map[string]struct {
	happens            func(w *world)
	reviewed, answered string
	warns              string
}{
	"renamed": {
		happens:  func(w *world) { w.Phab.RenameColumn(external, "Review Completed", "Seen") },
		reviewed: "Seen", answered: "Review Needed",
		warns: `column "Review Completed" is now called "Seen"; it is still used: write its new name`,
	},
	"renamed, and one of the name made": {
		happens: func(w *world) {
			w.Phab.RenameColumn(external, "Review Completed", "Review Completed in November")
			w.Phab.AddColumns(external, "Review Completed")
		},
		reviewed: "Review Completed", answered: "Review Completed in November", // which no rule names
	},
	"hidden, and one of the name made": {
		happens: func(w *world) {
			w.Phab.HideColumn(external, "Review Completed", true)
			w.Phab.AddColumns(external, "Review Completed")
			w.Phab.RenameColumn(external, "Parked", "Unparked")
		},
		reviewed: "Review Completed", answered: "Review Completed",
	},
	"two swap their names": {
		happens: func(w *world) {
			w.Phab.RenameColumn(external, "Review Completed", "for now")
			w.Phab.RenameColumn(external, "Review Needed", "Review Completed")
			w.Phab.RenameColumn(external, "for now", "Review Needed")
		},
		reviewed: "Review Completed", answered: "Review Needed",
	},
	"one takes the name of another, which is hidden": {
		happens: func(w *world) {
			w.Phab.HideColumn(external, "Review Completed", true)
			w.Phab.RenameColumn(external, "In Progress", "Review Completed")
		},
		reviewed: "Review Completed", answered: "Review Completed",
		warns: `the column that was called "In Progress" is now called "Review Completed", which the config names too; no card is moved there`,
	},
}

// A visible column of exactly the name in the config is the one that cards go to; only where there is
// none, it is the one that had the name before. That goes for the service at once, and after a restart.
func TestCardsFollowTheNamesOfColumns(t *testing.T) {
	for name, c := range changedColumns {
		for _, restart := range []bool{false, true} {
			what := name + ", while it runs"
			if restart {
				what = name + ", while it is stopped"
			}
			t.Run(what, func(t *testing.T) {
				t.Parallel()
				inWorld(t, func(w *world) {
					first, second := w.Task(external, "Review Needed"), w.Task(external, "Review Completed")
					reviewed, answered := w.Push("vol1", core, first), w.Push("vol1", core, second)
					w.Vote("alice", answered, 1)
					stop := w.run()
					w.Wait(10*time.Minute + 3*time.Second)
					if restart {
						stop()
					}
					c.happens(w)
					if restart {
						w.run()
						w.Wait(2 * time.Second)
					}
					w.Vote("alice", reviewed, 1)
					w.Amend(answered)
					w.Wait(within)
					w.Want(first, external, c.reviewed)
					w.Want(second, external, c.answered)
					w.NoWaste()
					w.wantWarning(c.warns)
				})
			})
		}
	}
}

// wantWarning says that there is this warning, once, or with an empty text that there is none.
func (w *world) wantWarning(text string) {
	w.Helper()
	if text != "" {
		w.wantSaid(text)
	} else if said := w.Log.All("warn", "error"); len(said) > 0 {
		w.Errorf("the log says %q", said)
	}
}

// What people do to a column with cards that wait there counts from the next card on, however soon.
func TestAColumnMadeAnewIsFoundAtOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.Task(external, "Review Needed"), w.Task(external, "Review Needed")
		a, b := w.Push("vol1", core, first), w.Push("vol1", core, second)
		w.run()
		w.Wait(time.Minute)
		w.Vote("alice", a, 1)
		w.Wait(within)
		w.Want(first, external, "Review Completed")
		w.Phab.RenameColumn(external, "Review Completed", "Review Completed in November")
		w.Phab.AddColumns(external, "Review Completed")
		w.Vote("alice", b, 1)
		w.Wait(within)
		w.Want(first, external, "Review Completed in November")
		w.Want(second, external, "Review Completed")
		said := strings.Join(w.Log.All("info"), "\n")
		if want := `column \"Review Completed\" of #external-code-reviews is another one now; cards that are left in the one before, which is called \"Review Completed in November\", stay there`; !strings.Contains(said, want) {
			t.Errorf("the log does not say %s:\n%s", want, said)
		}
		w.Amend(a) // the old column belongs to people now
		w.Wait(within)
		w.Want(first, external, "Review Completed in November")
		w.NoWaste()
	})
}

// So it is with the columns of a board that another one replaces.
func TestCardsComeFromAColumnMadeAnew(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		const legacy = "External Code Reviews"
		before := w.Task(clinic, legacy)
		w.run()
		w.Wait(time.Minute)
		w.Phab.RenameColumn(clinic, legacy, "Reviews of old")
		w.Phab.AddColumns(clinic, legacy)
		after := w.Task(clinic, legacy)
		w.Wait(time.Minute)
		w.Push("vol1", core, before)
		w.Push("vol1", core, after)
		w.Wait(within)
		w.Want(after, external, "Review Needed")
		w.Want(before, clinic, "Reviews of old") // which the config does not name
		w.NoWaste()
	})
}

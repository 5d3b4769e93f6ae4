package service

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping"
)

// onBoth is a task of the outsiders and one of the team, each with a change and its card.
type onBoth struct {
	out, in             int // tasks
	outChange, inChange int
}

func (w *world) both() onBoth {
	for i := range w.Config.Boards {
		w.Config.Boards[i].Start = w.Config.Boards[0].Start
	}
	b := onBoth{out: w.Task(external, "In Progress"), in: w.Task(clinic, "Doing")}
	b.outChange, b.inChange = w.Push("vol1", core, b.out), w.Push("erin", core, b.in)
	return b
}

// erred counts the errors in the log with these words.
func (w *world) erred(words string) int {
	n := 0
	for _, line := range w.Log.All("error") {
		if strings.Contains(line, words) {
			n++
		}
	}
	return n
}

// wantLeftOut runs a service that goes on without something, and says so in these words.
func (w *world) wantLeftOut(words ...string) {
	w.Helper()
	w.run()
	w.Wait(time.Minute)
	w.wantFailing("boards left out, the log says why: 1")
	said := strings.ReplaceAll(strings.Join(w.Log.All("error"), "\n"), `\"`, `"`)
	for _, word := range append(words, "is left out until that is fixed") {
		if !strings.Contains(said, word) {
			w.Errorf("the errors are %s, want %q", said, word)
		}
	}
}

// A board whose hashtag was taken away is found all the same, with a warning; also by the next start.
func TestARenamedHashtag(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		b := w.both()
		stop := w.run()
		w.Wait(2 * time.Minute)
		w.Want(b.out, external, "Review Needed")
		w.Phab.RenameHashtag(external, "reviews-of-outsiders")
		const renamed = "reviews-of-outsiders"
		w.Wait(2 * time.Hour)
		w.Vote("alice", b.outChange, -1)
		w.Wait(time.Minute)
		w.Want(b.out, renamed, "In Progress")
		w.wantHealthy()
		stop()
		w.run()
		w.Wait(time.Minute)
		w.Vote("alice", b.outChange, 1)
		w.Vote("alice", b.inChange, -1)
		w.Wait(time.Minute)
		w.Want(b.out, renamed, "Review Completed")
		w.Want(b.in, clinic, "Doing")
		w.wantHealthy()
		if n := w.warned("no project has the hashtag #external-code-reviews any more; the one that had it is still used"); n != 2 { // one for each start
			t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
		}
		if n := w.warned("now #external_code_reviews"); n != 2 {
			t.Errorf("the new hashtag is logged %d times", n)
		}
		w.NoWaste()
	})
}

// A board that is hidden from the account is left out, and nothing else is; also by the next
// start. When it is back, its cards come to be right.
func TestAHiddenBoardStopsOnlyItself(t *testing.T) {
	for name, restart := range map[string]bool{"while it runs": false, "at the start": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Gerrit.Sweep = time.Hour
				b := w.both()
				stop := w.run()
				w.Wait(2 * time.Minute)
				w.Phab.HideProject(external, true)
				if restart {
					stop()
					w.run()
				}
				w.Wait(2 * time.Hour)
				w.Vote("alice", b.outChange, 1)
				w.Vote("alice", b.inChange, -1)
				w.Wait(time.Hour)
				w.Want(b.in, clinic, "Doing")
				w.WantMoves(b.out, "Review Needed")
				w.wantFailing("boards left out, the log says why: 1")
				if n := w.erred("board #external-code-reviews is left out until that is fixed, and everything else goes on"); n != 1 {
					t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
				}
				w.Phab.HideProject(external, false)
				w.Wait(12 * time.Minute)
				w.Want(b.out, external, "Review Completed")
				w.WantMoves(b.out, "Review Needed", "Review Completed")
				w.wantHealthy()
				w.NoWaste()
			})
		})
	}
}

// The same for all that the config ties to a project.
func TestWhatCannotBeBoundStopsOnlyItself(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(w *world)
		says  string
		only  bool // the board of outsiders works on
	}{
		"a hashtag that never was": {func(w *world) { w.Config.Boards[0].Tag = "#nowhere" }, "board #nowhere is left out", false},
		"a column that never was": {func(w *world) {
			w.Config.Boards[0].Rules = slices.Clone(w.Config.Boards[0].Rules)
			w.Config.Boards[0].Rules[0].Target = mapping.To("Nowhere")
		}, `it has no visible column \"Nowhere\"`, false},
		"a status that is none": {func(w *world) {
			w.Config.Boards[0].Rules = slices.Clone(w.Config.Boards[0].Rules)
			w.Config.Boards[0].Rules[0].When.Status = []string{"nonsense"}
		}, `tasks have no status \"nonsense\"`, false},
		"a team's project": {func(w *world) {
			w.Config.Teams["other"] = config.Team{Project: "#nowhere"}
			w.Config.Boards[0].TeamName = "other"
		}, "its team other: ", false},
		"a tag":                 {func(w *world) { w.Config.Tags = []config.Tag{{Tag: "#nowhere"}} }, "tag #nowhere is left out", true},
		"a tag that is a board": {func(w *world) { w.Config.Tags = []config.Tag{{Tag: "#" + external}} }, "is the same project as board", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Store.Path = ":memory:"
				c.spoil(w)
				b := w.both()
				w.run()
				w.Wait(20 * time.Minute)
				w.Want(b.in, clinic, "Waiting for Review")
				if c.only {
					w.Want(b.out, external, "Review Needed")
				} else {
					w.WantMoves(b.out)
				}
				w.wantFailing("boards left out, the log says why: 1")
				if n := w.erred(c.says); n != 1 {
					t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
				}
			})
		})
	}
}

// A board does without one that it replaces and that is gone, also at the start.
func TestAReplacedBoardThatIsGone(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Boards = w.Config.Boards[:1]
		b := w.both()
		w.Phab.HideProject(clinic, true)
		w.run()
		w.Wait(20 * time.Minute)
		w.Want(b.out, external, "Review Needed")
		w.wantFailing("boards left out, the log says why: 1")
		if n := w.erred("board #clinic-duty-team, which #external-code-reviews replaces, is left out"); n != 1 || w.erred("if no card is left there, take it out") != 1 {
			t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
		}
		w.Phab.HideProject(clinic, false)
		w.Wait(11 * time.Minute)
		w.wantHealthy()
	})
}

// Where no board can be bound there is nothing to do: the start ends, as it did.
func TestNoBoardAtAll(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Store.Path = ":memory:"
		w.Phab.HideProject(clinic, true)
		w.Phab.HideProject(external, true)
		end := w.start()
		w.Wait(time.Minute)
		err := end()
		if err == nil || !strings.Contains(err.Error(), "no project #external-code-reviews") || !strings.Contains(err.Error(), "no project #clinic-duty-team") {
			t.Errorf("the service ended with %v", err)
		}
	})
}

// With cron, the exit status reports it.
func TestSyncTellsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		b := w.both()
		w.Phab.HideProject(external, true)
		s := w.service(w.options())
		err := s.Sync(w.Context())
		s.Close()
		if err == nil || !strings.Contains(err.Error(), "left out: board #external-code-reviews") {
			t.Errorf("sync ended with %v", err)
		}
		w.Want(b.in, clinic, "Waiting for Review")
	})
}

// Whatever the config names by a hashtag is found after it was taken away, also by the next start.
func TestRenamedHashtagsOfAllKinds(t *testing.T) {
	for name, c := range map[string]struct {
		tag  string
		with func(w *world)
	}{
		"a tag": {"patch-for-review", func(w *world) {
			w.Phab.AddProject("Patches", "patch-for-review")
			w.Config.Tags = []config.Tag{{Tag: "#patch-for-review"}}
		}},
		"a team": {"cpt", func(w *world) {
			w.Phab.AddProject("The team", "cpt")
			w.Phab.SetMembers("cpt", "alice", "erin")
			w.Config.Teams["cpt"] = config.Team{Project: "#cpt"}
		}},
		"a replaced board": {clinic, func(w *world) { w.Config.Boards = w.Config.Boards[:1] }},
		"a tag of a rule": {"urgent", func(w *world) {
			w.Phab.AddProject("Urgent", "urgent")
			w.Config.Boards[1].Rules = append(slices.Clone(w.Config.Boards[1].Rules), mapping.Rule{Target: mapping.To("Done"), When: mapping.When{Tags: []string{"#urgent"}, Status: []string{"resolved"}}})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Config.Gerrit.Sweep = time.Hour
				c.with(w)
				b := w.both()
				stop := w.run()
				w.Wait(2 * time.Minute)
				w.wantHealthy()
				w.Phab.RenameHashtag(c.tag, "another-name")
				w.Wait(2 * time.Hour)
				w.wantHealthy()
				stop()
				w.run()
				w.Wait(time.Minute)
				w.Vote("alice", b.outChange, 1)
				w.Wait(time.Minute)
				w.Want(b.out, external, "Review Completed")
				w.wantHealthy()
				if n := w.warned("no project has the hashtag #" + c.tag + " any more"); n != 2 { // one for each start
					t.Errorf("logged %d times\n%s", n, w.Log.Tail(20))
				}
			})
		})
	}
}

// What is left out already is no reason to refuse a new configuration; what it breaks is.
func TestReloadWhileABoardIsLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		w.Phab.HideProject(clinic, true)
		r := w.reloading()
		w.Wait(time.Minute)
		r.write(inProgressTo("Parked"))
		r.signal()
		w.Wait(time.Minute)
		r.wantTaken()
		task := w.Task(external, "In Progress")
		w.Vote("alice", w.Push("vol1", core, task), -1)
		w.Wait(time.Minute)
		w.Want(task, external, "Parked")
		w.Log.Clear()
		r.write(func(c *config.Config) { c.Boards[0].Tag = "#nowhere" })
		r.signal()
		w.Wait(time.Minute)
		if r.says("info", taken) || !r.says("error", "no project #nowhere") || !r.says("error", "is refused, and the old one goes on") {
			t.Errorf("it was taken:\n%s", w.Log.Tail(20))
		}
	})
}

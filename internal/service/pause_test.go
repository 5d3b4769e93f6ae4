package service

import (
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/pause"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// pauses asks the service that runs for a pause, or its end, and returns its answer.
func (w *world) askFor(r mapping.PauseRequest) string {
	w.Helper()
	s := w.running.Load()
	result, err := pause.Do(w.Context(), s.Config, s.Store, r, s.Store.Now())
	if err != nil {
		return err.Error()
	}
	return tell.PauseResult(result)
}

// TestPause: while a board is paused nothing is written to it, all else goes on, and afterwards each card
// goes to where it belongs by then, in one move.
func TestPause(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		objected, answered, other := w.Task(external, "Review Needed"), w.Task(external, "Review Needed"), w.Task(clinic, "Ready")
		first, second := w.Push("vol1", core, objected), w.Push("vol1", core, answered)
		third := w.Push("alice", core, other)
		w.run()
		w.Wait(time.Minute)
		if said := w.askFor(mapping.PauseRequest{Board: external, Why: "new  columns"}); !strings.HasPrefix(said, "#external-code-reviews is paused since 20") || !strings.Contains(said, "(new columns): nothing is written to that board until 'reviewsync resume external-code-reviews'") {
			t.Errorf("it says %q", said)
		}
		w.Vote("bob", first, -1)
		w.Vote("bob", second, -1)
		w.Vote("bob", third, -1)
		w.Wait(2 * time.Minute)
		w.Want(other, clinic, "Doing")
		w.Amend(second)
		w.Wait(7 * time.Hour) // with a sweep
		w.Want(objected, external, "Review Needed")
		w.WantMoves(objected)
		w.wantCard(objected, external, "Review Needed", "needs-work", "move", mapping.WhySaid)
		if h := w.healthz(); h.code != 200 || h.Faults[store.ClassPaused] != 1 || len(h.Long) > 0 || len(h.Paused) != 1 || h.Paused[0].Why != "new columns" {
			t.Errorf("health says %+v", h)
		}
		if said := w.askFor(mapping.PauseRequest{Board: "#" + external, Why: "another"}); !strings.HasPrefix(said, "it is paused already, and that stays as it was: #external-code-reviews is paused since ") || !strings.Contains(said, "(new columns)") {
			t.Errorf("a second pause: %q", said)
		}
		if said := w.askFor(mapping.PauseRequest{Resume: true}); !strings.HasPrefix(said, "not everything is paused: #external-code-reviews is paused since ") {
			t.Errorf("the end of another pause: %q", said)
		}
		before := w.edits()
		if said := w.askFor(mapping.PauseRequest{Board: external, Resume: true}); !strings.HasPrefix(said, "#external-code-reviews goes on after a pause of 7h") {
			t.Errorf("at the end it says %q", said)
		}
		w.Wait(10 * time.Second)
		w.WantMoves(objected, "In Progress")
		w.WantMoves(answered) // which was objected to, and answered, during the pause
		if n := w.edits() - before; n != 1 {
			t.Errorf("%d edits after the pause, want 1", n)
		}
		w.wantHealthy()
		if said := w.askFor(mapping.PauseRequest{Board: external, Resume: true}); said != "nothing is paused" {
			t.Errorf("a second end: %q", said)
		}
		for _, line := range w.Log.All("warn") {
			t.Errorf("the log has a warning: %s", line)
		}
		w.NoWaste()
	})
}

// TestPauseOfEverything: comments, tags and asks wait, too; sync writes nothing either, and says so.
func TestPauseOfEverything(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task := w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(time.Minute)
		w.askFor(mapping.PauseRequest{Why: "a big move of tasks"})
		w.Push("vol1", core, task)
		w.Wait(time.Hour)
		stop()
		if moved := w.sync(false); len(moved) > 0 || !strings.Contains(w.Log.Tail(1000), "everything is paused since") {
			t.Errorf("sync wrote %q", moved)
		}
		if would := w.sync(true); len(would) < 2 {
			t.Errorf("a dry run would write %q, want a move and a comment", would)
		}
		if n := w.edits(); n > 0 {
			t.Errorf("%d edits in a pause", n)
		}
		w.run()
		w.Wait(time.Minute)
		w.askFor(mapping.PauseRequest{Resume: true})
		w.Wait(10 * time.Second)
		w.WantMoves(task, "Review Needed")
		if n := w.edits(); n != 1 {
			t.Errorf("%d edits after the pause, want one with the move and the comment", n)
		}
		w.NoWaste()
	})
}

// TestPauseOutlivesTheProcess: a service that is killed in a pause, or reads its configuration anew, stays paused.
func TestPauseOutlivesTheProcess(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		life, stop := w.runUntil(0)
		w.Wait(time.Minute)
		w.askFor(mapping.PauseRequest{Why: "new columns"})
		w.Vote("bob", change, -1)
		w.Wait(time.Minute)
		life.kill()
		w.Wait(0)
		stop()
		w.Config.Store.Path = life.to

		r := w.reloading()
		w.Wait(time.Minute)
		r.write(func(c *config.Config) { c.Gerrit.Poll = time.Minute })
		r.signal()
		w.Wait(time.Minute)
		r.wantTaken()
		w.WantMoves(task)
		if !r.says("warn", "everything is paused since", "new columns") {
			t.Errorf("the log does not say that it is paused:\n%s", w.Log.Tail(20))
		}
		result, err := r.d.Pause(w.Context(), mapping.PauseRequest{Resume: true})
		if err != nil || result.Outcome != mapping.PauseEnded || !r.says("info", "everything goes on after a pause of ") {
			t.Errorf("%+v, %v\n%s", result, err, w.Log.Tail(10))
		}
		w.Wait(10 * time.Second)
		w.WantMoves(task, "In Progress")
		w.NoWaste()
	})
}

// TestPauseBadInput: what cannot be paused, and why.
func TestPauseBadInput(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.run()
		for want, r := range map[string]mapping.PauseRequest{
			"no board nonsense in ": {Board: "nonsense", Why: "x"},
			"say why, ":             {Board: external, Why: " \n"},
			"--why has 501 bytes; ": {Why: strings.Repeat("x", 501)},
			"no board T1 in ":       {Board: "T1", Resume: true},
		} {
			if said := w.askFor(r); !strings.HasPrefix(said, want) {
				t.Errorf("%+v: %q, want %q", r, said, want)
			}
		}
	})
}

// TestScenariosWithPauses: a pause changes no outcome, only when there is one.
func TestScenariosWithPauses(t *testing.T) {
	playAll(t, 5, func(s *stage) { s.pausing = true }, func(*stage) {})
}

// TestRandomPeopleAndPauses: in the end each card is where it belongs, whenever there were pauses.
func TestRandomPeopleAndPauses(t *testing.T) {
	for _, seed := range crowdSeeds(t) {
		inWorld(t, func(w *world) {
			w.soakWith(seed, func(c *crowd) { c.pauses = true })
			w.NoWaste()
		})
	}
}

// pauseAtRandom pauses or ends a pause of something, if the service lives.
func (c *crowd) pauseAtRandom(life *crash) {
	if _, _, dead := life.seen(); dead || c.running.Load() == nil {
		return
	}
	r := mapping.PauseRequest{Board: one(c.Rand, []string{"", external, clinic}), Why: "at random", Resume: c.IntN(2) == 0}
	c.askFor(r) // or it is not paused
}

// resumeAll ends all pauses.
func (w *world) resumeAll() {
	w.Helper()
	s := w.running.Load()
	list, err := s.Store.Pauses(w.Context())
	w.OK(err)
	for _, p := range list {
		_, _, err := s.Store.Resume(w.Context(), p.Board)
		w.OK(err)
	}
}

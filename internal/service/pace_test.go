package service

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/depth"
	"reviewsync/internal/web"
	"reviewsync/mapping"
	"reviewsync/mapping/pace"
	"reviewsync/phab/phabtest"
)

// inPacedWorld is a story with the budgets that 'pace: {}' means.
func inPacedWorld(t *testing.T, story func(w *world)) {
	t.Helper()
	inWorld(t, func(w *world) {
		w.Config.Pace = pace.Default()
		story(w)
	})
}

// cards makes tasks that are on the board.
func (w *world) cards(n int, column string) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = w.Phab.NewTask("dave", fmt.Sprintf("Broken %d", i), phabtest.On(external, column))
	}
	return all
}

// in is how many of the tasks are in a column.
func (w *world) in(tasks []int, column string) int {
	n := 0
	for _, t := range tasks {
		if w.Phab.Where(t)[external] == column {
			n++
		}
	}
	return n
}

// wantIn says how many of the tasks must be in a column.
func (w *world) wantIn(tasks []int, column string, least, most int) {
	w.Helper()
	if n := w.in(tasks, column); n < least || n > most {
		w.Errorf("%s: %d of %d cards are in %s, want %d to %d", time.Now().UTC().Format("15:04:05"), n, len(tasks), column, least, most)
	}
}

// say has the running service do what a command says.
func (w *world) say(do func(d door) func(context.Context, []string) ([]web.PokeResult, error), target string) string {
	w.Helper()
	r, err := do(w.running.Load().door())(w.Context(), []string{target})
	w.OK(err)
	return r[0].Text + r[0].Error
}

// One change that names 120 tasks, where the config allows that: ten cards move at once and one each
// minute after that, another change is not held up, and in the end all cards are where they belong,
// whatever is said meanwhile and however often the service is started.
func TestOneChangeGoesOnSlowly(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		w.Config.Links.Max = 200
		tasks, other := w.cards(120, "In Progress"), w.Task(external, "In Progress")
		stop := w.run()
		w.Wait(time.Minute)
		w.reset()
		change := w.Push("vol1", core, tasks...)
		w.Wait(30 * time.Second)
		w.wantIn(tasks, "Review Needed", 10, 10)
		w.Push("vol2", core, other)
		w.Wait(within)
		w.Want(other, external, "Review Needed")
		w.Wait(time.Minute)
		w.wantSaid("braked since 2026-12-07T", "waiting edits come from change 1 of vol1; they go on slowly", "'reviewsync drop --change mediawiki/core~1'")
		w.wantExplained(w.explains(fmt.Sprintf("T%d", tasks[119])), fmt.Sprintf("note: an edit of T%d waits for a budget of pace since 2026-12-07T", tasks[119]), "'reviewsync release' makes it at once")
		health := w.running.Load().health(w.Context())
		if health.Held < 100 || health.Braked.IsZero() {
			t.Errorf("health says that %d edits wait since %s", health.Held, health.Braked)
		}

		stop() // what waits is known after that
		w.run()
		w.Wait(10 * time.Minute)
		w.wantIn(tasks, "Review Needed", 18, 24)
		w.Vote("alice", change, -1) // all is decided on anew
		w.Wait(time.Minute)
		w.wantIn(tasks, "In Progress", 90, 110) // which most of them never left
		w.Wait(time.Hour)
		w.wantIn(tasks, "In Progress", 120, 120)
		if health := w.running.Load().health(w.Context()); health.Held != 0 || !health.Braked.IsZero() {
			t.Errorf("health says that %d edits wait since %s", health.Held, health.Braked)
		}
		if !strings.Contains(w.Log.Tail(100_000), "no edit waits for a budget of pace any more") {
			t.Error("the log does not say that nothing waits any more")
		}
		w.NoWaste()
	})
}

// A script votes on a hundred changes at once (300 in full depth), and takes all of it back later.
func TestAScriptVotesOnEverything(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		tasks := w.cards(depth.Of(100, 300), "Review Needed")
		changes := make([]int, len(tasks))
		for i, task := range tasks {
			changes[i] = w.Push(fmt.Sprintf("vol%d", i%2+1), core, task)
		}
		w.run()
		w.Wait(10 * time.Minute)
		w.reset()
		for _, c := range changes {
			w.Vote("bob", c, -1)
		}
		w.Wait(5 * time.Minute)
		if n := w.edits(); n > 30+5*3+3 {
			t.Errorf("%d edits in five minutes", n)
		}
		w.wantSaid("waiting edits come from words of bob")
		for _, c := range changes {
			w.Vote("bob", c, 0)
		}
		w.Wait(30 * time.Minute)
		w.wantIn(tasks, "Review Needed", len(tasks), len(tasks))
		if n := w.edits(); n > 150 {
			t.Errorf("%d edits in all", n)
		}
		w.NoWaste()
	})
}

// What waits is let go by a person, or given up until something new is said.
func TestReleaseAndDrop(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		w.Config.Links.Max = 200
		w.tagging()
		w.commenting()
		tasks, others := w.cards(50, "In Progress"), w.cards(50, "In Progress")
		w.run()
		w.Wait(time.Minute)
		for target, want := range map[string]string{AllBoards: "no edit waits on any board", "#" + external: "no edit waits on it", "nowhere": "no such board"} {
			if got := w.say(func(d door) func(context.Context, []string) ([]web.PokeResult, error) { return d.release }, target); !strings.Contains(got, want) {
				t.Errorf("release of %s: %s", target, got)
			}
		}
		let := w.Push("vol1", core, tasks...)
		give := w.Push("vol2", core, others...)
		w.Wait(time.Minute)
		w.wantIn(tasks, "Review Needed", 10, 11)
		w.wantIn(others, "Review Needed", 10, 11)
		for target, want := range map[string]string{fmt.Sprint(give): "stay as they are until something new is said", "T1": "is a task", "999": "there is none", fmt.Sprint(give) + " ": ""} {
			if got := w.say(func(d door) func(context.Context, []string) ([]web.PokeResult, error) { return d.drop }, target); !strings.Contains(got, want) {
				t.Errorf("drop of %q: %s", target, got)
			}
		}
		if got := w.say(func(d door) func(context.Context, []string) ([]web.PokeResult, error) { return d.drop }, fmt.Sprint(give)); got != "no edit waits of it" && !strings.Contains(got, "no edit waits of it") {
			t.Errorf("drop of what was dropped: %s", got)
		}
		if got := w.say(func(d door) func(context.Context, []string) ([]web.PokeResult, error) { return d.release }, AllBoards); !strings.Contains(got, "go on at once") {
			t.Errorf("release: %s", got)
		}
		w.Wait(time.Minute)
		w.wantIn(tasks, "Review Needed", 50, 50)
		w.wantExplained(w.explains(fmt.Sprintf("T%d", others[49])), "was given up (reviewsync drop), and is not made before something new is said")
		w.reset()
		w.Wait(8 * time.Hour) // sweeps look at all of them
		w.wantIn(others, "Review Needed", 10, 11)
		if n := w.edits(); n > 0 {
			t.Errorf("%d edits of what was given up", n)
		}
		w.Vote("alice", give, 1)
		w.Wait(2 * time.Hour)
		w.wantIn(others, "Review Completed", 50, 50)
		w.Vote("alice", let, 1)
		w.Wait(2 * time.Hour)
		w.wantIn(tasks, "Review Completed", 50, 50)
		w.NoWaste()
	})
}

// At whatever step the service is killed while edits wait: each card moves once, and never more of
// them than the budget lets through.
func TestKilledWhileEditsWait(t *testing.T) {
	story := func(w *world, n int) (steps int) {
		w.Config.Pace = pace.Budgets{pace.OfChange: {Edits: 3, In: 2 * time.Minute}}
		tasks := w.cards(12, "In Progress")
		first, stop := w.runUntil(n)
		defer stop()
		w.Wait(time.Minute)
		w.Push("vol1", core, tasks...)
		for range 8 { // three at once, and one in forty seconds; for what was under way when it was killed, one more
			before := w.in(tasks, "Review Needed")
			w.Wait(40 * time.Second)
			if now := w.in(tasks, "Review Needed"); now-before > 3 || before > 0 && now-before > 2 {
				w.Errorf("%d cards moved, and then %d within forty seconds", before, now)
			}
		}
		steps, _, _ = first.seen()
		w.Wait(20 * time.Minute)
		for _, task := range tasks {
			w.WantMoves(task, "Review Needed")
		}
		if held, err := w.running.Load().Store.Held(w.Context()); err != nil || len(held) > 0 {
			w.Errorf("in the end there wait %v, %v", held, err)
		}
		w.NoWaste()
		return steps
	}
	steps := 0
	inWorld(t, func(w *world) { steps = story(w, 0) })
	killAtEach(t, 1, steps-6, depth.Of(23, 3), func(w *world, n int) { story(w, n) })
}

// A deployment moves many cards at once, which is expected.
func TestADeploymentIsNotBraked(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		w.Config.Pace[pace.OfPerson] = pace.Budget{Edits: 1000, In: 10 * time.Minute} // who merges them all
		w.Config.Pace[pace.OfBoard], w.Config.Pace[pace.OfServer] = w.Config.Pace[pace.OfPerson], w.Config.Pace[pace.OfPerson]
		tasks := make([]int, depth.Of(50, 120))
		for i := range tasks {
			tasks[i] = w.Phab.NewTask("dave", "Broken", phabtest.On(clinic, "Waiting for Review"))
		}
		w.run()
		w.Wait(time.Minute)
		for _, task := range tasks {
			c := w.Push("erin", core, task)
			w.Vote("bob", c, 2)
			w.OK(w.Gerrit.Submit("bob", c))
		}
		w.Wait(5 * time.Minute)
		for _, limit := range pace.Limits()[:4] {
			w.running.Load().Config.Pace[limit] = pace.Budget{Edits: 1, In: 10 * time.Minute}
		}
		w.OK(w.Gerrit.CreateBranch("bob", core, "wmf/1.1", "master"))
		w.Wait(30 * time.Minute)
		done := 0
		for _, task := range tasks {
			if w.Phab.Where(task)[clinic] == "Done" {
				done++
			}
		}
		if done != len(tasks) {
			t.Errorf("%d of %d cards are done", done, len(tasks))
		}
	})
}

// 'reviewsync align' stops at the budget, and says so.
func TestAlignStopsAtTheBudget(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		w.Config.Boards[0].Start = time.Now()
		tasks := w.cards(80, "In Progress")
		for i, task := range tasks {
			w.Push(fmt.Sprintf("vol%d", i%2+1), core, task)
		}
		w.Config.Boards[0].Start = time.Now().Add(time.Second)
		w.Wait(time.Minute)
		s := w.service(w.options())
		defer s.Close()
		moved, all, err := s.Align(w.Context(), "#"+external, 1000, func(mapping.Decision, bool) {})
		if moved != 50 || all != 80 || err == nil || !strings.Contains(err.Error(), "the budget pace.board is used up") {
			t.Errorf("moved %d of %d: %v", moved, all, err)
		}
		w.wantIn(tasks, "Review Needed", 50, 50)
	})
}

// What a pause has stopped goes on within the budgets, and those that waited when it began wait on.
func TestAPauseEndsWithinTheBudgets(t *testing.T) {
	t.Parallel()
	inPacedWorld(t, func(w *world) {
		tasks := w.cards(80, "Review Needed")
		changes := make([]int, len(tasks))
		for i, task := range tasks {
			changes[i] = w.Push("vol1", core, task)
		}
		w.run()
		w.Wait(10 * time.Minute)
		for _, c := range changes[:40] {
			w.Vote("bob", c, -1)
		}
		w.Wait(30 * time.Second)
		w.wantIn(tasks, "In Progress", 30, 32)
		w.askFor(mapping.PauseRequest{Board: external, Why: "too many"})
		w.Wait(time.Minute) // what was being written when it began
		moved := w.in(tasks, "In Progress")
		for _, c := range changes[40:] {
			w.Vote("bob", c, -1)
		}
		w.Wait(20 * time.Minute)
		w.wantIn(tasks, "In Progress", moved, moved)
		w.askFor(mapping.PauseRequest{Board: external, Resume: true})
		w.Wait(time.Minute)
		w.wantIn(tasks, "In Progress", moved+30, moved+34)
		w.Wait(20 * time.Minute)
		w.wantIn(tasks, "In Progress", 80, 80)
		w.NoWaste()
	})
}

package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// align shows, or makes, what a board would look like if all facts counted. Nothing moves
// without --yes, and then no more than --max.
func TestAlign(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		var cards []int
		for range 5 { // in the wrong column before the service ever saw the board
			task := w.Task(external, "Review Needed")
			w.Vote("alice", w.Push("vol1", core, task), -1)
			cards = append(cards, task)
		}
		parked := w.Task(external, "Parked") // a column of people
		w.Vote("alice", w.Push("vol1", core, parked), -1)
		right := w.Task(external, "In Progress")
		w.Vote("alice", w.Push("vol1", core, right), -1)
		w.Wait(time.Minute)
		w.Config.Boards[0].Start = time.Now()
		w.sync()

		count := func(column string) int {
			n := 0
			for _, c := range cards {
				if w.Phab.Where(c)[external] == column {
					n++
				}
			}
			return n
		}
		for _, step := range []struct {
			command alignCommand
			says    string
			moved   int
		}{
			{alignCommand{Board: external, Max: 2}, "5 cards would move; nothing was written", 0},
			{alignCommand{Board: "#" + external, Max: 2, Yes: true}, "2 of 5 cards moved", 2},
			{alignCommand{Board: external, Max: 20, Yes: true}, "3 of 3 cards moved", 5},
			{alignCommand{Board: external, Max: 20, Yes: true}, "0 of 0 cards moved", 5},
		} {
			if out := w.align(step.command); !strings.Contains(out, step.says) {
				t.Errorf("%+v says %q, not %q", step.command, out, step.says)
			}
			if n := count("In Progress"); n != step.moved {
				t.Errorf("after %+v %d cards are in In Progress, want %d", step.command, n, step.moved)
			}
		}
		w.Want(parked, external, "Parked")
		w.NoWaste()

		// What was aligned stays until something is said.
		w.run(time.Hour)
		if n := count("In Progress"); n != 5 {
			t.Errorf("an hour later %d cards are in In Progress", n)
		}
	})
}

func TestAlignOfABoardThatIsNotThere(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		s := w.service(w.options())
		defer s.Close()
		c := alignCommand{Board: "#nonsense", Max: 1}
		err := c.align(w.Context(), output{out: &strings.Builder{}}, s)
		if err == nil || !slices.Contains(strings.Fields(strings.ReplaceAll(err.Error(), ",", "")), "#external-code-reviews") {
			t.Errorf("error %v; want the boards that there are", err)
		}
	})
}

func (w *world) align(c alignCommand) string {
	w.Helper()
	o := w.options()
	o.DryRun = !c.Yes
	s := w.service(o)
	defer s.Close()
	var out strings.Builder
	if err := c.align(w.Context(), output{out: &out}, s); err != nil {
		w.Fatalf("align: %v", err)
	}
	return out.String()
}

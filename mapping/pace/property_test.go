package pace_test

import (
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reviewsync/internal/proptest"
	"reviewsync/mapping/pace"
)

func TestMain(m *testing.M) { os.Exit(proptest.Main(m)) }

// history is edits that come to wait, and are made as the budgets let them, one step after another.
type history struct {
	t       *rapid.T
	budgets pace.Budgets
	now     time.Time
	made    []pace.Edit
	waiting []pace.Waiting
	came    map[string][]time.Time // by card: what was said, as it came to wait
	went    map[string][]time.Time // and as it was made
}

// TestPropertyPace: nothing is lost or made twice, edits of a card keep their order, no budget and its
// slow pace are ever exceeded, nothing is held that no budget holds, and in the end all is made.
func TestPropertyPace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := &history{t: t, now: noon, budgets: pace.Budgets{}, came: map[string][]time.Time{}, went: map[string][]time.Time{}}
		for _, limit := range pace.Limits() {
			h.budgets[limit] = pace.Budget{Edits: rapid.IntRange(1, 15).Draw(t, string(limit)), In: time.Duration(rapid.IntRange(1, 20).Draw(t, "in")) * time.Minute}
		}
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			h.arrive()
			h.step()
			h.now = h.now.Add(time.Duration(rapid.IntRange(1, 400).Draw(t, "seconds")) * time.Second)
		}
		for n := 0; len(h.waiting) > 0; n++ {
			if n > 5000 {
				t.Fatalf("%d edits are never made", len(h.waiting))
			}
			h.now = h.step()
		}
		for card, said := range h.came {
			if !slices.Equal(said, h.went[card]) {
				t.Fatalf("%s: came %v, went %v", card, said, h.went[card])
			}
		}
		h.withinBudgets()
	})
}

// arrive has some edits come to wait.
func (h *history) arrive() {
	t := h.t
	for range rapid.IntRange(0, 8).Draw(t, "arrive") {
		w := pace.Waiting{
			Cause: pace.Cause{
				Board:    rapid.SampledFrom([]string{"a", "b"}).Draw(t, "board"),
				Person:   rapid.SampledFrom([]string{"", "vol", "anna"}).Draw(t, "person"),
				Deployed: rapid.IntRange(0, 5).Draw(t, "deployed") == 0,
			},
			Card: fmt.Sprintf("T%d", rapid.IntRange(1, 15).Draw(t, "card")),
			Said: h.now.Add(-time.Duration(rapid.IntRange(0, 1000).Draw(t, "said")) * time.Second),
		}
		if n := rapid.IntRange(0, 3).Draw(t, "change"); n > 0 {
			w.Change = change(n)
		}
		h.waiting = append(h.waiting, w)
		h.came[w.Card] = append(h.came[w.Card], w.Said)
	}
}

// step makes what may be made, and says when it is worth looking again.
func (h *history) step() time.Time {
	t := h.t
	p := h.budgets.Next(h.made, h.waiting, h.now)
	if len(p.Now)+len(p.Held) != len(h.waiting) {
		t.Fatalf("of %d edits, %d go and %d are held", len(h.waiting), len(p.Now), len(p.Held))
	}
	for _, w := range p.Now {
		h.made = append(h.made, pace.Edit{Cause: w.Cause, At: h.now})
		h.went[w.Card] = append(h.went[w.Card], w.Said)
	}
	h.waiting = nil
	var next time.Time
	for i, held := range p.Held {
		w := held.Waiting
		switch {
		case w.Since.IsZero() || w.Since.After(h.now):
			t.Fatalf("%+v is held since %s", w, w.Since)
		case !held.Until.After(h.now):
			t.Fatalf("%+v is held until %s, which is now", w, held.Until)
		case held.By != "" && !h.exceeded(w.Cause, held.By):
			t.Fatalf("%+v is held by %s, which is not used up", w, held.By)
		case held.By == "" && !slices.ContainsFunc(p.Held[:i], func(e pace.Held) bool { return e.Card == w.Card }):
			t.Fatalf("%+v is held by nothing", w)
		}
		h.waiting = append(h.waiting, w)
		if next.IsZero() || held.Until.Before(next) {
			next = held.Until
		}
	}
	if !p.Braked("").IsZero() != (len(p.Held) > 0) || p.Shared.Edits > p.Shared.Of || p.Shared.Of > len(p.Held) {
		t.Fatalf("braked since %s, %+v", p.Braked(""), p.Shared)
	}
	h.sameCause(p)
	return next
}

// sameCause: of the edits with one cause, those whose turn is first go.
func (h *history) sameCause(p pace.Plan) {
	for _, w := range p.Now {
		for _, held := range p.Held {
			if held.Cause == w.Cause && held.By != "" && held.Person != "" && held.Said.After(w.Said) && held.Card != w.Card && h.alone(w.Card, p) && h.alone(held.Card, p) {
				h.t.Fatalf("%+v goes before %+v", w, held)
			}
		}
	}
}

// alone says whether a card has one edit.
func (h *history) alone(card string, p pace.Plan) bool {
	n := 0
	for _, w := range p.Now {
		if w.Card == card {
			n++
		}
	}
	for _, held := range p.Held {
		if held.Card == card {
			n++
		}
	}
	return n == 1
}

// against are the edits that were made and count against the same budget as one would.
func (h *history) against(c pace.Cause, limit pace.Limit) []time.Time {
	var at []time.Time
	for _, e := range h.made {
		same := map[pace.Limit]bool{
			pace.OfChange: e.Change == c.Change, pace.OfPerson: e.Person == c.Person, pace.OfBoard: e.Board == c.Board, pace.OfServer: true, pace.OfDeployed: true,
		}[limit]
		if same && e.Deployed == (limit == pace.OfDeployed) {
			at = append(at, e.At)
		}
	}
	return at
}

// in is how many of the times are in the window that ends then.
func in(window time.Duration, end time.Time, times []time.Time) int {
	n := 0
	for _, at := range times {
		if !at.After(end) && at.After(end.Add(-window)) {
			n++
		}
	}
	return n
}

// exceeded says whether a budget is used up, and its slow pace as well.
func (h *history) exceeded(c pace.Cause, limit pace.Limit) bool {
	b, used := h.budgets[limit], h.against(c, limit)
	slow := max(1, b.Edits/10)
	return in(b.In, h.now, used) >= b.Edits && in(b.In*time.Duration(slow)/time.Duration(b.Edits), h.now, used) >= slow
}

// withinBudgets: in no window there is more than the budget, and what goes on slowly meanwhile.
func (h *history) withinBudgets() {
	for _, e := range h.made {
		for _, limit := range pace.Limits() {
			applies := map[pace.Limit]bool{
				pace.OfChange: e.Change.Number > 0, pace.OfPerson: e.Person != "", pace.OfBoard: true, pace.OfServer: true, pace.OfDeployed: true,
			}[limit]
			if !applies || e.Deployed != (limit == pace.OfDeployed) {
				continue
			}
			b := h.budgets[limit]
			if n := in(b.In, e.At, h.against(e.Cause, limit)); n > 2*b.Edits+max(1, b.Edits/10) {
				h.t.Fatalf("%d edits in %s, where %s is %s", n, b.In, limit, b)
			}
		}
	}
}

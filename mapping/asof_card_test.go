package mapping_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

// asking is what the service asked itself about a card at some time, before it did anything.
type asking struct {
	at    time.Time
	line  string // of the story
	board int
	q     Question
}

// TestPropertyDecisionAsOf: the decision as of some time is the one that was made at that time
// from what was there then. It may not be only where one of the servers has forgotten something
// since; see Question.AsOf.
func TestPropertyDecisionAsOf(t *testing.T) {
	same, forgotten, live := 0, 0, 0
	verdicts := map[Verdict]int{}
	of := everything
	of.config = false // of the rules of then, nothing is remembered
	forAll(t, of, func(_ *rapid.T, s story) string {
		st := s.open(t)
		var all []asking
		s.play(st, func(i int, now time.Time) {
			if now.After(st.clock) { // else more happens in this second
				histories := st.world.histories()
				for b, w := range st.world.worlds {
					q := w.question(w.card(1), st.clock, histories)
					q.Card.Events, q.Card.EventsRead = slices.Clone(w.card(1).history), true
					all = append(all, asking{st.clock, s.moments[i].line, b, q})
				}
			}
			st.look(now)
		})
		end, histories := st.clock.Add(time.Hour), st.world.histories()
		for _, a := range all {
			if a.board >= len(st.world.worlds) {
				continue // it was removed
			}
			w := st.world.worlds[a.board]
			q := w.question(w.card(1), end, histories)
			q.Card.Events, q.Card.EventsRead, q.Born = w.card(1).history, true, a.q.Born
			if a.q.Card.Within != "" || a.q.Card.Old != nil || !remembered(a, q) {
				forgotten++
				continue
			}
			d := Decide(a.q.AsOf(a.at, a.q.Card.Settled))
			if diff := cmp.Diff(asJSON(t, d), asJSON(t, Decide(q.AsOf(a.at, a.q.Card.Settled)))); diff != "" {
				return fmt.Sprintf("# as of %q on %s (-then +as of then):\n%s", a.line, w.board.Tag, diff)
			}
			verdicts[d.Verdict]++
			if then := Decide(a.q); then.Verdict == d.Verdict && then.Why == d.Why && then.To == d.To && then.Since.Equal(d.Since) {
				same++
			} else {
				live++
			}
		}
		return ""
	})
	t.Logf("as then %d times, something was forgotten %d times, and Gerrit had said more %d times: %v", same, forgotten, live, verdicts)
	if forgotten == 0 || live == 0 || same < 2*(forgotten+live) || verdicts[Move]*verdicts[There]*verdicts[Held]*verdicts[Known]*verdicts[Closed]*verdicts[Off] == 0 {
		t.Error("that is too seldom")
	}
}

// remembered says whether Gerrit still has all that it had then about the changes of a card, and
// whose turn it was: the digest that a card is settled on has that, too.
func remembered(a asking, now Question) bool {
	steps := func(h *review.History) []review.Step { return review.NewTimeline(&a.q.Board.Policy, h, a.at).Steps }
	for _, h := range a.q.Changes {
		i := slices.IndexFunc(now.Changes, func(n *review.History) bool { return n.Key == h.Key })
		if i < 0 || !slices.EqualFunc(steps(h), steps(now.Changes[i].AsOf(a.at)), func(x, y review.Step) bool {
			return x.At.Equal(y.At) && slices.Equal(x.Events, y.Events)
		}) {
			return false
		}
	}
	return true
}

func asJSON(t *testing.T, d Decision) string {
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

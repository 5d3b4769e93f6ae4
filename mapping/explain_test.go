package mapping_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// explained is a question about T1 as it stands, with what happened to it read.
func explained(w *world, now time.Time) Question {
	q := w.question(w.card(1), now, w.histories())
	q.Card.Events, q.Card.EventsRead = w.card(1).history, true
	return q
}

// TestExplainAgrees: an explanation says what Decide says, names the rule that applies, and
// each change that is counted has the state that the rules see.
func TestExplainAgrees(t *testing.T) {
	of := everything
	of.boards, of.config = []string{"external"}, false
	forAll(t, of, func(_ *rapid.T, s story) string {
		st := s.open(t)
		w, bad := st.world, ""
		s.play(st, func(_ int, now time.Time) {
			st.look(now)
			q := explained(w, now.Add(time.Minute))
			d, e := Decide(q), explain(q)
			if e.Sentence != inWords(d) || e.Verdict != d.Verdict || e.State != d.State {
				bad = fmt.Sprintf("explained as %s %s %q, decided %+v", e.Verdict, e.State, e.Sentence, d)
			}
			applies := slices.IndexFunc(e.Rules, func(r tell.RuleExplained) bool { return r.Matches })
			if last := slices.IndexFunc(e.Rules, func(r tell.RuleExplained) bool { return strings.Contains(r.When, string(e.State)) }); e.State != "" && !q.Card.Closed && applies != last {
				bad = fmt.Sprintf("%s: rule %d applies, not %d", e.State, applies, last)
			}
			var states []review.State
			for _, c := range e.Changes {
				if c.Counted && c.Linked {
					states = append(states, c.State)
				}
				if slices.ContainsFunc(c.Facts, func(f tell.DatedFact) bool { return f.Text == "" }) || !slices.IsSortedFunc(c.Facts, func(x, y tell.DatedFact) int { return x.At.Compare(y.At) }) {
					bad = fmt.Sprintf("facts of %d: %+v", c.Number, c.Facts)
				}
			}
			if len(states) > 0 && slices.MinFunc(states, func(x, y review.State) int { return x.Rank() - y.Rank() }) != e.State {
				bad = fmt.Sprintf("the card is %s, its changes are %v", e.State, states)
			}
		})
		return bad
	})
}

// nextActs are what people do of what is said to move a card. walt is of the team, and nothing has happened to him.
var nextActs = map[string]func(c *reviewtest.Change, now time.Time, what []string){
	"the merge of change 101":              func(c *reviewtest.Change, now time.Time, _ []string) { c.Close(now, "walt", review.StatusMerged) },
	"change 101 being restored":            func(c *reviewtest.Change, now time.Time, _ []string) { c.Restore(now, "vol1") },
	"new code on change 101":               newCodeOf("vol1"),
	"an answer of vol1 to":                 newCodeOf("vol1"),
	"vol1 marking change 101 ready":        func(c *reviewtest.Change, now time.Time, _ []string) { c.SetWIP(now, "vol1", false, true) },
	"a negative vote, or an unresolved":    voteOfWalt(-1),
	"the highest Code-Review vote on":      voteOfWalt(2),
	"one more positive vote of the team o": voteOfWalt(1),
	"another highest Code-Review vote on":  voteOfWalt(2),
	"another word of": func(c *reviewtest.Change, now time.Time, what []string) {
		c.Review(now, what[3], "", c.Current(), "", 0, "Well?")
	},
}

func newCodeOf(who string) func(*reviewtest.Change, time.Time, []string) {
	return func(c *reviewtest.Change, now time.Time, _ []string) {
		c.Upload(now, who, reviewtest.Rework, []int{1}, nil)
	}
}

func voteOfWalt(value int) func(*reviewtest.Change, time.Time, []string) {
	return func(c *reviewtest.Change, now time.Time, _ []string) {
		c.Review(now, "walt", "", c.Current(), "Code-Review", value, "")
	}
}

// TestExplainNext does what is said to move a card, and sees it move there.
func TestExplainNext(t *testing.T) {
	done := map[string]int{}
	of := telling{boards: []string{"external"}, single: true, adds: true, drags: true}
	forAll(t, of, func(d *rapid.T, s story) string {
		if slices.ContainsFunc(s.moments, func(m moment) bool { return m.after == 0 }) {
			return "" // Gerrit does not say which of two votes in one second is the later
		}
		for range 12 {
			part := s
			part.moments = slices.Clip(s.moments[:rapid.IntRange(2, len(s.moments)).Draw(d, "part")])
			if rapid.Bool().Draw(d, "dragged") {
				part.moments = append(part.moments, moment{time.Hour, "dan moves T1 to " + rapid.SampledFrom([]string{"Review Needed", "In Progress"}).Draw(d, "to")})
			}
			st := part.open(t)
			st.world.board.Team = append(slices.Clone(reviewtest.Team), "walt")
			part.play(st, func(_ int, now time.Time) { st.look(now) })
			if wrong := doNext(st.world, d, st.clock.Add(time.Minute), done); wrong != "" {
				return fmt.Sprintf("%s\n%s", wrong, part)
			}
		}
		return ""
	})
	if len(done) < len(nextActs)-2 { // the rare ones do not come up each time
		t.Errorf("of all that moves a card, only %v was tried", done)
	}
}

// TestExplainHeld: a person took a reviewed card back; one more vote of the team brings it there again.
func TestExplainHeld(t *testing.T) {
	w := externalWorld(firstMonday)
	c := w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
	c.Review(at(10, 0, 0), "alice", "", 1, "Code-Review", 1, "")
	w.event(w.card(1), Event{Kind: CardAdded, At: at(8, 0, 0), By: "dan", Person: true, Column: w.columns["Inbox"].ID})
	w.event(w.card(1), Event{Kind: CardMoved, At: at(11, 0, 0), By: "dan", Person: true, Column: w.columns["In Progress"].ID})
	next := explain(explained(w, at(12, 0, 0))).Next
	want := tell.Next{If: "another positive vote of the team on change 101; or the merge of change 101", State: review.Reviewed, To: "Review Completed"}
	if !slices.Contains(next, want) {
		t.Fatalf("%+v", next)
	}
	c.Review(at(13, 0, 0), "bob", "", 1, "Code-Review", 1, "")
	if d := Decide(explained(w, at(14, 0, 0))); d.Verdict != Move || d.To.Name != want.To {
		t.Errorf("%+v", d)
	}
}

// doNext does one of the things that are said to move the card, and says what is wrong with what comes of it.
func doNext(w *world, d *rapid.T, now time.Time, done map[string]int) string {
	e := explain(explained(w, now))
	c := w.gerrit.Changes[101]
	if c == nil || c.Unmarked || len(e.Next) == 0 || !w.card(1).OnBoard {
		return ""
	}
	n := rapid.SampledFrom(e.Next).Draw(d, "next")
	all := strings.Split(n.If, "; or ")
	what := rapid.SampledFrom(all).Draw(d, "what")
	for name, do := range nextActs {
		if !strings.HasPrefix(what, name) || n.To == "" || strings.Contains(what, "once") || strings.Contains(what, " and ") {
			continue
		}
		done[name]++
		do(c, now, strings.Fields(what))
		got := Decide(explained(w, now.Add(time.Minute)))
		if got.Verdict != Move || got.To.Name != n.To || got.State != n.State && len(all) == 1 {
			return fmt.Sprintf("# %q was to move it to %s (%s), but: %s %s %s", what, n.To, n.State, got.Verdict, got.State, inWords(got))
		}
	}
	return ""
}

// TestExplainCard is about all that is said about one card.
func TestExplainCard(t *testing.T) {
	w := externalWorld(firstMonday)
	c := w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
	c.Review(at(9, 30, 0), "ci-bot", "autogenerated:ci", 1, "Verified", 1, "Build passed")
	c.Review(at(10, 0, 0), "alice", "", 1, "Code-Review", -1, "No.")
	c.Comment(at(10, 5, 0), "bob", nil, true, "Why?")
	c.Upload(at(11, 0, 0), "vol1", reviewtest.Rework, []int{1}, nil)
	c.AddReviewer(at(11, 10, 0), "bob", "carol")
	c.Review(at(11, 30, 0), "vol2", "", 2, "Code-Review", 1, "")
	c.Review(at(11, 40, 0), "dave", "", 2, "Code-Review", 1, "")
	w.gerrit.Push(at(9, 0, 0), 102, "alice", "mediawiki/core", []int{1}, false)
	w.gerrit.Push(at(9, 0, 0), 103, "vol1", "labs/tools", []int{1}, false)
	w.event(w.card(1), Event{Kind: CardAdded, At: at(8, 0, 0), By: "dan", Person: true, Column: w.columns["Inbox"].ID})
	w.event(w.card(1), Event{Kind: CardMoved, At: at(11, 35, 0), By: "dan", Person: true, Column: w.columns["Review Completed"].ID})
	w.board.Rules[2].Line = 7

	got := explain(explained(w, at(12, 0, 0)))
	var list []string
	say := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	say("%s %s %s -> %s", got.Board, got.Column, got.Verdict, got.To)
	say("%s", got.Sentence)
	say("said %s", got.LastWord)
	say("placed %s", got.Placed.Sentence)
	for _, n := range got.Next {
		say("next %s (%s): %s", n.To, n.State, n.If)
	}
	for _, r := range got.Rules {
		say("rule %s if %s: %v, %s", r.To, r.When, r.Matches, r.Because)
	}
	for _, c := range got.Changes {
		say("change %d %s %s%s", c.Number, c.Owner, c.State, c.Ignored)
		for _, s := range c.Standing {
			say("  - %s", s)
		}
		for _, f := range c.Facts {
			say("  %s %s", map[bool]string{true: "!", false: "."}[f.Decides], f.Text)
		}
	}
	want := strings.Split(strings.TrimSpace(wantCard), "\n")
	if diff := cmp.Diff(want, list); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

const wantCard = `
#external-code-reviews Review Completed held -> Review Needed
T1 stays in Review Completed: dan moved it here Mon 11:35, after the last review word (a review of change 101 asked for, Mon 11:10); the next vote, new code or answer moves it
said a review of change 101 asked for, Mon 11:10
placed dan moved it here Mon 11:35
next Review Needed (review-needed): new code on change 101
next In Progress (needs-work): a negative vote, or an unresolved comment of the team, on change 101
rule Review Needed if review-needed: true, it is review-needed
rule In Progress if needs-work, draft or reverted: false, it is review-needed
rule Review Completed if reviewed, approved, merged or deployed: false, it is review-needed
rule stay if abandoned: false, it is review-needed
change 101 vol1 review-needed
  - alice's -1 on patch set 1 (Mon 10:00) was answered by patch set 2
  - vol2's +1 on patch set 2 (Mon 11:30) does not count: not in the team
  - dave's +1 on patch set 2 (Mon 11:40) counts
  - bob's thread on patch set 1 (Mon 10:05) is not resolved, but answered
  - carol is expected to review: asked by bob (Mon 11:10)
  . vol1 uploaded patch set 1, which names T1
  . ci-bot voted Verified+1 on patch set 1, a label that the board does not look at
  . alice voted -1 on patch set 1
  . bob began a thread
  ! vol1 uploaded patch set 2
  ! bob added carol as a reviewer
  ! vol2 voted +1 on patch set 2
  ! dave voted +1 on patch set 2
change 102 alice its owner alice is in the team, and #external-code-reviews counts only changes of outsiders
  . alice uploaded patch set 1, which names T1
change 103 vol1 labs/tools is not in count.repositories of #external-code-reviews
  . vol1 uploaded patch set 1, which names T1
`

func TestExplainTags(t *testing.T) {
	board := &Board{Tag: "#wikidata", From: []string{"incoming"}, Policy: review.Policy{Review: review.Voting{Required: 1}}, Rules: []Rule{
		{Target: To("in progress"), When: When{Tags: []string{"#a", "#b"}}},
		{Target: To("done"), When: When{Status: []string{"resolved"}}},
	}}
	columns := columnsOf("incoming", "in progress", "done")
	q := Question{Board: board, Columns: columns, Card: Card{Task: 1, Status: "open", OnBoard: true, Column: columns["incoming"], EventsRead: true}}
	want := []tell.Next{{If: "people tag it #a or #b", To: "in progress"}, {If: "people set its status to resolved", To: "done"}}
	if diff := cmp.Diff(want, explain(q).Next); diff != "" {
		t.Error(diff)
	}
	q.Card.Tags = []string{"#b"}
	e := explain(q)
	if !e.Rules[0].Matches || e.Rules[0].Because != "it is tagged #b" || e.Rules[1].Because != "the task is open" {
		t.Errorf("%+v", e.Rules)
	}
}

// TestExplainWithoutAWorkboard: what is wrong with the board is said, whether a rule fits the card or not.
func TestExplainWithoutAWorkboard(t *testing.T) {
	q := minusOne()
	q.Card.NoBoard, q.Board.Rules = true, q.Board.Rules[:1]
	want := []tell.Next{{If: "somebody turns the workboard on, on the page of the project"}}
	if e := explain(q); e.Verdict != Fault || !slices.Equal(e.Next, want) {
		t.Errorf("%s: %+v", e.Verdict, e.Next)
	}
}

// TestExplainJSON: nothing that is a list is ever null.
func TestExplainJSON(t *testing.T) {
	text, err := json.Marshal(explain(Question{Board: &Board{Tag: "#x"}, Card: Card{Task: 1, Status: "open"}}))
	if err != nil || strings.Contains(string(text), "null") {
		t.Errorf("%s, %v", text, err)
	}
}

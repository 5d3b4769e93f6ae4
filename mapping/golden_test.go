package mapping_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/golden"
	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// example is what is known of a card, as JSON.
type example struct {
	Name  string      `json:"name"`
	Known Explanation `json:"known"`
}

// when is a question about the card of minusOne, changed.
func when(change func(q *Question)) Question {
	q := minusOne()
	q.Board.ID, q.Footer = "PHID-PROJ-external", "Bug"
	q.Board.Rules[0].Line, q.Board.Rules[1].Line = 11, 12
	change(&q)
	return q
}

// does is a question about that card after somebody did something on the task, if the rule
// is about that.
func does(kind EventKind, w When) Question {
	return when(func(q *Question) {
		q.Start, q.Board.Rules = at(11, 0, 0), []Rule{{Target: To("In Progress"), When: w, Line: 12}}
		q.Board.From, q.Card.Tags = []string{"Review Needed"}, []string{"#hot"}
		happened(q, kind, at(11, 30, 0), "dan")
		q.Card.Events[0].Tag = "#hot"
	})
}

// off is a question about that card when it is not on the board.
func off(change func(q *Question)) Question {
	return when(func(q *Question) {
		q.Card.OnBoard, q.Card.Column = false, Column{}
		change(q)
	})
}

// more is a question about that card when a further change is linked.
func more(do func(w *world)) Question {
	w := externalWorld(firstMonday)
	w.board.Rules[2].Line = 13
	for _, e := range []Event{{Kind: CardAdded, Column: w.columns["Inbox"].ID}, {Kind: CardMoved, Column: w.columns["In Progress"].ID}} {
		e.At, e.By, e.Person = at(8, 0, 0), "dan", true
		w.event(w.card(1), e)
	}
	w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false).Review(at(10, 0, 0), "alice", "", 1, "Code-Review", 1, "")
	do(w)
	return explained(w, at(12, 0, 0))
}

// goldens are cards of which something else is known each.
func goldens() []example {
	reviewed, needsWork := When{Review: []review.State{review.Reviewed}}, When{Review: []review.State{review.NeedsWork}}
	var list []example
	all := func(name string, q Question) {
		g := example{name, Explain(q)}
		for i := range g.Known.Changes {
			g.Known.Changes[i].Timeline = review.Timeline{} // has a file of its own
		}
		list = append(list, g)
	}
	see := func(name string, q Question) {
		all(name, q)
		list[len(list)-1].Known.Rules, list[len(list)-1].Known.Changes = nil, nil
	}
	all("a word", minusOne())
	see("put on the board", does(CardAdded, needsWork))
	see("reopened", does(TaskReopened, needsWork))
	see("tagged", does(TaskTagged, When{Tags: []string{"#hot", "#cold"}}))
	all("tagged, and reviewed", does(TaskTagged, When{Tags: []string{"#hot"}, Review: needsWork.Review}))
	see("a status", does(StatusSet, When{Status: []string{"open"}, Review: needsWork.Review}))
	see("there", when(func(q *Question) { q.Card.Column = q.Columns["In Progress"] }))
	see("held", when(func(q *Question) { dragged(q, at(11, 0, 0)) }))
	see("held at once", when(func(q *Question) { dragged(q, at(9, 59, 59)) }))
	see("held elsewhere", when(func(q *Question) {
		dragged(q, at(11, 0, 0))
		q.Card.Events[0].Column = "PHID-PCOL-other"
		happened(q, CardMoved, at(11, 30, 0), "reviewsync")
	}))
	see("held by our own move", when(func(q *Question) { q.Born = at(11, 30, 0); ours(q, at(11, 0, 0)) }))
	see("held, and no word", does(CardMoved, When{Tags: []string{"#hot"}}))
	see("held off the way out", when(func(q *Question) {
		q.Board.Rules[1].Target = Target{Kind: Untag}
		happened(q, CardAdded, at(11, 0, 0), "dan")
	}))
	see("before the start", when(func(q *Question) { q.Start = at(11, 0, 0) }))
	see("before the start, and no word", when(func(q *Question) {
		q.Start, q.Card.Tags, q.Board.Rules = at(11, 0, 0), []string{"#hot"}, []Rule{{Target: Target{Kind: Untag}, When: When{Tags: []string{"#hot"}}}}
		q.Board.From = []string{"Review Needed"}
	}))
	see("nothing new", when(func(q *Question) { known(q, at(11, 0, 0)) }))
	see("nothing new since another moved it", when(func(q *Question) {
		known(q, at(11, 0, 0))
		q.Card.Events = []Event{{Kind: CardMoved, At: at(11, 30, 0), By: "HelperBot", Column: q.Card.Column.ID}}
	}))
	see("stays by a rule", when(func(q *Question) { q.Board.Rules[1].Target = Target{Kind: Stay} }))
	all("stays by a rule on tags", when(func(q *Question) {
		q.Card.Tags, q.Board.Rules = []string{"#hot"}, []Rule{{Target: Target{Kind: Stay}, When: When{Tags: []string{"#hot"}, Status: []string{"open"}}}}
		q.Changes = nil
	}))
	see("no rule", when(func(q *Question) { q.Board.Rules = []Rule{{Target: To("Review Completed"), When: reviewed}} }))
	all("no rule, no change", when(func(q *Question) {
		q.Board.Rules, q.Changes = []Rule{{Target: To("Done"), When: When{Status: []string{"resolved"}, Tags: []string{"#a", "#b"}}}}, nil
	}))
	see("a column of people", when(func(q *Question) { q.Card.Column = q.Columns["Parked"] }))
	all("closed", when(func(q *Question) { q.Card.Closed, q.Card.Status = true, "resolved" }))
	see("no change", when(func(q *Question) { q.Changes = nil }))
	see("not on the board", off(func(*Question) {}))
	see("in a milestone", off(func(q *Question) { q.Card.Within = "Sprint 3" }))
	see("off by a rule", off(func(q *Question) {
		q.Board.Rules[1].Target = Target{Kind: Untag}
		q.Card.Old = &Place{Board: "PHID-PROJ-duty", Column: Column{ID: "PHID-PCOL-9", Name: "External Code Reviews"}, Legacy: &q.Board.Replaces[0]}
	}))
	adopted := func(change func(q *Question)) Question {
		q := newcomer()
		change(&q)
		return q
	}
	see("adopted", adopted(func(*Question) {}))
	see("taken off", adopted(func(q *Question) { happened(q, CardRemoved, at(8, 0, 0), "dan") }))
	see("too old", adopted(func(q *Question) { q.Board.Adopt.StaleAfter = time.Hour }))
	see("one too many of a newcomer", adopted(func(q *Question) { q.Board.Adopt.Newcomer = 0 }))
	see("the workboard is off", when(func(q *Question) { q.Card.NoBoard = true }))
	see("no such column", when(func(q *Question) { delete(q.Columns, "In Progress") }))
	see("events not read", when(func(q *Question) { q.Card.EventsRead = false }))
	old := legacy()
	see("taken over", old)
	see("reviewed, and another is merged", more(func(w *world) {
		w.gerrit.Push(at(9, 0, 0), 102, "vol2", "mediawiki/core", []int{1}, false).Close(at(9, 30, 0), "bob", review.StatusMerged)
	}))
	see("many changes", more(func(w *world) {
		for n := 102; n < 109; n++ {
			w.gerrit.Push(at(9, 0, 0), n, "vol2", "mediawiki/core", []int{1}, false).Review(at(9, 30, 0), "bob", "", 1, "Code-Review", 1, "")
		}
	}))
	all("what is not counted", more(func(w *world) {
		w.gerrit.Push(at(9, 0, 0), 102, "alice", "mediawiki/core", []int{1}, false)
		w.gerrit.Push(at(9, 0, 0), 103, "vol1", "labs/tools", []int{1}, false)
		w.gerrit.Push(at(9, 0, 0), 104, "build-bot", "mediawiki/core", []int{1}, false)
		w.gerrit.Push(at(9, 0, 0), 105, "vol1", "mediawiki/core", []int{1}, false).Upload(at(9, 5, 0), "vol1", reviewtest.Rework, nil, nil)
		w.board.Count.Branches = []string{"master"}
		c := w.gerrit.Push(at(9, 0, 0), 106, "vol1", "mediawiki/core", []int{1}, false)
		c.Branch = "REL1_45"
	}))
	all("a merged revert", more(func(w *world) {
		c := w.gerrit.Push(at(9, 0, 0), 102, "vol1", "mediawiki/core", []int{1}, false)
		c.Close(at(9, 30, 0), "bob", review.StatusMerged)
		w.gerrit.Revert(at(9, 40, 0), "vol1", c, 103)
		w.gerrit.Changes[103].Close(at(9, 50, 0), "bob", review.StatusMerged)
	}))
	all("merged elsewhere", more(func(w *world) {
		w.gerrit.Changes[101].Close(at(11, 0, 0), "bob", review.StatusMerged)
		w.board.Rules = []Rule{{Target: To("Review Completed"), When: When{Review: []review.State{review.Merged}, Repositories: []string{"labs/*"}}}}
	}))
	w := newWorld(dutyBoard(), dutyColumns(), firstMonday)
	w.gerrit.Push(at(9, 0, 0), 101, "alice", "mediawiki/core", []int{1}, false).Close(at(10, 0, 0), "bob", review.StatusMerged)
	w.event(w.card(1), Event{Kind: CardAdded, At: at(8, 0, 0), By: "dan", Person: true, Column: w.columns["Doing"].ID})
	merged := explained(w, at(16, 0, 0))
	merged.Looked = at(15, 0, 0)
	see("merged, not looked at", merged)
	aligned := when(func(q *Question) { dragged(q, at(11, 0, 0)) })
	list = append(list, example{"aligned", Explanation{Decision: Align(aligned), Status: "open"}})
	return list
}

// TestGoldenDecisions: the JSON of what is known of a card stays as it is, and has all of it.
func TestGoldenDecisions(t *testing.T) {
	list := goldens()
	back := golden.JSON(t, filepath.Join("testdata", "decisions.json"), list)
	for i := range list {
		if back[i].Known.Decision.Why != list[i].Known.Decision.Why || !reflect.DeepEqual(back[i], list[i]) {
			t.Errorf("%s: JSON has less:\n%s", list[i].Name, cmp.Diff(list[i], back[i]))
		}
	}
}

// TestAllIsGolden: for every code there is a card that has it.
func TestAllIsGolden(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "decisions.json"))
	if err != nil {
		t.Fatal(err)
	}
	for typ, all := range constants(t) {
		if !slices.Contains([]string{"WhyCode", "Verdict", "NextCode", "TargetKind", "Lack", "IgnoredBecause"}, typ) {
			continue
		}
		for _, value := range all {
			if !strings.Contains(string(text), `"`+value+`"`) {
				t.Errorf("no card is there for the %s %q: add one to goldens", typ, value)
			}
		}
	}
}

// TestListsAreWhatIsDeclared: a new code is in the list, which the tests of all who
// do something for each go through.
func TestListsAreWhatIsDeclared(t *testing.T) {
	declared := constants(t)
	for typ, list := range map[string][]string{
		"WhyCode": texts(WhyCodes()), "Verdict": texts(Verdicts()), "NextCode": texts(NextCodes()), "TargetKind": texts(TargetKinds()),
		"TagCode": texts(TagCodes()), "CommentKind": texts(CommentKinds()), "EffectKind": texts(EffectKinds()),
	} {
		if !slices.Equal(list, declared[typ]) {
			t.Errorf("%ss: listed are %q, declared %q", typ, list, declared[typ])
		}
	}
}

func texts[T ~string](list []T) []string {
	var out []string
	for _, v := range list {
		out = append(out, string(v))
	}
	return out
}

// constants are those of the package by type, in their order.
func constants(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]string{}
	for _, c := range golden.Constants(t, files...) {
		all[c.Type] = append(all[c.Type], c.Value)
	}
	return all
}

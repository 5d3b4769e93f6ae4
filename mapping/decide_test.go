package mapping_test

import (
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

// minusOne is a question about a card in Review Needed, to whose change alice said -1 on Monday at 10.
func minusOne() Question {
	w := externalWorld(firstMonday)
	c := w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
	c.Review(at(10, 0, 0), "alice", "", 1, "Code-Review", -1, "")
	card := w.card(1)
	card.OnBoard, card.Column, card.EventsRead = true, w.columns["Review Needed"], true
	return w.question(card, at(12, 0, 0), w.histories())
}

func dragged(q *Question, when time.Time) {
	q.Card.Events = append(q.Card.Events, Event{Kind: CardMoved, At: when, Order: len(q.Card.Events), By: "dan", Person: true, Column: q.Card.Column.ID})
}

func reopened(q *Question, who string, when time.Time) {
	q.Card.Events = append(q.Card.Events, Event{Kind: TaskReopened, At: when, Order: len(q.Card.Events), By: who, Person: true})
}

func ours(q *Question, when time.Time) {
	q.Card.Events = append(q.Card.Events, Event{Kind: CardMoved, At: when, Order: len(q.Card.Events), By: "reviewsync", Own: true, Column: q.Card.Column.ID})
}

// known settles the card on what is said in it now.
func known(q *Question, when time.Time) {
	q.Card.Settled = Settlement{Digest: review.Digest(1, q.Changes), Column: q.Columns["In Progress"].ID, At: when}
}

func TestVerdicts(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(q *Question)
		want   Verdict
		reason string
	}{
		{"a word", func(q *Question) {}, Move, "alice voted -1"},
		{"events not read", func(q *Question) { q.Card.EventsRead = false }, Unread, ""},
		{"there already", func(q *Question) { q.Card.Column = q.Columns["In Progress"] }, There, "alice voted -1"},
		{"there already, events not read", func(q *Question) { q.Card.Column, q.Card.EventsRead = q.Columns["In Progress"], false }, There, "alice voted -1"},
		{"dragged later", func(q *Question) { dragged(q, at(10, 0, 3)) }, Held, "dan moved it here Mon 10:00, after the last review word (alice's -1, Mon 10:00)"},
		{"dragged two seconds before", func(q *Question) { dragged(q, at(9, 59, 58)) }, Held, "dan moved it here Mon 09:59, in the same moment as"},
		{"dragged after the word, by clocks that differ by what is not corrected", func(q *Question) { q.Skew = -2 * time.Second; dragged(q, at(9, 59, 58)) }, Held, "dan moved it"},
		{"dragged three seconds before", func(q *Question) { dragged(q, at(9, 59, 57)) }, Move, ""},
		{"dragged by the clock of a server that is an hour ahead", func(q *Question) { q.Skew = time.Hour; dragged(q, at(10, 59, 50)) }, Move, ""},
		{"dragged later by a server that is an hour ahead", func(q *Question) { q.Skew = time.Hour; dragged(q, at(11, 0, 1)) }, Held, "dan moved it"},
		{"dragged by the clock of a server that is an hour behind", func(q *Question) { q.Skew = -time.Hour; dragged(q, at(9, 0, 1)) }, Held, "dan moved it"},
		{"a difference of the clocks that may be none", func(q *Question) { q.Skew = 2 * time.Second; dragged(q, at(9, 59, 57)) }, Move, ""},
		{"dragged before, by clocks of which nobody knows how they differ", func(q *Question) { q.Doubt = 20 * time.Second; dragged(q, at(9, 59, 40)) }, Held, "dan moved it"},
		{"dragged long before, by clocks of which nobody knows how they differ", func(q *Question) { q.Doubt = 20 * time.Second; dragged(q, at(9, 59, 37)) }, Move, ""},
		{"dragged before the start only", func(q *Question) { q.Start = at(9, 30, 0); dragged(q, at(9, 29, 0)) }, Move, ""},
		{"said before the start", func(q *Question) { q.Start = at(10, 0, 0) }, Held, "nothing has been said since the rules of this board began (Mon 10:00)"},
		{"said before the start, events not read", func(q *Question) { q.Start, q.Card.EventsRead = at(10, 0, 0), false }, Held, "began (Mon 10:00)"},
		{"said before the start, task touched since", func(q *Question) {
			q.Start, q.Card.EventsRead, q.Card.Modified = at(10, 0, 0), false, at(11, 0, 0)
		}, Unread, ""},
		{"settled", func(q *Question) { known(q, at(11, 0, 0)) }, Known, "nothing has been said since it was left here"},
		{"settled, not touched, events not read", func(q *Question) { known(q, at(11, 0, 0)); q.Card.EventsRead = false }, Known, "by the rules of today it would be in In Progress"},
		{"settled, touched, events not read", func(q *Question) {
			known(q, at(11, 0, 0))
			q.Card.EventsRead, q.Card.Modified = false, at(11, 0, 0)
		}, Unread, ""},
		{"settled, then added by a person", func(q *Question) {
			known(q, at(11, 0, 0))
			q.Card.Events = []Event{{Kind: CardAdded, At: at(11, 30, 0), By: "dan", Person: true}}
		}, Move, "dan put it on the board (Mon 11:30)"},
		{"settled, then added by us", func(q *Question) {
			known(q, at(11, 0, 0))
			q.Card.Events = []Event{{Kind: CardAdded, At: at(11, 30, 0), By: "reviewsync", Own: true}}
		}, Known, ""},
		{"settled, then reopened", func(q *Question) {
			known(q, at(11, 0, 0))
			q.Card.Events = []Event{{Kind: TaskReopened, At: at(11, 30, 0), By: "dan", Person: true}}
		}, Move, "dan reopened the task (Mon 11:30)"},
		{"added, then dragged in the same second", func(q *Question) {
			q.Card.Events = []Event{{Kind: CardAdded, At: at(11, 30, 0), Order: -1, By: "dan", Person: true}}
			dragged(q, at(11, 30, 0))
		}, Held, "dan moved it here Mon 11:30"},
		{"dragged, then reopened in the same second", func(q *Question) { dragged(q, at(11, 30, 0)); reopened(q, "dan", at(11, 30, 0)) }, Held, "dan moved it here Mon 11:30"},
		{"dragged, then reopened a minute later", func(q *Question) { dragged(q, at(11, 30, 0)); reopened(q, "dan", at(11, 31, 0)) }, Held, "dan moved it here Mon 11:30"},
		{"dragged, then reopened after more than a minute", func(q *Question) {
			dragged(q, at(11, 30, 0))
			reopened(q, "dan", at(11, 31, 1))
		}, Move, "dan reopened the task (Mon 11:31)"},
		{"dragged, then reopened by another person", func(q *Question) {
			dragged(q, at(11, 30, 0))
			reopened(q, "lea", at(11, 30, 1))
		}, Move, "lea reopened the task (Mon 11:30)"},
		{"reopened, then dragged", func(q *Question) { reopened(q, "dan", at(11, 29, 59)); dragged(q, at(11, 30, 0)) }, Held, "dan moved it here Mon 11:30"},
		{"moved by us, then reopened by a person", func(q *Question) { ours(q, at(11, 30, 0)); reopened(q, "dan", at(11, 30, 1)) }, Move, "dan reopened the task"},
		{"a status that the rule names, set in the edit that placed it", func(q *Question) {
			q.Board.Rules[1].When.Status = []string{"open"}
			dragged(q, at(11, 30, 0))
			q.Card.Events[0].Edit = "e1"
			q.Card.Events = append(q.Card.Events, Event{Kind: StatusSet, At: at(11, 30, 0), Order: 9, By: "dan", Person: true, Edit: "e1"})
		}, Held, "dan moved it here Mon 11:30"},
		{"a status that the rule names, set a second later", func(q *Question) {
			q.Board.Rules[1].When.Status = []string{"open"}
			dragged(q, at(11, 30, 0))
			q.Card.Events = append(q.Card.Events, Event{Kind: StatusSet, At: at(11, 30, 1), Order: 9, By: "dan", Person: true})
		}, Move, "dan made it open (Mon 11:30)"},
		{"store lost after our move", func(q *Question) { q.Born = at(11, 30, 0); ours(q, at(11, 0, 0)) }, Held, "reviewsync, before its store was lost, moved it here Mon 11:00"},
		{"store lost before our move", func(q *Question) { q.Born = at(10, 30, 0); ours(q, at(11, 0, 0)) }, Move, ""},
		{"store lost, and a word since", func(q *Question) { q.Born = at(11, 30, 0); ours(q, at(9, 30, 0)) }, Move, ""},
		{"a write of ours that came late", func(q *Question) { known(q, at(11, 0, 0)); ours(q, at(11, 30, 0)) }, Move, "alice voted -1"},
		{"another bot's move after we settled", func(q *Question) {
			known(q, at(11, 0, 0))
			q.Card.Events = []Event{{Kind: CardMoved, At: at(11, 30, 0), By: "HelperBot", Column: q.Card.Column.ID}}
		}, Known, "HelperBot moved it here Mon 11:30"},
		{"closed", func(q *Question) { q.Card.Closed, q.Card.Status = true, "resolved" }, Closed, "the task is resolved; only open tasks are moved"},
		{"not on the board", func(q *Question) { q.Card.OnBoard = false }, Off, "T1 stays as it is: it is not on #external-code-reviews"},
		{"in a milestone", func(q *Question) { q.Card.OnBoard, q.Card.Within = false, "Sprint 3" }, Off, "it is in Sprint 3, and a task cannot be there and on #external-code-reviews at once"},
		{"a column of people", func(q *Question) { q.Card.Column = q.Columns["Parked"] }, Peoples, "this column belongs to people (no rule names it, nor 'from')"},
		{"a column in from", func(q *Question) { q.Board.From = []string{"Parked"}; q.Card.Column = q.Columns["Parked"] }, Move, "Parked -> In Progress"},
		{"no such column", func(q *Question) { delete(q.Columns, "In Progress"); q.Board.Rules[1].Line = 7 }, Fault, "line 7 of the config"},
		{"no rule for the state", func(q *Question) { q.Board.Rules = q.Board.Rules[:1] }, Stays, "no rule of #external-code-reviews speaks of needs-work"},
		{"a rule that says stay", func(q *Question) { q.Board.Rules[1] = Rule{Target: Target{Kind: Stay}, When: q.Board.Rules[1].When} }, Stays, "nothing moves a card that is needs-work"},
		{"a rule on tags that says stay", func(q *Question) {
			q.Card.Tags, q.Board.Rules = []string{"#hot"}, []Rule{{Target: Target{Kind: Stay}, When: When{Tags: []string{"#hot"}, Status: []string{"open"}}}}
		}, Stays, "by the rules of #external-code-reviews nothing moves it: it is tagged #hot; the task is open"},
		{"no change", func(q *Question) { q.Changes = nil }, NoChange, "no change that #external-code-reviews counts is linked to it"},
		{"a change of another task", func(q *Question) { q.Card.Task = 2 }, NoChange, "a 'Bug: T2' footer"},
		{"nothing required", func(q *Question) {
			q.Board.Review.Required, q.Board.Review.Labels = 0, map[string]review.Voters{}
			q.Card.Column = q.Columns["In Progress"]
		}, Move, "the rules want no team votes on change 101"},
		{"a label that the project does not have", func(q *Question) {
			q.Board.Review.Labels, q.Card.Column = map[string]review.Voters{"Style": review.ByPeople}, q.Columns["In Progress"]
		}, Move, "mediawiki/core has none of the labels in review.labels of #external-code-reviews, so no vote can count"},
	} {
		q := minusOne()
		tc.change(&q)
		d := Decide(q)
		if d.Verdict != tc.want || !strings.Contains(inWords(d), tc.reason) {
			t.Errorf("%s: verdict %s, want %s; the reason is\n\t%s", tc.name, d.Verdict, tc.want, inWords(d))
		}
		settles := d.Settle != Settlement{}
		offForNow := tc.want == Off && q.Card.Within != "" // while a board that adopts is settled on what is off it
		if want := !offForNow && (tc.want != NoChange || len(q.Changes) > 0) && tc.want != Fault && tc.want != Unread; settles != want {
			t.Errorf("%s: settled %v, want %v", tc.name, settles, want)
		}
		if tc.want == Move && d.Settle.Column != d.To.ID {
			t.Errorf("%s: settled in %s, moved to %s", tc.name, d.Settle.Column, d.To.ID)
		}
	}
}

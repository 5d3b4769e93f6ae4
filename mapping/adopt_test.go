package mapping_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// newcomer is a question about a task that is on no board, for which vol1 pushed a change on Monday at 9.
func newcomer() Question {
	w := externalWorld(firstMonday)
	w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
	card := w.card(1)
	card.EventsRead = true
	return w.question(card, at(12, 0, 0), w.histories())
}

// happened adds an event of the board to a card.
func happened(q *Question, kind EventKind, when time.Time, by string) {
	q.Card.Events = append(q.Card.Events, Event{
		Kind: kind, At: when, Order: len(q.Card.Events), By: by, Person: by == "dan", Own: by == "reviewsync",
	})
}

// settledOff settles what is off the board on what is said in it now.
func settledOff(q *Question, when time.Time) {
	q.Card.Settled = Settlement{Digest: review.Digest(1, q.Changes), At: when}
}

// fourth is a question about the task that a change names as its fourth, and that is on no board.
func fourth(owner string, merged bool) Question {
	w := externalWorld(firstMonday)
	if merged {
		w.gerrit.Push(at(8, 0, 0), 100, owner, "mediawiki/vendor", nil, false).Close(at(8, 30, 0), "alice", review.StatusMerged)
	}
	w.gerrit.Push(at(9, 0, 0), 101, owner, "mediawiki/core", []int{9, 8, 7, 1}, false)
	card := w.card(1)
	card.EventsRead = true
	return w.question(card, at(12, 0, 0), w.histories())
}

func TestAdoptOfANewcomer(t *testing.T) {
	const put = "T1: put on #external-code-reviews -> Review Needed: change 101 of "
	few := func(tasks string) string {
		return "T1 stays as it is: it is not on #external-code-reviews: vol1 has no merged change yet, so change 101 puts " + tasks + " there (adopt.newcomer); add the tag to have it moved"
	}
	at := func(most int) func(q *Question) { return func(q *Question) { q.Board.Adopt.Newcomer = most } }
	everybody := func(q *Question) { q.Board.Count.Owners = nil }
	for _, tc := range []struct {
		name   string
		ask    Question
		change func(q *Question)
		want   Verdict
		reason string
	}{
		{"the fourth of three", fourth("vol1", false), at(3), Off, few("only its first 3 tasks")},
		{"the fourth of one", fourth("vol1", false), at(1), Off, few("only its first task")},
		{"the fourth of none", fourth("vol1", false), at(0), Off, few("none of its tasks")},
		{"the fourth of four", fourth("vol1", false), at(4), Move, put + "vol1"},
		{"somebody with a merged change", fourth("vol1", true), at(3), Move, put + "vol1"},
		{"somebody of the team", fourth("carol", false), everybody, Move, put + "carol"},
		{"a bot that the board counts", fourth("build-bot", false), func(q *Question) { q.Board.Count.Owners = []string{"build-bot"} }, Move, put + "build-bot"},
		{"on the board already", fourth("vol1", false), func(q *Question) { q.Card.OnBoard, q.Card.Column = true, q.Columns["In Progress"] }, Move, "T1: In Progress -> Review Needed"},
		{"another change of theirs names it first", fourth("vol1", false), func(q *Question) { q.Changes = append(q.Changes, newcomer().Changes...) }, Move, put},
		{"a change of another repository names it too", fourth("vol1", false), func(q *Question) {
			h := *newcomer().Changes[0]
			h.Project = "mediawiki/vendor"
			q.Changes = append(q.Changes, &h)
		}, Off, few("only its first 3 tasks")},
		{"closed", fourth("vol1", false), func(q *Question) { q.Card.Closed, q.Card.Status = true, "resolved" }, Closed, "the task is resolved"},
		{"no board adopts", fourth("vol1", false), func(q *Question) { q.Board.Adopt = Adopt{} }, Off, "T1 stays as it is: it is not on #external-code-reviews; add the tag"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.change(&tc.ask)
			d := Decide(tc.ask)
			if d.Verdict != tc.want || !strings.Contains(inWords(d), tc.reason) {
				t.Errorf("%s: %s\nwant %s: %s", d.Verdict, inWords(d), tc.want, tc.reason)
			}
		})
	}
}

// That the owner is no newcomer any more puts nothing on the board by itself.
func TestANewcomerNoMore(t *testing.T) {
	q, after := fourth("vol1", false), fourth("vol1", true)
	after.Card.Settled = Decide(q).Settle
	if d := Decide(after); d.Verdict != Known {
		t.Errorf("%s: %s", d.Verdict, inWords(d))
	}
}

func TestAdopt(t *testing.T) {
	const put = "T1: put on #external-code-reviews -> Review Needed: change 101 of vol1 waits for review"
	for _, tc := range []struct {
		name   string
		change func(q *Question)
		want   Verdict
		reason string
	}{
		{"a change that waits", func(*Question) {}, Move, put},
		{"events not read", func(q *Question) { q.Card.EventsRead = false }, Unread, ""},
		{"another repository", func(q *Question) { q.Board.Adopt.Repositories = []string{"mediawiki/extensions/*"} }, Off, "T1 stays as it is: it is not on #external-code-reviews; add the tag to have it moved"},
		{"no adopt", func(q *Question) { q.Board.Adopt = Adopt{} }, Off, "it is not on #external-code-reviews; add the tag"},
		{"not counted", func(q *Question) { q.Board.Count.Owners = []string{"team"} }, NoChange, "no change that #external-code-reviews counts"},
		{"closed", func(q *Question) { q.Card.Closed, q.Card.Status = true, "resolved" }, Closed, "the task is resolved; only open tasks are moved"},
		{"in a milestone", func(q *Question) { q.Card.Within = "Sprint 3" }, Off, "it is in Sprint 3, and a task"},
		{"closed, with a rule for closed tasks", func(q *Question) {
			q.Card.Closed, q.Card.Status = true, "resolved"
			q.Board.Rules[0].When.Status = []string{"resolved"}
		}, Off, "it is not on #external-code-reviews; add the tag"},
		{"before the start, events not read", func(q *Question) { q.Start, q.Card.EventsRead = at(9, 0, 0), false }, Held, "began (Mon 09:00); by the rules it would be in Review Needed"},
		{"before the start, edited since, events not read", func(q *Question) {
			q.Start, q.Card.EventsRead, q.Card.Modified = at(9, 0, 0), false, at(11, 0, 0)
		}, Held, "began (Mon 09:00)"},
		{"before the start", func(q *Question) { q.Start = at(9, 0, 0) }, Held, "began (Mon 09:00)"},
		{"older than stale_after", func(q *Question) { q.Board.Adopt.StaleAfter = time.Hour }, Off, "what was said last (change 101 linked, Mon 09:00) is too old to put it there; add the tag to have it moved"},
		{"older than stale_after, events not read", func(q *Question) { q.Board.Adopt.StaleAfter, q.Card.EventsRead = time.Hour, false }, Off, "is too old to put it there"},
		{"as old as stale_after", func(q *Question) { q.Board.Adopt.StaleAfter = 3 * time.Hour }, Move, put},
		{"never too old", func(q *Question) { q.Board.Adopt.StaleAfter, q.Card.Read = 0, at(9, 0, 0).AddDate(9, 0, 0) }, Move, ""},
		{"taken off by a person", func(q *Question) { happened(q, CardRemoved, at(8, 0, 0), "dan") }, Off, "T1 stays as it is: dan took it off #external-code-reviews (Mon 08:00); reviewsync does not put it back, add the tag to have it moved"},
		{"taken off by a person before the start", func(q *Question) { q.Start = at(8, 30, 0); happened(q, CardRemoved, at(8, 0, 0), "dan") }, Off, "dan took it off"},
		{"put on and taken off by a person", func(q *Question) {
			happened(q, CardAdded, at(7, 0, 0), "dan")
			happened(q, CardRemoved, at(7, 0, 0), "dan")
		}, Off, "dan took it off"},
		{"taken off by a person, then on and off by a bot", func(q *Question) {
			happened(q, CardRemoved, at(7, 0, 0), "dan")
			happened(q, CardAdded, at(8, 0, 0), "HelperBot")
			happened(q, CardRemoved, at(8, 30, 0), "HelperBot")
		}, Off, "dan took it off"},
		{"taken off by a bot", func(q *Question) { happened(q, CardRemoved, at(8, 0, 0), "HelperBot") }, Move, put},
		{"taken off by a bot after it was settled", func(q *Question) {
			q.Card.Settled = Settlement{Digest: review.Digest(1, q.Changes), Column: q.Columns["Review Needed"].ID, At: at(10, 0, 0)}
			happened(q, CardRemoved, at(11, 0, 0), "HelperBot")
		}, Known, "T1 stays as it is: nothing has been said since it was left here"},
		{"settled off the board", func(q *Question) { settledOff(q, at(10, 0, 0)) }, Known, "by the rules of today it would be in Review Needed"},
		{"settled off the board, events not read", func(q *Question) { settledOff(q, at(10, 0, 0)); q.Card.EventsRead = false }, Known, "nothing has been said since it was left here"},
		{"settled off the board, then put on by a bot", func(q *Question) {
			settledOff(q, at(10, 0, 0))
			q.Card.OnBoard, q.Card.Column = true, q.Columns["In Progress"]
			happened(q, CardAdded, at(11, 0, 0), "HelperBot")
		}, Move, "T1: In Progress -> Review Needed"},
		{"settled as we took it off, then put on by a bot", func(q *Question) {
			settledOff(q, at(10, 0, 0))
			q.Card.OnBoard, q.Card.Column = true, q.Columns["In Progress"]
			happened(q, CardRemoved, at(9, 30, 0), "reviewsync")
			happened(q, CardAdded, at(11, 0, 0), "HelperBot")
		}, Known, ""},
		{"settled while closed, then reopened", func(q *Question) {
			settledOff(q, at(10, 0, 0))
			happened(q, TaskReopened, at(11, 0, 0), "dan")
		}, Move, put},
		{"a rule that says stay", func(q *Question) {
			q.Board.Rules[0] = Rule{Target: Target{Kind: Stay}, When: q.Board.Rules[0].When}
		}, Stays, "T1 stays as it is: by the rules of #external-code-reviews nothing moves"},
		{"a hidden column", func(q *Question) {
			q.Columns["Review Needed"] = Column{ID: "PHID-PCOL-x", Name: "Review Needed", Hidden: true}
		}, Fault, "it belongs in Review Needed, but #external-code-reviews has no such column that is visible"},
	} {
		q := newcomer()
		tc.change(&q)
		d := Decide(q)
		if d.Verdict != tc.want || !strings.Contains(inWords(d), tc.reason) {
			t.Errorf("%s: verdict %s, want %s; the reason is\n\t%s", tc.name, d.Verdict, tc.want, inWords(d))
		}
		if by := strings.Contains(inWords(d), "took it off"); by && d.Settle != (Settlement{}) {
			t.Errorf("%s: it is settled, so that the next look would say that nothing was said", tc.name)
		}
		if d.Verdict == Move && (leavesBoard(d) != "" || asked(d) || !q.Card.OnBoard && d.From != (Named{})) {
			t.Errorf("%s: it leaves %q, from %q, asked %v", tc.name, leavesBoard(d), d.From.Name, asked(d))
		}
	}
}

// legacy is newcomer in a legacy column of the duty board, whose rules are known.
func legacy() Question {
	q := newcomer()
	q.Board.Replaces[0].Board = dutyBoard()
	q.Card.Old = &Place{
		Board: "PHID-PROJ-duty", Legacy: &q.Board.Replaces[0],
		Column: Column{ID: "PHID-PCOL-old", Name: "External Code Reviews"},
	}
	return q
}

// works adds a change to a question, pushed by carol of the team.
func works(q *Question, end func(c *reviewtest.Change)) {
	w := externalWorld(firstMonday)
	c := w.gerrit.Push(at(8, 30, 0), 200, "carol", "labs/tools", []int{1}, false)
	end(c)
	q.Changes = append(slices.Clone(q.Changes), w.histories()...)
}

func TestReplaces(t *testing.T) {
	const place, leaves = "T1 stays in External Code Reviews (#clinic-duty-team): ", "PHID-PROJ-duty"
	for _, tc := range []struct {
		name   string
		change func(q *Question)
		want   Verdict
		reason string
		leave  string
	}{
		{"a word", func(*Question) {}, Move, "T1: External Code Reviews (#clinic-duty-team) -> Review Needed: change 101 of vol1", leaves},
		{"no adopt, and a repository of none", func(q *Question) { q.Board.Adopt = Adopt{} }, Move, "External Code Reviews (#clinic-duty-team) -> Review Needed", leaves},
		{"too old to be adopted", func(q *Question) { q.Board.Adopt.StaleAfter = time.Hour }, Move, "", leaves},
		{"events not read", func(q *Question) { q.Card.EventsRead = false }, Unread, "", ""},
		{"rules of the old board unknown", func(q *Question) { q.Board.Replaces[0].Board = nil; works(q, func(*reviewtest.Change) {}) }, Move, "", leaves},
		{"the team works on it", func(q *Question) { works(q, func(*reviewtest.Change) {}) }, Move, "(#clinic-duty-team) -> Review Needed", ""},
		{"the team merged", func(q *Question) {
			works(q, func(c *reviewtest.Change) { c.Close(at(8, 50, 0), "alice", review.StatusMerged) })
		}, Move, "", leaves},
		{"the team's change lost its link", func(q *Question) {
			works(q, func(c *reviewtest.Change) { c.Upload(at(8, 50, 0), "carol", "NO_CODE_CHANGE", nil, nil) })
		}, Move, "", leaves},
		{"moved there by a person before", func(q *Question) { happened(q, CardMoved, at(8, 0, 0), "dan") }, Move, "", leaves},
		{"moved there by a person since", func(q *Question) { happened(q, CardMoved, at(10, 0, 0), "dan") }, Held, place + "dan moved it here Mon 10:00, after the last review word", ""},
		{"moved there by a bot since", func(q *Question) { happened(q, CardMoved, at(10, 0, 0), "HelperBot") }, Move, "", leaves},
		{"before the start", func(q *Question) { q.Start = at(9, 0, 0) }, Held, place + "nothing has been said since the rules of this board began (Mon 09:00); by the rules it would be in Review Needed", ""},
		{"before the start, events not read", func(q *Question) { q.Start, q.Card.EventsRead = at(9, 0, 0), false }, Held, place + "nothing has been said since the rules", ""},
		{"settled there", func(q *Question) { settledOff(q, at(10, 0, 0)) }, Known, place + "nothing has been said since it was left here", ""},
		{"taken off the new board by a person", func(q *Question) { happened(q, CardRemoved, at(8, 0, 0), "dan") }, Off, place + "dan took it off #external-code-reviews (Mon 08:00)", ""},
		{"reopened", func(q *Question) { q.Start = at(9, 0, 0); happened(q, TaskReopened, at(10, 0, 0), "dan") }, Move, "dan reopened the task (Mon 10:00), and change 101", leaves},
		{"closed", func(q *Question) { q.Card.Closed, q.Card.Status = true, "resolved" }, Closed, place + "the task is resolved", ""},
		{"in a milestone", func(q *Question) { q.Card.Within = "Sprint 3" }, Off, place + "it is in Sprint 3", ""},
		{"a rule that takes off the board", func(q *Question) { q.Board.Rules[0] = Rule{Target: Target{Kind: Untag}, When: q.Board.Rules[0].When} }, Off, place + "it is not on #external-code-reviews, whose rules would take it off: change 101", ""},
		{"on both boards", func(q *Question) { q.Card.OnBoard, q.Card.Column = true, q.Columns["In Progress"] }, Move, "T1: In Progress -> Review Needed", leaves},
		{"on both boards and in place", func(q *Question) { q.Card.OnBoard, q.Card.Column = true, q.Columns["Review Needed"] }, There, "T1 stays in Review Needed", ""},
		{"on both boards, in a column of people", func(q *Question) { q.Card.OnBoard, q.Card.Column = true, q.Columns["Parked"] }, Peoples, "T1 stays in Parked", ""},
		{"our move on the old board after we settled", func(q *Question) {
			q.Card.Settled = Settlement{Digest: review.Digest(1, q.Changes), Column: q.Columns["Review Needed"].ID, At: at(10, 0, 0)}
			happened(q, CardMoved, at(11, 0, 0), "reviewsync")
		}, Known, place, ""},
	} {
		q := legacy()
		tc.change(&q)
		d := Decide(q)
		if d.Verdict != tc.want || !strings.Contains(inWords(d), tc.reason) || leavesBoard(d) != tc.leave {
			t.Errorf("%s: verdict %s, want %s; it leaves %q, want %q; the reason is\n\t%s", tc.name, d.Verdict, tc.want, leavesBoard(d), tc.leave, inWords(d))
		}
	}
}

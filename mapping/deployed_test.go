package mapping_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

func in(name string, hour int) review.Ref {
	return review.Ref{Name: name, Since: firstMonday.Add(time.Duration(hour) * time.Hour)}
}

func with(c review.Change, refs ...review.Ref) review.Change {
	c.Refs = append([]review.Ref{{Name: "refs/heads/master", Since: c.Submitted}}, refs...)
	return c
}

var (
	byBranch = review.Deployment{Refs: []string{"refs/heads/wmf/*"}}
	byTag    = review.Deployment{Refs: []string{"refs/tags/v*"}, After: 2 * time.Hour}
	byTime   = review.Deployment{Repositories: []string{"mediawiki/*"}, After: 90 * time.Minute}
)

func TestDeployed(t *testing.T) {
	for _, tc := range []struct {
		name     string
		deployed []review.Deployment
		now      int // hour
		changes  []review.Change
		want     review.State
		since    string
		why      string
	}{
		{
			"a branch has it",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12))},
			review.Deployed, "12:00", "change 1 of vol1 is deployed: branch wmf/1.47 has it (Mon 12:00)",
		},
		{
			"the first one counts",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.48", 15), in("refs/heads/wmf/1.47", 12))},
			review.Deployed, "12:00", "branch wmf/1.47 has it",
		},
		{
			"another branch does not deploy",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/REL1_47", 12))},
			review.Merged, "09:00", "change 1 of vol1 is merged (Mon 09:00), not deployed yet: no branch or tag that fits wmf/* has it",
		},
		{
			"without a condition nothing is deployed", nil, 20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12))},
			review.Merged, "09:00", "change 1 of vol1 is merged (Mon 09:00)",
		},
		{
			"a tag has it for two hours",
			[]review.Deployment{byTag},
			14,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/tags/v1", 12))},
			review.Deployed, "14:00", "tag v1 has it since Mon 12:00, and #external counts that as deployed after 2h (Mon 14:00)",
		},
		{
			"but not before",
			[]review.Deployment{byTag},
			13,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/tags/v1", 12))},
			review.Merged, "09:00", "change 1 of vol1 is merged (Mon 09:00), deployed from Mon 14:00",
		},
		{
			"merging deploys after a while",
			[]review.Deployment{byTime},
			11,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0))},
			review.Deployed, "10:30", "it was merged Mon 09:00, and #external counts that as deployed after 1h30m (Mon 10:30)",
		},
		{"merging deploys at once", []review.Deployment{{}}, 9, []review.Change{with(merged(1, "vol1", 8, 9, 0))}, review.Deployed, "09:00", "it was merged Mon 09:00, and #external counts that as deployed"},
		{"the first for its repository counts", []review.Deployment{{Repositories: []string{"labs/*"}}, byBranch}, 20, []review.Change{with(merged(1, "vol1", 8, 9, 0))}, review.Merged, "09:00", "no branch or tag"},
		{
			"one that is not deployed yet holds the others back",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12)), with(merged(2, "vol1", 8, 10, 0))},
			review.Merged, "10:00", "change 2 of vol1 is merged",
		},
		{
			"all are",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12)), with(merged(2, "vol1", 8, 10, 0), in("refs/heads/wmf/1.47", 13))},
			review.Deployed, "13:00", "also: ",
		},
		{"it was there before it could be", []review.Deployment{byBranch}, 20, []review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 3))}, review.Deployed, "09:00", "has it (Mon 09:00)"},
		{
			"a merged revert takes it back",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12)), with(merged(2, "vol2", 13, 14, 1))},
			review.Reverted, "14:00", "was reverted",
		},
		{
			"a branch that comes to have it after that says nothing",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 16)), with(merged(2, "vol2", 13, 14, 1))},
			review.Reverted, "14:00", "was reverted",
		},
		{
			"nor does the time",
			[]review.Deployment{{After: 7 * time.Hour}},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0)), with(merged(2, "vol2", 13, 14, 1))},
			review.Reverted, "14:00", "was reverted",
		},
		{
			"but it is deployed once the revert is reverted",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 16)), with(merged(2, "vol2", 13, 14, 1)), with(merged(3, "vol2", 15, 17, 2))},
			review.Deployed, "17:00", "branch wmf/1.47 has it",
		},
		{
			"the revert of another change is news",
			[]review.Deployment{byBranch},
			20,
			[]review.Change{with(merged(1, "vol1", 8, 9, 0)), with(merged(2, "vol2", 8, 10, 0)), with(merged(3, "vol2", 13, 14, 1)), with(merged(4, "vol2", 13, 15, 2))},
			review.Reverted, "15:00", "was reverted by change 4",
		},
		{"an open change goes before", []review.Deployment{byBranch}, 20, []review.Change{with(merged(1, "vol1", 8, 9, 0), in("refs/heads/wmf/1.47", 12)), merged(2, "vol2", 13, 0, 0)}, review.ReviewNeeded, "13:00", "waits for review"},
	} {
		board := &Board{Tag: "#external", Policy: review.Policy{Deployed: tc.deployed, Review: review.Voting{Required: 1}}, Rules: []Rule{{Target: To("Waiting"), When: When{Review: []review.State{review.Merged}}}, {Target: To("Done"), When: When{Review: review.States()}}}}
		var histories []*review.History
		for _, c := range tc.changes {
			histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(c))
		}
		for range 2 {
			slices.Reverse(histories)
			q := Question{Board: board, Columns: columnsOf("Waiting", "Done"), Card: Card{Task: 1, OnBoard: true, Read: firstMonday.Add(time.Duration(tc.now) * time.Hour)}, Changes: histories}
			e := explain(q)
			if since := e.Since.Format("15:04"); e.State != tc.want || since != tc.since {
				t.Errorf("%s: %s since %s, want %s since %s", tc.name, e.State, since, tc.want, tc.since)
			}
			if why := e.Sentence; !strings.Contains(why, tc.why) {
				t.Errorf("%s:\n got %s\nwant %s", tc.name, why, tc.why)
			}
		}
	}
}

// A card is decided on again when a delay is over, though nothing was said: once.
func TestADelayedDeploymentMovesACardWhenItsTimeHasCome(t *testing.T) {
	board := dutyBoard()
	board.Deployed = []review.Deployment{{After: 2 * time.Hour}}
	h := review.Reader{Footers: []string{"Bug"}}.Read(with(merged(1, "alice", 8, 9, 0)))
	columns := dutyColumns()
	card := Card{Task: 1, Status: "open", OnBoard: true, Column: columns["Doing"], Modified: firstMonday, EventsRead: true}
	decide := func(hour, minute int) Decision { // the service looks a few seconds late
		card.Read = at(hour, minute, 5)
		return Decide(Question{Board: board, Columns: columns, Start: firstMonday, Card: card, Changes: []*review.History{h}})
	}
	d := decide(9, 10)
	if d.Verdict != Move || d.To.Name != "Waiting for Deployment" || len(d.Waits) != 1 || !d.Waits[0].Until.Equal(at(11, 0, 0)) {
		t.Fatalf("when merged: %+v", d)
	}
	card.Column, card.Settled = columns[d.To.Name], d.Settle
	if d = decide(10, 59); d.Verdict != There {
		t.Fatalf("before: %+v", d)
	}
	card.Settled = d.Settle
	if d = decide(11, 0); d.Verdict != Move || d.To.Name != "Done" || !d.Since.Equal(at(11, 0, 0)) || len(d.Waits) > 0 {
		t.Fatalf("after: %+v", d)
	}
	card.Settled = d.Settle
	card.Column = columns["Waiting for Deployment"] // another bot takes it back
	if d = decide(12, 0); d.Verdict != Known {
		t.Errorf("moved again: %+v", d)
	}
}

// What is waited for is asked of Gerrit; so nothing is waited for that would move no card.
func TestOnlyWhatWouldMoveTheCardIsWaitedFor(t *testing.T) {
	board := dutyBoard()
	board.Deployed = []review.Deployment{byBranch}
	columns := dutyColumns()
	for _, tc := range []struct {
		name, column string
		change       review.Change
		closed       bool
		want         int
	}{
		{"merged", "Waiting for Deployment", merged(1, "alice", 8, 9, 0), false, 1},
		{"a person took it back", "Doing", merged(1, "alice", 8, 9, 0), false, 1},
		{"a person knows it is done", "Done", merged(1, "alice", 8, 9, 0), false, 0},
		{"in a column of people", "Discussing", merged(1, "alice", 8, 9, 0), false, 0},
		{"the task is closed", "Waiting for Deployment", merged(1, "alice", 8, 9, 0), true, 0},
		{"not merged", "Waiting for Review", merged(1, "alice", 8, 0, 0), false, 0},
		{"not counted", "Waiting for Deployment", merged(1, "vol1", 8, 9, 0), false, 0},
		{"deployed", "Done", with(merged(1, "alice", 8, 9, 0), in("refs/heads/wmf/1.47", 12)), false, 0},
		{"not on the board", "", merged(1, "alice", 8, 9, 0), false, 0},
	} {
		card := Card{Task: 1, Status: "open", Closed: tc.closed, OnBoard: tc.column != "", Column: columns[tc.column], Read: at(20, 0, 0), Modified: at(19, 0, 0), EventsRead: true}
		card.Events = []Event{{Kind: CardMoved, Person: true, At: at(19, 0, 0), Column: card.Column.ID}}
		d := Decide(Question{Board: board, Columns: columns, Start: firstMonday, Card: card, Changes: []*review.History{review.Reader{Footers: []string{"Bug"}}.Read(tc.change)}})
		if len(d.Waits) != tc.want || tc.want > 0 && d.Waits[0] != (Wait{Change: tc.change.Key}) {
			t.Errorf("%s: %s, waits for %v", tc.name, inWords(d), d.Waits)
		}
	}
}

// Where the deployment would not move the card on, the sentence does not speak of it.
func TestNobodyIsToldOfADeploymentThatDoesNotMatter(t *testing.T) {
	board := dutyBoard()
	c := merged(1, "alice", 8, 9, 0)
	c.Project = "labs/tools" // whose merged changes are done by a rule of their own
	card := Card{Task: 1, Status: "open", OnBoard: true, Column: dutyColumns()["Doing"], Read: at(10, 0, 0), Modified: at(8, 0, 0), EventsRead: true}
	d := Decide(Question{Board: board, Columns: dutyColumns(), Start: firstMonday, Card: card, Changes: []*review.History{review.Reader{Footers: []string{"Bug"}}.Read(c)}})
	if want := "T1: Doing -> Done: change 1 of alice is merged (Mon 09:00)"; inWords(d) != want || len(d.Waits) > 0 {
		t.Errorf("waits for %v\n got %s\nwant %s", d.Waits, inWords(d), want)
	}
}

// A change whose branches were not read lately is not taken for not deployed: they are read before the card moves.
func TestWhatNobodyLookedAtIsNoReasonToMove(t *testing.T) {
	for name, c := range map[string]struct {
		looked time.Time // when the change was looked at; zero: never
		column string    // where the card is
		same   bool      // the rules want it in the same place when it is deployed
		want   Verdict
	}{
		"looked at since":            {at(15, 0, 0), "Doing", false, Move},
		"looked at before":           {at(14, 59, 59), "Doing", false, Unlooked},
		"never":                      {time.Time{}, "Doing", false, Unlooked},
		"never, in place":            {time.Time{}, "Waiting for Deployment", false, There},
		"never, a column of people":  {time.Time{}, "Discussing", false, Peoples},
		"never, and it is all one":   {time.Time{}, "Doing", true, Move},
		"never, and deployed anyway": {time.Time{}, "Done", false, Unlooked},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(dutyBoard(), dutyColumns(), firstMonday)
			change := w.gerrit.Push(at(9, 0, 0), 101, "alice", "mediawiki/core", []int{1}, false)
			change.Close(at(10, 0, 0), "bob", review.StatusMerged)
			card := w.card(1)
			card.OnBoard, card.Column, card.EventsRead = true, w.columns[c.column], true
			q := w.question(card, at(16, 0, 0), w.histories())
			q.Looked = at(15, 0, 0)
			q.Changes[0].Looked = c.looked.Unix()
			if c.same {
				for i := range q.Board.Rules {
					if r := &q.Board.Rules[i]; slices.Contains(r.When.Review, review.Merged) {
						r.When.Review = append(r.When.Review, review.Deployed)
					}
				}
			}
			for by, d := range map[string]Decision{"Decide": Decide(q), "Align": Align(q)} {
				if d.Verdict != c.want || (d.Verdict == Unlooked) != (len(d.Look) == 1) || d.Verdict == Unlooked && d.Settle.Digest != "" {
					t.Errorf("%s: verdict %s, look at %v: %s", by, d.Verdict, d.Look, inWords(d))
				}
			}
			if q.Looked = (time.Time{}); Decide(q).Verdict == Unlooked {
				t.Error("a look is wanted where any will do")
			}
		})
	}
}

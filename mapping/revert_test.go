package mapping

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// merged is a change of owner that names T1 and was merged at an hour of Monday; hour 0: it is open.
func merged(number int, owner string, pushed, hour, revertOf int) Change {
	day := time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)
	who := Account{ID: 1000 + len(owner) + int(owner[0]), Username: owner}
	c := Change{
		Key: Key{"mediawiki/core", number}, Status: StatusNew, Owner: who, RevertOf: revertOf, Created: day.Add(time.Duration(pushed) * time.Hour),
		PatchSets: []PatchSet{{Number: 1, Kind: rework, Uploader: who, Created: day.Add(time.Duration(pushed) * time.Hour), Message: "S\n\nBug: T1\n"}},
	}
	if revertOf != 0 { // its message names nothing: the links are inherited
		c.PatchSets[0].Message, c.Inherited = "Revert \"S\"\n", []int{1}
	}
	if hour > 0 {
		c.Status, c.Submitted = StatusMerged, day.Add(time.Duration(hour)*time.Hour)
	}
	return c
}

func TestReverts(t *testing.T) {
	for _, tc := range []struct {
		name    string
		changes []Change
		want    State
		since   int // hour
		why     string
	}{
		{
			"a merged revert undoes the merge",
			[]Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1)},
			Reverted, 11, "change 1 of vol1 was reverted by change 2 of vol2 (merged Mon 11:00)",
		},
		{"an open revert is a change like any other", []Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 0, 1)}, ReviewNeeded, 10, "change 2 of vol2 waits for review"},
		{"one of somebody whose changes do not count undoes it too", []Change{merged(1, "vol1", 8, 9, 0), merged(2, "alice", 10, 11, 1)}, Reverted, 11, "by change 2 of alice"},
		{"and is nothing as long as it is open", []Change{merged(1, "vol1", 8, 9, 0), merged(2, "alice", 10, 0, 1)}, Merged, 9, "change 1 of vol1 is merged"},
		{"a reverted revert undoes nothing", []Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1), merged(3, "vol1", 12, 13, 2)}, Merged, 13, "change 1 of vol1 is merged"},
		{"another change that is merged later makes up for it", []Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1), merged(3, "vol1", 12, 13, 0)}, Merged, 13, "change 3 of vol1 is merged"},
		{"one that was merged before does not", []Change{merged(1, "vol1", 8, 9, 0), merged(3, "vol1", 8, 10, 0), merged(4, "vol2", 10, 11, 1)}, Reverted, 11, "change 1 of vol1 was reverted"},
	} {
		board := &Board{
			Tag: "#external", Team: []string{"alice"}, Count: Count{Owners: []string{"outsiders"}},
			Review: Review{Required: 1, Labels: map[string]Voters{"Code-Review": ByPeople}},
		}
		var histories []*History
		for _, c := range tc.changes {
			histories = append(histories, Reader{Footers: []string{"Bug"}}.Read(c))
		}
		for range 2 {
			slices.Reverse(histories)
			c := replay(board, 1, histories, never)
			q := Question{Board: board}
			if hour := time.Unix(c.since, 0).UTC().Hour(); c.state != tc.want || hour != tc.since {
				t.Errorf("%s: %s since %d:00, want %s since %d:00", tc.name, c.state, hour, tc.want, tc.since)
			}
			if why := (teller{q: &q, c: &c}).why(); !strings.Contains(why, tc.why) {
				t.Errorf("%s: says %q, not %q", tc.name, why, tc.why)
			}
		}
		// What the revert brought is news for a card that was settled before it.
		if last := len(tc.changes) - 1; tc.want == Reverted {
			before := digest(1, []*History{Reader{Footers: []string{"Bug"}}.Read(tc.changes[0])})
			c := replay(board, 1, histories, never)
			if !news(before, 1, board, c.counted) {
				t.Errorf("%s: change %d is no news", tc.name, tc.changes[last].Number)
			}
		}
	}
}

// Links that two changes claim of each other end nowhere else than in an answer.
func TestRevertsInACircle(t *testing.T) {
	a, b := merged(1, "vol1", 8, 9, 2), merged(2, "vol2", 8, 9, 1)
	board := &Board{Review: Review{Required: 1}}
	r := Reader{Footers: []string{"Bug"}}
	replay(board, 1, []*History{r.Read(a), r.Read(b)}, never)
}

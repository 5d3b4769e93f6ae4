package mapping_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// merged is a change of owner that names T1 and was merged at an hour of Monday; hour 0: it is open.
func merged(number int, owner string, pushed, hour, revertOf int) review.Change {
	day := time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)
	who := review.Account{ID: 1000 + len(owner) + int(owner[0]), Username: owner}
	c := review.Change{
		Key: review.Key{Project: "mediawiki/core", Number: number}, Status: review.StatusNew, Owner: who, RevertOf: revertOf, Created: day.Add(time.Duration(pushed) * time.Hour),
		PatchSets: []review.PatchSet{{Number: 1, Kind: reviewtest.Rework, Uploader: who, Created: day.Add(time.Duration(pushed) * time.Hour), Message: "S\n\nBug: T1\n"}},
	}
	if revertOf != 0 { // its message names nothing: the links are inherited
		c.PatchSets[0].Message, c.Inherited = "Revert \"S\"\n", []int{1}
	}
	if hour > 0 {
		c.Status, c.Submitted = review.StatusMerged, day.Add(time.Duration(hour)*time.Hour)
	}
	return c
}

func TestReverts(t *testing.T) {
	for _, tc := range []struct {
		name    string
		changes []review.Change
		want    review.State
		since   int // hour
		why     string
	}{
		{
			"a merged revert undoes the merge",
			[]review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1)},
			review.Reverted, 11, "change 1 of vol1 was reverted by change 2 of vol2 (merged Mon 11:00)",
		},
		{"an open revert is a change like any other", []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 0, 1)}, review.ReviewNeeded, 10, "change 2 of vol2 waits for review"},
		{"one of somebody whose changes do not count undoes it too", []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "alice", 10, 11, 1)}, review.Reverted, 11, "by change 2 of alice"},
		{"and is nothing as long as it is open", []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "alice", 10, 0, 1)}, review.Merged, 9, "change 1 of vol1 is merged"},
		{"a reverted revert undoes nothing", []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1), merged(3, "vol1", 12, 13, 2)}, review.Merged, 13, "change 1 of vol1 is merged"},
		{"another change that is merged later makes up for it", []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1), merged(3, "vol1", 12, 13, 0)}, review.Merged, 13, "change 3 of vol1 is merged"},
		{"one that was merged before does not", []review.Change{merged(1, "vol1", 8, 9, 0), merged(3, "vol1", 8, 10, 0), merged(4, "vol2", 10, 11, 1)}, review.Reverted, 11, "change 1 of vol1 was reverted"},
	} {
		board := &Board{
			Tag: "#external", Policy: review.Policy{Team: []string{"alice"}, Count: review.Count{Owners: []string{"outsiders"}}, Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}}},
		}
		var histories []*review.History
		for _, c := range tc.changes {
			histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(c))
		}
		for range 2 {
			slices.Reverse(histories)
			c := Replay(board, 1, histories, review.Never)
			if hour := time.Unix(c.Since, 0).UTC().Hour(); c.State != tc.want || hour != tc.since {
				t.Errorf("%s: %s since %d:00, want %s since %d:00", tc.name, c.State, hour, tc.want, tc.since)
			}
			if why := (tell.Teller{Board: board.Tag, Now: time.Unix(c.Since, 0)}).Why(c.Why); !strings.Contains(why, tc.why) {
				t.Errorf("%s: says %q, not %q", tc.name, why, tc.why)
			}
		}
		// What the revert brought is news for a card that was settled before it.
		if last := len(tc.changes) - 1; tc.want == review.Reverted {
			before := review.Digest(1, []*review.History{review.Reader{Footers: []string{"Bug"}}.Read(tc.changes[0])})
			c := Replay(board, 1, histories, review.Never)
			if !review.News(before, 1, &board.Policy, c.Counted()) {
				t.Errorf("%s: change %d is no news", tc.name, tc.changes[last].Number)
			}
		}
	}
}

// Links that two changes claim of each other end nowhere else than in an answer.
func TestRevertsInACircle(t *testing.T) {
	a, b := merged(1, "vol1", 8, 9, 2), merged(2, "vol2", 8, 9, 1)
	board := &Board{Policy: review.Policy{Review: review.Voting{Required: 1}}}
	r := review.Reader{Footers: []string{"Bug"}}
	Replay(board, 1, []*review.History{r.Read(a), r.Read(b)}, review.Never)
}

// pushedRevert is a revert that git made: its message says so, Gerrit does not.
func pushedRevert(number int, owner string, pushed, hour int, commits ...string) review.Change {
	c := merged(number, owner, pushed, hour, 0)
	c.PatchSets[0].Message = "Revert it\n\n"
	for _, sha := range commits {
		c.PatchSets[0].Message += "This reverts commit " + sha + ".\n"
	}
	c.Inherited = []int{1}
	return c
}

// of gives a change the SHAs of its patch sets, and a Change-Id and branch.
func of(c review.Change, changeID, branch string, commits ...string) review.Change {
	c.ChangeID, c.Branch = changeID, branch
	message := c.PatchSets[0].Message
	c.PatchSets = nil
	for i, sha := range commits {
		c.PatchSets = append(c.PatchSets, review.PatchSet{Number: i + 1, Kind: reviewtest.Rework, Uploader: c.Owner, Created: c.Created, Message: message, SHA: sha})
	}
	return c
}

func TestWhoRevertsWhom(t *testing.T) {
	sha := func(c string) string { return strings.Repeat(c, 40) }
	first := of(merged(1, "vol1", 8, 9, 0), "I1", "master", sha("a"), sha("b"))
	elsewhere := func(c review.Change) review.Change { c.Project = "labs/tools"; return c }
	board := &Board{Tag: "#external", Policy: review.Policy{Team: []string{"alice"}, Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}}}}
	for _, tc := range []struct {
		name    string
		changes []review.Change
		want    review.State
		since   int // hour
	}{
		{"the current patch set", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("b"))}, review.Reverted, 11},
		{"an older one", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("a"))}, review.Reverted, 11},
		{"in capitals", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("A"))}, review.Reverted, 11},
		{"abbreviated", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("b")[:9])}, review.Reverted, 11},
		{"as --reference writes it", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("b")[:9]+` (Fix it, 2026-12-07)`)}, review.Reverted, 11},
		{"too short for a commit", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("b")[:6])}, review.Merged, 11},
		{"an abbreviation that fits two", []review.Change{first, of(merged(2, "vol1", 8, 9, 0), "I2", "master", sha("b")[:20]+sha("c")[:20]), pushedRevert(3, "vol2", 10, 11, sha("b")[:9])}, review.Merged, 11},
		{"one of several", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("c"), sha("b"), sha("d"))}, review.Reverted, 11},
		{"several", []review.Change{first, of(merged(2, "vol1", 9, 10, 0), "I2", "master", sha("c")), pushedRevert(3, "vol2", 10, 11, sha("b"), sha("c"))}, review.Reverted, 11},
		{"a commit that nobody knows", []review.Change{first, pushedRevert(2, "vol2", 10, 11, sha("c"))}, review.Merged, 11},
		{"its own", []review.Change{of(pushedRevert(1, "vol1", 8, 9, sha("a")), "I1", "master", sha("a"), sha("b"))}, review.Merged, 9},
		{"that of another repository", []review.Change{elsewhere(first), pushedRevert(2, "vol2", 10, 11, sha("b"))}, review.Merged, 11},
		{"of one that is open", []review.Change{of(merged(1, "vol1", 8, 0, 0), "I1", "master", sha("a")), pushedRevert(2, "vol2", 9, 11, sha("a"))}, review.ReviewNeeded, 9},
		{"of one that is merged after it", []review.Change{of(merged(1, "vol1", 8, 12, 0), "I1", "master", sha("a")), pushedRevert(2, "vol2", 9, 11, sha("a"))}, review.Merged, 12},
		{"open", []review.Change{first, pushedRevert(2, "vol2", 10, 0, sha("b"))}, review.ReviewNeeded, 10},
		{"reverted itself", []review.Change{first, of(pushedRevert(2, "vol2", 10, 11, sha("b")), "I2", "master", sha("c")), pushedRevert(3, "vol2", 12, 13, sha("c"))}, review.Merged, 13},
		{"reverted itself by Gerrit", []review.Change{first, of(pushedRevert(2, "vol2", 10, 11, sha("b")), "I2", "master", sha("c")), merged(3, "vol2", 12, 13, 2)}, review.Merged, 13},
		{"of one that Gerrit made", []review.Change{first, of(merged(2, "vol2", 10, 11, 1), "I2", "master", sha("c")), pushedRevert(3, "vol2", 12, 13, sha("c"))}, review.Merged, 13},

		{"picked, its words gone", []review.Change{first, of(merged(2, "vol2", 10, 11, 1), "I2", "master", sha("c")), of(merged(3, "vol2", 12, 13, 0), "I2", "wmf/1.47", sha("d"))}, review.Reverted, 13},
		{"only the pick is merged", []review.Change{first, of(merged(2, "vol2", 10, 0, 1), "I2", "master", sha("c")), of(pushedRevert(3, "alice", 12, 13, sha("b")), "I2", "wmf/1.47", sha("d"))}, review.ReviewNeeded, 12},
		{"and the other one abandoned", []review.Change{first, abandoned(of(merged(2, "vol2", 10, 0, 1), "I2", "master", sha("c"))), of(pushedRevert(3, "alice", 12, 13, sha("b")), "I2", "wmf/1.47", sha("d"))}, review.Reverted, 13},
		{"reverted, not its pick", []review.Change{first, of(merged(2, "vol2", 10, 11, 1), "I2", "master", sha("c")), of(pushedRevert(3, "vol2", 12, 13, sha("b")), "I2", "wmf/1.47", sha("d")), merged(4, "vol2", 14, 15, 2)}, review.Merged, 15},
		{"the pick reverted, not itself", []review.Change{first, of(merged(2, "vol2", 10, 11, 1), "I2", "master", sha("c")), of(pushedRevert(3, "vol2", 12, 13, sha("b")), "I2", "wmf/1.47", sha("d")), pushedRevert(4, "vol2", 14, 15, sha("d"))}, review.Reverted, 15},
	} {
		var histories []*review.History
		for _, c := range tc.changes {
			histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(c))
		}
		for range 2 {
			slices.Reverse(histories)
			c := Replay(board, 1, histories, review.Never)
			if hour := time.Unix(c.Since, 0).UTC().Hour(); c.State != tc.want || hour != tc.since {
				t.Errorf("%s: %s since %d:00, want %s since %d:00", tc.name, c.State, hour, tc.want, tc.since)
			}
		}
	}
}

func abandoned(c review.Change) review.Change {
	c.Status = review.StatusAbandoned
	c.Messages = append(c.Messages, review.Message{ID: "1", By: c.Owner, Date: c.Created, Tag: reviewtest.GerritTag + "abandon", Text: "Abandoned"})
	return c
}

// A board that counts only a branch sees what was picked there, and its revert.
func TestThePickOfARevertUndoesThePickOfAChange(t *testing.T) {
	sha := func(c string) string { return strings.Repeat(c, 40) }
	board := &Board{Tag: "#external", Policy: review.Policy{Count: review.Count{Branches: []string{"wmf/*"}}, Review: review.Voting{Required: 1}}}
	changes := []review.Change{
		of(merged(1, "vol1", 8, 9, 0), "I1", "master", sha("a")), of(merged(2, "vol1", 8, 10, 0), "I1", "wmf/1.47", sha("b")),
		of(merged(3, "vol1", 11, 12, 1), "I3", "master", sha("c")), of(pushedRevert(4, "vol1", 13, 14, sha("a")), "I3", "wmf/1.47", sha("d")),
	}
	for n, want := range map[int]review.State{2: review.Merged, 3: review.Merged, 4: review.Reverted} {
		var histories []*review.History
		for _, c := range changes[:n] {
			histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(c))
		}
		if got := Replay(board, 1, histories, review.Never).State; got != want {
			t.Errorf("the first %d changes: %s, want %s", n, got, want)
		}
	}
}

func TestRevertedCommits(t *testing.T) {
	a, b := strings.Repeat("a1", 20), strings.Repeat("b2", 20)
	for message, want := range map[string][]string{
		"Revert \"Fix\"\n\nThis reverts commit " + a + ".\n":                             {a},
		"Revert it. This reverts commit " + a + ".":                                      {a},
		"Revert\n\nThis reverts commit " + a + ", reversing\nchanges made to " + b + ".": {a},
		"Revert\n\nThis reverts commit " + a + ".\nThis reverts commit " + b + ".":       {a, b},
		"Reapply\n\nThis reverts commit " + a + ".\n\n> This reverts commit " + b + ".":  {a},
		"Reapply\n\nThis reverts commit " + a + ".\n\n    This reverts commit " + b:      {a},
		"Revert\r\n\r\nThis reverts commit " + a + ".\r\n":                               {a},
		"Fix\n\nThis reverts commit abc123 for good, and this reverts commit " + b:       nil,
		"Fix\n\nThis partially reverts commit " + a + ".":                                nil,
		"Fix\n\nThis reverts commit " + a + "xyz":                                        nil,
	} {
		if got := review.RevertedCommits(message); !slices.Equal(got, want) {
			t.Errorf("RevertedCommits(%q) = %q, want %q", message, got, want)
		}
	}
}

// chainOfReverts returns n changes, each of which reverts the one before.
func chainOfReverts(n int) []*review.History {
	var histories []*review.History
	for i := range n {
		c := merged(i+1, "vol1", 0, 1, i)
		c.Created, c.Submitted = c.Created.Add(time.Duration(i)*time.Hour), c.Submitted.Add(time.Duration(i)*time.Hour)
		histories = append(histories, review.Reader{Footers: []string{"Bug"}}.Read(c))
	}
	return histories
}

func TestAChainOfReverts(t *testing.T) {
	board := &Board{Tag: "#external", Policy: review.Policy{Review: review.Voting{Required: 1}}}
	for n, want := range map[int]review.State{1: review.Merged, 2: review.Reverted, 3: review.Merged, 199: review.Merged, 200: review.Reverted} {
		if got := Replay(board, 1, chainOfReverts(n), review.Never).State; got != want {
			t.Errorf("%d changes: %s, want %s", n, got, want)
		}
	}
}

func BenchmarkChainOfReverts(b *testing.B) {
	board := &Board{Tag: "#external", Policy: review.Policy{Review: review.Voting{Required: 1}}}
	histories := chainOfReverts(200)
	for b.Loop() {
		Replay(board, 1, histories, review.Never)
	}
}

// A change says what undid it, and a merged revert is not counted.
func TestExplainOfReverts(t *testing.T) {
	board, columns := externalBoard(), externalColumns()
	q := Question{Board: board, Columns: columns, Footer: "Bug", Card: Card{Task: 1, Status: "open", OnBoard: true, Column: columns["In Progress"], EventsRead: true, Read: at(20, 0, 0)}}
	for _, c := range []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 11, 1)} {
		c.Branch = "master"
		q.Changes = append(q.Changes, review.Reader{Footers: []string{"Bug"}}.Read(c))
	}
	e := explain(q)
	if c := e.Changes[0]; c.State != review.Reverted || !c.Since.Equal(at(11, 0, 0)) || c.Sentence != "change 1 of vol1 was reverted by change 2 of vol2 (merged Mon 11:00)" {
		t.Errorf("%s since %s: %s", c.State, c.Since, c.Sentence)
	}
	if c := e.Changes[1]; c.Counted || c.Ignored != "it is a revert that was merged, which counts only for what it undid" {
		t.Errorf("counted %t, ignored %q", c.Counted, c.Ignored)
	}
}

// The merge of a revert does not complete the card.
func TestExplainSaysWhereTheMergeOfARevertLeads(t *testing.T) {
	board, columns := externalBoard(), externalColumns()
	q := Question{Board: board, Columns: columns, Footer: "Bug", Card: Card{Task: 1, Status: "open", OnBoard: true, Column: columns["Review Needed"], EventsRead: true, Read: at(20, 0, 0)}}
	for _, c := range []review.Change{merged(1, "vol1", 8, 9, 0), merged(2, "vol2", 10, 0, 1)} {
		c.Branch = "master"
		q.Changes = append(q.Changes, review.Reader{Footers: []string{"Bug"}}.Read(c))
	}
	var got []string
	for _, n := range explain(q).Next {
		got = append(got, n.To+": "+n.If)
	}
	all := strings.Join(got, "\n")
	if !slices.ContainsFunc(got, func(n string) bool {
		return strings.HasPrefix(n, "In Progress: ") && strings.Contains(n, "the merge of change 2")
	}) {
		t.Errorf("next:\n%s", all)
	}
	if slices.ContainsFunc(got, func(n string) bool {
		return strings.HasPrefix(n, "Review Completed: ") && strings.Contains(n, "the merge")
	}) {
		t.Errorf("next:\n%s", all)
	}
}

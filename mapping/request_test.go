package mapping_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// TestHashtagsAreWords: those of people are news to a card, those of bots are not, and none is without a request.
func TestHashtagsAreWords(t *testing.T) {
	w := newAskWorld()
	sums := func() string { return review.Digest(1, []*review.History{w.read()}) }
	before := sums()
	w.c.Hashtag(day(1), "ci-bot", "x", true)
	if sums() != before {
		t.Errorf("a bot's hashtag: %s", sums())
	}
	w.c.Hashtag(day(1), "vol2", "y", true)
	if sums() == before {
		t.Errorf("a person's hashtag is no news: %s", sums())
	}
	before = sums()
	w.board.Requests.Line, w.rules.Decline = nil, nil
	if sums() != before {
		t.Error("other lines to look for make another digest")
	}
}

// TestRequestsDateTheCard: a request is a word for a review.
func TestRequestsDateTheCard(t *testing.T) {
	w := newAskWorld()
	course := func() Course { return Replay(w.board, 1, []*review.History{w.read()}, review.Never) }
	w.c.Review(day(0.1), "alice", "", 1, "Code-Review", 1, "")
	if c := course(); c.State != review.Reviewed {
		t.Fatalf("%s", c.State)
	}
	w.c.Hashtag(day(1), "alice", "second-review", true)
	if c := course(); c.State != review.ReviewNeeded || c.Since != day(1).Unix() {
		t.Errorf("%s since %s", c.State, time.Unix(c.Since, 0).UTC())
	}
	w.c.Comment(day(2), "vol1", nil, false, "Second review please!")
	c := course()
	if c.State != review.ReviewNeeded || c.Since != day(2).Unix() {
		t.Errorf("a second request: %s since %s", c.State, time.Unix(c.Since, 0).UTC())
	}
	w.c.Hashtag(day(3), "carol", "something-else", true)
	w.c.Hashtag(day(3), "vol2", "second-review", true)
	if c := course(); c.Since != day(2).Unix() {
		t.Errorf("dated anew by what is no request: %s", time.Unix(c.Since, 0).UTC())
	}
	w.rules, w.board.Requests = nil, review.Requests{}
	if c := course(); c.State != review.Reviewed {
		t.Errorf("a board that asks nobody: %s", c.State)
	}
}

func TestExplainedRequest(t *testing.T) {
	w := newAskWorld()
	w.c.Review(day(0.1), "alice", "", 1, "Code-Review", 1, "")
	q := Question{Board: w.board, Columns: externalColumns(), Start: firstMonday, Card: Card{Task: 1, Status: "open", OnBoard: true, Column: externalColumns()["Review Completed"], EventsRead: true, Read: day(9)}}
	q.Changes = []*review.History{w.read()}
	e := explain(q)
	if !slices.ContainsFunc(e.Next, func(n tell.Next) bool {
		return n.To == "Review Needed" && strings.Contains(n.If, "or the hashtag second-review on change 101 by the team or its owner")
	}) {
		t.Errorf("what moves it: %+v", e.Next)
	}
	w.c.Hashtag(day(1), "alice", "second-review", true)
	w.ask(day(1))
	w.ask(day(3))
	q.Changes = []*review.History{w.read()}
	explained := explain(q).Changes[0]
	told := fmt.Sprint(explained.Facts, explained.Standing)
	for _, want := range []string{
		"alice gave it the hashtag second-review", "reviewsync asked bob for a review", "reviewsync reminded bob", "alice asked for a second review (hashtag second-review, Dec 8 09:00)",
		"bob is expected to review: asked by reviewsync",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not told: %s", want, told)
		}
	}
}

// TestAskIsWaitedFor: a review that we asked for is expected, until it comes or somebody else is asked.
func TestAskIsWaitedFor(t *testing.T) {
	w := newAskWorld()
	state := func() review.State { return Replay(w.board, 1, []*review.History{w.read()}, review.Never).State }
	w.ask(day(1))
	c := Replay(w.board, 1, []*review.History{w.read()}, review.Never)
	if c.Since != day(1).Unix() || c.State != review.ReviewNeeded {
		t.Errorf("%s since %s: an ask is a word for a review", c.State, time.Unix(c.Since, 0).UTC())
	}
	w.c.Review(day(2), "bob", "", 1, "Code-Review", 1, "")
	if got := state(); got != review.ReviewNeeded {
		t.Errorf("before alice answers: %s", got)
	}
	told := w.c.Get()
	if got := Replay(w.board, 1, []*review.History{review.Reader{Footers: []string{"Bug"}}.Read(told)}, review.Never).State; got != review.Reviewed {
		t.Errorf("where the account is not known to be ours: %s", got)
	}
	for name, end := range map[string]func(c *reviewtest.Change){
		"a vote":   func(c *reviewtest.Change) { c.Review(day(3), "alice", "", 1, "Code-Review", 1, "") },
		"a word":   func(c *reviewtest.Change) { c.Review(day(3), "alice", "", 1, "", 0, "No time.") },
		"removed":  func(c *reviewtest.Change) { c.RemoveReviewer(day(3), "vol1", "alice") },
		"off turn": func(c *reviewtest.Change) { c.Unturn(day(3), "alice") },
	} {
		var then review.Change
		text, err := json.Marshal(told)
		if err == nil {
			err = json.Unmarshal(text, &then)
		}
		if err != nil {
			t.Fatal(err)
		}
		v := newAskWorld()
		v.c.Change, v.c.Votes, v.c.Reviewing = then, slices.Clone(w.c.Votes), slices.Clone(w.c.Reviewing)
		v.c.Labels, v.c.OnTurn, v.c.OffTurn = nil, nil, nil
		v.c.Turn(day(1), "alice")
		end(v.c)
		if got := Replay(v.board, 1, []*review.History{v.read()}, review.Never).State; got != review.Reviewed {
			t.Errorf("%s: %s", name, got)
		}
	}
	w = newAskWorld()
	w.ask(day(1))
	w.ask(day(3))
	w.ask(day(5)) // bob, since alice does not answer
	w.c.Review(day(6), "bob", "", 1, "Code-Review", 1, "")
	if got := state(); got != review.Reviewed {
		t.Errorf("after somebody else was asked: %s", got)
	}
}

// TestRequestSentences: what is said on the task's card of a request.
func TestRequestSentences(t *testing.T) {
	w := newAskWorld()
	sentence := func() string {
		q := Question{Board: w.board, Columns: externalColumns(), Start: firstMonday, Card: Card{Task: 1, Status: "open", OnBoard: true, Column: externalColumns()["Inbox"], EventsRead: true, Read: day(3)}, Changes: []*review.History{w.read()}}
		q.Board.From = []string{"Inbox"}
		return inWords(Decide(q))
	}
	w.c.Review(day(0.1), "alice", "", 1, "Code-Review", 1, "")
	w.c.Hashtag(day(0.2), "alice", "second-review", true)
	want := "Review Needed: change 101 of vol1 waits for review (since Mon 09:00); 1 of 2 team votes; 2 votes wanted: alice asked for a second review (hashtag second-review, Mon 13:48)"
	if got := sentence(); !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w.c.Review(day(0.3), "bob", "", 1, "Code-Review", 1, "")
	want = "Review Completed: bob voted +1 on patch set 1 of change 101 (Mon 16:12); 2 of 2 team votes, nobody else was asked; 2 votes wanted: alice asked for a second review (hashtag second-review, Mon 13:48)"
	if got := sentence(); !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w.c.Hashtag(day(0.4), "bob", "second-review", false)
	if got := sentence(); !strings.Contains(got, "2 team votes, 1 required") || strings.Contains(got, "wanted") {
		t.Errorf("without the request: %s", got)
	}
	w.c.Comment(day(0.5), "carol", nil, false, "Second review, please: this is big.")
	w.board.Review.Required = 2
	want = "2 of 3 team votes; 3 votes wanted: carol asked for one more review (Mon 21:00)"
	if got := sentence(); !strings.HasSuffix(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

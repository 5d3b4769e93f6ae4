package mapping_test

import (
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// A change that is pushed as a work in progress with a hashtag has Gerrit's message about
// the hashtag in the place of that about the push.
func TestWorkInProgressPushedWithAHashtag(t *testing.T) {
	w := newAskWorld()
	c := w.c
	c.WorkInProgress, c.Hashtags = true, []string{"second-review"}
	c.Messages[0].Tag, c.Messages[0].Text = reviewtest.GerritTag+"setHashtag", "Hashtag added: second-review"
	course := func() Course { return Replay(w.board, 1, []*review.History{w.read()}, review.Never) }
	if c := course(); c.State != review.Draft || c.Since != day(0).Unix() {
		t.Errorf("%s since %s", c.State, time.Unix(c.Since, 0).UTC())
	}
	c.SetWIP(day(1), "vol1", false, true)
	if c := course(); c.State != review.ReviewNeeded || c.Since != day(1).Unix() {
		t.Errorf("%s since %s", c.State, time.Unix(c.Since, 0).UTC())
	}
	if d := w.ask(day(1)); d.Verdict != ask.Somebody || d.Who != "alice" {
		t.Errorf("%s", tell.Ask(d))
	}
}

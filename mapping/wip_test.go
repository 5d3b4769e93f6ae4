package mapping

import (
	"testing"
	"time"

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
	course := func() course { return replay(w.board, 1, []*review.History{w.read()}, review.Never) }
	if c := course(); c.state != review.Draft || c.since != day(0).Unix() {
		t.Errorf("%s since %s", c.state, time.Unix(c.since, 0).UTC())
	}
	c.SetWIP(day(1), "vol1", false, true)
	if c := course(); c.state != review.ReviewNeeded || c.since != day(1).Unix() {
		t.Errorf("%s since %s", c.state, time.Unix(c.since, 0).UTC())
	}
	if d := w.ask(day(1)); d.Verdict != ask.Somebody || d.Who != "alice" {
		t.Errorf("%s", tell.Ask(d))
	}
}

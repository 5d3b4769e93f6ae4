package ask_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// step is something that happens, or a decision of the service, which is carried out.
type step struct {
	day  float64
	do   func(c *reviewtest.Change, now time.Time)
	want string // verdict and name
	text string // part of the reason
}

func decided(day float64, want, text string) step { return step{day: day, want: want, text: text} }

func says(day float64, who, text string) step {
	return step{day: day, do: func(c *reviewtest.Change, now time.Time) { c.Review(now, who, "", c.Current(), "", 0, text) }}
}

func givesVote(day float64, who string, value int) step {
	return step{day: day, do: func(c *reviewtest.Change, now time.Time) {
		c.Review(now, who, "", c.Current(), "Code-Review", value, "")
	}}
}

func happens(day float64, do func(c *reviewtest.Change, now time.Time)) step {
	return step{day: day, do: do}
}

// What follows an ask.
func TestWhatComesOfAnAsk(t *testing.T) {
	asked := decided(1, "ask alice", "")
	for name, steps := range map[string][]step{
		"asked once": {asked, decided(1, "no", "alice was asked (Dec 8 09:00 UTC) and has not answered"), decided(2.9, "no", "")},
		"reminded once, then one other, then stuck": {
			asked, decided(3, "remind alice", "alice is reminded: asked Dec 8"), decided(3, "no", "nor since the reminder (Dec 10 09:00 UTC)"), decided(4.9, "no", ""),
			decided(5, "next bob", "alice was asked (Dec 8 09:00 UTC) and has not answered"), decided(5, "no", "bob was asked"), decided(6.9, "no", ""),
			decided(7, "stuck", "neither alice (asked Dec 8 09:00 UTC) nor bob (asked Dec 12 09:00 UTC) has answered"), decided(99, "stuck", ""),
		},
		"a late decision reminds first":  {asked, decided(50, "remind alice", ""), decided(51.9, "no", ""), decided(52, "next bob", "")},
		"a vote ends it":                 {asked, givesVote(2, "alice", 1), decided(9, "no", "it is reviewed")},
		"a vote against ends it":         {asked, givesVote(2, "alice", -1), decided(9, "no", "it is needs-work")},
		"a word ends it":                 {asked, says(2, "alice", "What for?"), decided(3.9, "no", "alice was asked and answered (Dec 9 09:00 UTC)"), decided(4, "ask bob", "0 of 1 team votes")},
		"a late answer leaves the other": {asked, decided(3, "remind alice", ""), decided(5, "next bob", ""), givesVote(6, "alice", 1), decided(6.9, "no", "bob was asked"), decided(7, "remind bob", ""), givesVote(8, "bob", 1), decided(9, "no", "it is reviewed")},
		"another's vote is enough":       {asked, givesVote(2, "bob", 1), decided(2.9, "no", ""), decided(3, "remind alice", ""), decided(5, "stuck", "there are votes enough, so nobody else is asked: remove alice as a reviewer")},
		"declined by a line":             {asked, says(2, "alice", "Not me, sorry."), decided(2, "next bob", "alice declined (Dec 9 09:00 UTC)")},
		"declined by a later line":       {asked, says(2, "alice", "Let me see."), says(2.1, "alice", "Not me, sorry."), decided(2.1, "next bob", "alice declined")},
		"a vote, and then a line":        {asked, givesVote(2, "alice", 1), says(2.1, "alice", "Not me, next time."), decided(9, "no", "it is reviewed")},
		"declined in a comment":          {asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.Comment(now, "alice", nil, false, "not me") }), decided(2, "next bob", "")},
		"somebody else's line is none":   {asked, says(2, "carol", "Not me either."), decided(2, "no", "alice was asked")},
		"declined by leaving the turn":   {asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.Unturn(now, "alice") }), decided(2, "next bob", "alice declined")},
		"declined by leaving":            {asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.RemoveReviewer(now, "alice", "alice") }), decided(2, "next bob", "alice declined")},
		"all decline": {
			asked, says(2, "alice", "not me"), decided(2, "next bob", ""), says(3, "bob", "not me"), decided(3, "next carol", ""), says(4, "carol", "not me"),
			decided(4, "next dave", ""), says(5, "dave", "not me"), decided(5, "next erin", ""), says(6, "erin", "not me"), decided(6, "stuck", "erin declined (Dec 13 09:00 UTC); nobody of the team can be asked"),
		},
		"a decline counts not as silence": {
			asked, says(2, "alice", "not me"), decided(2, "next bob", ""), decided(4, "remind bob", ""), decided(6, "next carol", ""), decided(8, "stuck", "neither bob"),
		},
		"undone by a person is final": {
			asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.RemoveReviewer(now, "vol1", "alice") }), decided(2, "no", "vol1 took alice, whom reviewsync had asked, off the reviewers (Dec 9 09:00 UTC); nobody else is asked here"),
			happens(3, func(c *reviewtest.Change, now time.Time) { c.Hashtag(now, "bob", "second-review", true) }), decided(99, "no", "nobody else is asked here"),
		},
		"taken off by a bot": {asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.RemoveReviewer(now, "ci-bot", "alice") }), decided(2, "next bob", "alice is no longer a reviewer")},
		"work in progress takes nobody's turn for a decline": {
			asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.SetWIP(now, "vol1", true, true) }), decided(2, "no", "it is draft"),
			happens(9, func(c *reviewtest.Change, now time.Time) { c.SetWIP(now, "vol1", false, true) }), decided(10.9, "no", "alice was asked"), decided(11, "remind alice", ""),
		},
		"new objections stop the clock": {
			asked, givesVote(2, "carol", -1), decided(3, "no", "it is needs-work"), happens(8, func(c *reviewtest.Change, now time.Time) { c.Upload(now, "vol1", reviewtest.Rework, []int{1}, nil) }),
			decided(9.9, "no", "alice was asked"), decided(10, "remind alice", ""), decided(12, "next bob", ""),
		},
		"a request asks for one more, once": {
			givesVote(0.1, "carol", 1), decided(1, "no", "it is reviewed"), happens(2, func(c *reviewtest.Change, now time.Time) { c.Hashtag(now, "carol", "second-review", true) }),
			decided(2, "ask alice", "carol asked for a second review"), givesVote(3, "alice", 1), decided(9, "no", "it is reviewed"),
			happens(10, func(c *reviewtest.Change, now time.Time) { c.Upload(now, "vol1", reviewtest.Rework, []int{1}, nil) }), decided(11.9, "no", "0 of 2 team votes"), decided(12, "ask bob", "0 of 2 team votes since Dec 17 09:00 UTC"),
		},
		"an answer without a vote starts the clock of a request anew": {
			happens(0.5, func(c *reviewtest.Change, now time.Time) { c.Hashtag(now, "vol1", "second-review", true) }), decided(0.5, "ask alice", ""), says(1, "alice", "Why two?"),
			decided(1, "no", "alice was asked and answered"), decided(2.9, "no", ""), decided(3, "ask bob", "0 of 2 team votes"),
		},
		"who was asked for one vote may be asked for the second": {
			givesVote(0.1, "bob", -1), happens(0.2, func(c *reviewtest.Change, now time.Time) { c.Upload(now, "vol1", reviewtest.Rework, []int{1}, nil) }),
			decided(2.2, "ask alice", ""), decided(4.2, "remind alice", ""), decided(6.2, "next carol", ""), givesVote(6.5, "carol", 1), decided(7, "no", "it is reviewed"),
			happens(7.1, func(c *reviewtest.Change, now time.Time) { c.Hashtag(now, "carol", "second-review", true) }), decided(7.1, "ask dave", ""),
			says(8, "dave", "not me"), decided(8, "next erin", ""), says(8.1, "erin", "not me"), decided(8.1, "next alice", ""),
		},
		"merged meanwhile": {asked, happens(2, func(c *reviewtest.Change, now time.Time) { c.Close(now, "bob", review.StatusMerged) }), decided(9, "no", "it is merged")},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			for _, s := range steps {
				if s.do != nil {
					s.do(w.c, day(s.day))
					continue
				}
				if d := w.ask(day(s.day)); short(d) != s.want || !strings.Contains(tell.Ask(d), s.text) {
					t.Fatalf("day %v: got %s: %s\nwant %s: %s", s.day, short(d), tell.Ask(d), s.want, s.text)
				}
			}
		})
	}
}

// If the person who was asked cannot review any more, another one is asked at once. If they are away, there is only no reminder.
func TestWhoCanNoLongerReview(t *testing.T) {
	gone := func(do func(w *world)) (*world, string) {
		w := newWorld()
		w.ask(day(1))
		do(w)
		return w, short(w.decide(day(1.1)))
	}
	if w, got := gone(func(w *world) { w.q.Cannot = map[string]ask.Barred{"alice": {By: ask.BarInactive}} }); got != "next bob" || !strings.Contains(tell.Ask(w.decide(day(2))), "alice, who was asked (Dec 8 09:00 UTC), is inactive") {
		t.Errorf("inactive: %s", got)
	}
	if _, got := gone(func(w *world) { w.policy.Team = reviewtest.Team[1:] }); got != "next bob" {
		t.Errorf("left the team: %s", got)
	}
	if _, got := gone(func(w *world) { w.c.Upload(day(1.05), "alice", reviewtest.Rework, []int{1}, nil) }); got != "next bob" {
		t.Errorf("on the author's side: %s", got)
	}
	w, got := gone(func(w *world) { w.q.Away = map[string]time.Time{"alice": {}} })
	if got != "no" {
		t.Errorf("away: %s", got)
	}
	if got := short(w.decide(day(3))); got != "next bob" {
		t.Errorf("away, and no answer in time: %s", got)
	}
}

// Only our own messages with a key of this change are asks.
func TestOwnMessages(t *testing.T) {
	text := func(line string) string { return "Patch Set 1:\n\nA review by alice is wanted.\n\n" + line }
	good := text("[reviewsync ask mediawiki/core~101 few 1 alice]")
	for name, tt := range map[string]struct {
		by, tag, text string
		asks          int
	}{
		"ours":                      {reviewtest.Ourselves, reviewtest.AskTag, good, 1},
		"another's":                 {"build-bot", reviewtest.AskTag, good, 0},
		"a person's":                {"vol1", reviewtest.AskTag, good, 0},
		"another tag":               {reviewtest.Ourselves, "autogenerated:reviewsync~note", good, 0},
		"without a key":             {reviewtest.Ourselves, reviewtest.AskTag, text("Bye."), 0},
		"of another change":         {reviewtest.Ourselves, reviewtest.AskTag, text("[reviewsync ask mediawiki/core~102 few 1 alice]"), 0},
		"a key that is not closed":  {reviewtest.Ourselves, reviewtest.AskTag, text("[reviewsync ask mediawiki/core~101 few 1 alice"), 0},
		"a key with too little":     {reviewtest.Ourselves, reviewtest.AskTag, text("[reviewsync ask mediawiki/core~101 few]"), 0},
		"a key without a number":    {reviewtest.Ourselves, reviewtest.AskTag, text("[reviewsync ask mediawiki/core~101 few two alice]"), 0},
		"a key that is not at last": {reviewtest.Ourselves, reviewtest.AskTag, good + "\n\nBye.", 0},
		"space behind it":           {reviewtest.Ourselves, reviewtest.AskTag, good + "\n \n", 1},
		"a reminder of nothing":     {reviewtest.Ourselves, reviewtest.RemindTag, text("[reviewsync reminder mediawiki/core~101 few 1 alice]"), 0},
		"an empty message":          {reviewtest.Ourselves, reviewtest.AskTag, "", 0},
	} {
		w := newWorld()
		w.c.Say(day(1), tt.by, tt.tag, 1, tt.text)
		asks := w.rules.Asks(w.read())
		if len(asks) != tt.asks {
			t.Errorf("%s: %v", name, asks)
		}
		if len(asks) == 1 {
			if a := asks[0]; a.Who != "alice" || a.Votes != 1 || !a.At.Equal(day(1)) || !a.Open || a.Change != w.c.Key {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
}

func TestAsksOfAChange(t *testing.T) {
	w := newWorld()
	open := func() (list []string) {
		for _, a := range w.rules.Asks(w.read()) {
			list = append(list, fmt.Sprint(a.Who, a.Open))
		}
		return list
	}
	w.ask(day(1))
	w.ask(day(3))
	w.ask(day(5))
	if got := open(); !slices.Equal(got, []string{"alicefalse", "bobtrue"}) {
		t.Errorf("%v", got)
	}
	w.c.Close(day(6), "vol1", review.StatusAbandoned)
	if got := open(); !slices.Equal(got, []string{"alicefalse", "bobfalse"}) {
		t.Errorf("abandoned: %v", got)
	}
}

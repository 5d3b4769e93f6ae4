package gerrit_test

import (
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// TestRulesReadTheirOwnAsks: what is posted on a server is found on it again, so that
// nobody is asked twice even if nothing was stored.
func TestRulesReadTheirOwnAsks(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		policy := &review.Policy{
			Team: []string{alice, bob}, Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}}, Requests: review.Requests{Hashtag: "second-review"},
		}
		rules := &ask.Rules{Nobody: time.Hour, RemindAfter: time.Hour}
		decide := func(later time.Duration) ask.Decision {
			t.Helper()
			c := a.change()
			h := review.Reader{Self: sync, Lines: rules.Lines(policy.Requests)}.Read(ruled(c))
			return ask.Decide(ask.Question{Board: "#board", Policy: policy, Rules: rules, On: h, Now: c.Updated.Add(later)})
		}
		post := func(d ask.Decision) {
			t.Helper()
			in := a.of(a.id(d.Who))
			in.Message, in.Reason = tell.AskMessage(d), tell.Attention
			do := a.c.Ask
			if d.Verdict == ask.Remind {
				do = a.c.Remind
			}
			if g, real := s.(*realGerrit); real {
				g.tick()
				defer g.tock()
			}
			got, err := do(t.Context(), in)
			ok(t, err)
			if got.Useless() != "" {
				t.Errorf("%s: %s", d.Key, got.Useless())
			}
		}
		is := func(d ask.Decision, want ask.Verdict, who string) {
			t.Helper()
			if d.Verdict != want || d.Who != who {
				t.Fatalf("verdict %s of %q, want %s of %q: %s", d.Verdict, d.Who, want, who, tell.Ask(d))
			}
		}
		is(decide(0), ask.Nobody, "")
		ok(t, s.Hashtags(vol, a.number, []string{"second-review"}, nil))
		d := decide(0)
		is(d, ask.Somebody, alice)
		post(d)
		is(decide(0), ask.Nobody, "")
		d = decide(time.Hour)
		is(d, ask.Remind, alice)
		post(d)
		is(decide(0), ask.Nobody, "")
		is(decide(time.Hour), ask.Another, bob)
		ok(t, s.RemoveAttention(alice, a.number, alice, "Not now."))
		d = decide(0)
		is(d, ask.Another, bob) // at once, since she left
		post(d)
		reviews(t, s, bob, a.number, gerrittest.ReviewInput{Labels: codeReview(1)})
		is(decide(0), ask.Nobody, "")
	})
}

// After a person took a reviewer off whom we had asked, nobody else is asked.
func TestUndoneAsk(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		policy := &review.Policy{Team: []string{alice, bob}, Review: review.Voting{Required: 1}}
		decide := func() ask.Decision {
			t.Helper()
			c := a.change()
			return ask.Decide(ask.Question{Policy: policy, Rules: &ask.Rules{Nobody: time.Hour}, On: review.Reader{Self: sync}.Read(ruled(c)), Now: c.Updated.Add(99 * time.Hour)})
		}
		d := decide()
		in := a.of(a.id(d.Who))
		in.Message = tell.AskMessage(d)
		_, err := a.c.Ask(t.Context(), in)
		ok(t, err)
		ok(t, s.RemoveReviewer(bob, a.number, alice))
		if d := decide(); d.Verdict != ask.Nobody || !strings.Contains(tell.Ask(d), bob+" took "+alice+", whom reviewsync had asked, off the reviewers") {
			t.Errorf("%s", tell.Ask(d))
		}
	})
}

// ruled is a change as the rules know it.
func ruled(c *gerrit.Change) review.Change {
	who := func(a gerrit.Account) review.Account {
		return review.Account{ID: a.ID, Username: a.Username, Name: a.Name, Inactive: a.Inactive, Service: a.Service}
	}
	m := review.Change{
		Key: review.Key{Project: c.Project, Number: c.Number}, Branch: c.Branch, Status: review.Status(c.Status), Owner: who(c.Owner),
		WorkInProgress: c.WorkInProgress, Created: c.Created, Hashtags: c.Hashtags,
	}
	for _, r := range c.Revisions {
		m.PatchSets = append(m.PatchSets, review.PatchSet{Number: r.Number, Kind: r.Kind, Uploader: who(r.Uploader), Created: r.Created, Message: r.CommitMessage, SHA: r.SHA, Parents: r.Parents})
	}
	for _, l := range c.Labels {
		label := review.Label{Name: l.Name, Min: l.Min, Max: l.Max}
		for _, v := range l.All {
			if v.Value != 0 {
				label.Votes = append(label.Votes, review.Vote{By: who(v.Account), Value: v.Value, Date: v.Date, Tag: v.Tag})
			}
		}
		m.Labels = append(m.Labels, label)
	}
	for _, s := range c.Messages {
		m.Messages = append(m.Messages, review.Message{ID: s.ID, By: who(s.Author), Date: s.Date, Tag: s.Tag, PatchSet: s.PatchSet, Text: s.Text})
	}
	for _, u := range c.ReviewerUpdates {
		m.Reviewers = append(m.Reviewers, review.ReviewerUpdate{Date: u.Updated, By: who(u.By), Who: who(u.Reviewer), State: u.State})
	}
	for _, on := range c.Attention {
		m.OnTurn = append(m.OnTurn, review.Turn{Who: who(on.Account), Date: on.LastUpdate})
	}
	for _, off := range c.AttentionRemoved {
		m.OffTurn = append(m.OffTurn, review.Turn{Who: who(off.Account), Date: off.LastUpdate})
	}
	return m
}

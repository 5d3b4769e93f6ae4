package gerrit_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

const turnReason = "reviewsync: a review is wanted"

// asker asks for reviews of one change.
type asker struct {
	t       *testing.T
	s       server
	c       *gerrit.Client
	project string
	number  int
}

func askerOf(t *testing.T, s server, project string) *asker {
	t.Helper()
	return &asker{t: t, s: s, c: clientOf(t, s, sync), project: project, number: push(t, s, project)}
}

func (a *asker) id(name string) int {
	a.t.Helper()
	account, err := a.c.Account(a.t.Context(), name)
	ok(a.t, err)
	return account.ID
}

func (a *asker) change() *gerrit.Change {
	a.t.Helper()
	c, err := a.c.Change(a.t.Context(), a.project, a.number)
	ok(a.t, err)
	return c
}

func (a *asker) of(account int) gerrit.Ask {
	return gerrit.Ask{
		Project: a.project, Number: a.number, Revision: a.change().CurrentRevision, Account: account,
		Message: "A review is wanted.\n\nreviewsync ask 1", Reason: turnReason,
	}
}

// asked is an ask that Gerrit accepts, in a second of its own.
func (a *asker) asked(name string) gerrit.Asked {
	a.t.Helper()
	if g, real := a.s.(*realGerrit); real {
		g.tick()
		defer g.tock()
	}
	got, err := a.c.Ask(a.t.Context(), a.of(a.id(name)))
	ok(a.t, err)
	if now := a.change().MetaRevID; got.MetaRevID != now {
		a.t.Errorf("of %s: meta_rev_id %s, the change has %s", name, got.MetaRevID, now)
	}
	return got
}

// reviewersOf lists the reviewer updates.
func reviewersOf(c *gerrit.Change) (list []string) {
	for _, u := range c.ReviewerUpdates {
		list = append(list, u.By.Username+": "+u.Reviewer.Username+" "+u.State)
	}
	return list
}

func turnsOf(c *gerrit.Change) (list []string) {
	for _, on := range c.Attention {
		list = append(list, on.Account.Username+": "+on.Reason)
	}
	return list
}

// said returns the messages of the account that asks.
func said(c *gerrit.Change) (list []string) {
	for _, m := range c.Messages {
		if m.Author.Username == sync {
			list = append(list, m.Tag+" "+m.Text)
		}
	}
	return list
}

func TestAsk(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		got := a.asked(bob)
		if !got.Added || !got.OnTurn || got.Status != "NEW" || got.Useless() != "" {
			t.Errorf("%+v", got)
		}
		c := a.change()
		if diff := cmp.Diff([]string{sync + ": " + bob + " REVIEWER", sync + ": " + sync + " CC"}, reviewersOf(c), cmpopts.SortSlices(strings.Compare)); diff != "" {
			t.Errorf("reviewers (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([]string{bob + ": " + turnReason}, turnsOf(c)); diff != "" {
			t.Errorf("attention set (-want +got):\n%s", diff)
		}
		want := []string{gerrit.AskTag + " Patch Set 1:\n\nA review is wanted.\n\nreviewsync ask 1"}
		if diff := cmp.Diff(want, said(c)); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		ok(t, s.RemoveAttention(bob, a.number, bob, "Later."))
		if on := turnsOf(a.change()); len(on) != 0 {
			t.Fatalf("still on turn: %v", on)
		}
		if g, real := s.(*realGerrit); real {
			g.tick()
		}
		got, err := a.c.Remind(t.Context(), a.of(a.id(bob)))
		ok(t, err)
		if got.Added || !got.OnTurn || got.Useless() != "" {
			t.Errorf("the reminder: %+v", got)
		}
		c = a.change()
		if texts := said(c); len(texts) != 2 || !strings.HasPrefix(texts[1], gerrit.RemindTag+" ") {
			t.Errorf("messages: %q", texts)
		}
		if diff := cmp.Diff([]string{bob + ": " + turnReason}, turnsOf(c)); diff != "" {
			t.Errorf("attention set after the reminder (-want +got):\n%s", diff)
		}
		if n := len(c.ReviewerUpdates); n != 2 {
			t.Errorf("the reminder made a reviewer: %v", reviewersOf(c))
		}
	})
}

// TestUselessAsks: Gerrit accepts them all, and writes a message.
func TestUselessAsks(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		check := func(name string, want gerrit.Asked, useless string) {
			t.Helper()
			before := len(said(a.change()))
			got := a.asked(name)
			got.MetaRevID = ""
			if got != want || got.Useless() != useless {
				t.Errorf("of %s: %+v, %q; want %+v, %q", name, got, got.Useless(), want, useless)
			}
			if n := len(said(a.change())); n != before+1 {
				t.Errorf("of %s: %d messages, want one more than %d", name, n, before)
			}
		}
		on := gerrit.Asked{Status: "NEW", OnTurn: true}
		check(vol, on, "") // the owner, who does not become a reviewer
		check(alice, gerrit.Asked{Status: "NEW", Added: true, OnTurn: true}, "")
		check(alice, on, "") // once more
		reviews(t, s, alice, a.number, gerrittest.ReviewInput{Labels: codeReview(1)})
		check(alice, on, "") // who has voted
		if turns := turnsOf(a.change()); !cmp.Equal(turns[0], alice+": "+turnReason) {
			t.Errorf("a reviewer who has voted is not on turn: %v", turns)
		}
		check(ci, gerrit.Asked{Status: "NEW", Added: true}, "the account cannot be in the attention set: it is a bot, or not of this change")
		got, err := a.c.Ask(t.Context(), a.of(a.id(ghost)))
		ok(t, err)
		if !got.Added || !got.Inactive || !got.OnTurn || got.Useless() != "the account is inactive" {
			t.Errorf("of an inactive account: %+v, %q", got, got.Useless())
		}
		ok(t, s.SetWIP(vol, a.number, ""))
		check(bob, gerrit.Asked{Status: "NEW", Added: true, OnTurn: true}, "") // work in progress
		ok(t, s.Abandon(vol, a.number, ""))
		check(eve, gerrit.Asked{Status: "ABANDONED", Added: true, OnTurn: true}, "the change is abandoned")
	})
}

func TestRefusedAsks(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		hidden, err := s.Push(alice, s.ProjectNames().hidden, "master", gerrittest.PushInput{Subject: "A secret"})
		ok(t, err)
		secret := &asker{t: t, s: s, c: clientOf(t, s, alice), project: s.ProjectNames().hidden, number: hidden}
		before := a.change().MetaRevID

		for name, tt := range map[string]struct {
			by     *asker
			who    int
			reason string
		}{
			"an unknown account":        {a, 99999999, "Account '99999999' not found"},
			"who cannot see the change": {secret, a.id(bob), "does not have permission to see this change"},
		} {
			was := tt.by.change().MetaRevID
			_, err := tt.by.c.Ask(t.Context(), tt.by.of(tt.who))
			cannot, is := errors.AsType[*gerrit.CannotAsk](err)
			if !is || cannot.Account != tt.who || cannot.Reason != tt.reason {
				t.Errorf("%s: %v", name, err)
			}
			if remote.ClassOf(err) != remote.Blocked || !strings.Contains(err.Error(), tt.reason) || strings.Contains(err.Error(), "{") {
				t.Errorf("%s: %s: %v", name, remote.ClassOf(err), err)
			}
			if now := tt.by.change().MetaRevID; now != was {
				t.Errorf("%s: something was written", name)
			}
		}

		other := a.of(a.id(bob))
		other.Revision = strings.Repeat("deadbeef", 5)
		gone := a.of(a.id(bob))
		gone.Number = hidden
		gone.Project = s.ProjectNames().hidden
		for name, in := range map[string]gerrit.Ask{"an unknown patch set": other, "a change that we may not see": gone} {
			if _, err := a.c.Ask(t.Context(), in); !remote.NotFound(err) {
				t.Errorf("%s: %v", name, err)
			} else if _, is := errors.AsType[*gerrit.CannotAsk](err); is {
				t.Errorf("%s counts as a person who cannot be asked: %v", name, err)
			}
		}
		if _, err := newClient(t, s.URL(), sync, "wrong").Ask(t.Context(), a.of(a.id(bob))); remote.ClassOf(err) != remote.Fatal {
			t.Errorf("a wrong password: %v", err)
		}
		if _, err := newClient(t, s.URL(), "", "").Ask(t.Context(), a.of(a.id(bob))); remote.ClassOf(err) != remote.Blocked || err == nil {
			t.Errorf("without an account: %v", err)
		}
		if now := a.change().MetaRevID; now != before {
			t.Error("a refused ask was written")
		}
	})
}

// TestPrivateAsk: a change that turned private is gone, and nothing is written.
func TestPrivateAsk(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		in := a.of(a.id(bob))
		ok(t, s.SetPrivate(vol, a.number, true))
		if _, err := a.c.Ask(t.Context(), in); !remote.NotFound(err) {
			t.Errorf("%v", err)
		}
	})
}

func TestAskErrors(t *testing.T) {
	for name, tt := range map[string]struct {
		status int
		body   string
		class  remote.Class
		text   string
	}{
		"lock failure":      {503, "Lock failure", remote.Retry, "Lock failure"},
		"closed":            {409, "change is closed\n", remote.Blocked, "change.maxUpdates"},
		"forbidden":         {403, "not permitted", remote.Blocked, "lacks a permission"},
		"quota":             {429, "too many", remote.Retry, "quota"},
		"no JSON":           {200, "", remote.Retry, "an empty answer"},
		"too little":        {200, ")]}'\n{}", remote.Retry, "the state of the change is missing"},
		"another 400":       {400, "Invalid application/json in request\n", remote.Blocked, "Invalid application/json"},
		"400 of nobody":     {400, ")]}'\n" + `{"error":"error adding reviewer"}`, remote.Blocked, "error adding reviewer"},
		"400 of another":    {400, ")]}'\n" + `{"reviewers":{"6":{"error":"no"}},"error":"error adding reviewer"}`, remote.Blocked, "error adding reviewer"},
		"400 with a secret": {400, "hush-hush", remote.Blocked, "***"},
	} {
		_, err := answering(t, tt.status, tt.body).Ask(t.Context(), gerrit.Ask{Project: "p/q", Number: 8, Revision: "abc", Account: 5})
		if err == nil || remote.ClassOf(err) != tt.class || !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), "POST /changes/p%2Fq~8/revisions/abc/review") {
			t.Errorf("%s: %s: %v", name, remote.ClassOf(err), err)
		}
		if _, is := errors.AsType[*gerrit.CannotAsk](err); is || strings.Contains(err.Error(), "hush-hush") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAskNeedsOneRequest: what the service pays for an ask.
func TestAskNeedsOneRequest(t *testing.T) {
	requests := 0
	s := gerrittest.New(gerrittest.Options{Fault: func(*http.Request) (int, string, bool) {
		requests++
		return 200, ")]}'\n" + `{"reviewers":{"5":{"reviewers":[{"_account_id":5}]}},"change_info":{"status":"NEW","meta_rev_id":"m","attention_set":{"5":{}}}}`, true
	}})
	got, err := inProcess(t, s.Transport()).Ask(t.Context(), gerrit.Ask{Project: "p", Number: 8, Revision: "abc", Account: 5})
	if want := (gerrit.Asked{MetaRevID: "m", Status: "NEW", Added: true, OnTurn: true}); err != nil || got != want || requests != 1 {
		t.Errorf("%+v, %v in %d requests", got, err, requests)
	}
}

// TestChainAndFiles: what whom to ask may depend on.
func TestChainAndFiles(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		a := askerOf(t, s, s.ProjectNames().plain)
		first := a.change()
		if len(first.Revisions[0].Parents) != 1 || first.Revisions[0].Parents[0] == first.CurrentRevision {
			t.Errorf("parents %v", first.Revisions[0].Parents)
		}
		n, err := s.Push(vol, a.project, "master", gerrittest.PushInput{Subject: "And on", On: a.number})
		ok(t, err)
		second, err := a.c.Change(t.Context(), a.project, n)
		ok(t, err)
		if diff := cmp.Diff([]string{first.CurrentRevision}, second.Revisions[0].Parents); diff != "" {
			t.Errorf("parents (-want +got):\n%s", diff)
		}
		ok(t, s.Amend(vol, n, gerrittest.NoCodeChange, gerrittest.AmendInput{}))
		second, err = a.c.Change(t.Context(), a.project, n)
		ok(t, err)
		for _, r := range second.Revisions {
			if diff := cmp.Diff([]string{first.CurrentRevision}, r.Parents); diff != "" {
				t.Errorf("parents of patch set %d (-want +got):\n%s", r.Number, diff)
			}
		}
		files, err := a.c.Files(t.Context(), a.project, a.number, first.CurrentRevision)
		if diff := cmp.Diff([]string{filePath}, files); err != nil || diff != "" {
			t.Errorf("%v, files (-want +got):\n%s", err, diff)
		}
		if _, err := a.c.Files(t.Context(), a.project, a.number, strings.Repeat("deadbeef", 5)); !remote.NotFound(err) {
			t.Errorf("of an unknown patch set: %v", err)
		}
	})
}

func TestRenamedFiles(t *testing.T) {
	files, err := answering(t, 200, ")]}'\n"+`{"/COMMIT_MSG":{"status":"A"},"b":{"status":"R","old_path":"a"},"c":{"status":"D"}}`).Files(t.Context(), "p", 7, "abc")
	if diff := cmp.Diff([]string{"a", "b", "c"}, files); err != nil || diff != "" {
		t.Errorf("%v, files (-want +got):\n%s", err, diff)
	}
}

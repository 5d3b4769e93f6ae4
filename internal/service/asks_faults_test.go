package service

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// doneLater is a connection that breaks at once, though the server does after a while what was asked.
func doneLater(wait time.Duration) trouble {
	return doneAfter(wait, reset)
}

// once lets a trouble happen to the first write only.
func once(happens trouble) trouble {
	done := false
	return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
		if done {
			return server.RoundTrip(r)
		}
		done = true
		return happens(r, server)
	}
}

func isReview(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/review")
}

// Whatever happens to an ask or a reminder for two minutes: it is made, once.
func TestFaultsOfAsks(t *testing.T) {
	lock := text(http.StatusServiceUnavailable)
	faults := []fault{
		{name: "page", happens: page(200)},
		{name: "page 502", happens: page(502)},
		{name: "login", happens: page(302)},
		{name: "400", happens: text(400)},
		{name: "refused with 400", happens: answers(400, "text/plain", "Invalid application/json in request\n"), later: true},
		{name: "401", happens: text(401)},
		{name: "403", happens: text(403)},
		{name: "refused with 403", happens: answers(403, "text/plain", "not permitted\n"), later: true},
		{name: "404", happens: text(404)},
		{name: "407", happens: page(407)},
		{name: "408", happens: text(408)},
		{name: "409", happens: text(409)},
		{name: "refused with 409", happens: answers(409, "text/plain", "change is closed\n"), later: true},
		{name: "429", happens: text(429)},
		{name: "499", happens: text(499)},
		{name: "500", happens: text(500)},
		{name: "lock failure", happens: lock},
		{name: "empty", happens: json200("")},
		{name: "list", happens: json200(")]}'\n[]")},
		{name: "nothing", happens: json200(")]}'\n{}")},
		{name: "held", happens: held},
		{name: "reset", happens: reset},
		{name: "half", happens: half},
		{name: "cut short", happens: cutShort},
	}
	for _, f := range faults[:len(faults)-2] { // those two are applied anyway
		f.name, f.happens = "applied, then "+f.name, applied(f.happens)
		faults = append(faults, f)
	}
	for _, wait := range []time.Duration{time.Second, 20 * time.Second, 29 * time.Second} {
		faults = append(faults, fault{name: "late by " + wait.String(), happens: once(doneLater(wait))})
	}
	for _, wait := range []time.Duration{20 * time.Second, 70 * time.Second, 85 * time.Second} {
		faults = append(faults, fault{name: "held, and done after " + wait.String(), happens: once(afterwards(wait))})
	}
	for i, f := range faults {
		if !depth.Full() && i%15 != 0 {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) { w.faultOfAsks(f) })
		})
	}
}

func (w *world) faultOfAsks(f fault) {
	w.Config.Gerrit.Poll, w.Config.Store.Path = time.Minute, ":memory:"
	w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{RemindAfter: 6 * time.Hour})
	w.run()
	w.Wait(time.Minute)
	change := w.Push("vol1", core)
	w.Wait(time.Minute)
	var hit atomic.Int64
	meet := func() {
		w.Helper()
		w.Wait(2 * time.Minute)
		if w.ToGerrit.Set(nil); hit.Load() == 0 {
			w.Fatal("nothing was written")
		}
		if hit.Store(0); f.later {
			w.Wait(11 * time.Minute)
		} else {
			w.Wait(5 * time.Minute)
		}
	}
	trap := func(r *http.Request) trouble {
		if isReview(r) {
			hit.Add(1)
			return f.happens
		}
		return nil
	}
	w.ToGerrit.Set(trap)
	w.secondReview(change)
	meet()
	w.wantAsked(change, "alice")
	w.Wait(3 * time.Hour) // and less than six hours
	w.wantReminders(change, 0)
	if strings.HasPrefix(f.name, "late") {
		f.happens = once(doneLater(20 * time.Second))
	}
	hit.Store(0)
	w.ToGerrit.Set(trap)
	for n := 0; hit.Load() == 0 && n < 300; n++ { // at most five hours
		w.Wait(time.Minute)
	}
	meet()
	w.wantReminders(change, 1)
	w.wantAsked(change, "alice")
	w.Wait(24 * time.Hour) // then somebody else, who is not reminded
	w.wantReminders(change, 1)
	w.wantAsked(change, "alice", "bob")
}

// Nobody else is asked as long as the ask of somebody whose answer was lost may yet be made.
func TestNobodyElseIsAskedForALostAsk(t *testing.T) {
	for name, happens := range map[string]trouble{"late": doneLater(20 * time.Second), "held": afterwards(70 * time.Second)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{})
				w.run()
				w.Wait(time.Minute)
				change := w.Push("vol1", core)
				w.Wait(time.Minute)
				hit := 0
				w.ToGerrit.Set(func(r *http.Request) trouble {
					if !isReview(r) {
						return nil
					}
					if hit++; hit > 1 {
						return nil
					}
					return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
						resp, err := happens(r, server)
						w.Reply("alice", change, "I am busy today.") // so she would no longer be asked
						return resp, err
					}
				})
				w.secondReview(change)
				w.Wait(10 * time.Minute)
				w.wantAsked(change, "alice")
			})
		})
	}
}

// That Gerrit refuses a person is not taken for a refusal of the change.
func TestAnotherIsAskedForWhomGerritRefuses(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Gerrit.AddProject("mediawiki/secret", gerrittest.ProjectOptions{Readers: []string{"erin", "carol", "vol1", "reviewsync"}})
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{Cap: 1})
		w.run()
		w.Wait(time.Minute)
		secret, err := w.Gerrit.Push("vol1", "mediawiki/secret", "master", gerrittest.PushInput{Subject: "Fix it"})
		w.OK(err)
		open := w.Push("vol1", core)
		w.OK(w.Gerrit.Hashtags("vol1", secret, []string{"second-review"}, nil))
		w.Wait(2 * time.Minute)
		g, _, err := wiring.Clients(w.Config, w.options())
		w.OK(err)
		c, err := g.Change(w.Context(), "mediawiki/secret", secret)
		w.OK(err)
		var asked []string
		for _, m := range c.Messages {
			if m.Tag == gerrit.AskTag {
				asked = append(asked, m.Text)
			}
		}
		if len(asked) != 1 || !strings.HasSuffix(asked[0], " carol]") {
			t.Errorf("asked %q\n%s", asked, w.Log.Tail(20))
		}
		w.secondReview(open)
		w.Wait(2 * time.Minute)
		w.wantAsked(open, "alice") // the refusal was no ask
	})
}

// What happens to the change between the two looks at it, or between the look and the ask.
func TestTheChangeMovesOnBeforeItsAsk(t *testing.T) {
	for name, tt := range map[string]struct {
		before  func(w *world, change int) // the second look
		between func(w *world, change int) // it and the ask
		after   func(w *world, change int)
		want    []string // an hour later
		then    []string // an hour after what comes then
	}{
		"she adds herself": {
			before: func(w *world, c int) { w.OK(w.Gerrit.AddReviewer("alice", c, "alice", gerrittest.Reviewer)) },
			want:   []string{"bob"}, then: []string{"bob"}, // nobody has asked her
		},
		"she adds herself too late": {
			between: func(w *world, c int) { w.OK(w.Gerrit.AddReviewer("alice", c, "alice", gerrittest.Reviewer)) },
			want:    []string{"alice"}, then: []string{"alice"},
		},
		"she is added": {
			before: func(w *world, c int) { w.OK(w.Gerrit.AddReviewer("erin", c, "alice", gerrittest.Reviewer)) },
		},
		"enough votes": {
			before: func(w *world, c int) { w.Vote("alice", c, 1); w.Vote("dave", c, 1) },
		},
		"she reviews it": {
			before: func(w *world, c int) { w.Vote("alice", c, 1) },
			want:   []string{"bob"}, then: []string{"bob"}, // a second review is one more
		},
		"she reviews it too late": {
			between: func(w *world, c int) { w.Vote("alice", c, 1) },
			want:    []string{"alice"}, then: []string{"alice"},
		},
		"private": {
			before: func(w *world, c int) { w.OK(w.Gerrit.SetPrivate("vol1", c, true)) },
			after:  func(w *world, c int) { w.OK(w.Gerrit.SetPrivate("vol1", c, false)) },
			then:   []string{"alice"},
		},
		"private too late": {
			between: func(w *world, c int) { w.OK(w.Gerrit.SetPrivate("vol1", c, true)) },
			after:   func(w *world, c int) { w.OK(w.Gerrit.SetPrivate("vol1", c, false)) },
			then:    []string{"alice"},
		},
		"abandoned": {
			before: func(w *world, c int) { w.OK(w.Gerrit.Abandon("vol1", c, "")) },
			after:  func(w *world, c int) { w.OK(w.Gerrit.Restore("vol1", c, "")) },
			then:   []string{"alice"},
		},
		"abandoned too late": {
			between: func(w *world, c int) { w.OK(w.Gerrit.Abandon("vol1", c, "")) },
			after:   func(w *world, c int) { w.OK(w.Gerrit.Restore("vol1", c, "")) },
			want:    []string{"alice"}, then: []string{"alice"},
		},
		"work in progress": {
			before: func(w *world, c int) { w.OK(w.Gerrit.SetWIP("vol1", c, "")) },
			after:  func(w *world, c int) { w.OK(w.Gerrit.SetReady("vol1", c, "")) },
			then:   []string{"alice"},
		},
		"another patch set": {
			between: func(w *world, c int) { w.Amend(c) },
			want:    []string{"alice"}, then: []string{"alice"},
		},
		"the hashtag is taken away": {
			before: func(w *world, c int) { w.OK(w.Gerrit.Hashtags("vol1", c, nil, []string{"second-review"})) },
		},
		"deleted": {
			before: func(w *world, c int) { w.OK(w.Gerrit.Delete("admin", c)) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{})
				w.run()
				w.Wait(time.Minute)
				change := w.Push("vol1", core)
				w.Wait(time.Minute)
				looked, happened := false, false
				w.ToGerrit.Set(func(r *http.Request) trouble {
					deed := tt.between
					switch {
					case happened:
						return nil
					case strings.Contains(r.URL.Path, "/accounts/alice"): // then it looks at the change
						looked = true
						return nil
					case tt.before != nil && looked && kind(r) == "change" && r.Method == http.MethodGet:
						deed = tt.before
					case tt.between == nil || !isReview(r):
						return nil
					}
					happened = true
					deed(w, change)
					return nil
				})
				w.secondReview(change)
				w.Wait(time.Hour)
				if !happened {
					t.Fatal("there was no time for it")
				}
				if name == "deleted" {
					if n := w.Gerrit.Requests()["review"]; n != 0 {
						t.Errorf("%d reviews of a change that is gone", n)
					}
					return
				}
				if tt.after == nil {
					w.wantAsked(change, tt.want...)
				} else {
					tt.after(w, change) // the bot sees it again
					w.wantAsked(change, tt.want...)
				}
				w.Wait(time.Hour)
				w.wantAsked(change, tt.then...)
			})
		})
	}
}

// An ask on a change that is not visible any more does not count as open.
func TestAnAskOnAChangeThatIsGoneIsNotOpen(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{MaxOpen: 1})
		w.Config.Boards[0].Team = []string{"alice"}
		w.run()
		w.Wait(time.Minute)
		one, two, three := w.Push("vol1", core), w.Push("vol1", core), w.Push("vol1", core)
		w.secondReview(one)
		w.Wait(2 * time.Minute)
		w.wantAsked(one, "alice")
		w.secondReview(two)
		w.Wait(2 * time.Minute)
		w.wantAsked(two)
		w.OK(w.Gerrit.SetPrivate("vol1", one, true))
		w.Wait(2 * time.Hour)
		w.wantAsked(two, "alice")
		w.secondReview(three)
		w.Wait(2 * time.Hour)
		w.wantAsked(three)
	})
}

package ask_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// playAsks plays a random story of one or two changes on a board that asks. The service decides
// after every step; each is called with the decision before it is carried out.
func playAsks(t *rapid.T, each func(w *world, now time.Time, d ask.Decision)) {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 11))
	w := newWorld()
	if r.IntN(3) == 0 {
		w.policy.Review.Required = 2
	}
	if r.IntN(3) == 0 {
		w.rules.Pools = []ask.Pool{{Repositories: []string{"mediawiki/*"}, People: shuffle(r, reviewtest.Team)[:3]}}
	}
	now := day(0)
	days := func(most int) time.Duration { return time.Duration(r.IntN(most*24*60)) * time.Minute }
	for n := rapid.IntRange(3, 25).Draw(t, "length"); n > 0 && w.c.Status == review.StatusNew; n-- {
		now = now.Add(days(3))
		askDeed(r, w, now)
		w.q.Duty, w.q.Away = shuffle(r, reviewtest.Team)[:r.IntN(3)], map[string]time.Time{}
		for _, name := range shuffle(r, reviewtest.Team)[:r.IntN(3)] {
			w.q.Away[name] = now.Add(days(6)).Add(-days(3))
		}
		w.q.Past = nil
		for i := range r.IntN(12) {
			w.q.Past = append(w.q.Past, ask.Past{AskKey: review.AskKey{Change: review.Key{Project: "p", Number: 1 + i}, Who: pick(r, reviewtest.Team...)}, At: now.Add(-days(2)), Open: r.IntN(3) == 0})
		}
		w.q.Chain = []review.Key{{Project: "p", Number: 1 + r.IntN(12)}}
		for range 1 + r.IntN(3) {
			d := w.decide(now)
			each(w, now, d)
			if d.Writes() {
				carryOut(w.c, now, d)
			}
			now = now.Add(days(1))
		}
	}
}

// askDeed is something that a person does to the change.
func askDeed(r *rand.Rand, w *world, now time.Time) {
	c, person := w.c, pick(r, append(reviewtest.Team, reviewtest.Outsiders...)...)
	switch r.IntN(16) {
	case 0, 1:
		c.Review(now, person, "", c.Current(), "Code-Review", []int{-1, 1, 1}[r.IntN(3)], "")
	case 2:
		c.Review(now, person, "", c.Current(), "", 0, pick(r, "Hm.", "not me", "second review please"))
	case 3:
		c.Upload(now, pick(r, "vol1", person), reviewtest.Rework, []int{1}, nil)
	case 4:
		c.AddReviewer(now, pick(r, "alice", "vol1", "ci-bot"), pick(r, reviewtest.Team...))
	case 5:
		if len(c.Reviewing) > 0 && r.IntN(3) == 0 {
			c.RemoveReviewer(now, pick(r, "vol1", "ci-bot", "bob"), c.Reviewing[0])
		}
	case 6:
		c.Hashtag(now, person, "second-review", !slices.Contains(c.Hashtags, "second-review"))
	case 7:
		c.Unturn(now, pick(r, reviewtest.Team...))
	case 8:
		c.SetWIP(now, "vol1", !c.WorkInProgress, true)
	case 9:
		c.Review(now, "vol1", "", c.Current(), "", 0, "It is meant so.")
	case 10:
		if r.IntN(4) == 0 {
			c.Close(now, "vol1", review.StatusAbandoned)
		}
	}
}

// Only people who may be asked are asked, only once for the same reason, and only where a review is needed.
func TestPropertyNobodyIsAskedWrongly(t *testing.T) {
	asked := 0
	rapid.Check(t, func(t *rapid.T) {
		keys := map[string]bool{}
		playAsks(t, func(w *world, now time.Time, d ask.Decision) {
			if (d.Who != "") != d.Writes() || (tell.AskMessage(d) != "") != d.Writes() || tell.Ask(d) == "" {
				t.Fatalf("%+v", d)
			}
			if !d.Writes() {
				return
			}
			key, c := d.Key.String(), w.c
			if d.Verdict == ask.Remind {
				key = d.Key.Reminder()
			}
			if keys[key] {
				t.Fatalf("%s a second time", key)
			}
			keys[key] = true
			if c.Status != review.StatusNew || c.WorkInProgress || review.See(w.policy, w.read(), 0).State != review.ReviewNeeded {
				t.Fatalf("a review is not needed: %s", tell.Ask(d))
			}
			if reviewtest.CICommands.MatchString(tell.AskMessage(d)) || strings.HasPrefix(tell.AskMessage(d), "recheck") || !strings.HasSuffix(tell.AskMessage(d), d.Key.String()+"]") {
				t.Fatalf("%q", tell.AskMessage(d))
			}
			if slices.Contains(c.AuthorSide(), d.Who) || !slices.Contains(w.policy.Team, d.Who) {
				t.Fatalf("%s is of the author side or not of the team", d.Who)
			}
			if until, away := w.q.Away[d.Who]; away && now.Before(until) {
				t.Fatalf("%s is away", d.Who)
			}
			if d.Verdict == ask.Remind {
				return
			}
			asked++
			if slices.ContainsFunc(c.Messages, func(m review.Message) bool {
				return m.By.Username == d.Who && !strings.HasPrefix(m.Tag, reviewtest.GerritTag)
			}) {
				t.Fatalf("%s takes part already: %s", d.Who, tell.Ask(d))
			}
			if slices.ContainsFunc(c.Reviewers, func(u review.ReviewerUpdate) bool { return u.Who.Username == d.Who && u.State == "REMOVED" }) {
				t.Fatalf("%s was taken off", d.Who)
			}
			added := ""
			for _, u := range c.Reviewers {
				if u.Who.Username == d.Who {
					added = u.By.Username
				}
			}
			if added != "" && added != reviewtest.Ourselves {
				t.Fatalf("%s was added by %s: %s", d.Who, added, tell.Ask(d))
			}
			today, open := 0, 0
			for _, a := range w.q.Past {
				if a.Who == d.Who && duty.DayOf(a.At) == duty.DayOf(now) {
					today++
				}
				if a.Who == d.Who && a.Open {
					open++
				}
			}
			if today >= w.rules.Cap || open >= w.rules.MaxOpen {
				t.Fatalf("%s has %d asks today, %d open", d.Who, today, open)
			}
		})
	})
	if asked == 0 {
		t.Error("nobody was ever asked")
	}
}

// A decision depends on nothing but the facts: not on their order, nor on a store. By time
// alone it changes only when it said so.
func TestPropertyAsksAreTheSame(t *testing.T) {
	later := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 5))
		playAsks(t, func(w *world, now time.Time, d ask.Decision) {
			q := w.question(now)
			q.On = w.reader().Read(reviewtest.Shuffled(r, w.c.Get()))
			q.Past, q.Duty, q.Chain = shuffle(r, append(q.Past, w.rules.Asks(q.On)...)), shuffle(r, q.Duty), shuffle(r, q.Chain)
			if diff := cmp.Diff(d, ask.Decide(q)); diff != "" {
				t.Fatalf("in another order (-before +after):\n%s", diff)
			}
			if d.Verdict != ask.Nobody && d.Verdict != ask.Stuck {
				return
			}
			for range 3 {
				wait := time.Duration(r.IntN(100*24*3600)) * time.Second
				if !d.Next.IsZero() {
					wait = time.Duration(r.Int64N(int64(d.Next.Sub(now))))
				}
				q.Now = now.Add(wait)
				if then := ask.Decide(q); then.Verdict != d.Verdict {
					t.Fatalf("%s at %s, and %s at %s, though next at %s", tell.Ask(d), now, tell.Ask(then), q.Now, d.Next)
				}
			}
			if !d.Next.IsZero() && d.Verdict == ask.Nobody {
				later++
				q.Now = d.Next
				if then := ask.Decide(q); then.Verdict == ask.Nobody {
					t.Fatalf("%s at %s, still no at the next time %s: %s", tell.Ask(d), now, d.Next, tell.Ask(then))
				}
			}
		})
	})
	if later == 0 {
		t.Error("time alone never changed anything")
	}
}

// BenchmarkAsk chooses among 100 people with 10,000 past asks.
func BenchmarkAsk(b *testing.B) {
	w := newWorld()
	w.policy.Team = nil
	for i := range 100 {
		w.policy.Team = append(w.policy.Team, fmt.Sprintf("person%d", i))
	}
	for i := range 10_000 {
		w.q.Past = append(w.q.Past, ask.Past{
			AskKey: review.AskKey{Change: review.Key{Project: "mediawiki/core", Number: 1000 + i}, Why: review.AskFew, Votes: 1, Who: w.policy.Team[i*7%100]}, At: day(-float64(i) / 100), Open: i < 50,
		})
	}
	w.q.Chain = []review.Key{{Project: "mediawiki/core", Number: 10_000}}
	q := w.question(day(9))
	if d := ask.Decide(q); d.Verdict != ask.Somebody || len(d.People) != 100 {
		b.Fatalf("%+v", d)
	}
	b.ReportAllocs()
	for b.Loop() {
		ask.Decide(q)
	}
}

func shuffle[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func pick[T any](r *rand.Rand, from ...T) T { return from[r.IntN(len(from))] }

package ask_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// A board that has made all the asks that it may in ten minutes asks later, and says when. Requests do not wait.
func TestTheTotalOfAsks(t *testing.T) {
	now := day(1) // when nobody has taken part for a day
	ago := func(minutes ...int) (times []time.Time) {
		for _, m := range minutes {
			times = append(times, now.Add(-time.Duration(m)*time.Minute))
		}
		return times
	}
	for name, c := range map[string]struct {
		lately  []time.Time
		request bool
		want    string
		next    time.Duration // after now
		says    string
	}{
		"none yet":             {nil, false, "ask alice", 0, "alice is asked (in turn)"},
		"one less":             {ago(9, 1), false, "ask alice", 0, "alice is asked (in turn)"},
		"as many":              {ago(9, 5, 1), false, "later alice", time.Minute, "change 101: alice, at 09:01 (3 asks in ten minutes): nobody of the team has taken part"},
		"more":                 {ago(9, 5, 4, 1), false, "later alice", 5 * time.Minute, "alice, at 09:05 (4 asks in ten minutes)"},
		"as many a while ago":  {ago(12, 11, 10), false, "ask alice", 0, "alice is asked"},
		"a request, and more":  {ago(9, 5, 4, 1), true, "ask alice", 0, "alice is asked (in turn): bob asked for"},
		"a request, as many":   {ago(3, 2, 1), true, "ask alice", 0, "alice is asked"},
		"seconds are rounded":  {[]time.Time{now.Add(-9*time.Minute - 30*time.Second), ago(2)[0], ago(1)[0]}, false, "later alice", 30 * time.Second, "alice, at 09:01 (3"},
		"nothing is forgotten": {ago(10, 9, 8, 7), false, "later alice", time.Minute, "alice, at 09:01 (4 asks in ten minutes)"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld()
			w.q.Total, w.q.Lately = 3, c.lately
			if c.request {
				w.c.Hashtag(now.Add(-time.Hour), "bob", "second-review", true)
			}
			d := w.decide(now)
			next := time.Time{}
			if c.next > 0 {
				next = now.Add(c.next)
			}
			if short(d) != c.want || !d.Next.Equal(next) || !strings.Contains(tell.Ask(d), c.says) {
				t.Errorf("%s, next %s: %s", short(d), d.Next, tell.Ask(d))
			}
			if later := slices.ContainsFunc(d.People, func(p ask.Person) bool { return strings.Contains(tell.AskPerson(d, p), ": at 09:0") }); later != (d.Verdict == ask.Later) {
				t.Errorf("people %+v", d.People)
			}
		})
	}
}

// If everybody has had all asks for the day, the decision says from when somebody can be asked.
func TestWhoCanBeAskedSoonest(t *testing.T) {
	w := newWorld()
	w.policy.Team, w.rules.Cap = []string{"alice", "bob"}, 1
	w.q.Away = map[string]time.Time{"alice": day(5)}
	w.q.Past = []ask.Past{{AskKey: review.AskKey{Change: review.Key{Project: "mediawiki/core", Number: 7}, Why: review.AskFew, Votes: 1, Who: "bob"}, At: day(1).Add(-time.Hour)}}
	d := w.decide(day(1))
	if want := "nobody of the team can be asked now; bob can be from Dec 9 00:00 UTC (1 ask today)"; !strings.HasSuffix(tell.Ask(d), want) || !d.Next.Equal(day(1).Add(15*time.Hour)) {
		t.Errorf("next %s: %s", d.Next, tell.Ask(d))
	}
}

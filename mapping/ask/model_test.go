package ask_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/proptest"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

func TestMain(m *testing.M) { os.Exit(proptest.Main(m)) }

// firstMonday is when the tests begin.
var firstMonday = time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)

// day returns the time that many days after the first Monday at nine.
func day(days float64) time.Time {
	return firstMonday.Add(9*time.Hour + time.Duration(days*24*float64(time.Hour)).Round(time.Second))
}

// policy is the policy of a board for changes of outsiders.
func policy() *review.Policy {
	return &review.Policy{
		Team: reviewtest.Team, Count: review.Count{Owners: []string{"outsiders"}, Repositories: []string{"mediawiki/*"}, Branches: []string{"master", "wmf/*"}},
		Review:   review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}, ThreadObjections: true},
		Requests: review.Requests{Hashtag: "second-review", Line: regexp.MustCompile(`(?i)^second review,? please`)},
	}
}

func rules() *ask.Rules {
	return &ask.Rules{
		Decline: regexp.MustCompile(`(?i)^not me\b`),
		After:   48 * time.Hour, Nobody: 24 * time.Hour, RemindAfter: 48 * time.Hour, Cap: 3, MaxOpen: 2,
	}
}

// world is a change of vol1, pushed on the first Monday at nine, and a board that asks.
type world struct {
	policy *review.Policy
	rules  *ask.Rules
	gerrit *reviewtest.Gerrit
	c      *reviewtest.Change
	q      ask.Question // what does not come from the change
}

func newWorld() *world {
	w := &world{policy: policy(), rules: rules(), gerrit: reviewtest.New()}
	w.c = w.gerrit.Push(day(0), 101, "vol1", "mediawiki/core", []int{1}, false)
	return w
}

func (w *world) reader() review.Reader {
	return review.Reader{Footers: []string{"Bug"}, Bots: []string{"build-bot"}, CICommands: reviewtest.CICommands, Self: reviewtest.Ourselves, Lines: w.rules.Lines(w.policy.Requests)}
}

func (w *world) read() *review.History { return w.reader().Read(w.c.Get()) }

// question returns everything that the decision depends on.
func (w *world) question(now time.Time) ask.Question {
	q := w.q
	q.Board, q.Policy, q.Rules, q.On, q.Now = "#external-code-reviews", w.policy, w.rules, w.read(), now
	return q
}

func (w *world) decide(now time.Time) ask.Decision { return ask.Decide(w.question(now)) }

// ask decides, and carries the decision out.
func (w *world) ask(now time.Time) ask.Decision {
	d := w.decide(now)
	if d.Writes() {
		carryOut(w.c, now, d)
	}
	return d
}

// carryOut does what a decision says.
func carryOut(c *reviewtest.Change, now time.Time, d ask.Decision) {
	if d.Verdict == ask.Remind {
		c.Remind(now, d.Who, tell.AskMessage(d))
		return
	}
	c.Ask(now, d.Who, tell.AskMessage(d))
}

var verdicts = map[ask.Verdict]string{
	ask.Nobody: "no", ask.Somebody: "ask", ask.Another: "next", ask.Remind: "remind", ask.Stuck: "stuck", ask.FilesUnread: "files", ask.Later: "later",
}

// short returns a decision as a short text.
func short(d ask.Decision) string {
	return strings.TrimSpace(verdicts[d.Verdict] + " " + d.Who)
}

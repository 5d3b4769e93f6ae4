package mapping_test

import (
	"maps"
	"regexp"
	"slices"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
	"reviewsync/mapping/tell"
)

// What an ask does to the small Gerrit of the tests, and a service that asks.

// carryOut does what a decision wants.
func carryOut(c *reviewtest.Change, now time.Time, d ask.Decision) {
	if d.Verdict == ask.Remind {
		c.Remind(now, d.Who, tell.AskMessage(d))
		return
	}
	c.Ask(now, d.Who, tell.AskMessage(d))
}

// askModel is what the service made of the question whom to ask about a change.
type askModel struct {
	did, last string    // the sentences of the newest write, and of the newest decision
	next      time.Time // when time alone changes the decision; zero: never
}

func (w *world) asks(number int) *askModel {
	if w.asked[number] == nil {
		w.asked[number] = &askModel{}
	}
	return w.asked[number]
}

// ask decides whether the board asks somebody about a change, and does so. What was
// written is then read.
func (w *world) ask(number int, now time.Time) {
	if w.rules == nil {
		return
	}
	for {
		q := ask.Question{
			Board: w.board.Tag, Policy: &w.board.Policy, Rules: w.rules, On: w.reader.Read(w.gerrit.Changes[number].Get()), Now: now,
			Hours: duty.DefaultWorkingTime(), Start: w.start, Away: w.away,
		}
		for _, h := range w.histories() {
			q.Past = append(q.Past, w.rules.Asks(h)...)
		}
		d, a := ask.Decide(q), w.asks(number)
		a.last, a.next = tell.Ask(d), d.Next
		if !d.Writes() {
			return
		}
		a.did = a.last
		w.writes++
		carryOut(w.gerrit.Changes[number], now, d)
	}
}

// askWhatIsDue makes those decisions up to a time that time alone changes.
func (w *world) askWhatIsDue(until time.Time) {
	for {
		first := 0
		for _, number := range slices.Sorted(maps.Keys(w.asked)) {
			if next := w.asked[number].next; !next.IsZero() && !next.After(until) && (first == 0 || next.Before(w.asked[first].next)) {
				first = number
			}
		}
		if first == 0 {
			return
		}
		w.ask(first, w.asked[first].next)
	}
}

// askWorld is a change of vol1, pushed on the first Monday at nine, and a board that asks.
type askWorld struct {
	board *Board
	rules *ask.Rules
	c     *reviewtest.Change
}

func newAskWorld() *askWorld {
	w := &askWorld{board: externalBoard(), c: reviewtest.New().Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)}
	w.rules = asksFor(w.board)
	return w
}

func (w *askWorld) read() *review.History {
	r := review.Reader{Footers: []string{"Bug"}, Bots: []string{"build-bot"}, CICommands: reviewtest.CICommands, Self: reviewtest.Ourselves, Lines: w.rules.Lines(w.board.Requests)}
	return r.Read(w.c.Get())
}

// ask decides whether somebody is asked, at any hour, and does what comes of it.
func (w *askWorld) ask(now time.Time) ask.Decision {
	d := ask.Decide(ask.Question{Board: w.board.Tag, Policy: &w.board.Policy, Rules: w.rules, On: w.read(), Now: now})
	if d.Writes() {
		carryOut(w.c, now, d)
	}
	return d
}

// day returns the time that many days after the first Monday at nine.
func day(days float64) time.Time {
	return at(9, 0, 0).Add(time.Duration(days * 24 * float64(time.Hour)).Round(time.Second))
}

// asksFor lets a board be asked for reviews, and says how it asks.
func asksFor(b *Board) *ask.Rules {
	b.Requests = review.Requests{Hashtag: "second-review", Line: regexp.MustCompile(`(?i)^second review,? please`)}
	return &ask.Rules{
		Decline: regexp.MustCompile(`(?i)^not me\b`),
		After:   48 * time.Hour, Nobody: 24 * time.Hour, RemindAfter: 48 * time.Hour, Cap: 3, MaxOpen: 2,
	}
}

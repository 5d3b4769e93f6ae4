package mapping

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// What an ask does to the small Gerrit of the tests, and a service that asks.

// carryOut does what a decision wants.
func carryOut(c *reviewtest.Change, now time.Time, d AskDecision) {
	if d.Verdict == Remind {
		c.Remind(now, d.Who, d.Message)
		return
	}
	c.Ask(now, d.Who, d.Message)
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
	if w.board.Ask == nil {
		return
	}
	for {
		q := AskQuestion{Board: w.board, On: w.reader.Read(w.gerrit.Changes[number].Get()), Now: now, Hours: duty.DefaultWorkingTime(), Start: w.start, Away: w.away}
		for _, h := range w.histories() {
			q.Past = append(q.Past, w.board.Asks(h)...)
		}
		d, a := DecideAsk(q), w.asks(number)
		a.last, a.next = d.Reason, d.Next
		if !d.writes() {
			return
		}
		a.did = d.Reason
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
	board  *Board
	gerrit *reviewtest.Gerrit
	c      *reviewtest.Change
	q      AskQuestion // what does not come from the change
}

// asksFor makes a board ask for reviews.
func asksFor(b *Board) *Board {
	b.Requests = review.Requests{Hashtag: "second-review", Line: regexp.MustCompile(`(?i)^second review,? please`)}
	b.Ask = &Ask{
		Decline: regexp.MustCompile(`(?i)^not me\b`),
		After:   48 * time.Hour, Nobody: 24 * time.Hour, RemindAfter: 48 * time.Hour, Cap: 3, MaxOpen: 2,
	}
	return b
}

func newAskWorld() *askWorld {
	w := &askWorld{board: asksFor(externalBoard()), gerrit: reviewtest.New()}
	w.c = w.push(101)
	return w
}

func (w *askWorld) push(number int) *reviewtest.Change {
	return w.gerrit.Push(at(9, 0, 0), number, "vol1", "mediawiki/core", []int{1}, false)
}

func (w *askWorld) reader() review.Reader {
	return review.Reader{Footers: []string{"Bug"}, Bots: []string{"build-bot"}, CICommands: reviewtest.CICommands, Self: reviewtest.Ourselves, Lines: w.board.Lines()}
}

func (w *askWorld) read() *review.History { return w.reader().Read(w.c.Get()) }

// day is a time so many days after the first Monday at nine.
func day(days float64) time.Time {
	return at(9, 0, 0).Add(time.Duration(days * 24 * float64(time.Hour)).Round(time.Second))
}

func (w *askWorld) decide(now time.Time) AskDecision {
	q := w.q
	q.Board, q.On, q.Now = w.board, w.read(), now
	return DecideAsk(q)
}

// ask decides and does what comes of it.
func (w *askWorld) ask(now time.Time) AskDecision {
	d := w.decide(now)
	if d.writes() {
		carryOut(w.c, now, d)
	}
	return d
}

func (d AskDecision) writes() bool {
	return d.Verdict == AskNow || d.Verdict == AskNext || d.Verdict == Remind
}

var askVerdicts = map[AskVerdict]string{NoAsk: "no", AskNow: "ask", AskNext: "next", Remind: "remind", Stuck: "stuck", FilesUnread: "files", AskLater: "later"}

func (d AskDecision) short() string {
	return strings.TrimSpace(askVerdicts[d.Verdict] + " " + d.Who)
}

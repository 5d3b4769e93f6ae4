package mapping

import (
	"fmt"
	"time"
)

// Verdict is what a decision comes to.
type Verdict int

// The verdicts. Only Move asks for a write; Unread asks for Card.Events and another try.
const (
	Move     Verdict = iota + 1
	There            // the card is where the rules want it
	Held             // a person's newer move, or the start of the rules, holds it
	Known            // nothing was said since the card was settled
	Stays            // a rule says so, or none speaks of this state
	Peoples          // its column belongs to people
	Closed           // the task is not open
	Off              // the task is not on the board itself
	NoChange         // no change that the board counts is linked to the task
	Fault            // the column that the rules want cannot be used
	Unread           // it would move, if its events allow
)

// Question is everything that a decision depends on.
type Question struct {
	Board   *Board
	Columns map[string]Column // the board's columns by the names that the config uses
	Start   time.Time         // facts up to then move nothing
	Born    time.Time         // when the store was made: our own moves before count as a person's
	Skew    time.Duration     // Phabricator's clock minus Gerrit's
	Card    Card
	Changes []*History // every change that is or was linked to the task
}

// Decision is what becomes of one card.
type Decision struct {
	Verdict Verdict
	State   State  // of the card; empty if no change counts
	To      Column // where the rules want it; zero if nowhere
	Reason  string // the sentence for people, beginning with the task
	Since   time.Time
	Placed  time.Time
	Settle  Settlement // to be stored once the decision is carried out; zero: not to be stored
}

// clockError is how exactly two servers' clocks can be compared by their Date headers.
// Within it, a person who moved a card wins.
const clockError = 2 * time.Second

// Decide says what becomes of a card. See design, "Card decision".
func Decide(q Question) Decision {
	c := replay(q.Board, q.Card.Task, q.Changes)
	d := Decision{State: c.state}
	tell := teller{q: &q, c: &c}
	finish := func(v Verdict, reason string) Decision {
		d.Verdict, d.Reason = v, reason
		switch v {
		case Off, NoChange, Fault, Unread:
		default:
			d.Settle = Settlement{Digest: digest(q.Card.Task, q.Changes), Column: q.Card.Column.ID, At: q.Card.Read}
		}
		return d
	}
	stays := func(v Verdict, format string, args ...any) Decision {
		return finish(v, tell.stays(fmt.Sprintf(format, args...)))
	}
	switch {
	case len(c.views) == 0:
		return stays(NoChange, "no change that %s counts is linked to it; a 'Bug: T%d' footer in a commit message links one", q.Board.Tag, q.Card.Task)
	case q.Card.Closed:
		return stays(Closed, "the task is %s; only open tasks are moved", q.Card.Status)
	case !q.Card.OnBoard && q.Card.Within != "":
		return stays(Off, "it is in %s, a milestone or subproject of %s; only cards of the board itself are moved", q.Card.Within, q.Board.Tag)
	case !q.Card.OnBoard:
		return stays(Off, "it is not on %s; add the tag to have it moved", q.Board.Tag)
	}
	rule := q.Board.rule(&c)
	if rule == nil {
		return stays(Stays, "no rule of %s speaks of %s (%s)", q.Board.Tag, c.state, tell.why())
	}
	if rule.Stay {
		return stays(Stays, "by the rules of %s nothing moves a card that is %s: %s", q.Board.Tag, c.state, tell.why())
	}
	to, known := q.Columns[rule.To]
	if !known || to.Hidden {
		return stays(Fault, "it belongs in %s, but %s has no such column that is visible; show the column, or name another in line %d of the config", rule.To, q.Board.Tag, rule.Line)
	}
	d.To = to
	if q.Card.Column.ID == to.ID {
		return stays(There, "%s", tell.why())
	}
	if !q.Board.takesFrom(q.Columns, q.Card.Column.ID) {
		return stays(Peoples, "this column belongs to people (no rule names it, nor 'from'); by the rules it would go to %s: %s", to.Name, tell.why())
	}
	return q.move(&c, d, tell, finish)
}

// move lets a card move if something was said since it was placed that it was not settled on.
func (q *Question) move(c *course, d Decision, tell teller, finish func(Verdict, string) Decision) Decision {
	card := &q.Card
	fresh := news(card.Settled.Digest, card.Task, q.Board, c.counted)
	said := time.Unix(c.since, 0).UTC()
	if q.Skew.Abs() > clockError {
		said = said.Add(q.Skew)
	}
	untouched := card.Modified.Before(card.Settled.At) // so nothing happened to it since
	if !card.EventsRead {
		switch {
		case !fresh && untouched:
			return finish(Known, tell.known(d.To))
		case !said.After(q.Start) && !card.Modified.After(q.Start):
			return finish(Held, tell.heldByStart(d.To))
		}
		return finish(Unread, "")
	}

	person := newest(card.Events, func(e Event) bool {
		return e.Kind == CardMoved && (e.Person || e.Own && card.Settled.Digest == "" && e.At.Before(q.Born))
	})
	asked := newest(card.Events, func(e Event) bool {
		return e.Kind == CardAdded && e.Person || e.Kind == TaskReopened && !e.Own
	})
	d.Since, d.Placed = said, q.Start
	byWord, byEvent := said.After(q.Start), asked != nil && asked.At.After(q.Start)
	if byEvent && asked.At.After(d.Since) {
		d.Since = asked.At
	}
	if person != nil && person.At.After(q.Start) {
		d.Placed = person.At
		byWord = said.After(person.At.Add(clockError))
		byEvent = byEvent && compareEvents(*asked, *person) > 0
	}
	fresh = fresh || asked != nil && !asked.At.Before(card.Settled.At) || q.strayed()
	switch {
	case !byWord && !byEvent && person != nil && person.At.After(q.Start):
		return finish(Held, tell.heldBy(person, said))
	case !byWord && !byEvent:
		return finish(Held, tell.heldByStart(d.To))
	case !fresh:
		return finish(Known, tell.known(d.To))
	}
	if !byEvent || !d.Since.Equal(asked.At) {
		asked = nil // a word is what moves it
	}
	result := finish(Move, tell.moves(d.To, asked))
	result.Since, result.Placed, result.Settle.Column = d.Since, d.Placed, d.To.ID
	return result
}

// strayed says whether a write of ours took effect late, after the card had been
// settled elsewhere: an answer that was lost on the way, and a server that was slow.
func (q *Question) strayed() bool {
	if q.Card.Settled.Column == "" || q.Card.Column.ID == q.Card.Settled.Column {
		return false
	}
	last := newest(q.Card.Events, func(e Event) bool { return e.Kind == CardMoved })
	return last != nil && last.Own && last.Column == q.Card.Column.ID
}

package mapping

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Verdict is what a decision comes to.
type Verdict int

// The verdicts. Only Move asks for a write; Unread asks for Card.Events and another try, Unlooked for Change.Refs.
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
	Unlooked         // it would move, if its changes are not deployed; see Decision.Look
)

// Question is everything that a decision depends on.
type Question struct {
	Board   *Board
	Columns map[string]Column // the board's columns by the names that the config uses
	Start   time.Time         // facts up to then move nothing
	Born    time.Time         // when the store was made: our own moves before count as a person's
	Skew    time.Duration     // Phabricator's clock minus Gerrit's
	Doubt   time.Duration     // by how much less it may be: a person is given that much
	Looked  time.Time         // where a merged change is must have been looked at since, on Gerrit's clock; zero: whenever
	Footer  string            // that links a change to a task, for sentences
	Card    Card
	Changes []*review.History // every change that is or was linked to the task
}

// Decision is what becomes of one card.
type Decision struct {
	Verdict Verdict
	State   review.State // of the card; empty if no change counts
	Target  Target       // of the rule that applies; zero if none does
	To      Column       // that it is; zero if it is none, or not there
	From    string       // where the card is, for people; empty if on no board
	Leave   string       // ID of the replaced board that the card leaves with this move; empty: none
	Asked   bool         // a person's act on the task moves it, no word in Gerrit
	Reason  string       // the sentence for people, beginning with the task
	Since   time.Time
	Placed  time.Time
	Settle  Settlement   // to be stored once the decision is carried out; zero: not to be stored
	Waits   []Wait       // the changes whose deployment alone would move the card on
	Look    []review.Key // of Unlooked: the changes whose branches and tags are to be asked for
}

// clockError is how exactly two servers' clocks can be compared by their Date headers.
// Within it, a person who moved a card wins.
const clockError = 2 * time.Second

// Decide says what becomes of a card. See design, "Card decision".
func Decide(q Question) Decision {
	x := newDecider(&q)
	switch {
	case x.ended():
		return x.d
	case !q.Card.EventsRead:
		return x.beforeEvents()
	default:
		return x.byEvents()
	}
}

// Align says what would become of a card if all facts counted, whenever they were said
// and wherever a person put the card since. Its verdict is Move, or why there is none.
func Align(q Question) Decision {
	x := newDecider(&q)
	if q.Card.NoBoard {
		return x.noBoard()
	}
	if !q.Card.OnBoard {
		return x.stays(Off, "it is not on %s", q.Board.Tag)
	}
	if x.ended() {
		return x.d
	}
	return x.moves(nil)
}

// ended says whether the decision is made without looking at when things were said. If
// it is not, the rules want the card elsewhere.
func (x *decider) ended() bool {
	card, board := &x.Card, x.Board
	switch {
	case len(x.c.views) == 0 && !board.WithoutReview():
		x.stays(NoChange, "no change that %s counts is linked to it; a '%s: T%d' footer in a commit message links one", board.Tag, x.Footer, card.Task)
	case card.Closed && x.rule == nil:
		x.stays(Closed, "the task is %s; only open tasks are moved", card.Status)
	case !card.OnBoard && card.Within != "":
		x.stays(Off, "it is in %s, and a task cannot be there and on %s at once; only cards of the board itself are moved", card.Within, board.Tag)
	case card.NoBoard:
		x.noBoard()
	case !card.onAny() && !x.adopts():
		x.stays(Off, "it is not on %s; add the tag to have it moved", board.Tag)
	case x.rule == nil:
		x.stays(Stays, "no rule of %s speaks of %s", board.Tag, x.tell.condition())
	default:
		return x.aim(x.rule.Target)
	}
	return true
}

// noBoard: there is no workboard to be on.
func (x *decider) noBoard() Decision {
	return x.stays(Fault, "it has the tag %s, but the workboard of that project is off, so it has no column; turn the workboard on, on the page of the project", x.Board.Tag)
}

// decider is one decision under way.
type decider struct {
	*Question
	c    course
	rule *Rule // the first that matches; nil if none does
	tell teller
	d    Decision

	said  time.Time // the newest word in Gerrit that the rule goes by, on Phabricator's clock; zero if it goes by none
	fresh bool      // something was said that the card was not settled on
}

func newDecider(q *Question) *decider {
	x := &decider{Question: q, c: replay(q.Board, q.Card.Task, q.Changes, q.now())}
	x.rule = q.Board.rule(&x.c, &q.Card)
	x.tell = teller{q: q, c: &x.c, rule: x.rule}
	x.d.State = x.c.state
	if x.rule != nil {
		x.d.Target = x.rule.Target
	}
	if x.rule != nil && x.rule.When.ofReview() && len(x.c.views) > 0 {
		x.said = q.date(x.c.since)
		x.d.Since = x.said
		x.fresh = review.News(q.Card.Settled.Digest, q.Card.Task, &q.Board.Policy, x.c.counted) || x.ripened()
		if !x.fresh && q.Card.Settled.Digest == "" { // it is as if it had been settled when its changes came to be read
			for _, h := range x.c.counted {
				x.Card.Settled.At = q.date(h.Followed)
			}
		}
	}
	return x
}

// end makes the decision. What may yet come out otherwise is not settled.
func (x *decider) end(v Verdict, reason string) Decision {
	x.d.Verdict, x.d.Reason = v, reason
	if v != Unread && v != Unlooked { // else it is decided on again
		x.d.Waits = x.waits()
	}
	switch {
	case v == NoChange && len(x.Changes) == 0, v == Fault, v == Unread, v == Unlooked:
	case v == Off && (len(x.Board.Adopt.Repositories) == 0 || x.Card.Within != ""):
	default: // what does not count, or is off a board that adopts, is settled too: new rules or a grown team move nothing
		x.d.Settle = Settlement{Digest: review.Digest(x.Card.Task, x.Changes), Column: x.Card.Column.ID, At: x.Card.Read}
	}
	return x.d
}

func (x *decider) stays(v Verdict, format string, args ...any) Decision {
	return x.end(v, x.tell.stays(fmt.Sprintf(format, args...)))
}

// beforeEvents decides what can be decided without knowing what happened to the card.
func (x *decider) beforeEvents() Decision {
	card := &x.Card
	switch {
	case !x.fresh && card.Modified.Before(card.Settled.At): // nothing happened to it since
		return x.end(Known, x.tell.known())
	case !x.said.After(x.Start) && (!card.Modified.After(x.Start) || !card.onAny()):
		return x.end(Held, x.tell.heldByStart())
	case x.stale():
		return x.tooOld()
	}
	return x.end(Unread, "")
}

// byEvents lets a card move if something was said, or happened to the task, since it was
// placed, that it was not settled on.
func (x *decider) byEvents() Decision {
	card := &x.Card
	if by := x.takenOff(); by != nil {
		d := x.stays(Off, "%s took it off %s (%s); reviewsync does not put it back, add the tag to have it moved", by.By, x.Board.Tag, x.tell.date(by.At.Unix()))
		d.Settle = Settlement{} // so that this is told again, and not that nothing was said
		return d
	}
	if x.said.After(x.Start) && x.stale() {
		return x.tooOld()
	}
	person := x.placedBy()
	asked := newest(card.Events, x.asks)
	byWord, byEvent := x.said.After(x.Start), asked != nil && asked.At.After(x.Start) && card.onAny()
	x.d.Since, x.d.Placed = x.said, x.Start
	if byEvent && asked.At.After(x.d.Since) {
		x.d.Since = asked.At
	}
	if person != nil {
		x.d.Placed = person.At
		byWord = byWord && x.said.After(person.At.Add(clockError+x.Doubt))
		byEvent = byEvent && compareEvents(*asked, *person) > 0
	}
	fresh := x.fresh || asked != nil && !asked.At.Before(card.Settled.At) || x.strayed() || x.arrived()
	switch {
	case !byWord && !byEvent && person != nil:
		return x.end(Held, x.tell.heldBy(person, x.said))
	case !byWord && !byEvent:
		return x.end(Held, x.tell.heldByStart())
	case !fresh:
		return x.end(Known, x.tell.known())
	}
	if !byEvent || !x.d.Since.Equal(asked.At) {
		asked = nil // a word is what moves it
	}
	return x.moves(asked)
}

// moves makes the decision a move; asked is what on the task asks for it, if no word in Gerrit does.
func (x *decider) moves(asked *Event) Decision {
	if x.d.Look = x.unlooked(); len(x.d.Look) > 0 {
		return x.end(Unlooked, "")
	}
	x.d.From, x.d.Leave, x.d.Asked = x.tell.place(), x.leaves(), asked != nil
	d := x.end(Move, x.tell.moves(asked))
	d.Settle.Column = d.To.ID
	return d
}

// placedBy is the newest move since the start by which a person placed the card, or nil.
// Where the rule would take the card off the board, to put it there is to place it.
func (x *decider) placedBy() *Event {
	return newest(x.Card.Events, func(e Event) bool {
		places := e.Kind == CardMoved || e.Kind == CardAdded && x.rule != nil && x.rule.Target.takesOff()
		return e.At.After(x.Start) && places && (e.Person || e.Own && x.Card.Settled.Digest == "" && e.At.Before(x.Born))
	})
}

// asks says whether an event of the task itself asks for the card to be placed: it was put
// on the board or reopened, or it got what the rule looks for. It does not where the same
// edit placed the card: then the place is what that person wants.
func (x *decider) asks(e Event) bool {
	switch e.Kind {
	case CardAdded:
		return e.Person && !x.rule.Target.takesOff()
	case TaskReopened:
		return !e.Own && !x.placedWith(e, placedThenReopened)
	case TaskTagged:
		return slices.Contains(x.rule.When.Tags, e.Tag) && slices.Contains(x.Card.Tags, e.Tag) && !x.placedWith(e, 0)
	case StatusSet:
		return len(x.rule.When.Status) > 0 && !x.placedWith(e, 0)
	default:
		return false
	}
}

// placedThenReopened is how long after somebody placed a card they reopen its task for that place.
const placedThenReopened = time.Minute

// placedWith says whether the person behind an event placed the card in the same edit, or up to some time before.
func (x *decider) placedWith(e Event, before time.Duration) bool {
	return slices.ContainsFunc(x.Card.Events, func(p Event) bool {
		return p.Kind == CardMoved && p.Person && p.Account == e.Account &&
			(p.Edit != "" && p.Edit == e.Edit || before > 0 && compareEvents(p, e) < 0 && e.At.Sub(p.At) <= before)
	})
}

// adopts says whether the board takes in a task by itself: a change of one of its
// repositories needs a review.
func (x *decider) adopts() bool {
	return !x.Card.Closed && x.c.state == review.ReviewNeeded && slices.ContainsFunc(x.c.views, func(v *review.View) bool {
		return v.State == review.ReviewNeeded && review.Match(x.Board.Adopt.Repositories, v.Change.Project)
	})
}

// stale: what was said was too long ago, when the card was read, to put it on the board.
func (x *decider) stale() bool {
	limit := x.Board.Adopt.StaleAfter
	return limit > 0 && !x.Card.onAny() && x.Card.Read.Sub(x.said) > limit
}

func (x *decider) tooOld() Decision {
	return x.stays(Off, "it is not on %s, and what was said last (%s) is too old to put it there; add the tag to have it moved", x.Board.Tag, x.tell.lastWord())
}

// takenOff is the event by which a person took a card off the board for good, or nil.
// What a bot did since is no person's word.
func (x *decider) takenOff() *Event {
	if x.Card.OnBoard {
		return nil
	}
	last := newest(x.Card.Events, func(e Event) bool { return e.Person && (e.Kind == CardAdded || e.Kind == CardRemoved) })
	if last == nil || last.Kind == CardAdded {
		return nil
	}
	return last
}

// leaves is the replaced board that a card leaves when it moves: unless one of the open
// changes that the other board counts keeps it there.
func (x *decider) leaves() string {
	old := x.Card.Old
	if old == nil || x.d.Target.takesOff() {
		return ""
	}
	if board := old.Legacy.Board; board != nil && slices.ContainsFunc(x.Changes, func(h *review.History) bool {
		return h.Status == review.StatusNew && h.Linked(x.Card.Task) && board.Sees(h)
	}) {
		return ""
	}
	return old.Board
}

// strayed says whether a write of ours took effect late, after the card had been
// settled elsewhere: an answer that was lost on the way, and a server that was slow.
func (x *decider) strayed() bool {
	if settled := x.Card.Settled.Column; !x.Card.OnBoard || settled == "" || settled == Unseen || x.Card.Column.ID == settled {
		return false
	}
	last := newest(x.Card.Events, func(e Event) bool { return e.Kind == CardMoved })
	return last != nil && last.Own && last.Column == x.Card.Column.ID
}

// arrived says whether the card was off the board when it was settled, and not by our hand.
func (x *decider) arrived() bool {
	if !x.Card.OnBoard || x.Card.Settled.Digest == "" || x.Card.Settled.Column != "" {
		return false
	}
	removed := newest(x.Card.Events, func(e Event) bool { return e.Kind == CardRemoved })
	return removed == nil || !removed.Own
}

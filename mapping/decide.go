package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Verdict is what a decision comes to.
type Verdict string

// The verdicts. Only Move asks for a write; Unread asks for Card.Events and another try, Unlooked for Change.Refs.
const (
	Move     Verdict = "move"
	There    Verdict = "there"     // the card is where the rules want it
	Held     Verdict = "held"      // a person's newer move, or the start of the rules, holds it
	Known    Verdict = "known"     // nothing was said since the card was settled
	Stays    Verdict = "stays"     // a rule says so, or none speaks of this state
	Peoples  Verdict = "peoples"   // its column belongs to people
	Closed   Verdict = "closed"    // the task is not open
	Off      Verdict = "off"       // the task is not on the board itself
	NoChange Verdict = "no-change" // no change that the board counts is linked to the task
	Fault    Verdict = "fault"     // the column that the rules want cannot be used
	Unread   Verdict = "unread"    // it would move, if its events allow
	Unlooked Verdict = "unlooked"  // it would move, if its changes are not deployed; see Decision.Look
)

// Verdicts lists them.
func Verdicts() []Verdict {
	return []Verdict{Move, There, Held, Known, Stays, Peoples, Closed, Off, NoChange, Fault, Unread, Unlooked}
}

// Question is everything that a decision depends on.
type Question struct {
	Board   *Board
	Columns map[string]Column // the board's columns by the names that the config uses
	Start   time.Time         // facts up to then move nothing
	Born    time.Time         // when the store was made: our own moves before count as a person's
	Skew    time.Duration     // Phabricator's clock minus Gerrit's
	Doubt   time.Duration     // how much less it may be: a person's move gets the benefit
	Looked  time.Time         // the branches and tags of merged changes must have been read since then, on Gerrit's clock; zero: at any time
	Footer  string            // that links a change to a task, for sentences
	Card    Card
	Changes []*review.History // every change that is or was linked to the task
}

// Decision is what becomes of one card.
type Decision struct {
	Task    int          `json:"task"`
	Board   Named        `json:"board"`
	Verdict Verdict      `json:"verdict"`
	State   review.State `json:"state,omitempty"` // of the card; empty if no change counts
	Since   time.Time    `json:"since,omitzero"`
	Placed  time.Time    `json:"placed,omitzero"`
	From    Named        `json:"from,omitzero"`   // the column where the card is; zero: on no board
	Old     Named        `json:"old,omitzero"`    // the replaced board that From is on; zero: it is on this one
	Target  Target       `json:"target,omitzero"` // of the rule that applies; zero if none does
	To      Named        `json:"to,omitzero"`     // the column that it is; zero if it is none, or cannot be used
	Why     Why          `json:"why"`
	Settle  Settlement   `json:"settle,omitzero"`   // to be stored once the decision is carried out; zero: not to be stored
	Effects []Effect     `json:"effects,omitempty"` // of Move
	Waits   []Wait       `json:"waits,omitempty"`   // the changes whose deployment alone would move the card on
	Look    []review.Key `json:"look,omitempty"`    // of Unlooked: the changes whose branches and tags are to be asked for
}

// Decide says what becomes of a card. See docs/rules.md, "When a card moves".
func Decide(q Question) Decision { return newDecider(&q).decide() }

func (x *decider) decide() Decision {
	switch {
	case x.ended():
		return x.d
	case !x.Card.EventsRead:
		return x.beforeEvents()
	default:
		return x.byEvents()
	}
}

// Align says what would become of a card if dates did not matter: those of the facts, and those of the
// moves of people. Its verdict is Move, or why there is none.
func Align(q Question) Decision {
	x := newDecider(&q)
	switch {
	case q.Card.NoBoard:
		return x.end(WhyNoWorkboard)
	case !q.Card.OnBoard:
		return x.end(WhyNotOnBoard)
	case x.ended():
		return x.d
	default:
		return x.moves(WhyAligned, nil)
	}
}

// ended makes the decision if dates do not matter to it, and says whether it did. If not, the rules
// want the card elsewhere.
func (x *decider) ended() bool {
	card, board := &x.Card, x.Board
	switch {
	case len(x.c.views) == 0 && !board.WithoutReview():
		x.d.Why.Footer = x.Footer
		x.end(WhyNoChange)
	case card.Closed && x.rule == nil:
		x.end(WhyClosed)
	case !card.OnBoard && card.Within != "":
		x.d.Why.Within = card.Within
		x.end(WhyWithin)
	case card.NoBoard:
		x.end(WhyNoWorkboard)
	case !card.onAny() && !x.adopts():
		x.offBoard()
	case x.rule == nil:
		x.end(WhyNoRule)
	default:
		return x.aim(x.rule.Target)
	}
	return true
}

// decider is one decision under way.
type decider struct {
	*Question
	c    course
	rule *Rule // the first that matches; nil if none does
	d    Decision

	said  time.Time // the newest word in Gerrit that the rule goes by, on Phabricator's clock; zero if it goes by none
	fresh bool      // something was said that the card was not settled on
}

func newDecider(q *Question) *decider {
	x := &decider{Question: q, c: replay(q.Board, q.Card.Task, q.Changes, q.now())}
	x.rule = q.Board.rule(&x.c, &q.Card)
	x.d = Decision{Task: q.Card.Task, Board: q.Board.named(), State: x.c.state}
	switch card := &q.Card; {
	case card.OnBoard:
		x.d.From = card.Column.named()
	case card.Old != nil:
		x.d.From, x.d.Old = card.Old.Column.named(), card.Old.named()
	}
	if x.rule != nil {
		x.d.Target = x.rule.Target
	}
	if x.rule != nil && x.rule.When.OfReview() && len(x.c.views) > 0 {
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
func (x *decider) end(code WhyCode) Decision {
	v := code.Verdict()
	x.d.Verdict, x.d.Why.Code = v, code
	if v == Unread || v == Unlooked { // it is decided on again
		return x.d
	}
	x.why(&x.d.Why)
	x.d.Waits = x.waits()
	switch {
	case v == NoChange && len(x.Changes) == 0, v == Fault, code == WhyTakenOff: // settled, the last one would be WhyNothingNew the next time
	case v == Off && (len(x.Board.Adopt.Repositories) == 0 || x.Card.Within != ""):
	default: // what does not count, or is off a board that adopts, is settled too: new rules or a grown team move nothing
		x.d.Settle = Settlement{Digest: review.Digest(x.Card.Task, x.Changes), Column: x.Card.Column.ID, At: x.Card.Read}
	}
	return x.d
}

// beforeEvents decides what can be decided without knowing what happened to the card.
func (x *decider) beforeEvents() Decision {
	card := &x.Card
	switch {
	case !x.fresh && card.Modified.Before(card.Settled.At): // nothing happened to it since
		return x.known()
	case !x.said.After(x.Start) && (!card.Modified.After(x.Start) || !card.onAny()):
		return x.beforeStart()
	case x.stale():
		return x.end(WhyTooOld)
	}
	return x.end(WhyUnread)
}

// byEvents lets a card move if something was said, or happened to the task, since it was
// placed, that it was not settled on.
func (x *decider) byEvents() Decision {
	card := &x.Card
	if by := x.takenOff(); by != nil {
		x.d.Why.Did = card.deed(by)
		return x.end(WhyTakenOff)
	}
	if x.said.After(x.Start) && x.stale() {
		return x.end(WhyTooOld)
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
		x.d.Why.Did, x.d.Why.Tie = card.deed(person), x.said.After(person.At)
		return x.end(WhyHeld)
	case !byWord && !byEvent:
		return x.beforeStart()
	case !fresh:
		return x.known()
	}
	if byEvent && x.d.Since.Equal(asked.At) {
		return x.moves(asksBy[asked.Kind], asked)
	}
	return x.moves(WhySaid, nil) // a word is what moves it
}

// beforeStart: nothing was said since the rules began.
func (x *decider) beforeStart() Decision {
	x.d.Why.Start = x.Start.UTC()
	return x.end(WhyBeforeStart)
}

// known: the card is not where the rules want it, but nothing was said since it was settled.
func (x *decider) known() Decision {
	if last := x.Card.movedHere(); last != nil && !last.Own {
		x.d.Why.Did = x.Card.deed(last)
	}
	return x.end(WhyNothingNew)
}

// moves makes the decision a move. asked is the event of the task that asks for it; nil: a word in Gerrit does.
func (x *decider) moves(code WhyCode, asked *Event) Decision {
	if x.d.Look = x.unlooked(); len(x.d.Look) > 0 {
		return x.end(WhyUnlooked)
	}
	if asked != nil {
		x.d.Why.Did = x.Card.deed(asked)
	}
	d := x.end(code)
	d.Settle.Column = d.To.ID
	d.Effects = []Effect{x.effect(&d)}
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

// asksBy are the codes of a move that an event of the task asks for.
var asksBy = map[EventKind]WhyCode{CardAdded: WhyAdded, TaskReopened: WhyReopened, TaskTagged: WhyTagged, StatusSet: WhyStatus}

// asks says whether an event of the task itself asks for the card to be placed: it was put
// on the board or reopened, or it got what the rule names. It does not where the same
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

// placedThenReopened is how soon after placing a card a person reopens its task because of that place.
const placedThenReopened = time.Minute

// placedWith says whether the person behind an event placed the card in the same edit, or up to some time before.
func (x *decider) placedWith(e Event, before time.Duration) bool {
	return slices.ContainsFunc(x.Card.Events, func(p Event) bool {
		return p.Kind == CardMoved && p.Person && p.By == e.By &&
			(p.Edit != "" && p.Edit == e.Edit || before > 0 && compareEvents(p, e) < 0 && e.At.Sub(p.At) <= before)
	})
}

// adopts says whether the board takes in a task by itself: a change of one of its
// repositories needs a review.
func (x *decider) adopts() bool {
	return slices.ContainsFunc(x.adopters(), func(v *review.View) bool { return !x.tooManyOf(v.Change) })
}

// adopters are the changes for which the board takes in tasks.
func (x *decider) adopters() []*review.View {
	if x.Card.Closed || x.c.state != review.ReviewNeeded {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(x.c.views), func(v *review.View) bool {
		return v.State != review.ReviewNeeded || !review.Match(x.Board.Adopt.Repositories, v.Change.Project)
	})
}

// tooManyOf says whether the task is one too many of a newcomer's change. Those that it was linked to
// first count, so that another commit message brings no more of them onto the board.
func (x *decider) tooManyOf(h *review.History) bool {
	return h.Newcomer && x.Board.Outsider(h) && h.Place(x.Card.Task) > x.Board.Adopt.Newcomer
}

// offBoard ends a decision on a card that is not on the board, and is not put there.
func (x *decider) offBoard() {
	adopters := x.adopters()
	if len(adopters) == 0 {
		x.end(WhyNotOnBoard)
		return
	}
	h := adopters[0].Change
	x.d.Why.Newcomer = Newcomer{Change: h.Number, Owner: h.People[h.Owner].String(), Most: x.Board.Adopt.Newcomer}
	x.end(WhyNewcomer)
}

// stale: what was said was too long ago, when the card was read, to put it on the board.
func (x *decider) stale() bool {
	limit := x.Board.Adopt.StaleAfter
	return limit > 0 && !x.Card.onAny() && x.Card.Read.Sub(x.said) > limit
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
func (x *decider) leaves() Named {
	old := x.Card.Old
	if old == nil || x.d.Target.takesOff() {
		return Named{}
	}
	if board := old.Legacy.Board; board != nil && slices.ContainsFunc(x.Changes, func(h *review.History) bool {
		return h.Status == review.StatusNew && h.Linked(x.Card.Task) && board.Sees(h)
	}) {
		return Named{}
	}
	return old.named()
}

// strayed says whether a write of ours took effect late, after the card had been settled elsewhere:
// its answer was lost, and the server was slow.
func (x *decider) strayed() bool {
	if settled := x.Card.Settled.Column; !x.Card.OnBoard || settled == "" || settled == Unseen || x.Card.Column.ID == settled {
		return false
	}
	last := x.Card.movedHere()
	return last != nil && last.Own
}

// arrived says whether the card was off the board when it was settled, and not because we took it off.
func (x *decider) arrived() bool {
	if !x.Card.OnBoard || x.Card.Settled.Digest == "" || x.Card.Settled.Column != "" {
		return false
	}
	removed := newest(x.Card.Events, func(e Event) bool { return e.Kind == CardRemoved })
	return removed == nil || !removed.Own
}

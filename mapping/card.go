package mapping

import (
	"cmp"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Column is a column of a workboard as it stands on the server.
type Column struct {
	ID     string // its PHID
	Name   string
	Hidden bool
}

// Card is a task as one board sees it. Times are Phabricator's.
type Card struct {
	Task     int
	Status   string // of the task, as the server names it
	Closed   bool
	Tags     []string // those of the rules' tags that the task has, as the config names them
	OnBoard  bool
	Column   Column    // where it is, if OnBoard
	NoBoard  bool      // it has the board's tag, but the project's workboard is off
	Within   string    // what has the task instead of the board: a project below or above it, or another milestone
	Old      *Place    // where it is on a board that this one replaces, in one of the columns to take from
	Modified time.Time // when the task was last edited, by anybody and in any way
	Read     time.Time // when all this was read

	Events     []Event // what happened to the card, if EventsRead
	EventsRead bool
	Settled    Settlement
}

// onAny says whether the task is on the board or in a column that it replaces.
func (c *Card) onAny() bool { return c.OnBoard || c.Old != nil }

// Place is a card on a board that another one replaces.
type Place struct {
	Board  string // its ID
	Column Column
	Legacy *Legacy
}

// named is the replaced board.
func (p *Place) named() Named { return Named{p.Board, p.Legacy.Tag} }

// Settlement is what a card was last settled on. The zero value: it never was.
type Settlement struct {
	Digest string    `json:"digest"` // of the facts
	Column string    `json:"column"` // ID of the column in which it was left
	At     time.Time `json:"at"`     // when the card was read for that
}

// Unseen is the Settlement.Column of a card that was not read, since none of its changes counts.
const Unseen = "?"

// Uncounted settles a card without reading it, while no board counts one of its changes. If one counts
// later, since the rules or the team changed, that is no news.
func Uncounted(task int, changes []*review.History, at time.Time) Settlement {
	return Settlement{Digest: review.Digest(task, changes), Column: Unseen, At: at}
}

// EventKind is what happened to a card.
type EventKind string

// Events of a card. A reorder within a column is none.
const (
	CardAdded    EventKind = "added"   // put on the board, in any column
	CardMoved    EventKind = "moved"   // from one column to another, or into one that this board replaces
	CardRemoved  EventKind = "removed" // from the board
	TaskReopened EventKind = "reopened"
	TaskTagged   EventKind = "tagged"   // with Event.Tag
	TaskUntagged EventKind = "untagged" // with Event.Tag
	StatusSet    EventKind = "status-set"
)

// Event is one thing that happened to a card.
type Event struct {
	Kind   EventKind
	At     time.Time
	Order  int    // of the server's transaction: orders events of one second
	By     string // ID of the account that did it
	Person bool   // neither we nor a bot nor a Herald rule
	Own    bool   // we did it
	Column string // ID of the column it went to, if known
	Tag    string // of TaskTagged and TaskUntagged, as the config names it
	Edit   string // the same for all that one edit did; empty: not known
	Was    Was    // before it
}

// Was is what an event made another.
type Was struct {
	Column string // its ID, before it was moved, if known
	Status string // of the task, before it was set; empty: not known
	Closed bool   // the task was
}

// newest is the last event that fits, or nil.
func newest(events []Event, fits func(Event) bool) *Event {
	var last *Event
	for i := range events {
		if e := &events[i]; fits(*e) && (last == nil || compareEvents(*e, *last) > 0) {
			last = e
		}
	}
	return last
}

// movedHere is the newest move of a card if that put it where it is; nil: it did not, or there is none.
func (c *Card) movedHere() *Event {
	last := newest(c.Events, func(e Event) bool { return e.Kind == CardMoved })
	if last == nil || last.Column != c.Column.ID {
		return nil
	}
	return last
}

func compareEvents(x, y Event) int {
	return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.Order, y.Order))
}

// takesFrom says whether the board takes cards from a column: it is the target of a
// rule or named in From. All other columns belong to people.
func (b *Board) takesFrom(columns map[string]Column, id string) bool {
	is := func(name string) bool { return columns[name].ID == id }
	return slices.ContainsFunc(b.From, is) || slices.ContainsFunc(b.Rules, func(r Rule) bool { return r.Target.Column != "" && is(r.Target.Column) })
}

// rule is the first whose condition holds for a card in this course, or nil.
func (b *Board) rule(c *course, card *Card) *Rule {
	for i := range b.Rules {
		if b.Rules[i].When.lacks(c, card) == LackNothing {
			return &b.Rules[i]
		}
	}
	return nil
}

// Lack is the first part of a condition that is not met.
type Lack string

// What a condition can lack.
const (
	LackNothing      Lack = ""     // it is met
	LackOpen         Lack = "open" // the task is closed, and it names no status
	LackStatus       Lack = "status"
	LackTags         Lack = "tags"
	LackChange       Lack = "change" // no change counts
	LackReview       Lack = "review"
	LackRepositories Lack = "repositories"
)

// lacks says what the condition lacks. One that does not name a status is not met by closed tasks.
func (w *When) lacks(c *course, card *Card) Lack {
	switch {
	case card.Closed && len(w.Status) == 0:
		return LackOpen
	case len(w.Status) > 0 && !slices.Contains(w.Status, card.Status):
		return LackStatus
	case len(w.Tags) > 0 && len(w.has(card)) == 0:
		return LackTags
	case !w.OfReview():
		return LackNothing
	case len(c.views) == 0:
		return LackChange
	case len(w.Review) > 0 && !slices.Contains(w.Review, c.state):
		return LackReview
	case len(w.Repositories) > 0 && slices.ContainsFunc(c.views, func(v *review.View) bool { return w.elsewhere(c, v) }):
		return LackRepositories
	}
	return LackNothing
}

// elsewhere says whether a change in the winning state is in none of the repositories.
func (w *When) elsewhere(c *course, v *review.View) bool {
	return v.State == c.state && !review.Match(w.Repositories, v.Change.Project)
}

// OfReview says whether the condition is about changes.
func (w *When) OfReview() bool {
	return len(w.Review) > 0 || len(w.Repositories) > 0 || len(w.Tags)+len(w.Status) == 0
}

// WithoutReview says whether a rule moves cards that no change is linked to.
func (b *Board) WithoutReview() bool {
	return slices.ContainsFunc(b.Rules, func(r Rule) bool { return !r.When.OfReview() })
}

// Counts says whether the board counts one of the changes.
func (b *Board) Counts(changes []*review.History) bool {
	return slices.ContainsFunc(changes, b.Sees)
}

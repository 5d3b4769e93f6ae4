package mapping

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// EffectKind is what an effect does.
type EffectKind string

// The kinds of effects. Stores have these words, so they stay as they are.
const (
	EffectMove    EffectKind = "move"     // a card into another column, or onto the board
	EffectRepair  EffectKind = "mend"     // a card that stands in two columns back into the one that it was put into
	EffectTakeOff EffectKind = "take-off" // a card off the board
	EffectTag     EffectKind = "tag"      // a task
	EffectUntag   EffectKind = "untag"
	EffectComment EffectKind = "comment" // on a task
	EffectAsk     EffectKind = "ask"     // somebody for a review of a change
	EffectRemind  EffectKind = "remind"  // somebody who was asked
	EffectMembers EffectKind = "duty"    // makes the people on duty the members of a project
)

// EffectKinds lists them.
func EffectKinds() []EffectKind {
	return []EffectKind{
		EffectMove, EffectRepair, EffectTakeOff, EffectTag, EffectUntag, EffectComment, EffectAsk, EffectRemind, EffectMembers,
	}
}

// Effect is one intended write to a server: all that it takes to make it, and to say why. Effects
// can be compared with ==, and stored as JSON.
type Effect struct {
	Kind   EffectKind `json:"kind"`
	Object Object     `json:"object"`
	Board  Named      `json:"board,omitzero"` // whose rules want it; zero: no board does
	Since  time.Time  `json:"since,omitzero"` // the date of what it follows from; if that has none, when it was decided

	Card    CardMove   `json:"card,omitzero"`    // of EffectMove, EffectRepair and EffectTakeOff
	Why     Why        `json:"why,omitzero"`     // of EffectMove and EffectTakeOff; zero in Decision.Effects, see Decision.Writes
	Tag     Tagging    `json:"tag,omitzero"`     // of EffectTag and EffectUntag
	Comment Remark     `json:"comment,omitzero"` // of EffectComment
	Ask     Asking     `json:"ask,omitzero"`     // of EffectAsk and EffectRemind
	Members Membership `json:"members,omitzero"` // of EffectMembers
}

// Named is something with its ID on the server and its name for people.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Object is what an effect writes to. One of these is set.
type Object struct {
	Task    int        `json:"task,omitempty"`
	Change  review.Key `json:"change,omitzero"`
	Project Named      `json:"project,omitzero"`
}

func (o Object) String() string {
	switch {
	case o.Task != 0:
		return fmt.Sprintf("T%d", o.Task)
	case o.Change != review.Key{}:
		return o.Change.String()
	default:
		return o.Project.Name
	}
}

// CardMove is what becomes of a card.
type CardMove struct {
	From    Named `json:"from,omitzero"`  // its column; zero: it is on no board
	To      Named `json:"to,omitzero"`    // zero: off the board
	Old     Named `json:"old,omitzero"`   // the replaced board on which From is
	Leave   Named `json:"leave,omitzero"` // the replaced board that the card leaves
	Via     Named `json:"via,omitzero"`   // a third column through which a torn card goes: to the server, a move to one of its two is none
	Aligned bool  `json:"aligned,omitempty"`
}

// Place is where the card is, for people; empty if it is on no board.
func (c CardMove) Place() string {
	if c.Old.Name != "" {
		return c.From.Name + " (" + c.Old.Name + ")"
	}
	return c.From.Name
}

// Tagging is what becomes of a tag.
type Tagging struct {
	Named
	Open review.Key `json:"open,omitzero"` // the change for which a task is tagged
}

// Remark is a comment on a task.
type Remark struct {
	Mark   string      `json:"mark"` // by which it is recognised, see TaskComment.Key
	Kind   CommentKind `json:"kind"`
	Change review.Key  `json:"change"`           // that it is about
	Revert int         `json:"revert,omitempty"` // number of the change that reverts it
	Asked  string      `json:"asked,omitempty"`  // the person who was asked for a review
	Text   string      `json:"text"`
}

// Asking is an ask for a review, or a reminder of one.
type Asking struct {
	Why       string   `json:"why"` // as in review.AskKey, and so is Votes
	Votes     int      `json:"votes"`
	Who       string   `json:"who"`            // Gerrit user name
	Account   int      `json:"account"`        // ID of that account
	Turn      ask.Turn `json:"turn,omitempty"` // why they are asked, and nobody else
	Because   ask.Why  `json:"because,omitzero"`
	Revision  string   `json:"revision"`
	Message   string   `json:"message"`
	Attention string   `json:"attention"` // the reason for the attention set
}

// Membership is what becomes of the members of a project.
type Membership struct {
	OnDuty People `json:"on_duty,omitempty"` // all of them, new or not
	Add    People `json:"add,omitempty"`
	Remove People `json:"remove,omitempty"`
}

// Key names the effect forever: what has happened with this key does not happen again. Keys are in
// stores and on servers, so they stay as they are.
func (e Effect) Key() string {
	switch e.Kind {
	case EffectMove, EffectTakeOff:
		what := "move"
		if e.Card.Aligned {
			what = "align"
		}
		return e.cardKey(what)
	case EffectRepair:
		return e.cardKey("mend")
	case EffectTag, EffectUntag:
		return fmt.Sprintf("%s %s %s %d", e.Kind, e.Object, e.Tag.ID, e.Since.Unix())
	case EffectComment:
		return fmt.Sprintf("comment %s %s", e.Object, e.Comment.Mark)
	case EffectAsk:
		return "ask " + e.AskKey().String()
	case EffectRemind:
		return "remind " + e.AskKey().Reminder()
	case EffectMembers:
		return fmt.Sprintf("duty %s %d", e.Object.Project.ID, e.Since.Unix())
	}
	return ""
}

func (e Effect) cardKey(what string) string {
	return fmt.Sprintf("%s %s %s %s %d", what, e.Object, e.Board.ID, e.Card.To.ID, e.Since.Unix())
}

// AskKey is the key of the ask that is made, or that is reminded of.
func (e Effect) AskKey() review.AskKey {
	return review.AskKey{Change: e.Object.Change, Why: e.Ask.Why, Votes: e.Ask.Votes, Who: e.Ask.Who}
}

// Accounts are the IDs of the accounts that the reason names.
func (e Effect) Accounts() []string { return e.Why.Accounts() }

// Writes are the effects of the decision, with its reason.
func (d Decision) Writes() []Effect {
	writes := slices.Clone(d.Effects)
	for i := range writes {
		writes[i].Why = d.Why
	}
	return writes
}

// Follows is the word in Gerrit that a move follows from; zero: a person did something to the card or
// its task, or asked for the move.
func (d Decision) Follows() review.Word {
	if d.Why.Code == WhySaid {
		return d.Why.Said
	}
	return review.Word{}
}

// Repair is the write that puts a torn card back into the one column that it was put into.
func (d Decision) Repair(card *Card) Effect {
	return Effect{
		Kind: EffectRepair, Object: Object{Task: d.Task}, Board: d.Board, Since: d.Since.UTC(),
		Card: CardMove{From: card.Column.named(), To: card.Column.named()},
	}
}

func (c Column) named() Named { return Named{c.ID, c.Name} }

// Effect is the write of a comment with this text.
func (c TaskComment) Effect(task int, text string) Effect {
	r := Remark{Mark: c.Key(), Kind: c.Kind, Change: c.Change.Key, Text: text}
	if c.Revert != nil {
		r.Revert = c.Revert.Number
	}
	if c.Asked != nil {
		r.Asked = c.Asked.Who
	}
	return Effect{Kind: EffectComment, Object: Object{Task: task}, Comment: r}
}

// AskEffect is the write of an ask or a reminder, made at that time. What the decision has is filled
// into a.
func AskEffect(d ask.Decision, board Named, at time.Time, a Asking) Effect {
	kind := EffectAsk
	if d.Verdict == ask.Remind {
		kind = EffectRemind
	}
	a.Why, a.Votes, a.Who, a.Turn, a.Because = d.Key.Why, d.Key.Votes, d.Key.Who, d.Turn, d.Why
	return Effect{Kind: kind, Object: Object{Change: d.Key.Change}, Board: board, Since: at.UTC(), Ask: a}
}

// People is a list of people that can be compared, in the order in which they were given.
type People string

// PeopleOf is a list of these people.
func PeopleOf(all ...Named) People {
	var b strings.Builder
	for _, p := range all {
		b.WriteString(p.ID + " " + p.Name + "\n")
	}
	return People(b.String())
}

// All are the people of the list.
func (p People) All() []Named {
	var all []Named
	for line := range strings.Lines(string(p)) {
		id, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		all = append(all, Named{id, name})
	}
	return all
}

// IDs are the IDs of the people.
func (p People) IDs() []string {
	var ids []string
	for _, n := range p.All() {
		ids = append(ids, n.ID)
	}
	return ids
}

// Names are the names of the people, sorted.
func (p People) Names() []string {
	var names []string
	for _, n := range p.All() {
		names = append(names, n.Name)
	}
	slices.Sort(names)
	return names
}

// MarshalJSON writes a list.
func (p People) MarshalJSON() ([]byte, error) { return json.Marshal(p.All()) }

// UnmarshalJSON reads a list.
func (p *People) UnmarshalJSON(text []byte) error {
	var all []Named
	err := json.Unmarshal(text, &all)
	*p = PeopleOf(all...)
	return err
}

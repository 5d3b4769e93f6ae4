package mapping

import (
	"encoding/json"
	"strings"
	"time"

	"reviewsync/mapping/review"
)

// Why is what makes a decision on a card: a code, and what it names. Two can be compared
// with ==. What does not matter to the code is zero.
type Why struct {
	Code   WhyCode     `json:"code"`
	Rule   int         `json:"rule,omitempty"`   // the line of the config with the rule that applies
	Cause  Cause       `json:"cause,omitzero"`   // why it applies; if none does, what none speaks of
	Said   review.Word `json:"said,omitzero"`    // the newest word about the card
	Did    Deed        `json:"did,omitzero"`     // what somebody did to the card or its task
	Tie    bool        `json:"tie,omitempty"`    // of WhyHeld: the word is newer, but by less than the clocks may differ
	Start  time.Time   `json:"start,omitzero"`   // of WhyBeforeStart: when the rules of the board began
	Within string      `json:"within,omitempty"` // of WhyWithin: what has the task instead of the board
	Footer string      `json:"footer,omitempty"` // of WhyNoChange: what links a change to a task
	Now    time.Time   `json:"now,omitzero"`     // the newest date that there was to know

	Newcomer Newcomer `json:"newcomer,omitzero"` // of WhyNewcomer
}

// Newcomer is an outsider without a merged change, whose change puts only some of its tasks on a board.
type Newcomer struct {
	Change int    `json:"change"` // its number
	Owner  string `json:"owner"`
	Most   int    `json:"most"` // how many
}

// WhyCode is what makes a decision.
type WhyCode string

// The codes, by the verdicts that they make.
const (
	WhySaid     WhyCode = "said"     // Move: a word in Gerrit
	WhyAdded    WhyCode = "added"    // Move: Did put it on the board
	WhyReopened WhyCode = "reopened" // Move: Did reopened the task
	WhyTagged   WhyCode = "tagged"   // Move: Did gave the task a tag that the rule names
	WhyStatus   WhyCode = "status"   // Move: Did gave the task a status that the rule names
	WhyAligned  WhyCode = "aligned"  // Move: the board is being aligned
	WhyThere    WhyCode = "there"    // There

	WhyHeld        WhyCode = "held-by-person" // Held: Did, a person's newer move
	WhyBeforeStart WhyCode = "before-start"   // Held: nothing was said since the rules began
	WhyNothingNew  WhyCode = "nothing-new"    // Known; Did is the move by which another put it where it is

	WhyStayRule WhyCode = "stay-rule"      // Stays: a rule says so
	WhyNoRule   WhyCode = "no-rule"        // Stays: none speaks of it
	WhyPeoples  WhyCode = "peoples-column" // Peoples
	WhyClosed   WhyCode = "closed"         // Closed
	WhyNoChange WhyCode = "no-change"      // NoChange

	WhyNotOnBoard WhyCode = "not-on-board"        // Off
	WhyWithin     WhyCode = "in-another-project"  // Off: the task cannot be on the board at the same time
	WhyOffByRule  WhyCode = "off-by-rule"         // Off, where the rule wants it
	WhyTakenOff   WhyCode = "taken-off-by-person" // Off: Did
	WhyTooOld     WhyCode = "too-old"             // Off: the newest word is, to put it on the board
	WhyNewcomer   WhyCode = "newcomer"            // Off: one too many of a newcomer's change

	WhyNoWorkboard WhyCode = "workboard-off"  // Fault
	WhyNoColumn    WhyCode = "no-such-column" // Fault: none that can be seen

	WhyUnread   WhyCode = "events-not-read"       // Unread
	WhyUnlooked WhyCode = "deployment-not-looked" // Unlooked
)

// WhyCodes lists them.
func WhyCodes() []WhyCode {
	return []WhyCode{
		WhySaid, WhyAdded, WhyReopened, WhyTagged, WhyStatus, WhyAligned, WhyThere, WhyHeld, WhyBeforeStart, WhyNothingNew,
		WhyStayRule, WhyNoRule, WhyPeoples, WhyClosed, WhyNoChange, WhyNotOnBoard, WhyWithin, WhyOffByRule, WhyTakenOff, WhyTooOld, WhyNewcomer,
		WhyNoWorkboard, WhyNoColumn, WhyUnread, WhyUnlooked,
	}
}

// Verdict is what a code comes to.
func (c WhyCode) Verdict() Verdict {
	switch c {
	case WhySaid, WhyAdded, WhyReopened, WhyTagged, WhyStatus, WhyAligned:
		return Move
	case WhyThere:
		return There
	case WhyHeld, WhyBeforeStart:
		return Held
	case WhyNothingNew:
		return Known
	case WhyStayRule, WhyNoRule:
		return Stays
	case WhyPeoples:
		return Peoples
	case WhyClosed:
		return Closed
	case WhyNoChange:
		return NoChange
	case WhyNotOnBoard, WhyWithin, WhyOffByRule, WhyTakenOff, WhyTooOld, WhyNewcomer:
		return Off
	case WhyNoWorkboard, WhyNoColumn:
		return Fault
	case WhyUnread:
		return Unread
	case WhyUnlooked:
		return Unlooked
	}
	return ""
}

// Cause is what the condition of a rule is about, as it is now.
type Cause struct {
	Review review.Why `json:"review,omitzero"` // of the change that stands for the state of the card; zero: the rule is not about changes
	Also   Others     `json:"also,omitzero"`   // what else is linked
	Tags   Words      `json:"tags,omitempty"`  // of those that the rule names
	Status string     `json:"status,omitempty"`
}

// OfReview says whether the cause is about changes.
func (c Cause) OfReview() bool { return c.Review.Code != "" }

// Others are the other changes of a card: some, and how many more there are.
type Others struct {
	Some [4]Other
	More int
}

// Other is another change of a card.
type Other struct {
	Change int          `json:"change"` // its number
	State  review.State `json:"state"`
}

// add adds one. Where there are more than four, only three are named.
func (o *Others) add(other Other) {
	for i := range o.Some {
		if o.Some[i] == (Other{}) && o.More == 0 {
			o.Some[i] = other
			return
		}
	}
	if o.More == 0 {
		o.Some[len(o.Some)-1], o.More = Other{}, 1
	}
	o.More++
}

// List lists those that are named.
func (o Others) List() []Other {
	var list []Other
	for _, other := range o.Some {
		if other != (Other{}) {
			list = append(list, other)
		}
	}
	return list
}

// othersJSON is how others are written.
type othersJSON struct {
	Some []Other `json:"changes"`
	More int     `json:"more,omitempty"`
}

// MarshalJSON leaves out what is not set.
func (o Others) MarshalJSON() ([]byte, error) { return json.Marshal(othersJSON{o.List(), o.More}) }

// UnmarshalJSON reads what MarshalJSON writes.
func (o *Others) UnmarshalJSON(text []byte) error {
	var read othersJSON
	err := json.Unmarshal(text, &read)
	*o = Others{More: read.More}
	copy(o.Some[:], read.Some)
	return err
}

// Accounts are those that the reason names, by their IDs.
func (w Why) Accounts() []string { return accounts(w.Did) }

func accounts(deeds ...Deed) []string {
	var ids []string
	for _, d := range deeds {
		if d.By != "" {
			ids = append(ids, d.By)
		}
	}
	return ids
}

// Deed is something that somebody did to a card or its task.
type Deed struct {
	Kind EventKind `json:"kind"`
	By   string    `json:"by,omitempty"` // ID of the account
	Ours bool      `json:"ours,omitempty"`
	At   time.Time `json:"at"`
	Here bool      `json:"here,omitempty"` // it put the card where it is
	Tag  string    `json:"tag,omitempty"`
}

// deed is an event as a decision names it.
func (c *Card) deed(e *Event) Deed {
	d := Deed{Kind: e.Kind, By: e.By, Ours: e.Own, At: e.At.UTC(), Tag: e.Tag}
	if e.Kind == CardAdded || e.Kind == CardMoved {
		d.Here = e.Column == "" || e.Column == c.Column.ID
	}
	return d
}

// Words is a list of words without a blank that can be compared.
type Words string

// WordsOf makes a list.
func WordsOf(words ...string) Words { return Words(strings.Join(words, " ")) }

// List lists them.
func (w Words) List() []string { return strings.Fields(string(w)) }

// MarshalJSON writes a list.
func (w Words) MarshalJSON() ([]byte, error) { return json.Marshal(w.List()) }

// UnmarshalJSON reads a list.
func (w *Words) UnmarshalJSON(text []byte) error {
	var words []string
	err := json.Unmarshal(text, &words)
	*w = WordsOf(words...)
	return err
}

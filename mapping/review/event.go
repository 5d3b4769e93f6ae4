package review

import (
	"fmt"
	"slices"
	"time"
)

// Event is a fact with the names of what it is about. Two can be compared with ==.
type Event struct {
	Kind       Kind   `json:"kind"`
	By         string `json:"by,omitempty"`
	Who        string `json:"who,omitempty"`  // who is added, removed, on turn, asked or reminded
	Ours       bool   `json:"ours,omitempty"` // done by us
	Bot        bool   `json:"bot,omitempty"`
	PatchSet   int    `json:"patch_set,omitempty"`
	Vote       Points `json:"vote,omitzero"`
	Thread     int    `json:"thread,omitempty"` // of the change, from 1
	Unresolved bool   `json:"unresolved,omitempty"`
	Task       int    `json:"task,omitempty"`
	Text       string `json:"text,omitempty"`  // a hashtag, or the branch or tag that it came into
	Heard      bool   `json:"heard"`           // it counts for the board
	Worth      Worth  `json:"worth,omitempty"` // of a vote that does not count: why
}

// Word is an event of a change that dates a card.
type Word struct {
	Change Key       `json:"change,omitzero"` // zero: it is not about one
	At     time.Time `json:"at"`              // Gerrit's clock
	Event  Event     `json:"event,omitzero"`
}

// kindNames are the names of the kinds.
var kindNames = [...]string{
	Created: "created", Uploaded: "uploaded", Copied: "votes-copied", Dropped: "votes-dropped", Linked: "linked", Unlinked: "unlinked",
	ReviewerIn: "reviewer-added", TurnOn: "on-turn", Voted: "voted", Unvoted: "vote-withdrawn", Said: "said", Commented: "commented",
	TurnOff: "off-turn", ReviewerOut: "reviewer-removed", BecameDraft: "draft", BecameReady: "ready", WasAbandoned: "abandoned",
	WasRestored: "restored", WasSubmitted: "submitted", CameInto: "came-into", HashtagOn: "hashtag-added", HashtagOff: "hashtag-removed",
	Wrote: "wrote", AskPosted: "asked", ReminderPosted: "reminded",
}

// String is the name of the kind.
func (k Kind) String() string { return kindNames[k] }

// MarshalText writes the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames[1:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no kind of fact", text)
	}
	*k = Kind(i + 1)
	return nil
}

// event names what a fact is about.
func (h *History) event(p *Policy, f *Fact) Event {
	e := Event{Kind: f.Kind, By: h.name(f.By), Bot: f.Bot, Ours: f.By != Nobody && f.By == h.Self, Task: int(f.Task), Heard: true}
	if f.PatchSet != afterAll {
		e.PatchSet = int(f.PatchSet)
	}
	switch f.Kind {
	case Copied, Dropped, Unvoted:
		e.Vote, e.Heard = h.points(f.Label, f.Value), p.Review.Labels[h.Labels[f.Label].Name] != ""
	case Voted:
		e.Vote, e.Worth = h.points(f.Label, f.Value), p.ofLabel(h.Labels[f.Label].Name, f.Bot)
		e.Heard = e.Worth == ""
	case Commented:
		e.Thread, e.Unresolved = int(f.Index)+1, f.Unresolved
	case ReviewerIn:
		e.Who, e.Heard = h.name(f.Who), !f.Bot || e.Ours
	case ReviewerOut, TurnOn, TurnOff:
		e.Who = h.name(f.Who)
	case CameInto:
		if f.Index == unnamed {
			break
		}
		e.Text = h.refs[f.Index]
		d := p.deployment(h.Project)
		e.Heard = d != nil && Match(d.Refs, e.Text)
	case HashtagOn, HashtagOff:
		e.Text = h.Hashtag(f)
		e.Heard = p.Requests.has(e.Text)
	case AskPosted, ReminderPosted:
		e.Who, e.Heard = h.Asked(f).Who, false
	}
	return e
}

// ofLabel says why a vote on a label does not count; empty: it does.
func (p *Policy) ofLabel(label string, bot bool) Worth {
	switch by := p.Review.Labels[label]; {
	case by == "":
		return WorthNoLabel
	case by == ByPeople && bot:
		return WorthBot
	case by == ByBots && !bot:
		return WorthBotsOnly
	}
	return ""
}

// Word names a fact as a word about a card.
func (v *View) Word(f *Fact, at int64) Word {
	return Word{Change: v.Change.Key, At: utc(at), Event: v.Change.event(v.policy, f)}
}

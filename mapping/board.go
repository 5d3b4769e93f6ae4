package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Board is one workboard with its rules.
type Board struct {
	ID    string    // of its project; empty: not known
	Tag   string    // as the config names it: "#external-code-reviews"
	Start time.Time // facts before it move nothing
	review.Policy
	Rules []Rule
	From  []string // columns that cards are taken from, besides the targets of rules

	Adopt    Adopt
	Replaces []Legacy
}

// Adopt says which tasks are put on the board: those with a change in one of these
// repositories that needs a review.
type Adopt struct {
	Repositories []string      // patterns; none: no task is put on the board
	StaleAfter   time.Duration // older words put no task on it; 0: none is too old
	Newcomer     int           // the most tasks of a change of an outsider who has no merged change yet
}

// Legacy names columns of another board whose cards go to this one when they would move.
type Legacy struct {
	Tag     string
	Columns []string
	Board   *Board // the other board's rules; nil if the config has none
	Line    int    // in the config, for messages
}

func (b *Board) named() Named { return Named{b.ID, b.Tag} }

// Named lists the columns that the rules and From name, in order, each once.
func (b *Board) Named() []string {
	names := slices.Clone(b.From)
	for _, r := range b.Rules {
		if r.Target.Column != "" {
			names = append(names, r.Target.Column)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Rule says where a card goes.
type Rule struct {
	Target Target `json:"target"`
	When   When   `json:"when"`
	Line   int    `json:"line,omitempty"` // in the config
}

// When is the condition of a rule; all of it must hold.
type When struct {
	Review       []review.State `json:"review,omitempty"`       // one of these is the state of the card
	Repositories []string       `json:"repositories,omitempty"` // every change in the winning state is in one of these
	Tags         []string       `json:"tags,omitempty"`         // the task has one of these
	Status       []string       `json:"status,omitempty"`       // and one of these statuses, as the server names them; none: any that is open
}

package mapping

import (
	"time"

	"reviewsync/mapping/review"
)

// Step is a change of where a card stands, or why.
type Step struct {
	At    time.Time `json:"at"`
	Task  int       `json:"task"`
	Board Named     `json:"board"`
	From  Standing  `json:"from"`
	To    Standing  `json:"to"`
	By    Mover     `json:"by,omitzero"` // who took it into another column, if that is known
}

// Standing is where a card stands and why.
type Standing struct {
	Column  Named        `json:"column,omitzero"` // zero: it is not on the board
	State   review.State `json:"state,omitempty"` // of its changes; empty: none counts
	Verdict Verdict      `json:"verdict,omitempty"`
	Why     WhyCode      `json:"why,omitempty"`
}

// Mover is who moved a card.
type Mover struct {
	Named
	Us  bool `json:"us,omitempty"`
	Bot bool `json:"bot,omitempty"`
}

// Moved says whether the card stands in another column than before.
func (s Step) Moved() bool { return s.From.Column.ID != s.To.Column.ID }

// First says whether nothing was decided on the card before.
func (s Step) First() bool { return s.From.Verdict == "" }

package mapping

// Tally counts what a look at everything saw.
type Tally struct {
	Open    int             `json:"open"`    // open changes
	Counted int             `json:"counted"` // of them, those that a board counts
	Idle    []string        `json:"idle"`    // the boards whose rules look at changes, and that count none
	Cards   map[WhyCode]int `json:"cards"`   // the cards on the boards, and those put there, by what was decided
}

// Of counts the cards of which a verdict was made.
func (t Tally) Of(v Verdict) (n int) {
	for code, cards := range t.Cards {
		if code.Verdict() == v {
			n += cards
		}
	}
	return n
}

// Counts says whether a decision is on a card: the task is on the board, or is being put there.
func (d *Decision) Counts() bool { return d.From != Named{} || d.Verdict == Move }

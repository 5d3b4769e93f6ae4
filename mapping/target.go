package mapping

// Target is where a rule wants a card. Two can be compared with ==.
type Target struct {
	Kind   TargetKind `json:"kind"`
	Column string     `json:"column,omitempty"` // of ToColumn, as the config names it
}

// TargetKind is what a rule wants done with a card.
type TargetKind string

// The kinds of targets, in the words of the config.
const (
	ToColumn TargetKind = "to"
	Stay     TargetKind = "stay"  // it stays wherever it is
	Untag    TargetKind = "untag" // off the board
)

// TargetKinds lists them.
func TargetKinds() []TargetKind { return []TargetKind{ToColumn, Stay, Untag} }

// To is the target that is a column.
func To(column string) Target { return Target{Kind: ToColumn, Column: column} }

// String is how the config says it: a column, or the word for another kind.
func (t Target) String() string {
	if t.Kind == ToColumn {
		return t.Column
	}
	return string(t.Kind)
}

// takesOff says whether a card is not to be on the board at all.
func (t Target) takesOff() bool {
	switch t.Kind {
	case ToColumn, Stay:
		return false
	case Untag:
		return true
	}
	return false
}

// aim finds what a target is on the board, and says whether the decision is made by that
// alone: the card is there already, or nobody can bring it there.
func (x *decider) aim(t Target) (made bool) {
	card, board := &x.Card, x.Board
	switch t.Kind {
	case Stay:
		x.stays(Stays, "by the rules of %s nothing moves a card that is %s", board.Tag, x.tell.condition())
		return true
	case Untag:
		if !card.OnBoard {
			x.stays(Off, "it is not on %s, whose rules would take it off: %s", board.Tag, x.tell.because())
			return true
		}
	case ToColumn:
		to, known := x.Columns[t.Column]
		if !known || to.Hidden {
			x.stays(Fault, "it belongs in %s, but %s has no such column that is visible; show the column, or name another in line %d of the config", t.Column, board.Tag, x.rule.Line)
			return true
		}
		x.d.To = to
	}
	switch {
	case card.OnBoard && card.Column.ID == x.d.To.ID:
		x.stays(There, "%s", x.tell.because())
	case card.OnBoard && !board.takesFrom(x.Columns, card.Column.ID):
		x.stays(Peoples, "this column belongs to people (no rule names it, nor 'from'); by the rules it would go %s: %s", x.tell.way(), x.tell.because())
	default:
		return false
	}
	return true
}

// leads says whether a target brings a card that was left in a column, or on none, elsewhere.
func (t Target) leads(left Column, columns map[string]Column) bool {
	switch t.Kind {
	case Stay:
		return false
	case Untag:
		return true
	case ToColumn:
		return columns[t.Column].ID != left.ID
	}
	return false
}

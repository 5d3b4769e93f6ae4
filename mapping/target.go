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
	card := &x.Card
	switch t.Kind {
	case Stay:
		x.end(WhyStayRule)
		return true
	case Untag:
		if !card.OnBoard {
			x.end(WhyOffByRule)
			return true
		}
	case ToColumn:
		to, known := x.Columns[t.Column]
		if !known || to.Hidden {
			x.end(WhyNoColumn)
			return true
		}
		x.d.To = to.named()
	}
	switch {
	case card.OnBoard && card.Column.ID == x.d.To.ID:
		x.end(WhyThere)
	case card.OnBoard && !x.Board.takesFrom(x.Columns, card.Column.ID):
		x.end(WhyPeoples)
	default:
		return false
	}
	return true
}

// leads says whether a target brings a card that was left in a column, or on none, elsewhere.
func (t Target) leads(left string, columns map[string]Column) bool {
	switch t.Kind {
	case Stay:
		return false
	case Untag:
		return true
	case ToColumn:
		return columns[t.Column].ID != left
	}
	return false
}

// effect is the write that brings a card to the target of a decision.
func (x *decider) effect(d *Decision) Effect {
	e := Effect{
		Object: Object{Task: d.Task}, Board: d.Board, Since: d.Since.UTC(),
		Card: CardMove{From: d.From, Old: d.Old, To: d.To, Leave: x.leaves(), Aligned: d.Why.Code == WhyAligned},
	}
	switch d.Target.Kind {
	case ToColumn:
		e.Kind = EffectMove
	case Untag:
		e.Kind = EffectTakeOff
	case Stay: // writes nothing
	}
	return e
}

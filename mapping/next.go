package mapping

import (
	"slices"

	"reviewsync/mapping/review"
)

// Next is something that would move a card: a condition, and where it would lead.
type Next struct {
	Code   NextCode     `json:"code"`
	State  review.State `json:"state,omitempty"`  // that the card would get; empty: it is not about reviews
	To     Aim          `json:"to,omitzero"`      // where the card would go; zero: that depends
	Act    review.Act   `json:"act,omitzero"`     // of NextAct: what people do about a change
	Each   []int        `json:"each,omitempty"`   // of NextAct: on each of these changes
	Status Words        `json:"status,omitempty"` // of NextTask: the task gets one of these
	Tags   Words        `json:"tags,omitempty"`   // of NextTask: and one of these
	Within string       `json:"within,omitempty"` // of NextTakeOut: what the task is to be taken out of
	Rule   int          `json:"rule,omitempty"`   // of NextShow: the line of the config that names the column
	Footer string       `json:"footer,omitempty"` // of NextLink, and an Act that links: the name of the footer
}

// NextCode is what would move a card.
type NextCode string

// What would move a card.
const (
	NextLook      NextCode = "look"         // nothing but our next look
	NextLink      NextCode = "link"         // a change that counts is linked
	NextReopen    NextCode = "reopen"       // the task is
	NextTakeOut   NextCode = "take-out"     // the task is taken out of what has it, and put on the board
	NextTag       NextCode = "tag"          // it is put on the board
	NextMoveOut   NextCode = "move-out"     // it is moved out of a column that belongs to people
	NextShow      NextCode = "show-column"  // the column that the rules want is shown, or they name another
	NextWorkboard NextCode = "workboard-on" // the workboard of the project is turned on
	NextAct       NextCode = "act"          // people do something about a change
	NextTask      NextCode = "task"         // people do something to the task
)

// NextCodes lists them.
func NextCodes() []NextCode {
	return []NextCode{NextLook, NextLink, NextReopen, NextTakeOut, NextTag, NextMoveOut, NextShow, NextWorkboard, NextAct, NextTask}
}

// Aim is where a rule would bring a card.
type Aim struct {
	Target Target `json:"target"`
	Column Named  `json:"column,omitzero"` // that it is
}

// WouldMove lists what would move the card of a decision. Its events must be read, else it knows less.
func WouldMove(q Question, d Decision) []Next { return newDecider(&q).next(d.Why.Code) }

// next lists what would move the card.
func (x *decider) next(why WhyCode) []Next {
	if x.Card.OnBoard && why.Verdict() == Stays && !x.Board.takesFrom(x.Columns, x.Card.Column.ID) {
		why = WhyPeoples
	}
	switch why {
	case WhySaid, WhyAdded, WhyReopened, WhyTagged, WhyStatus, WhyAligned:
		return []Next{{Code: NextLook, State: x.c.state, To: x.aimOf(x.rule)}}
	case WhyNoChange:
		return []Next{{Code: NextLink, Footer: x.Footer}}
	case WhyClosed:
		return []Next{{Code: NextReopen}}
	case WhyWithin:
		return []Next{{Code: NextTakeOut, Within: x.Card.Within}}
	case WhyNotOnBoard, WhyOffByRule, WhyTakenOff, WhyTooOld, WhyNewcomer:
		return []Next{{Code: NextTag, State: x.c.state, To: x.aimOf(x.rule)}}
	case WhyPeoples:
		return []Next{{Code: NextMoveOut, State: x.c.state}}
	case WhyNoColumn:
		return []Next{{Code: NextShow, To: Aim{Target: x.rule.Target}, Rule: x.rule.Line}}
	case WhyNoWorkboard:
		return []Next{{Code: NextWorkboard}}
	case WhyThere, WhyHeld, WhyBeforeStart, WhyNothingNew, WhyStayRule, WhyNoRule, WhyUnread, WhyUnlooked:
		return x.acts()
	}
	return nil
}

// acts lists what people can do that moves the card.
func (x *decider) acts() []Next {
	list, here := []Next{}, ""
	if x.Card.OnBoard {
		here = x.Card.Column.ID
	}
	add := func(n Next, rule *Rule) {
		if rule == nil || !rule.Target.leads(here, x.Columns) {
			return
		}
		if n.To = x.aimOf(rule); rule.Target.Column == "" || n.To.Column.Name != "" {
			list = append(list, n)
		}
	}
	if v := x.leading(); v != nil {
		if again := v.Again(); again.Code != "" && x.rule != nil && x.rule.When.OfReview() {
			add(Next{Code: NextAct, Act: again, State: x.c.state}, x.rule)
		}
		for _, a := range v.Acts() {
			n, moved := Next{Code: NextAct, Act: a}, []*review.View{v}
			if a.Code == review.ActLink {
				n.Footer, moved = x.Footer, nil
			}
			state, rule := x.after(moved, a.State)
			if state == x.c.state { // others are in it as well
				all := x.inState()
				if len(all) < 2 {
					continue
				}
				for _, v := range all {
					n.Each = append(n.Each, v.Change.Number)
				}
				state, rule = x.after(all, a.State)
			}
			if n.State = state; state != x.c.state {
				add(n, rule)
			}
		}
	}
	for i := range x.Board.Rules {
		n, card := x.Board.Rules[i].When.onTask(&x.Card)
		if card == nil {
			continue
		}
		if r := x.Board.rule(&x.c, card); r != x.rule {
			add(n, r)
		}
	}
	return list
}

// aimOf is where a rule would bring the card; zero: there is none.
func (x *decider) aimOf(r *Rule) Aim {
	if r == nil {
		return Aim{}
	}
	return Aim{Target: r.Target, Column: x.Columns[r.Target.Column].named()}
}

// inState are the changes in the state that the card has.
func (x *decider) inState() []*review.View {
	var all []*review.View
	for _, v := range x.c.views {
		if v.State == x.c.state {
			all = append(all, v)
		}
	}
	return all
}

// after is the state that the card would have if these changes came into a state, and the
// rule that would apply. Without any, another change came into it.
func (x *decider) after(moved []*review.View, s review.State) (review.State, *Rule) {
	c := x.c
	c.views = slices.Clone(c.views)
	c.inState = review.InState{}
	undoes := func(r *review.View) bool { return s == review.Merged && r.IsRevert && slices.Contains(moved, r) }
	for i, v := range c.views {
		if undoes(v) {
			continue // once merged, it is not counted itself
		}
		other := *v
		switch {
		case slices.Contains(moved, v):
			other.State = s
		case v.Merged() && slices.ContainsFunc(v.RevertedBy, undoes):
			other.State = review.Reverted
		}
		c.views[i] = &other
		c.inState.Add(other.State, 1)
	}
	if len(moved) == 0 {
		c.inState.Add(s, 1)
	}
	c.state = c.inState.First()
	return c.state, x.Board.rule(&c, &x.Card)
}

// onTask is what people can do to the task to meet the condition, and the card after that; nil: nothing.
func (w *When) onTask(card *Card) (Next, *Card) {
	n, after := Next{Code: NextTask}, *card
	if len(w.Status) > 0 && !slices.Contains(w.Status, card.Status) {
		n.Status, after.Status = WordsOf(w.Status...), w.Status[0]
	}
	if len(w.Tags) > 0 && len(w.has(card)) == 0 {
		n.Tags, after.Tags = WordsOf(w.Tags...), append(slices.Clone(card.Tags), w.Tags[0])
	}
	if n.Status == "" && n.Tags == "" {
		return n, nil
	}
	return n, &after
}

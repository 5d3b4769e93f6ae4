package mapping

import (
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// next lists what would move the card.
func (x *decider) next(v Verdict) []Next {
	board := x.Board.Tag
	if x.Card.OnBoard && v == Stays && !x.Board.takesFrom(x.Columns, x.Card.Column.ID) {
		v = Peoples
	}
	switch v {
	case Move:
		return []Next{{If: "nothing more is needed: the service moves it when it next looks", State: x.c.state, To: x.tell.target()}}
	case NoChange:
		return []Next{{If: fmt.Sprintf("a change that %s counts names it in a footer '%s: T%d'", board, x.Footer, x.Card.Task)}}
	case Closed:
		return []Next{{If: "somebody reopens the task"}}
	case Off:
		if x.Card.Within != "" {
			return []Next{{If: fmt.Sprintf("somebody takes it out of %s and puts it on %s itself", x.Card.Within, board)}}
		}
		return []Next{{If: "somebody adds the tag " + board, State: x.c.state, To: x.wanted(x.rule)}}
	case Peoples:
		return []Next{{If: "somebody moves it out of this column; the next word then moves it on", State: x.c.state}}
	case Fault:
		return []Next{{If: fmt.Sprintf("somebody shows the column %s, or names another in line %d of the config", x.rule.Target.Column, x.rule.Line)}}
	default:
		return x.acts()
	}
}

// acts lists what people can do that moves the card, by where it would go.
func (x *decider) acts() []Next {
	list := []Next{}
	add := func(what string, state review.State, rule *Rule) {
		to := x.wanted(rule)
		if to == "" || what == "" || x.Card.OnBoard && !rule.Target.leads(x.Card.Column, x.Columns) {
			return
		}
		if i := slices.IndexFunc(list, func(n Next) bool { return n.To == to }); i >= 0 {
			list[i].If += "; or " + what
			return
		}
		list = append(list, Next{If: what, State: state, To: to})
	}
	if v := x.tell.leading(); v != nil {
		if x.rule != nil && x.rule.When.ofReview() {
			add(x.told(v.Again()), x.c.state, x.rule)
		}
		for _, a := range v.Acts() {
			moved := []*review.View{v}
			if a.Code == review.ActLink {
				moved = nil
			}
			state, rule := x.after(moved, a.State)
			what := x.told(a)
			if state == x.c.state { // others are in it as well
				var all []*review.View
				if all = x.inState(); len(all) < 2 {
					continue
				}
				what += " (on each of " + numbers(all) + ")"
				state, rule = x.after(all, a.State)
			}
			if state != x.c.state {
				add(what, state, rule)
			}
		}
	}
	for i := range x.Board.Rules {
		what, card := x.Board.Rules[i].When.onTask(&x.Card)
		if what != "" {
			if r := x.Board.rule(&x.c, card); r != x.rule {
				add(what, "", r)
			}
		}
	}
	return list
}

// wanted is where a rule would bring the card, for people; empty: nowhere.
func (x *decider) wanted(r *Rule) string {
	if r == nil {
		return ""
	}
	return teller{q: x.Question, c: &x.c, rule: r}.target()
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

func numbers(views []*review.View) string {
	names := make([]string, len(views))
	for i, v := range views {
		names[i] = fmt.Sprint(v.Change.Number)
	}
	return tell.Listed(names, "and")
}

// after is the state that the card would have if these changes came into a state, and the
// rule that would apply. Without a change it is a further one.
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

// told says what somebody can do about a change; empty: nothing.
func (x *decider) told(a review.Act) string { return tell.Act(a, x.Footer, x.Card.Task) }

// onTask is what somebody can do to the task that the condition lacks, and the card after it.
func (w *When) onTask(card *Card) (string, *Card) {
	after, what := *card, []string(nil)
	if len(w.Status) > 0 && !slices.Contains(w.Status, card.Status) {
		what = append(what, "set its status to "+tell.OneOf(w.Status))
		after.Status = w.Status[0]
	}
	if len(w.Tags) > 0 && among(w.Tags, card.Tags) == "" {
		what = append(what, "tag it "+tell.OneOf(w.Tags))
		after.Tags = append(slices.Clone(card.Tags), w.Tags[0])
	}
	if len(what) == 0 {
		return "", nil
	}
	return "people " + strings.Join(what, " and "), &after
}

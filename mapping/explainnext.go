package mapping

import (
	"fmt"
	"slices"
	"strings"
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
		return []Next{{If: fmt.Sprintf("somebody shows the column %s, or names another in line %d of the config", x.rule.To, x.rule.Line)}}
	default:
		return x.acts()
	}
}

// reviewAct is something that somebody can do, and the state that it brings a change to.
type reviewAct struct {
	what  string
	state State
	other bool // it is about one more change
}

// acts lists what people can do that moves the card, by where it would go.
func (x *decider) acts() []Next {
	list := []Next{}
	add := func(what string, state State, rule *Rule) {
		to := x.wanted(rule)
		if to == "" || what == "" || rule.To != "" && x.Card.OnBoard && x.Columns[rule.To].ID == x.Card.Column.ID {
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
			add(x.again(v), x.c.state, x.rule)
		}
		for _, a := range x.reviewActs(v) {
			moved := []*view{v}
			if a.other {
				moved = nil
			}
			state, rule := x.after(moved, a.state)
			what := a.what
			if state == x.c.state { // others are in it as well
				var all []*view
				if all = x.inState(); len(all) < 2 {
					continue
				}
				what += " (on each of " + numbers(all) + ")"
				state, rule = x.after(all, a.state)
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

// again is what speaks once more for the state that a change is in; empty: nothing that people would do.
func (x *decider) again(v *view) string {
	change := fmt.Sprintf("change %d", v.h.Number)
	switch v.state {
	case ReviewNeeded:
		return "new code on " + change
	case NeedsWork:
		return fmt.Sprintf("another word of %s on %s", v.h.People[v.tally().objector], change)
	case Reviewed:
		return "another positive vote of the team on " + change
	case Approved:
		return "another highest Code-Review vote on " + change
	case Merged:
		return "the merge of another change"
	default:
		return ""
	}
}

// wanted is where a rule would bring the card, for people; empty: nowhere.
func (x *decider) wanted(r *Rule) string {
	if r == nil || r.Stay {
		return ""
	}
	return teller{q: x.Question, c: &x.c, rule: r}.target()
}

// inState are the changes in the state that the card has.
func (x *decider) inState() []*view {
	var all []*view
	for _, v := range x.c.views {
		if v.state == x.c.state {
			all = append(all, v)
		}
	}
	return all
}

func numbers(views []*view) string {
	names := make([]string, len(views))
	for i, v := range views {
		names[i] = fmt.Sprint(v.h.Number)
	}
	return listed(names, "and")
}

// after is the state that the card would have if these changes came into a state, and the
// rule that would apply. Without a change it is a further one.
func (x *decider) after(moved []*view, s State) (State, *Rule) {
	c := x.c
	c.views = slices.Clone(c.views)
	c.inState = [9]int{}
	undoes := func(r *view) bool { return s == Merged && r.isRevert && slices.Contains(moved, r) }
	for i, v := range c.views {
		if undoes(v) {
			continue // once merged, it is not counted itself
		}
		other := *v
		switch {
		case slices.Contains(moved, v):
			other.state = s
		case v.merged() && slices.ContainsFunc(v.reverts, undoes):
			other.state = Reverted
		}
		c.views[i] = &other
		c.inState[rank(other.state)]++
	}
	if len(moved) == 0 {
		c.inState[rank(s)]++
	}
	c.state = c.cardState()
	return c.state, x.Board.rule(&c, &x.Card)
}

// reviewActs lists what people can do to a change.
func (x *decider) reviewActs(v *view) []reviewAct {
	owner := v.name(v.h.Owner, "its owner")
	change := fmt.Sprintf("change %d", v.h.Number)
	objection := reviewAct{what: "a negative vote on " + change, state: NeedsWork}
	if x.Board.Review.ThreadObjections {
		objection.what = "a negative vote, or an unresolved comment of the team, on " + change
	}
	highest := reviewAct{what: "the highest Code-Review vote on " + change, state: Approved}
	if t := v.tally(); t.blockedBy >= 0 {
		w := &v.votes[t.blockedBy]
		highest.what = fmt.Sprintf("the highest Code-Review vote on %s, once %s takes %s back", change, v.h.People[w.by], v.points(w.label, w.value))
	}
	merge := reviewAct{what: "the merge of " + change, state: Merged}
	abandon := reviewAct{what: change + " being abandoned", state: Abandoned}
	switch v.state {
	case ReviewNeeded:
		return []reviewAct{objection, {what: v.missing(change), state: Reviewed}, highest, merge, abandon}
	case NeedsWork:
		return append(v.answerActs(owner, change), merge, abandon)
	case Draft:
		return []reviewAct{v.readied(owner, change), merge, abandon}
	case Reviewed:
		return append([]reviewAct{objection, {what: "new code on " + change + v.moreWanted(change), state: ReviewNeeded}}, merge, abandon)
	case Approved:
		return []reviewAct{objection, {what: "new code on " + change, state: ReviewNeeded}, merge, abandon}
	case Abandoned:
		restored := v.supposed(func(v *view) { v.status = StatusNew })
		return []reviewAct{{what: change + " being restored", state: restored}, x.another()}
	case Merged:
		if v.deployment != nil {
			return []reviewAct{{what: v.awaited(change), state: Deployed}, x.another()}
		}
		return []reviewAct{x.another()}
	default:
		return []reviewAct{x.another()}
	}
}

// awaited is what deploys a merged change.
func (v *view) awaited(change string) string {
	if v.ripe == never {
		return fmt.Sprintf("the deployment of %s: a branch or tag that fits %s has it", change, oneOf(shortRefs(v.deployment.Refs)))
	}
	return fmt.Sprintf("time: %s is deployed %s after it came there", change, span(v.deployment.After))
}

// supposed is the state that a change would have if something about it were otherwise.
func (v *view) supposed(otherwise func(v *view)) State {
	w := *v
	w.votes, w.people = slices.Clone(v.votes), slices.Clone(v.people)
	otherwise(&w)
	return w.reviewState()
}

// answerActs are the answers to the objections that stand. Where a reply leads elsewhere
// than new code does, there are two.
func (v *view) answerActs(owner, change string) []reviewAct {
	t := v.tally()
	to := v.h.People[t.objector].String()
	reply := "a reply"
	if v.people[t.objector].waits {
		reply = "a reply in each of their open threads"
	}
	replied := v.supposed(func(v *view) {
		v.authorAt = never
		for i := range v.people {
			v.people[i].waits = false
		}
	})
	if replied == ReviewNeeded {
		return []reviewAct{{what: fmt.Sprintf("an answer of %s to %s on %s: new code, or %s", owner, to, change, reply), state: ReviewNeeded}}
	}
	return []reviewAct{
		{what: fmt.Sprintf("an answer of %s to %s on %s: new code", owner, to, change), state: ReviewNeeded},
		{what: fmt.Sprintf("%s of %s to %s on %s", reply, owner, to, change), state: replied},
	}
}

// readied is what ends a draft.
func (v *view) readied(owner, change string) reviewAct {
	if v.wip {
		return reviewAct{what: owner + " marking " + change + " ready for review", state: v.supposed(func(v *view) {
			v.wip = false
			for i := range v.people { // Gerrit puts the reviewers on turn again
				if p := &v.people[i]; p.owes {
					p.due = max(v.since, 1)
				}
			}
		})}
	}
	return reviewAct{what: owner + " taking back their own negative vote on " + change, state: v.supposed(func(v *view) {
		v.votes = slices.DeleteFunc(v.votes, func(w vote) bool { return w.by == v.h.Owner && w.value < 0 })
	})}
}

// another is one more change for the task.
func (x *decider) another() reviewAct {
	return reviewAct{what: fmt.Sprintf("another open change with a footer '%s: T%d'", x.Footer, x.Card.Task), state: ReviewNeeded, other: true}
}

// missing says what it takes until a change that needs review is reviewed.
func (v *view) missing(change string) string {
	t := v.tally()
	var parts []string
	if n := v.required() - t.positive; n > 0 {
		parts = append(parts, Plural(n, "one more positive vote", fmt.Sprintf("%d more positive votes", n))+" of the team")
	}
	if t.teamObjects != nobody {
		parts = append(parts, fmt.Sprintf("%s taking back their negative vote", v.h.People[t.teamObjects]))
	}
	if t.due != nobody {
		parts = append(parts, fmt.Sprintf("the review of %s", v.h.People[t.due]))
	}
	return strings.Join(parts, " and ") + " on " + change
}

// onTask is what somebody can do to the task that the condition lacks, and the card after it.
func (w *When) onTask(card *Card) (string, *Card) {
	after, what := *card, []string(nil)
	if len(w.Status) > 0 && !slices.Contains(w.Status, card.Status) {
		what = append(what, "set its status to "+oneOf(w.Status))
		after.Status = w.Status[0]
	}
	if len(w.Tags) > 0 && among(w.Tags, card.Tags) == "" {
		what = append(what, "tag it "+oneOf(w.Tags))
		after.Tags = append(slices.Clone(card.Tags), w.Tags[0])
	}
	if len(what) == 0 {
		return "", nil
	}
	return "people " + strings.Join(what, " and "), &after
}

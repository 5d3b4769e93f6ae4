package review

import (
	"fmt"
	"slices"
	"strings"

	"reviewsync/mapping/tell"
)

// reviewAct is something that somebody can do, and the state that it brings a change to.
type Act struct {
	What    string
	State   State
	Another bool // it is to link one more open change to the task, and told by the card
}

// again is what speaks once more for the state that a change is in; empty: nothing that people would do.
func (v *View) Again() string {
	change := fmt.Sprintf("change %d", v.Change.Number)
	switch v.State {
	case ReviewNeeded:
		return "new code on " + change
	case NeedsWork:
		return fmt.Sprintf("another word of %s on %s", v.Change.People[v.tally().objector], change)
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

// acts lists what people can do to a change, or instead of it.
func (v *View) Acts() []Act {
	owner := v.Name(v.Change.Owner, "its owner")
	change := fmt.Sprintf("change %d", v.Change.Number)
	objection := Act{What: "a negative vote on " + change, State: NeedsWork}
	if v.policy.Review.ThreadObjections {
		objection.What = "a negative vote, or an unresolved comment of the team, on " + change
	}
	highest := Act{What: "the highest Code-Review vote on " + change, State: Approved}
	if t := v.tally(); t.blockedBy >= 0 {
		w := &v.votes[t.blockedBy]
		highest.What = fmt.Sprintf("the highest Code-Review vote on %s, once %s takes %s back", change, v.Change.People[w.by], v.points(w.label, w.value))
	}
	another := Act{State: ReviewNeeded, Another: true}
	merge := Act{What: "the merge of " + change, State: Merged}
	abandon := Act{What: change + " being abandoned", State: Abandoned}
	switch v.State {
	case ReviewNeeded:
		return []Act{objection, {What: v.missing(change), State: Reviewed}, highest, merge, abandon}
	case NeedsWork:
		return append(v.answerActs(owner, change), merge, abandon)
	case Draft:
		return []Act{v.readied(owner, change), merge, abandon}
	case Reviewed:
		return append([]Act{objection, {What: "new code on " + change + v.moreWanted(change), State: ReviewNeeded}}, merge, abandon)
	case Approved:
		return []Act{objection, {What: "new code on " + change, State: ReviewNeeded}, merge, abandon}
	case Abandoned:
		restored := v.supposed(func(v *View) { v.status = StatusNew })
		return []Act{{What: change + " being restored", State: restored}, another}
	case Merged:
		if v.Deployment != nil {
			return []Act{{What: v.awaited(change), State: Deployed}, another}
		}
		return []Act{another}
	default:
		return []Act{another}
	}
}

// awaited is what deploys a merged change.
func (v *View) awaited(change string) string {
	if v.Ripe == Never {
		return fmt.Sprintf("the deployment of %s: a branch or tag that fits %s has it", change, tell.OneOf(shortRefs(v.Deployment.Refs)))
	}
	return fmt.Sprintf("time: %s is deployed %s after it came there", change, span(v.Deployment.After))
}

// supposed is the state that a change would have if something about it were otherwise.
func (v *View) supposed(otherwise func(v *View)) State {
	w := *v
	w.votes, w.people = slices.Clone(v.votes), slices.Clone(v.people)
	otherwise(&w)
	return w.reviewState()
}

// answerActs are the answers to the objections that stand. Where a reply leads elsewhere
// than new code does, there are two.
func (v *View) answerActs(owner, change string) []Act {
	t := v.tally()
	to := v.Change.People[t.objector].String()
	reply := "a reply"
	if v.people[t.objector].waits {
		reply = "a reply in each of their open threads"
	}
	replied := v.supposed(func(v *View) {
		v.authorAt = Never
		for i := range v.people {
			v.people[i].waits = false
		}
	})
	if replied == ReviewNeeded {
		return []Act{{What: fmt.Sprintf("an answer of %s to %s on %s: new code, or %s", owner, to, change, reply), State: ReviewNeeded}}
	}
	return []Act{
		{What: fmt.Sprintf("an answer of %s to %s on %s: new code", owner, to, change), State: ReviewNeeded},
		{What: fmt.Sprintf("%s of %s to %s on %s", reply, owner, to, change), State: replied},
	}
}

// readied is what ends a draft.
func (v *View) readied(owner, change string) Act {
	if v.wip {
		return Act{What: owner + " marking " + change + " ready for review", State: v.supposed(func(v *View) {
			v.wip = false
			for i := range v.people { // Gerrit puts the reviewers on turn again
				if p := &v.people[i]; p.owes {
					p.due = max(v.Since, 1)
				}
			}
		})}
	}
	return Act{What: owner + " taking back their own negative vote on " + change, State: v.supposed(func(v *View) {
		v.votes = slices.DeleteFunc(v.votes, func(w vote) bool { return w.by == v.Change.Owner && w.value < 0 })
	})}
}

// missing says what it takes until a change that needs review is reviewed.
func (v *View) missing(change string) string {
	t := v.tally()
	var parts []string
	if n := v.Required() - t.positive; n > 0 {
		parts = append(parts, tell.Plural(n, "one more positive vote", fmt.Sprintf("%d more positive votes", n))+" of the team")
	}
	if t.teamObjects != Nobody {
		parts = append(parts, fmt.Sprintf("%s taking back their negative vote", v.Change.People[t.teamObjects]))
	}
	if t.due != Nobody {
		parts = append(parts, fmt.Sprintf("the review of %s", v.Change.People[t.due]))
	}
	return strings.Join(parts, " and ") + " on " + change
}

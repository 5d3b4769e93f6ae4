package review

import (
	"slices"
	"strings"
	"time"
)

// Act is something that people can do about a change, and the state that it brings it to.
type Act struct {
	Code    ActCode       `json:"code"`
	State   State         `json:"state"`
	Change  int           `json:"change,omitempty"`  // its number
	By      string        `json:"by,omitempty"`      // who does it; empty: anybody, or an owner who is not known
	To      string        `json:"to,omitempty"`      // whom it answers
	Threads bool          `json:"threads,omitempty"` // by a thread, too; an answer: in each that is open
	Votes   int           `json:"votes,omitempty"`   // that are missing
	Taken   Cast          `json:"taken,omitzero"`    // what is taken back besides
	Review  string        `json:"review,omitempty"`  // of whom is waited for besides
	Hashtag string        `json:"hashtag,omitempty"` // or this one
	Refs    Patterns      `json:"refs,omitempty"`    // of branches and tags
	After   time.Duration `json:"after,omitempty"`
}

// ActCode is what people can do.
type ActCode string

// What people can do. Another speaks once more for a state.
const (
	ActObject      ActCode = "object"
	ActVote        ActCode = "vote"    // Votes of the team, Taken, and the review of Review
	ActApprove     ActCode = "approve" // once Taken
	ActMerge       ActCode = "merge"
	ActAbandon     ActCode = "abandon"
	ActRestore     ActCode = "restore"
	ActAnswer      ActCode = "answer"         // new code, or a reply
	ActAnswerCode  ActCode = "answer-by-code" // new code only
	ActReply       ActCode = "reply"          // a reply only
	ActReady       ActCode = "make-ready"
	ActWithdraw    ActCode = "withdraw-own-vote"
	ActNewCode     ActCode = "new-code"
	ActDeploy      ActCode = "deploy"
	ActWait        ActCode = "wait" // for the deployment
	ActLink        ActCode = "link-another-change"
	ActAnotherWord ActCode = "another-word"
	ActAnotherVote ActCode = "another-vote"
	ActApproveMore ActCode = "another-approval"
	ActMergeMore   ActCode = "another-merge"
)

// awaited is what deploys a merged change.
func (v *View) awaited() Act {
	a := Act{Code: ActWait, State: Deployed, Change: v.Change.Number, After: v.Deployment.After}
	if v.Ripe == Never {
		a.Code, a.Refs, a.After = ActDeploy, Patterns(strings.Join(v.Deployment.Refs, " ")), 0
	}
	return a
}

// supposed is the state that a change would have if something about it were otherwise.
func (v *View) supposed(otherwise func(v *View)) State {
	w := *v
	w.votes, w.people = slices.Clone(v.votes), slices.Clone(v.people)
	otherwise(&w)
	return w.reviewState()
}

// answerActs are those to the objections that stand. Where a reply leads elsewhere than new
// code does, there are two.
func (v *View) answerActs(owner string) []Act {
	t := v.tally()
	answer := Act{Code: ActAnswer, State: ReviewNeeded, Change: v.Change.Number, By: owner, To: v.name(t.objector), Threads: v.people[t.objector].waits}
	replied := v.supposed(func(v *View) {
		v.authorAt = Never
		for i := range v.people {
			v.people[i].waits = false
		}
	})
	if replied == ReviewNeeded {
		return []Act{answer}
	}
	code, reply := answer, answer
	code.Code, code.Threads = ActAnswerCode, false
	reply.Code, reply.State = ActReply, replied
	return []Act{code, reply}
}

// readied is what ends a draft.
func (v *View) readied(owner string) Act {
	a := Act{Code: ActReady, Change: v.Change.Number, By: owner}
	if v.wip {
		a.State = v.supposed(func(v *View) {
			v.wip = false
			for i := range v.people { // Gerrit puts the reviewers on turn again
				if p := &v.people[i]; p.owes {
					p.due = max(v.since, 1)
				}
			}
		})
		return a
	}
	a.Code, a.State = ActWithdraw, v.supposed(func(v *View) {
		v.votes = slices.DeleteFunc(v.votes, func(w vote) bool { return w.by == v.Change.Owner && w.value < 0 })
	})
	return a
}

// missing is what it takes until a change that needs review is reviewed.
func (v *View) missing() Act {
	t := v.tally()
	a := Act{Code: ActVote, State: Reviewed, Change: v.Change.Number, Votes: max(0, v.Required()-t.positive)}
	if t.teamObjects != Nobody {
		a.Taken.By = v.name(t.teamObjects)
	}
	if t.due != Nobody {
		a.Review = v.name(t.due)
	}
	return a
}

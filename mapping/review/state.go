package review

import "slices"

// State is the review state of a change, as one board sees it.
type State string

// The review states, in the words of the rules.
const (
	ReviewNeeded State = "review-needed"
	NeedsWork    State = "needs-work"
	Draft        State = "draft"
	Reviewed     State = "reviewed"
	Approved     State = "approved"
	Reverted     State = "reverted"
	Merged       State = "merged"
	Deployed     State = "deployed"
	Abandoned    State = "abandoned"
)

// States lists the review states in the order in which a card takes the first that one
// of its open changes has; then, if none is open, the least advanced of the rest.
func States() []State { return slices.Clone(ranked[:]) }

// ranked are the States in their order.
var ranked = [...]State{ReviewNeeded, NeedsWork, Draft, Reviewed, Approved, Reverted, Merged, Deployed, Abandoned}

// Rank is the place of a state in States; -1 if it is none.
func (s State) Rank() int { return slices.Index(ranked[:], s) }

// InState counts changes by their state.
type InState [len(ranked)]int

// Add counts more of them in a state.
func (n *InState) Add(s State, more int) { n[s.Rank()] += more }

// First is the first of States that one of the changes has; empty: none has any.
func (n *InState) First() State {
	for i, count := range n {
		if count > 0 {
			return ranked[i]
		}
	}
	return ""
}

// reviewState is the state of the change as the board sees it: the first that fits.
func (v *View) reviewState() State {
	switch v.status {
	case StatusAbandoned:
		return Abandoned
	case StatusMerged:
		if v.UndoneBy != nil {
			return Reverted
		}
		if v.deployed {
			return Deployed
		}
		return Merged
	case StatusNew: // what people said decides
	}
	if v.wip {
		return Draft
	}
	t := v.tally()
	v.objected = t.objected
	switch {
	case t.ownerObjects:
		return Draft
	case t.objector != Nobody:
		return NeedsWork
	case t.approvedBy >= 0 && t.blockedBy < 0:
		return Approved
	case t.positive >= v.Required() && t.teamObjects == Nobody && t.due == Nobody:
		return Reviewed
	default:
		return ReviewNeeded
	}
}

// Speaks says whether a fact speaks for the state that the change is in: then it dates the card anew.
func (v *View) Speaks(f *Fact) bool {
	switch v.State {
	case ReviewNeeded:
		switch f.Kind {
		case Uploaded, BecameReady, WasRestored:
			return true // it is open and no draft
		case Said:
			return v.answers && v.people[f.By].author
		case ReviewerIn, TurnOn:
			return f.Who != Nobody && v.due(f.Who) && v.people[f.Who].due == f.At
		case HashtagOn, Wrote:
			return v.requests(f)
		}
	case NeedsWork:
		switch f.Kind {
		case Voted:
			return v.counts(f.Label, f.Bot) && v.objects(f.By)
		case Said, Commented:
			return v.objects(f.By)
		}
	case Draft:
		return f.Kind == BecameDraft || f.By == v.Change.Owner && v.gave(f, func(w *vote) bool { return w.value < 0 && w.gone == 0 })
	case Approved:
		return v.gave(f, v.approves) && v.mayReview(f.By)
	case Reviewed:
		return v.gave(f, v.supports) && v.people[f.By].team && v.mayReview(f.By)
	case Merged:
		return f.Kind == WasSubmitted
	case Abandoned:
		return f.Kind == WasAbandoned
	case Reverted, Deployed: // no fact of the change itself leads there
	}
	return false
}

// Why says what makes the state. word is the newest word about the card, if it is one about
// this change; else nil.
func (v *View) Why(word *Fact) Why {
	w := Why{Change: v.Change.Key, Owner: v.name(v.Change.Owner), State: v.State, At: utc(v.since)}
	switch v.State {
	case NeedsWork:
		v.whyNeedsWork(&w)
	case ReviewNeeded:
		v.whyReviewNeeded(&w, word)
	case Draft:
		v.whyDraft(&w)
	case Approved:
		w.Code = WhyVoted
		w.cast(v, &v.votes[v.tally().approvedBy])
	case Reviewed:
		v.whyReviewed(&w)
	case Reverted:
		r := v.UndoneBy
		w.Code, w.Revert, w.By, w.At = WhyReverted, r.Change.Key, r.name(r.Change.Owner), utc(r.since)
	case Deployed:
		w.Code = WhyCameInto
		if v.ripeBy == "" {
			w.Code = WhyMergeDeploys
		}
		w.Deployed = v.deployable()
	case Merged:
		w.Code, w.Deployed = WhyMerged, v.deployable()
	case Abandoned:
		w.Code = WhyAbandoned
	}
	return w
}

// Again is what speaks once more for the state that a change is in; its code is empty if nothing does
// that people would do.
func (v *View) Again() Act {
	a := Act{State: v.State, Change: v.Change.Number}
	switch v.State {
	case ReviewNeeded:
		a.Code = ActNewCode
	case NeedsWork:
		a.Code, a.By = ActAnotherWord, v.name(v.tally().objector)
	case Reviewed:
		a.Code = ActAnotherVote
	case Approved:
		a.Code = ActApproveMore
	case Merged:
		a.Code, a.Change = ActMergeMore, 0
	case Draft, Reverted, Deployed, Abandoned:
		return Act{}
	}
	return a
}

// Acts lists what people can do to a change, or instead of it.
func (v *View) Acts() []Act {
	number, owner := v.Change.Number, v.name(v.Change.Owner)
	object := Act{Code: ActObject, State: NeedsWork, Change: number, Threads: v.policy.Review.ThreadObjections}
	code := Act{Code: ActNewCode, State: ReviewNeeded, Change: number}
	approve := Act{Code: ActApprove, State: Approved, Change: number}
	if t := v.tally(); t.blockedBy >= 0 {
		w := &v.votes[t.blockedBy]
		approve.Taken = Cast{v.name(w.by), v.points(w.label, w.value)}
	}
	link := Act{Code: ActLink, State: ReviewNeeded}
	merge, abandon := Act{Code: ActMerge, State: Merged, Change: number}, Act{Code: ActAbandon, State: Abandoned, Change: number}
	switch v.State {
	case ReviewNeeded:
		return []Act{object, v.missing(), approve, merge, abandon}
	case NeedsWork:
		return append(v.answerActs(owner), merge, abandon)
	case Draft:
		return []Act{v.readied(owner), merge, abandon}
	case Reviewed:
		if v.request().by == Nobody {
			code.Hashtag = v.policy.Requests.Hashtag
		}
		return []Act{object, code, merge, abandon}
	case Approved:
		return []Act{object, code, merge, abandon}
	case Abandoned:
		return []Act{{Code: ActRestore, State: v.supposed(func(v *View) { v.status = StatusNew }), Change: number}, link}
	case Merged:
		if v.Deployment != nil {
			return []Act{v.awaited(), link}
		}
	case Reverted, Deployed: // another change can open it again
	}
	return []Act{link}
}

package review

import "slices"

// tally is what the standing votes and threads of a change amount to.
type tally struct {
	ownerObjects bool
	objected     bool  // by anybody else, answered or not
	objector     int16 // somebody whose objection is unanswered
	blockedBy    int   // index of a standing Code-Review vote of the lowest value; negative if none
	teamObjects  int16 // a team member whose negative Code-Review vote stands
	approvedBy   int   // index of the vote; negative if none
	positive     int   // distinct team members with a positive vote
	due          int16 // a team member whose review is expected
}

// tally sums up what everybody's votes and threads come to.
func (v *View) tally() tally {
	for _, who := range v.team {
		v.people[who].positive = false
	}
	t := tally{objector: Nobody, teamObjects: Nobody, approvedBy: -1, blockedBy: -1, due: Nobody}
	for i := range v.votes {
		w := &v.votes[i]
		if !w.counts || !v.stands(w) {
			continue
		}
		if w.value < 0 {
			v.tallyNegative(&t, i)
			continue
		}
		if w.label != v.review {
			continue
		}
		p := &v.people[w.by]
		p.positive = true
		if w.bot || !v.mayReview(w.by) {
			continue
		}
		if v.approves(w) && t.approvedBy < 0 {
			t.approvedBy = i
		}
		if p.team {
			t.positive++
		}
	}
	for _, who := range v.team {
		p := &v.people[who]
		if v.objectsByThread(p) {
			t.objected = true
			if !v.answered(p) {
				t.objector = who
			}
		}
		if v.due(who) {
			t.due = who
		}
	}
	return t
}

// readThreads notes whether a thread of somebody is open, and whether one waits for the author side.
func (v *View) readThreads(who int16) {
	p := &v.people[who]
	p.open, p.waits = false, false
	for i, by := range v.Change.begunBy {
		if by != who {
			continue
		}
		if t := &v.threads[i]; t.unresolved {
			p.open = true
			p.waits = p.waits || !slices.ContainsFunc(t.after, func(who int16) bool { return v.people[who].author })
		}
	}
}

func (v *View) tallyNegative(t *tally, i int) {
	w := &v.votes[i]
	if w.by == v.Change.Owner {
		t.ownerObjects = t.ownerObjects || w.gone == 0
		return
	}
	t.objected = t.objected || w.gone == 0 // else the patch set with which Gerrit dropped it answered it
	if !v.answeredVote(w) {
		t.objector = w.by
	}
	if w.label != v.review || w.bot {
		return
	}
	if v.people[w.by].team {
		t.teamObjects = w.by
	}
	if w.gone == 0 && int(w.value) == v.Change.Labels[w.label].Min {
		t.blockedBy = i
	}
}

// approves says whether a vote has the highest value, on the current patch set.
func (v *View) approves(w *vote) bool {
	return w.label == v.review && w.current && int(w.value) == v.Change.Labels[w.label].Max
}

// counts: people's votes count on people's labels, bots' on those that name bots.
func (v *View) counts(label int16, bot bool) bool {
	return v.voters[label] == ByPeople && !bot || v.voters[label] == ByBots && bot
}

// stands: a vote stands until new code comes after its patch set; a negative one on an
// older patch set stands if it is newer than that code.
func (v *View) stands(w *vote) bool {
	return w.value != 0 && (!w.lost || w.value < 0 && w.at > v.rework)
}

func (v *View) mayReview(who int16) bool {
	return !v.people[who].author || v.policy.Review.SelfApproval
}

// objectsByThread: a team member whose standing vote is not positive began a thread that is not resolved.
func (v *View) objectsByThread(p *role) bool {
	return p.open && p.team && !p.author && !p.positive && v.policy.Review.ThreadObjections
}

// due: the review of an active team member is expected, since another one or we asked for it.
func (v *View) due(who int16) bool {
	p := &v.people[who]
	return p.due != 0 && p.team && !p.author && !v.Change.People[who].Inactive
}

// answered says whether an objection is answered: by new code, or by a word of the author side, that
// is newer than the objector's newest word. A word must leave no open thread of theirs without a reply.
func (v *View) answered(p *role) bool {
	if v.rework > p.word || v.rework == p.word && p.wordPS < v.reworkPS {
		return true
	}
	return v.repliedTo(p) && !p.waits
}

// answeredVote: a vote that Gerrit dropped is answered for good; a word alone does not revive it.
func (v *View) answeredVote(w *vote) bool { return w.gone != 0 || v.answered(&v.people[w.by]) }

// supports says whether a vote is a positive one on the review.
func (v *View) supports(w *vote) bool { return w.label == v.review && w.value > 0 && !w.bot }

// gave says whether a fact gave a vote of that kind which counts and stands.
func (v *View) gave(f *Fact, kind func(*vote) bool) bool {
	return f.Kind == Voted && slices.ContainsFunc(v.votes, func(w vote) bool {
		return w.by == f.By && w.label == f.Label && w.at == f.At && w.value == f.Value && w.counts && v.stands(&w) && kind(&w)
	})
}

// objects says whether an objection of somebody stands unanswered.
func (v *View) objects(who int16) bool {
	for i := range v.votes {
		if w := &v.votes[i]; w.by == who && w.value < 0 && w.by != v.Change.Owner && w.counts && v.stands(w) && !v.answeredVote(w) {
			return true
		}
	}
	p := &v.people[who]
	return v.objectsByThread(p) && !v.answered(p)
}

package mapping

// rank is the place of a state in States.
func rank(s State) int {
	switch s {
	case ReviewNeeded:
		return 0
	case NeedsWork:
		return 1
	case Draft:
		return 2
	case Reviewed:
		return 3
	case Approved:
		return 4
	case Reverted:
		return 5
	case Merged:
		return 6
	case Deployed:
		return 7
	default:
		return 8
	}
}

// tally is what the standing votes and threads of a change amount to.
type tally struct {
	ownerObjects bool
	objector     int16 // somebody whose objection is unanswered
	blocked      bool  // a vote of the lowest value stands
	teamObjects  int16 // a team member whose negative vote stands
	approvedBy   int   // index of the vote; negative if none
	positive     int   // distinct team members with a positive vote
	due          int16 // a team member whose review is expected
}

// reviewState is the state of the change as the board sees it: the first that fits.
func (v *view) reviewState() State {
	switch v.status {
	case StatusAbandoned:
		return Abandoned
	case StatusMerged:
		return Merged
	}
	if v.wip {
		return Draft
	}
	t := v.tally()
	switch {
	case t.ownerObjects:
		return Draft
	case t.objector != nobody:
		return NeedsWork
	case t.approvedBy >= 0 && !t.blocked:
		return Approved
	case t.positive >= v.board.Review.Required && t.teamObjects == nobody && t.due == nobody:
		return Reviewed
	default:
		return ReviewNeeded
	}
}

func (v *view) tally() tally {
	t := tally{objector: nobody, teamObjects: nobody, approvedBy: -1, due: nobody}
	for i := range v.votes {
		w := &v.votes[i]
		switch {
		case !v.counts(w) || !v.stands(w):
		case w.value < 0:
			v.tallyNegative(&t, w)
		case v.voters[w.label] == ByPeople && v.mayReview(w.by):
			if w.current && int(w.value) == v.h.Labels[w.label].Max && t.approvedBy < 0 {
				t.approvedBy = i
			}
			if v.people[w.by].team && v.firstPositive(i) {
				t.positive++
			}
		}
	}
	if v.board.Review.ThreadObjections {
		for i := range v.threads {
			if by := v.threads[i].by; v.openThread(&v.threads[i]) && !v.answered(by) {
				t.objector = by
			}
		}
	}
	for i := range v.people {
		if v.due(int16(i)) {
			t.due = int16(i)
		}
	}
	return t
}

func (v *view) tallyNegative(t *tally, w *vote) {
	if w.by == v.h.Owner {
		t.ownerObjects = true
		return
	}
	if !v.answered(w.by) {
		t.objector = w.by
	}
	if v.people[w.by].team && !w.lost {
		t.teamObjects = w.by
	}
	if int(w.value) == v.h.Labels[w.label].Min && !w.lost && v.voters[w.label] == ByPeople {
		t.blocked = true
	}
}

// counts: people's votes count on people's labels, bots' on those that name bots.
func (v *view) counts(w *vote) bool {
	bot := v.h.People[w.by].Bot
	return v.voters[w.label] == ByPeople && !bot || v.voters[w.label] == ByBots && bot
}

// stands: a vote stands until new code comes after its patch set; a negative one on an
// older patch set stands if it is newer than that code.
func (v *view) stands(w *vote) bool {
	return w.value != 0 && (!w.lost || w.value < 0 && w.at > v.rework)
}

func (v *view) mayReview(who int16) bool {
	return !v.people[who].author || v.board.Review.SelfApproval
}

// firstPositive counts somebody with positive votes on two labels once.
func (v *view) firstPositive(i int) bool {
	for j := range i {
		w := &v.votes[j]
		if w.by == v.votes[i].by && w.value > 0 && v.stands(w) && v.voters[w.label] == ByPeople {
			return false
		}
	}
	return true
}

// openThread: begun by a team member whose standing vote is not positive, and unresolved.
func (v *view) openThread(t *thread) bool {
	if !t.unresolved || t.by == nobody || !v.people[t.by].team || v.people[t.by].author {
		return false
	}
	for i := range v.votes {
		if w := &v.votes[i]; w.by == t.by && w.value > 0 && v.counts(w) && v.stands(w) {
			return false
		}
	}
	return true
}

// due: the review of an active team member is expected, since another asked for it.
func (v *view) due(who int16) bool {
	p := &v.people[who]
	return p.due != 0 && p.team && !p.author && !v.h.People[who].Inactive
}

// answered: new code, or a word of the author side after which every open thread of the
// objector has the author side's comment last, is newer than the objector's newest word.
func (v *view) answered(objector int16) bool {
	p := &v.people[objector]
	if v.rework > p.word || v.rework == p.word && p.wordPS < v.reworkPS {
		return true
	}
	if v.authorAt <= p.word {
		return false
	}
	for i := range v.threads {
		if t := &v.threads[i]; t.by == objector && t.unresolved && !v.people[t.last].author {
			return false
		}
	}
	return true
}

// objected: somebody objects, answered or not.
func (v *view) objected() bool {
	for i := range v.votes {
		if w := &v.votes[i]; w.value < 0 && w.by != v.h.Owner && v.counts(w) && v.stands(w) {
			return true
		}
	}
	for i := range v.threads {
		if v.board.Review.ThreadObjections && v.openThread(&v.threads[i]) {
			return true
		}
	}
	return false
}

// speaks says whether a fact speaks for the state that the change is in: then it dates the card anew.
func (v *view) speaks(f *Fact) bool {
	switch v.state {
	case ReviewNeeded:
		switch f.Kind {
		case Uploaded, BecameReady, WasRestored:
			return true
		case Said:
			return v.answers && v.people[f.By].author
		case ReviewerIn, TurnOn:
			return f.Who != nobody && v.due(f.Who) && v.people[f.Who].due == f.At
		}
	case NeedsWork:
		switch f.Kind {
		case Voted, Said, Commented:
			return v.objects(f.By) && !v.answered(f.By)
		}
	case Draft:
		return f.Kind == BecameDraft || f.Kind == Voted && f.By == v.h.Owner && f.Value < 0
	case Approved:
		return f.Kind == Voted && v.voters[f.Label] == ByPeople && int(f.Value) == v.h.Labels[f.Label].Max &&
			!v.h.People[f.By].Bot && v.mayReview(f.By)
	case Reviewed:
		return f.Kind == Voted && v.voters[f.Label] == ByPeople && f.Value > 0 && v.people[f.By].team && v.mayReview(f.By)
	case Merged:
		return f.Kind == WasSubmitted
	case Abandoned:
		return f.Kind == WasAbandoned
	}
	return false
}

// objects says whether somebody has a standing objection.
func (v *view) objects(who int16) bool {
	for i := range v.votes {
		if w := &v.votes[i]; w.by == who && w.value < 0 && w.by != v.h.Owner && v.counts(w) && v.stands(w) {
			return true
		}
	}
	for i := range v.threads {
		if v.board.Review.ThreadObjections && v.threads[i].by == who && v.openThread(&v.threads[i]) {
			return true
		}
	}
	return false
}

package review

// See replays one change, whatever tasks it is linked to, up to what the server says now.
func See(p *Policy, h *History) *View {
	v := newView(h, p)
	for v.next < len(h.Facts) {
		was, now := v.State, v.nextFact()
		if v.happen(now, -1); v.State != was {
			v.Began = now
		}
	}
	was := v.State
	v.live()
	if v.State = v.reviewState(); v.State != was {
		v.Began = max(v.Since, v.authorAt, v.Rework)
	}
	return v
}

// Positive is how many of the team voted positively.
func (v *View) Positive() int { return v.tally().positive }

// Due is since when the review of somebody is expected, and who asked for it; 0: it is not.
func (v *View) Due(who int16) (since int64, by int16) {
	if !v.due(who) {
		return 0, Nobody
	}
	return v.people[who].due, v.people[who].askBy
}

// OfTeam says whether somebody is of the team.
func (v *View) OfTeam(who int16) bool { return v.people[who].team }

// OfAuthors says whether somebody is the owner, or uploaded new code.
func (v *View) OfAuthors(who int16) bool { return v.people[who].author }

// BotObjects is a standing negative vote of a bot that counts: by whom, as people write it, and when; 0: there is none.
func (v *View) BotObjects() (by Person, points string, at int64) {
	for i := range v.votes {
		if w := &v.votes[i]; w.bot && w.counts && w.value < 0 && v.stands(w) {
			return v.Change.People[w.by], v.points(w.label, w.value), w.at
		}
	}
	return Person{}, "", 0
}

package review

// See replays one change alone, whatever tasks it is linked to, up to what Gerrit says now. until is
// now, on Gerrit's clock.
func See(p *Policy, h *History, until int64) *View {
	return see(p, h, until, func(*View, int, int64) {})
}

// see calls each after each step, with the first fact of it.
func see(p *Policy, h *History, until int64, each func(v *View, first int, now int64)) *View {
	v := newView(h, p)
	until = max(until, h.last()) // now is not before the newest fact
	for now := v.nextStep(until); now != Never; now = v.nextStep(until) {
		was, first := v.State, v.next
		v.happen(now, -1)
		v.phases(was, now)
		each(v, first, now)
	}
	was := v.State
	v.live()
	if v.State = v.reviewState(); v.State != was {
		v.Began = max(v.since, v.AnsweredAt())
		v.spoken, v.word = v.AnsweredAt(), nil
		if f := v.NewestSpeaking(); f != nil && f.At > v.spoken {
			v.spoken, v.word = f.At, f
		}
	}
	return v
}

// phases dates the state of a change that is replayed alone.
func (v *View) phases(was State, now int64) {
	for _, f := range v.News {
		if v.spoken == now && v.word != nil && f.GoesWith(v.word) {
			continue
		}
		if v.Speaks(f) {
			v.spoken, v.word = now, f
		}
	}
	if v.State == was {
		return
	}
	v.Began = now
	if v.spoken != now {
		v.spoken, v.word = now, v.Main()
	}
}

// Positive is how many of the team voted positively.
func (v *View) Positive() int { return v.tally().positive }

// Due is since when the review of somebody is expected, and who asked for it; 0: it is not.
func (v *View) Due(who int16) (since int64, by string) {
	if !v.due(who) {
		return 0, ""
	}
	return v.people[who].due, v.name(v.people[who].askBy)
}

// InTeam says whether somebody is in the team.
func (v *View) InTeam(who int16) bool { return v.people[who].team }

// OnAuthorSide says whether somebody owns the change, or uploaded new code.
func (v *View) OnAuthorSide(who int16) bool { return v.people[who].author }

// BotObjects is a standing negative vote of a bot that counts, and when it was given.
func (v *View) BotObjects() (c Cast, at int64, objects bool) {
	for i := range v.votes {
		if w := &v.votes[i]; w.bot && w.counts && w.value < 0 && v.stands(w) {
			return Cast{v.name(w.by), v.points(w.label, w.value)}, w.at, true
		}
	}
	return Cast{}, 0, false
}

// Newest is the fact that last spoke for the state of a change that was replayed alone; nil: none did.
func (v *View) Newest() *Fact { return v.word }

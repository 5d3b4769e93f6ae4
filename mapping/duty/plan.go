package duty

import (
	"cmp"
	"slices"
)

// planner makes a plan.
type planner struct {
	Rotation
	q        Question
	plan     Plan
	kept     []FixedShift // by date
	from     map[Day]int  // the index in kept of the shift that begins on a date
	learned  int          // how many of kept are in last
	absences []awayFor
	last     map[string]turn // when people were last on duty before the current shift
}

// turn is when somebody was last on duty: until a date, in a place of the shift. The order of
// the places is kept from shift to shift. Otherwise the people early in the list would be on
// duty every other time.
type turn struct {
	until Day
	place int
}

// awayFor is an absence, by the config or by the calendar.
type awayFor struct {
	Absence
	calendar bool
}

// Plan returns who is on duty. It goes through all shifts since the first, so that a shift that
// was not kept comes out as before. It depends on nothing but its arguments.
func (r Rotation) Plan(q Question) Plan {
	p := planner{Rotation: r, q: q, last: map[string]turn{}, kept: slices.Clone(q.Fixed)}
	p.plan.Today = DayOf(q.Now.In(r.Time.Zone))
	slices.SortFunc(p.kept, func(a, b FixedShift) int { return cmp.Compare(a.Days.From, b.Days.From) })
	p.from = map[Day]int{}
	for i, f := range p.kept {
		p.from[f.Days.From] = i
	}
	for _, a := range r.Absences {
		p.absences = append(p.absences, awayFor{Absence: a})
	}
	p.readCalendars()
	for from, coming := r.Starts, false; ; from += Day(r.Length) {
		days := Days{from, from + Day(r.Length) - 1}
		start := from.Midnight(r.Time.Zone)
		near := !start.Add(-r.Notice).After(q.Now)
		if coming && !near && from > p.plan.Today+Day(7*q.Weeks) {
			return p.plan
		}
		coming = coming || from > p.plan.Today
		p.learn(from)
		at, fixed := p.from[from]
		if over := days.To < p.plan.Today; over && !fixed && p.covered(days) {
			continue // shifts were of another length then
		}
		s := Shift{Days: days, Start: start.In(r.Time.Zone), End: (days.To + 1).Midnight(r.Time.Zone).In(r.Time.Zone), Fixed: fixed, Near: near}
		var kept FixedShift
		if fixed {
			kept = p.kept[at]
			s.People = kept.People
		} else {
			s.People = p.choose(days)
		}
		p.shift(s, kept.Served)
	}
}

// readCalendars adds absences for the people who are away now: from today to the last working
// day that ends before they are back.
func (p *planner) readCalendars() {
	for _, who := range p.People {
		until, away := p.q.Away[who]
		if !away {
			continue
		}
		back := until.In(p.Time.Zone)
		last := DayOf(back)
		if until.IsZero() { // nobody knows
			last = p.plan.Today
		} else if back.Before(last.Midnight(p.Time.Zone).Add(p.Time.To)) {
			last--
		}
		if last >= p.plan.Today {
			p.absences = append(p.absences, awayFor{Absence{who, Days{p.plan.Today, last}}, true})
		}
	}
}

// learn notes who was on duty in kept shifts that began before a date and do not fit the
// rotation as it is now.
func (p *planner) learn(from Day) {
	for ; p.learned < len(p.kept) && p.kept[p.learned].Days.From < from; p.learned++ {
		f := p.kept[p.learned]
		if days, begun := p.ShiftOn(f.Days.From); begun && days.From == f.Days.From {
			continue
		}
		who := f.Served
		if who == nil {
			who = f.People
		}
		for i, name := range who {
			p.served(name, turn{f.Days.To, i})
		}
	}
}

func (p *planner) served(who string, t turn) {
	if last, ever := p.last[who]; !ever || last.until < t.until {
		p.last[who] = t
	}
}

// covered reports whether a kept shift has some of these days.
func (p *planner) covered(days Days) bool {
	return slices.ContainsFunc(p.kept, func(f FixedShift) bool {
		_, both := f.Days.And(days)
		return both
	})
}

// shift finishes a shift whose people are chosen. If it is over, served may say who was on duty.
func (p *planner) shift(s Shift, served []string) {
	over := s.Days.To < p.plan.Today
	s.Stints = p.stints(s)
	unused := p.swap(&s)
	if over {
		if served != nil { // the config may have changed since
			s.Stints = nil
			for _, who := range served {
				s.Stints = append(s.Stints, Stint{who, s.Days})
			}
		}
		p.plan.Past = append(p.plan.Past, s)
	} else {
		p.plan.Unused = append(p.plan.Unused, unused...)
		s.Reasons, s.Holes = p.reasons(s), p.holes(s)
		p.plan.Shifts = append(p.plan.Shifts, s)
	}
	for i, who := range s.Served() { // a part of the shift counts as all of it
		p.served(who, turn{s.Days.To, i})
	}
}

// free returns the people who are not away on these days, the least recently on duty first.
func (p *planner) free(days Days) []string {
	var names []string
	for _, who := range p.People {
		if _, away := p.away(who, days); !away {
			names = append(names, who)
		}
	}
	slices.SortStableFunc(names, p.before)
	return names
}

// before compares two people by when they were last on duty. Those who never were come first.
func (p *planner) before(a, b string) int {
	lastA, everA := p.last[a]
	lastB, everB := p.last[b]
	switch {
	case everA != everB && everA:
		return 1
	case everA != everB:
		return -1
	}
	return cmp.Or(cmp.Compare(lastA.until, lastB.until), cmp.Compare(lastA.place, lastB.place))
}

// choose chooses the people of a shift. Calendars only say who is away now, so they do not count
// for a shift that has begun: the result must depend on the config alone.
func (p *planner) choose(days Days) []string {
	if all := p.absences; days.From <= p.plan.Today {
		p.absences = slices.DeleteFunc(slices.Clone(all), func(a awayFor) bool { return a.calendar })
		defer func() { p.absences = all }()
	}
	names := p.free(days)
	return names[:min(p.Size, len(names))]
}

// away returns the first absence of a person on a working day among these days.
func (p *planner) away(who string, days Days) (awayFor, bool) {
	for _, a := range p.absences {
		if both, some := a.Days.And(days); some && a.Who == who && p.Time.WorksIn(both) {
			return a, true
		}
	}
	return awayFor{}, false
}

// stints gives each person a place for the whole shift, and leaves the other places open.
func (p *planner) stints(s Shift) []Stint {
	var stints []Stint
	for _, who := range s.People {
		stints = append(stints, Stint{who, s.Days})
	}
	for len(stints) < p.Size {
		stints = append(stints, Stint{"", s.Days})
	}
	return stints
}

// swap applies the swaps of a shift in their order, and returns those without effect.
func (p *planner) swap(s *Shift) (unused []Swap) {
	for _, w := range p.Swaps {
		days, mine := w.Days.And(s.Days)
		if !mine {
			continue
		}
		there := func(who string) bool {
			return slices.ContainsFunc(s.Stints, func(t Stint) bool { _, both := t.Days.And(days); return both && t.Who == who })
		}
		switch {
		case w.In != "" && there(w.In), w.Out != "" && !there(w.Out):
			unused = append(unused, w)
		case w.Out == "" && !there(""):
			s.Stints = append(s.Stints, Stint{w.In, days})
		default:
			s.Stints = replaced(s.Stints, w, days)
		}
	}
	return unused
}

// replaced puts In in the place of Out on these days; of several open places, in the first.
func replaced(stints []Stint, w Swap, days Days) []Stint {
	var out []Stint
	done := false
	for _, t := range stints {
		both, some := t.Days.And(days)
		if !some || t.Who != w.Out || done && w.Out == "" {
			out = append(out, t)
			continue
		}
		done = true
		if t.Days.From < both.From {
			out = append(out, Stint{t.Who, Days{t.Days.From, both.From - 1}})
		}
		out = append(out, Stint{w.In, both})
		if both.To < t.Days.To {
			out = append(out, Stint{t.Who, Days{both.To + 1, t.Days.To}})
		}
	}
	return out
}

// holes returns the places that nobody fills on some day from today on.
func (p *planner) holes(s Shift) []Hole {
	var holes []Hole
	named := s.Served() // people who cannot fill a hole, or fill another one
	for _, t := range s.Stints {
		away, absent := p.awayFrom(t)
		h := Hole{Days: t.Days, Who: t.Who, Place: t.Days}
		switch {
		case t.Days.To < p.plan.Today:
			continue
		case t.Who == "" && len(s.People) < p.Size:
			h.Code, h.Places = HoleNobody, p.Size
		case t.Who == "":
			h.Code = HoleSwap
		case !slices.Contains(p.People, t.Who):
			h.Code = HoleLeft
		case absent && away.calendar:
			h.Days, _ = away.Days.And(t.Days)
			h.Code, h.Until = HoleCalendar, away.Days.To
		case absent:
			h.Days, _ = away.Days.And(t.Days)
			h.Code, h.Away = HoleAway, away.Days
		default:
			continue
		}
		h.In = p.substitute(h.Days, named)
		named = append(named, h.In)
		holes = append(holes, h)
	}
	return holes
}

// awayFrom returns the first absence of a person in the rest of a stint.
func (p *planner) awayFrom(t Stint) (awayFor, bool) {
	left := Days{max(t.Days.From, p.plan.Today), t.Days.To}
	if left.From > left.To || t.Who == "" {
		return awayFor{}, false
	}
	return p.away(t.Who, left)
}

// substitute returns who could take over on these days; empty if nobody could.
func (p *planner) substitute(days Days, named []string) string {
	for _, who := range p.free(days) {
		if !slices.Contains(named, who) {
			return who
		}
	}
	return ""
}

// reasons returns why each person is on duty or not.
func (p *planner) reasons(s Shift) []Reason {
	reasons := make([]Reason, 0, len(p.People))
	for _, who := range p.People {
		reasons = append(reasons, p.reason(s, who))
	}
	return reasons
}

func (p *planner) reason(s Shift, who string) Reason {
	chosen := slices.Contains(s.People, who)
	for _, w := range p.Swaps {
		days, mine := w.Days.And(s.Days)
		switch {
		case !mine || slices.Contains(p.plan.Unused, w):
		case w.In == who && w.Out != "" && slices.Contains(s.Served(), who):
			return Reason{Who: who, Code: WhyInPlaceOf, Days: days, Other: w.Out}
		case w.In == who && slices.Contains(s.Served(), who):
			return Reason{Who: who, Code: WhySwapIn, Days: days}
		case w.Out == who && chosen && w.In != "":
			return Reason{Who: who, Code: WhyReplaced, Days: days, Other: w.In}
		case w.Out == who && chosen:
			return Reason{Who: who, Code: WhySwapOut, Days: days}
		}
	}
	last, ever := p.last[who]
	away, absent := p.away(who, s.Days)
	switch {
	case chosen && s.Fixed:
		return Reason{Who: who, Code: WhyFixedOn}
	case chosen && ever:
		return Reason{Who: who, Code: WhyLongest, Last: last.until}
	case chosen:
		return Reason{Who: who, Code: WhyNever}
	case absent && away.Days.From <= s.Days.From:
		return Reason{Who: who, Code: WhyAway, Days: away.Days}
	case absent:
		return Reason{Who: who, Code: WhyAwayLater, Days: away.Days}
	case s.Fixed:
		return Reason{Who: who, Code: WhyFixedOff}
	case last.until == s.Days.From-1 && ever:
		return Reason{Who: who, Code: WhyJustWas, Last: last.until}
	case ever:
		return Reason{Who: who, Code: WhyOthers, Last: last.until}
	}
	return Reason{Who: who, Code: WhyOrder}
}

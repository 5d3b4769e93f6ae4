package config

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/duty"
	"reviewsync/mapping/tell"
)

// Rotation says who is on duty when. Its People are Gerrit user names. There are none if
// the team is a project and no people are listed.
type Rotation struct {
	duty.Rotation
	TeamName  string
	Members   []Member // of the team, if it lists them
	Calendar  bool     // people who are away on Phabricator are not on duty
	Project   string   // "#on-call": its members are the people on duty; empty: none
	Exclusive bool     // Project has no other members
	Line      int
}

// The limits of a rotation.
const (
	longestNotice = 26 * 7 * 24 * time.Hour
	longestShift  = 366             // days
	earliestStart = duty.Day(10957) // 2000-01-01: every plan goes through all shifts since the start
)

// rotation reads who is on duty when. Teams and working time were read before.
func (r *reader) rotation(v value, c *Config) *Rotation {
	rot := &Rotation{Line: v.line()}
	rot.Size, rot.Length, rot.Notice, rot.Time = 2, 14, 7*24*time.Hour, c.WorkingTime
	var team, size, project, exclusive value
	started := false
	v.fields([]field{
		{name: "team", need: "name the team that takes turns, as teams defines it", read: func(v value) {
			rot.TeamName, rot.People = r.teamOf(v, c.Teams)
			rot.Members = c.Teams[rot.TeamName].Members
			team = v
		}},
		{name: "people", read: func(v value) { rot.People = r.dutyPeople(v, rot) }},
		{name: "size", read: func(v value) { size, rot.Size = v, v.whole(1, "people") }},
		{name: "every", read: func(v value) { rot.Length = v.wholeDays() }},
		{name: "starts", need: "write the day on which the first shift begins, such as 2026-12-07", read: func(v value) {
			if rot.Starts, started = v.day(); started && rot.Starts < earliestStart {
				v.wrong("%s is too long ago; write the day on which a shift began not long before the first one that counts", rot.Starts)
			}
		}},
		{name: "notice", read: func(v value) { rot.Notice = v.notice() }},
		{name: "away", read: func(v value) {
			if s, ok := v.text(); ok && s != "phabricator" {
				v.wrong("nobody can be asked at %s who is away; write phabricator, or take the key out", label(s))
			}
			rot.Calendar = true
		}},
		{name: "absences", read: func(v value) { rot.Absences = r.absences(v, rot) }},
		{name: "swaps", read: func(v value) {
			if started && rot.Length > 0 {
				rot.Swaps = r.swaps(v, rot)
			}
		}},
		{name: "project", read: func(v value) { project, rot.Project = v, v.hashtag() }},
		{name: "exclusive", read: func(v value) { exclusive, rot.Exclusive = v, v.yes() }},
	})
	switch n := len(rot.People); {
	case n > 0 && rot.Size > n:
		at := size
		if at.node == nil {
			at = v
		}
		at.wrong("%d people cannot be on duty at a time: there %s %d (%s); name more people, or write a smaller size", rot.Size, tell.Plural(n, "is", "are"), n, strings.Join(rot.People, ", "))
	case n > 0 && rot.Size == n && size.node != nil:
		size.doubt("%s always on duty, so nobody takes turns", tell.Plural(n, "the only one is", fmt.Sprintf("all %d people are", n)))
	}
	if exclusive.node != nil && project.node == nil {
		exclusive.wrong("there is no project whose members it could be about; write project: \"#NAME\", or take exclusive out")
	}
	if own := c.Teams[rot.TeamName].Project; own != "" && strings.EqualFold(own, rot.Project) {
		project.wrong("%s is the team itself, which would lose everybody who is not on duty; name another project", own)
	}
	if team.node != nil {
		team.otherDuty(rot, c)
	}
	return rot
}

// dutyPeople reads the people who take turns, who must be in the team.
func (r *reader) dutyPeople(v value, rot *Rotation) []string {
	out := v.some()
	v.unique(nil)
	for _, item := range v.items() {
		item.inTeam(rot.TeamName, rot.Members)
	}
	return out
}

// inTeam refuses a name that no member of the team has, if the team lists its members.
func (v value) inTeam(team string, members []Member) {
	name := v.node.Value
	if !v.isSingle() || name == "" || len(members) == 0 {
		return
	}
	var known []string
	for _, m := range members {
		switch {
		case m.Gerrit == name:
			return
		case strings.EqualFold(m.Phabricator, name):
			v.wrong("%s is %s's name on Phabricator; write %s", label(name), m.Gerrit, m.Gerrit)
			return
		}
		known = append(known, m.Gerrit)
	}
	if meant := nearest(name, known); meant != "" {
		v.wrong("nobody called %s is in team %s; did you mean %s?", label(name), label(team), meant)
		return
	}
	v.wrong("nobody called %s is in team %s; name one of %s", label(name), label(team), strings.Join(known, ", "))
}

// person reads the name of a person who takes turns.
func (v value) person(rot *Rotation) string {
	name, ok := v.text()
	if !ok {
		return ""
	}
	problems := len(v.r.problems)
	if v.inTeam(rot.TeamName, rot.Members); len(v.r.problems) == problems && len(rot.People) > 0 && !slices.Contains(rot.People, name) {
		v.wrong("%s takes no turns; add the name to people, or take this out", label(name))
	}
	return name
}

// absences reads who is away when.
func (r *reader) absences(v value, rot *Rotation) []duty.Absence {
	var out []duty.Absence
	for _, item := range v.elements() {
		var a duty.Absence
		fine := item.fields([]field{
			{name: "who", need: "write who is away", read: func(v value) { a.Who = v.person(rot) }},
			{name: "from", need: "write the first day", read: func(v value) { a.Days.From, _ = v.day() }},
			{name: "to", need: "write the last day", read: func(v value) { a.Days.To, _ = v.day() }},
		})
		if fine && a.Days.From > a.Days.To {
			item.wrong("ends on %s, before it begins on %s; put the first day into from", a.Days.To, a.Days.From)
		}
		out = append(out, a)
	}
	return out
}

// swaps reads who is on duty in whose place, and checks the swaps against each other.
func (r *reader) swaps(v value, rot *Rotation) []duty.Swap {
	var out []duty.Swap
	for _, item := range v.elements() {
		w, to := duty.Swap{Line: item.line()}, false
		before := len(r.problems)
		item.fields([]field{
			{name: "from", need: "write the first day", read: func(v value) { w.Days.From, _ = v.day() }},
			{name: "to", read: func(v value) { w.Days.To, to = v.day() }},
			{name: "out", read: func(v value) { w.Out, _ = v.text() }}, // may have left the team
			{name: "in", read: func(v value) { w.In = v.person(rot) }},
		})
		if len(r.problems) == before {
			shift, begun := rot.ShiftOn(w.Days.From)
			if !to {
				w.Days.To = shift.To
			}
			if item.swap(w, shift, begun) {
				item.against(w, out, rot)
			}
		}
		out = append(out, w)
	}
	return out
}

// swap checks a swap by itself.
func (v value) swap(w duty.Swap, shift duty.Days, begun bool) (fine bool) {
	before := len(v.r.problems)
	switch {
	case w.Out == "" && w.In == "":
		v.wrong("changes nothing; write who comes in (in: NAME), who goes out (out: NAME), or both")
	case w.Out == w.In:
		v.wrong("%s would go out and come in; name two people", label(w.In))
	case !begun:
		v.wrong("nobody is on duty on %s, before starts; write a later day", w.Days.From)
	case w.Days.To < w.Days.From:
		v.wrong("ends on %s, before it begins on %s; put the first day into from", w.Days.To, w.Days.From)
	case w.Days.To > shift.To:
		v.wrong("goes on after %s, when the shift of %s ends; write one swap for each shift", shift.To, shift.From)
	}
	return len(v.r.problems) == before
}

// against checks a swap against earlier ones and against absences.
func (v value) against(w duty.Swap, earlier []duty.Swap, rot *Rotation) {
	for _, e := range earlier {
		both, some := e.Days.And(w.Days)
		switch {
		case !some:
		case w.Out != "" && w.Out == e.Out:
			v.wrong("%s goes out on %s already, by the swap on line %d; keep one", label(w.Out), both.From, e.Line)
			return
		case w.In != "" && w.In == e.In:
			v.wrong("%s comes in on %s already, by the swap on line %d; name somebody else", label(w.In), both.From, e.Line)
			return
		case w.Out != "" && w.Out == e.In || w.In != "" && w.In == e.Out:
			v.wrong("contradicts the swap on line %d on %s; write one that says who is on duty in the end", e.Line, both.From)
			return
		}
	}
	for _, a := range rot.Absences {
		if both, some := a.Days.And(w.Days); some && a.Who == w.In && rot.Time.WorksIn(both) {
			v.wrong("%s is away %s, by absences; name somebody else", label(w.In), a.Days)
			return
		}
	}
}

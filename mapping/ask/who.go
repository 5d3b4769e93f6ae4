package ask

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// part is what somebody is to a change, for the question whether to ask them.
type part struct {
	person   int16 // nobody: takes no part
	reviewer bool
	copied   bool  // a CC
	ours     bool  // a reviewer since we asked
	since    int64 // a reviewer
	voted    int64
	spoke    int64
	removed  int64 // taken off the change by somebody
	left     int64 // took themself off
}

// takesPart says whether somebody is already involved, other than by our ask.
func (p *part) takesPart() bool {
	return p.voted != 0 || p.spoke != 0 || p.reviewer && !p.ours
}

// parts tells what everybody is to the change, as History.People lists them.
func (x *asking) parts() []part {
	h := x.On
	parts := make([]part, len(h.People))
	for i := range parts {
		parts[i].person = int16(i)
	}
	for i := range h.Facts {
		f := &h.Facts[i]
		switch f.Kind {
		case review.Voted:
			if f.By != review.Nobody && parts[f.By].voted == 0 {
				parts[f.By].voted = f.At
			}
		case review.Said:
			if f.By != review.Nobody && parts[f.By].spoke == 0 {
				parts[f.By].spoke = f.At
			}
		case review.ReviewerIn:
			p := &parts[f.Who]
			p.reviewer, p.copied, p.since, p.ours = true, false, f.At, f.By == h.Self && f.By != review.Nobody
		case review.ReviewerOut:
			parts[f.Who].out(f)
		}
	}
	return parts
}

// out: who was no reviewer so far is made a CC by this, for which Gerrit has one fact.
func (p *part) out(f *review.Fact) {
	switch {
	case !p.reviewer && !p.copied:
		p.copied = true
	case f.By == p.person:
		p.reviewer, p.copied, p.left = false, false, f.At
	default:
		p.reviewer, p.copied, p.removed = false, false, f.At
	}
}

// candidate is somebody who might be asked.
type candidate struct {
	name  string
	order int    // in the config
	duty  bool   // on duty
	asked int64  // last, on whatever change; 0: never
	not   string // why they are not asked; empty: they may be
}

// poolKnown says whether it is known who may be asked. It is not as long as that depends on files that were not read.
func (x *asking) poolKnown() bool {
	_, known := x.pool()
	return known
}

// pool is the first that fits the change; nil: the team.
func (x *asking) pool() (pool *Pool, known bool) {
	for i := range x.Rules.Pools {
		p := &x.Rules.Pools[i]
		switch {
		case len(p.Repositories) > 0 && !review.Match(p.Repositories, x.On.Project):
		case len(p.Paths) == 0:
			return p, true
		case !x.FilesRead:
			return nil, false
		case slices.ContainsFunc(x.Files, func(file string) bool { return review.Match(p.Paths, file) }):
			return p, true
		}
	}
	return nil, true
}

// choose says whom to ask, and why them, and tells what speaks against each of the others.
// Without anybody left, Decision.Next is when there may be somebody.
func (x *asking) choose() (who, by string) {
	list := x.candidates()
	chain := x.chain()
	best, by := -1, ""
	for _, group := range []struct {
		by   string
		fits func(c *candidate) bool
	}{
		{"asked for the chain of changes too", func(c *candidate) bool { return c.name == chain }},
		{"on duty", func(c *candidate) bool { return c.duty }},
		{"in turn", func(*candidate) bool { return true }},
	} {
		for i := range list {
			if c := &list[i]; c.not == "" && group.fits(c) && (best < 0 || compareAsked(*c, list[best]) < 0) {
				best, by = i, group.by
			}
		}
		if best >= 0 {
			break
		}
	}
	x.d.People = make([]Person, 0, len(list))
	for i := range list {
		c := &list[i]
		r := Person{Name: c.name, Asked: i == best}
		switch {
		case r.Asked:
			r.Text = "asked: " + by
		case c.not != "":
			r.Text = "not asked, " + c.not
		case by == "in turn" || by == "on duty" && c.duty:
			r.Text = fmt.Sprintf("not asked, %s comes first", list[best].name)
		default:
			r.Text = fmt.Sprintf("not asked, %s is %s", list[best].name, by)
		}
		x.d.People = append(x.d.People, r)
	}
	if best < 0 {
		return "", ""
	}
	return list[best].name, by
}

// chain is who was asked last for another change of the chain; empty: nobody.
func (x *asking) chain() string {
	var last *Past
	for i := range x.Past {
		a := &x.Past[i]
		if !slices.ContainsFunc(x.Chain, func(k review.Key) bool { return k.Number == a.Change.Number && k == a.Change && k != x.On.Key }) {
			continue
		}
		if last == nil || a.At.After(last.At) || a.At.Equal(last.At) && a.String() < last.String() {
			last = a
		}
	}
	if last == nil {
		return ""
	}
	return last.Who
}

// load is what was asked of somebody on all changes.
type load struct {
	last  int64
	today int
	open  int
}

// loads sums up all asks of some people. Those of this change are read from itself.
func (x *asking) loads(names []string) map[string]*load {
	today := duty.DayOf(x.Now.In(x.Zone))
	from, to := today.Midnight(x.Zone).Unix(), (today + 1).Midnight(x.Zone).Unix()
	all := make(map[string]*load, len(names))
	for _, name := range names {
		all[name] = &load{}
	}
	add := func(who string, at int64, open bool) {
		l := all[who]
		if l == nil {
			return
		}
		l.last = max(l.last, at)
		if from <= at && at < to {
			l.today++
		}
		if open {
			l.open++
		}
	}
	for i := range x.Past {
		if a := &x.Past[i]; a.Change.Number != x.On.Number || a.Change.Project != x.On.Project {
			add(a.Who, a.At.Unix(), a.Open)
		}
	}
	for i := range x.asks {
		a := &x.asks[i]
		add(a.key.Who, a.at, a.fate == askOpen)
	}
	return all
}

// candidates are those of the pool or of the team, each with what speaks against them.
func (x *asking) candidates() []candidate {
	names := x.Policy.Team
	pool, _ := x.pool()
	if pool != nil {
		names = pool.People
	}
	parts, loads := x.parts(), x.loads(names)
	list := make([]candidate, 0, len(names))
	for i, name := range names {
		c := candidate{name: name, order: i, duty: slices.Contains(x.Duty, name), asked: loads[name].last}
		p := part{person: review.Nobody}
		if who := x.On.Named(name); who != review.Nobody {
			p = parts[who]
		}
		if c.not = x.never(name, &p); c.not == "" {
			c.not = x.notNow(name, loads[name])
		}
		list = append(list, c)
	}
	return list
}

// cannot says why somebody cannot review anything here; empty: they can.
func (x *asking) cannot(name string) string {
	who := x.On.Named(name)
	switch {
	case x.Cannot[name] != "":
		return x.Cannot[name]
	case !slices.Contains(x.Policy.Team, name):
		return "not in the team"
	case who == review.Nobody:
		return ""
	case x.On.People[who].Bot:
		return "a bot"
	case x.On.People[who].Inactive:
		return "inactive"
	case x.v.OfAuthors(who):
		return "on the author's side"
	}
	return ""
}

// never says what speaks against somebody that no time will change; empty: nothing.
func (x *asking) never(name string, p *part) string {
	if not := x.cannot(name); not != "" {
		return not
	}
	for i := range x.asks {
		a := &x.asks[i]
		switch {
		case a.key.Who != name:
		case a.fate == askDeclined:
			return fmt.Sprintf("declined (%s)", x.date(a.ended))
		case a.fate == askLost:
			return fmt.Sprintf("taken off the change (%s)", x.date(a.ended))
		case a.key.Votes >= x.v.Required():
			return fmt.Sprintf("was asked before (%s)", x.date(a.at))
		}
	}
	r := x.v.Request()
	switch {
	case p.person == review.Nobody:
		return ""
	case p.removed != 0 && !p.reviewer:
		return fmt.Sprintf("taken off the change (%s)", x.date(p.removed))
	case p.left != 0 && !p.reviewer:
		return fmt.Sprintf("left the change (%s)", x.date(p.left))
	case p.voted != 0:
		return fmt.Sprintf("has voted (%s)", x.date(p.voted))
	case p.spoke != 0:
		return fmt.Sprintf("has spoken (%s)", x.date(p.spoke))
	case p.reviewer && !p.ours:
		return fmt.Sprintf("is a reviewer (%s)", x.date(p.since))
	case r.By == name:
		return fmt.Sprintf("asked for the review (%s)", x.date(r.At.Unix()))
	}
	return ""
}

// notNow says what speaks against somebody for the time being; empty: nothing. If time
// alone ends it, the decision is made again then.
func (x *asking) notNow(name string, l *load) string {
	until, away := x.away(name)
	switch {
	case away && until.IsZero():
		return "away"
	case away:
		x.backAt(name, until, "")
		return "away until " + x.date(until.Unix())
	case x.Rules.MaxOpen > 0 && l.open >= x.Rules.MaxOpen:
		return tell.Counted(l.open, "unanswered ask")
	case x.Rules.Cap > 0 && l.today >= x.Rules.Cap:
		not := tell.Counted(l.today, "ask") + " today"
		x.backAt(name, (duty.DayOf(x.Now.In(x.Zone)) + 1).Midnight(x.Zone).UTC(), " ("+not+")")
		return not
	}
	return ""
}

// backAt notes that somebody can be asked again from then on.
func (x *asking) backAt(name string, at time.Time, why string) {
	x.d.Next = least(x.d.Next, at)
	if x.back == "" || at.Before(x.from) {
		x.back, x.from = fmt.Sprintf("%s can be from %s%s", name, x.date(at.Unix()), why), at
	}
}

// away says whether somebody is away now, and until when.
func (x *asking) away(name string) (until time.Time, away bool) {
	until, away = x.Away[name]
	return until, away && (until.IsZero() || x.Now.Before(until))
}

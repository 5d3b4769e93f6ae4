package ask

import (
	"slices"
	"time"

	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
)

// part is how a person takes part in a change.
type part struct {
	person   int16 // review.Nobody: takes no part
	reviewer bool
	copied   bool  // a CC
	ours     bool  // a reviewer because of our ask
	since    int64 // since when a reviewer
	voted    int64
	spoke    int64
	removed  int64 // when another person took them off the change
	left     int64 // when they took themselves off
}

// takesPart reports whether a person is involved other than by our ask.
func (p *part) takesPart() bool {
	return p.voted != 0 || p.spoke != 0 || p.reviewer && !p.ours
}

// parts returns how everybody takes part in the change, in the order of History.People.
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

// out handles ReviewerOut. For a person who was no reviewer, it means that they became a CC.
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

// candidate is a person who might be asked.
type candidate struct {
	name   string
	order  int    // in the config
	duty   bool   // on duty
	asked  int64  // when they were last asked, on any change; 0: never
	barred Barred // zero: they may be asked
}

// poolKnown reports whether it is known who may be asked. It is not if that depends on files that were not read.
func (x *asking) poolKnown() bool {
	_, known := x.pool()
	return known
}

// pool returns the first pool that matches the change; nil: the team.
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

// choose returns who is asked, and why it is their turn, and fills in why the others are not. If
// nobody can be asked, Decision.Next is when somebody may be.
func (x *asking) choose() (who string, turn Turn) {
	list := x.candidates()
	chain := x.chain()
	best := -1
	for _, group := range []struct {
		turn Turn
		fits func(c *candidate) bool
	}{
		{TurnChain, func(c *candidate) bool { return c.name == chain }},
		{TurnDuty, func(c *candidate) bool { return c.duty }},
		{TurnNext, func(*candidate) bool { return true }},
	} {
		for i := range list {
			if c := &list[i]; c.barred.By == "" && group.fits(c) && (best < 0 || compareAsked(*c, list[best]) < 0) {
				best, turn, who = i, group.turn, c.name
			}
		}
		if best >= 0 {
			break
		}
	}
	x.d.People = make([]Person, 0, len(list))
	for i := range list {
		c := &list[i]
		p := Person{Name: c.name, Barred: c.barred}
		switch {
		case i == best:
			p.Turn = turn
		case c.barred.By != "":
		case turn == TurnNext || turn == TurnDuty && c.duty:
			p.Barred = Barred{By: BarBehind, First: who}
		default:
			p.Barred = Barred{By: BarTurn, First: who, Turn: turn}
		}
		x.d.People = append(x.d.People, p)
	}
	return who, turn
}

// chain returns who was asked last for another change of the chain; empty: nobody.
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

// load sums up the asks of a person on all changes.
type load struct {
	last  int64
	today int
	open  int
}

// loads sums up the asks of people. Those on this change are read from the change itself.
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
		add(a.key.Who, a.at, a.fate == FateOpen)
	}
	return all
}

// candidates returns the people of the pool or of the team, each with what bars them.
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
		if c.barred = x.never(name, &p); c.barred.By == "" {
			c.barred = x.notNow(name, loads[name])
		}
		list = append(list, c)
	}
	return list
}

// cannot returns why a person cannot review this change at all; zero: they can.
func (x *asking) cannot(name string) Barred {
	who := x.On.Named(name)
	switch barred, known := x.Cannot[name]; {
	case known:
		return barred
	case !slices.Contains(x.Policy.Team, name):
		return Barred{By: BarOutsider}
	case who == review.Nobody:
		return Barred{}
	case x.On.People[who].Bot:
		return Barred{By: BarBot}
	case x.On.People[who].Inactive:
		return Barred{By: BarInactive}
	case x.v.OnAuthorSide(who):
		return Barred{By: BarAuthors}
	}
	return Barred{}
}

// never returns what bars a person for good; zero: nothing.
func (x *asking) never(name string, p *part) Barred {
	if barred := x.cannot(name); barred.By != "" {
		return barred
	}
	for i := range x.asks {
		a := &x.asks[i]
		switch {
		case a.key.Who != name:
		case a.fate == FateDeclined:
			return barred(BarDeclined, a.ended)
		case a.fate == FateLost:
			return barred(BarTakenOff, a.ended)
		case a.key.Votes >= x.v.Required():
			return barred(BarAsked, a.at)
		}
	}
	r := x.v.Request()
	switch {
	case p.person == review.Nobody:
		return Barred{}
	case p.removed != 0 && !p.reviewer:
		return barred(BarTakenOff, p.removed)
	case p.left != 0 && !p.reviewer:
		return barred(BarLeft, p.left)
	case p.voted != 0:
		return barred(BarVoted, p.voted)
	case p.spoke != 0:
		return barred(BarSpoke, p.spoke)
	case p.reviewer && !p.ours:
		return barred(BarReviewer, p.since)
	case r.By == name:
		return Barred{By: BarRequester, At: r.At}
	}
	return Barred{}
}

func barred(by Bar, at int64) Barred { return Barred{By: by, At: utc(at)} }

// notNow returns what bars a person for now; zero: nothing. If it ends by time alone, the
// decision is due again then.
func (x *asking) notNow(name string, l *load) Barred {
	until, away := x.away(name)
	switch {
	case away && until.IsZero():
		return Barred{By: BarAway}
	case away:
		x.backAt(Soonest{Who: name, From: until})
		return Barred{By: BarAway, At: until}
	case x.Rules.MaxOpen > 0 && l.open >= x.Rules.MaxOpen:
		return Barred{By: BarOpenAsks, Asks: l.open}
	case x.Rules.Cap > 0 && l.today >= x.Rules.Cap:
		x.backAt(Soonest{Who: name, From: (duty.DayOf(x.Now.In(x.Zone)) + 1).Midnight(x.Zone).UTC(), Asks: l.today})
		return Barred{By: BarAsksToday, Asks: l.today}
	}
	return Barred{}
}

// backAt notes when a person can be asked again.
func (x *asking) backAt(s Soonest) {
	x.d.Next = least(x.d.Next, s.From)
	if x.back.Who == "" || s.From.Before(x.back.From) {
		x.back = s
	}
}

// away reports whether a person is away now, and until when; zero: unknown.
func (x *asking) away(name string) (until time.Time, away bool) {
	until, away = x.Away[name]
	until = until.UTC()
	return until, away && (until.IsZero() || x.Now.Before(until))
}

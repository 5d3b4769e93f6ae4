package asking

import (
	"context"
	"maps"
	"slices"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/internal/stored"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
)

// freshPeople is how old what is known of people may be when somebody is asked.
const freshPeople = 10 * time.Minute

// account is somebody on Gerrit.
type account struct {
	id     int
	cannot ask.Barred // why they cannot be asked; zero: they can
}

// present is who is there: asked of the servers at most every ten minutes.
type present struct {
	at       time.Time
	accounts map[string]account // by user name on Gerrit
	away     map[string]time.Time
	duty     []string
}

func (r *Asker) account(name string) account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.present.accounts[name]
}

// people fills in who may be asked, and what was asked of them before.
func (a *attempt) people(ctx context.Context) error {
	p, err := a.asker.whoIsThere(ctx)
	if err != nil {
		return err
	}
	a.q.Away, a.q.Duty, a.q.Cannot = p.away, p.duty, map[string]ask.Barred{}
	for name, is := range p.accounts {
		if is.cannot.By != "" {
			a.q.Cannot[name] = is.cannot
		}
	}
	if a.q.Past, err = a.asker.o.Store.Asks(ctx, a.q.Now.Add(-pastAsks)); err != nil {
		return err
	}
	lately, err := a.asker.o.Store.OpsSince(ctx, "ask", a.board.PHID, a.asker.o.Store.Now().Add(-ask.Window))
	if err != nil {
		return err
	}
	a.q.Total, a.q.Lately = a.board.AskTotal, nil
	for _, at := range lately {
		a.q.Lately = append(a.q.Lately, at.Add(a.asker.o.Gerrit.HTTP().Offset()))
	}
	open, err := a.asker.o.Store.OpenChanges(ctx, a.q.On.Project, chained)
	if err != nil {
		return err
	}
	others, err := a.asker.o.Changes.Histories(ctx, open)
	if stored.Unreadable(err) { // whatever it is, it is not this one
		err = nil
	}
	a.q.Chain = a.q.On.Chain(others)
	return err
}

// whoIsThere tells who of the teams that are asked is there. Workers that ask are one, so
// that nobody is asked by two at once.
func (r *Asker) whoIsThere(ctx context.Context) (present, error) {
	r.mu.Lock()
	p := r.present
	r.mu.Unlock()
	if time.Since(p.at) < freshPeople {
		return p, nil
	}
	p = present{at: time.Now(), accounts: map[string]account{}, away: map[string]time.Time{}}
	var members []config.Member
	for _, board := range r.o.Binder.Current().Boards {
		if board.Ask == nil {
			continue
		}
		for _, name := range board.Team {
			m := config.Member{Gerrit: name, Phabricator: name}
			team := r.o.Config.Teams[board.TeamName].Members
			if i := slices.IndexFunc(team, func(m config.Member) bool { return m.Gerrit == name }); i >= 0 {
				m = team[i]
			}
			if _, known := p.accounts[name]; known {
				continue
			}
			is, err := r.lookUp(ctx, name)
			if err != nil {
				return p, err
			}
			p.accounts[name], members = is, append(members, m)
		}
	}
	away, err := r.o.Rotation.Away(ctx, members)
	if err != nil {
		return p, err
	}
	maps.Copy(p.away, away)
	if r.o.Config.Rotation != nil {
		plan, err := r.o.Rotation.Plan(ctx, 0)
		if err != nil {
			return p, err
		}
		p.duty = plan.OnDuty()
		r.absent(p.away)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.present = p
	return p, nil
}

// absent adds those whom the rotation knows to be absent today.
func (r *Asker) absent(away map[string]time.Time) {
	rot := r.o.Config.Rotation
	zone := r.o.Config.WorkingTime.Zone
	today := duty.DayOf(time.Now().In(zone))
	for _, a := range rot.Absences {
		until, is := away[a.Who]
		back := (a.Days.To + 1).Midnight(zone)
		if a.Days.From <= today && today <= a.Days.To && (!is || !until.IsZero() && back.After(until)) {
			away[a.Who] = back
		}
	}
}

// lookUp finds somebody's account on Gerrit.
func (r *Asker) lookUp(ctx context.Context, name string) (account, error) {
	a, err := r.o.Gerrit.Account(ctx, name)
	switch {
	case remote.NotFound(err):
		return account{cannot: ask.Barred{By: ask.BarNoAccount}}, nil
	case err != nil:
		return account{}, err
	case a.Inactive:
		return account{cannot: ask.Barred{By: ask.BarInactive}}, nil
	case a.Service:
		return account{cannot: ask.Barred{By: ask.BarBot}}, nil
	}
	return account{id: a.ID}, nil
}

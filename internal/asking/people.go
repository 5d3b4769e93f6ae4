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

// freshPeople is how old a present may be when somebody is asked.
const freshPeople = 10 * time.Minute

// account is an account on Gerrit.
type account struct {
	id     int
	cannot ask.Barred // why the account cannot be asked; zero: it can
}

// present is who can be asked. It is read from the servers at most every ten minutes.
type present struct {
	at       time.Time
	accounts map[string]account // by user name on Gerrit
	away     map[string]time.Time
	duty     []string
}

func (a *Asker) account(name string) account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.present.accounts[name]
}

// people fills in who may be asked, and which asks were made before.
func (t *attempt) people(ctx context.Context) error {
	p, err := t.whoIsPresent(ctx)
	if err != nil {
		return err
	}
	t.q.Away, t.q.Duty, t.q.Cannot = p.away, p.duty, map[string]ask.Barred{}
	for name, is := range p.accounts {
		if is.cannot.By != "" {
			t.q.Cannot[name] = is.cannot
		}
	}
	if t.q.Past, err = t.o.Store.Asks(ctx, t.q.Now.Add(-pastAsks)); err != nil {
		return err
	}
	lately, err := t.o.Store.OpsSince(ctx, "ask", t.board.PHID, t.o.Store.Now().Add(-ask.Window))
	if err != nil {
		return err
	}
	t.q.Total, t.q.Lately = t.board.AskTotal, nil
	for _, at := range lately {
		t.q.Lately = append(t.q.Lately, at.Add(t.o.Gerrit.HTTP().Offset()))
	}
	open, err := t.o.Store.OpenChanges(ctx, t.q.On.Project, chained)
	if err != nil {
		return err
	}
	others, err := t.o.Changes.Histories(ctx, open)
	if stored.Unreadable(err) { // another change than this one
		err = nil
	}
	t.q.Chain = t.q.On.Chain(others)
	return err
}

// whoIsPresent reads who of the teams of all boards that ask can be asked. One worker asks, so there
// is one reader.
func (a *Asker) whoIsPresent(ctx context.Context) (present, error) {
	a.mu.Lock()
	p := a.present
	a.mu.Unlock()
	if time.Since(p.at) < freshPeople {
		return p, nil
	}
	p = present{at: time.Now(), accounts: map[string]account{}, away: map[string]time.Time{}}
	var members []config.Member
	for _, board := range a.o.Binder.Current().Boards {
		if board.Ask == nil {
			continue
		}
		for _, name := range board.Team {
			m := config.Member{Gerrit: name, Phabricator: name}
			team := a.o.Config.Teams[board.TeamName].Members
			if i := slices.IndexFunc(team, func(m config.Member) bool { return m.Gerrit == name }); i >= 0 {
				m = team[i]
			}
			if _, known := p.accounts[name]; known {
				continue
			}
			is, err := a.lookUp(ctx, name)
			if err != nil {
				return p, err
			}
			p.accounts[name], members = is, append(members, m)
		}
	}
	away, err := a.o.Rotation.Away(ctx, members)
	if err != nil {
		return p, err
	}
	maps.Copy(p.away, away)
	if a.o.Config.Rotation != nil {
		plan, err := a.o.Rotation.Plan(ctx, 0)
		if err != nil {
			return p, err
		}
		p.duty = plan.OnDuty()
		a.absent(p.away)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.present = p
	return p, nil
}

// absent adds the people who are absent today according to the rotation.
func (a *Asker) absent(away map[string]time.Time) {
	rot := a.o.Config.Rotation
	zone := a.o.Config.WorkingTime.Zone
	today := duty.DayOf(time.Now().In(zone))
	for _, absent := range rot.Absences {
		until, is := away[absent.Who]
		back := (absent.Days.To + 1).Midnight(zone)
		if absent.Days.From <= today && today <= absent.Days.To && (!is || !until.IsZero() && back.After(until)) {
			away[absent.Who] = back
		}
	}
}

// lookUp finds an account on Gerrit by its user name.
func (a *Asker) lookUp(ctx context.Context, name string) (account, error) {
	found, err := a.o.Gerrit.Account(ctx, name)
	switch {
	case remote.NotFound(err):
		return account{cannot: ask.Barred{By: ask.BarNoAccount}}, nil
	case err != nil:
		return account{}, err
	case found.Inactive:
		return account{cannot: ask.Barred{By: ask.BarInactive}}, nil
	case found.Service:
		return account{cannot: ask.Barred{By: ask.BarBot}}, nil
	}
	return account{id: found.ID}, nil
}

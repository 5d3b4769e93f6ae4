// Package rotation keeps the rotation of duty: the shifts, and the members of its project.
package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/account"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/store"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// Options of a Keeper; all are required.
type Options struct {
	Config  *config.Config
	Binder  *bind.Binder
	Phab    *phab.Client
	Store   store.Duty
	Effects effect.Executor
	Names   *account.Names
	Warn    *warn.Once
	Log     zerolog.Logger
}

// Keeper keeps the rotation.
type Keeper struct {
	o     Options
	holes map[duty.Hole]bool // that were logged; only Keep uses them
}

// New makes a Keeper. It may be asked for anything once the config is bound.
func New(o Options) *Keeper { return &Keeper{o: o} }

// Plan says who is on duty, as far as it is known who is away.
type Plan struct {
	duty.Plan
	People  []config.Member
	Unknown error // why nobody knows who is away by the calendar
	fixed   []duty.FixedShift
}

// Plan plans this many weeks of the rotation, which the config must have. It writes
// nothing, and asks Phabricator only for what the config leaves to it.
func (k *Keeper) Plan(ctx context.Context, weeks int) (Plan, error) {
	rot := k.o.Config.Rotation
	var p Plan
	var err error
	if p.People, err = k.turns(ctx, rot); err != nil {
		return p, err
	}
	if p.fixed, err = k.o.Store.Shifts(ctx); err != nil {
		return p, err
	}
	q := duty.Question{Now: k.o.Phab.HTTP().Now(), Weeks: weeks, Fixed: p.fixed}
	if rot.Calendar {
		q.Away, p.Unknown = k.Away(ctx, p.People)
	}
	rules := rot.Rotation
	rules.People = nil
	for _, m := range p.People {
		rules.People = append(rules.People, m.Gerrit)
	}
	p.Plan = rules.Plan(q)
	return p, nil
}

// turns lists the people who take turns, by both of their names.
func (k *Keeper) turns(ctx context.Context, rot *config.Rotation) ([]config.Member, error) {
	names := rot.People
	if len(names) == 0 {
		var err error
		if names, err = k.o.Binder.Members(ctx, k.o.Config.Teams[rot.TeamName].Project); err != nil {
			return nil, fmt.Errorf("rotation: %w", err)
		}
	}
	var people []config.Member
	for _, name := range names {
		m := config.Member{Gerrit: name, Phabricator: name}
		if at := slices.IndexFunc(rot.Members, func(m config.Member) bool { return m.Gerrit == name }); at >= 0 {
			m = rot.Members[at]
		}
		people = append(people, m)
	}
	return people, nil
}

// accounts are the PHIDs of people, by their names on Gerrit.
func (k *Keeper) accounts(ctx context.Context, people []config.Member) (map[string]string, error) {
	var names []string
	for _, m := range people {
		names = append(names, m.Phabricator)
	}
	users, err := k.o.Phab.Users(ctx, names)
	if err != nil {
		return nil, err
	}
	accounts := map[string]string{}
	for _, m := range people {
		at := slices.IndexFunc(users, func(u phab.User) bool { return strings.EqualFold(u.Username, m.Phabricator) })
		if at < 0 {
			k.o.Warn.Warn("duty "+m.Gerrit, "there is no account %s on Phabricator, or reviewsync may not see it; correct the name in %s", m.Phabricator, k.o.Config.Path)
			continue
		}
		accounts[m.Gerrit] = users[at].PHID
		k.o.Names.Put(users[at].PHID, users[at].Username)
	}
	return accounts, nil
}

// Away says which of these people are away now by the calendar, and until when, by their names on
// Gerrit.
func (k *Keeper) Away(ctx context.Context, people []config.Member) (map[string]time.Time, error) {
	accounts, err := k.accounts(ctx, people)
	if err != nil {
		return nil, err
	}
	var phids []string
	for _, m := range people {
		if phid := accounts[m.Gerrit]; phid != "" {
			phids = append(phids, phid)
		}
	}
	until, err := k.o.Phab.Away(ctx, phids)
	if err != nil {
		return nil, err
	}
	away := map[string]time.Time{}
	for name, phid := range accounts {
		if at, is := until[phid]; is {
			away[name] = at
		}
	}
	return away, nil
}

// Keep fixes the shifts that have come within the notice, logs the holes in them, and makes the
// people on duty the members of the rotation's project. It returns for how long the clock alone
// cannot change any of that. The config must be bound.
func (k *Keeper) Keep(ctx context.Context) (time.Duration, error) {
	rot := k.o.Config.Rotation
	p, err := k.Plan(ctx, 0)
	if err = errors.Join(err, p.Unknown); err != nil {
		return 0, err
	}
	if ours, theirs := k.o.Phab.HTTP().LocalNow(), k.o.Phab.HTTP().Earliest(); p.differ(rot, ours, theirs) {
		k.o.Log.Debug().Msg("whose turn it is depends on whose clock is right, ours or that of phabricator; nothing is done")
		return min(ours.Sub(theirs).Abs(), time.Minute), nil
	}
	if err := k.fixShifts(ctx, p); err != nil {
		return 0, err
	}
	k.logHoles(p)
	if rot.Project != "" && p.Today >= rot.Starts {
		if err := k.keepOnDuty(ctx, rot, p); err != nil {
			return 0, err
		}
	}
	now := k.o.Phab.HTTP().Now()
	next := (p.Today + 1).Midnight(rot.Time.Zone)
	for _, s := range p.Shifts {
		if near := s.Start.Add(-rot.Notice); near.After(now) && near.Before(next) {
			next = near
		}
	}
	return next.Sub(now), nil
}

// differ says whether two times are not on the same day, or have other shifts within the notice.
func (p Plan) differ(rot *config.Rotation, a, b time.Time) bool {
	return duty.DayOf(a.In(rot.Time.Zone)) != duty.DayOf(b.In(rot.Time.Zone)) ||
		slices.ContainsFunc(p.Shifts, func(s duty.Shift) bool {
			near := s.Start.Add(-rot.Notice)
			return near.After(a) != near.After(b)
		})
}

// fixShifts keeps what people rely on, and how shifts ended.
func (k *Keeper) fixShifts(ctx context.Context, p Plan) error {
	ended := map[duty.Day]bool{}
	for _, f := range p.fixed {
		ended[f.Days.From] = f.Served != nil
	}
	var fix []duty.FixedShift
	for _, s := range p.Past {
		if !ended[s.Days.From] {
			fix = append(fix, duty.FixedShift{Days: s.Days, People: s.People, Served: s.Served()})
		}
	}
	var news []duty.Shift
	for _, s := range p.Shifts {
		if s.Near && !s.Fixed {
			fix = append(fix, duty.FixedShift{Days: s.Days, People: s.People})
			news = append(news, s)
		}
	}
	return k.o.Effects.FixShifts(ctx, fix, news)
}

// logHoles logs each hole that people must fill, when it appears.
func (k *Keeper) logHoles(p Plan) {
	holes := map[duty.Hole]bool{}
	for _, s := range p.Shifts {
		if !s.Near {
			continue
		}
		for _, h := range s.Holes {
			lasting := h.Lasting()
			if !k.holes[lasting] && !holes[lasting] {
				k.o.Log.Warn().Msg(tell.Hole(s, h))
			}
			holes[lasting] = true
		}
	}
	k.holes = holes
	for _, w := range p.Unused {
		k.o.Warn.Warn("duty swap", "%s:%d: rotation.swaps: does nothing: %s; correct it, or take it out", k.o.Config.Path, w.Line, tell.UnusedSwap(w))
	}
}

// keepOnDuty makes the people on duty the members of the project. Other members stay, unless they
// take turns, were made members by us, or nobody else may be one.
func (k *Keeper) keepOnDuty(ctx context.Context, rot *config.Rotation, p Plan) error {
	project, err := k.o.Binder.Project(ctx, rot.Project)
	if err != nil {
		return fmt.Errorf("%s:%d: rotation.project: %w", k.o.Config.Path, rot.Line, err)
	}
	have, err := k.o.Phab.Members(ctx, project.PHID)
	if err != nil {
		return err
	}
	accounts, err := k.accounts(ctx, p.People)
	if err != nil {
		return err
	}
	ours, err := k.o.Store.DutyMembers(ctx, project.PHID)
	if err != nil {
		return err
	}
	object := mapping.Object{Project: mapping.Named{ID: project.PHID, Name: rot.Project}}
	if _, err := k.o.Effects.EndPending(ctx, object, "looked at again"); err != nil {
		return err
	}
	var onDuty []mapping.Named
	var want, remove []string
	for _, name := range p.OnDuty() {
		if phid := accounts[name]; phid != "" { // a person who left has none: that is a hole
			want, onDuty = append(want, phid), append(onDuty, mapping.Named{ID: phid, Name: name})
		}
	}
	for _, phid := range accounts {
		ours = append(ours, phid)
	}
	for _, phid := range without(have, want) {
		if slices.Contains(ours, phid) || rot.Exclusive && phid != k.o.Binder.Current().Self.PHID {
			remove = append(remove, phid)
		}
	}
	add := without(want, have)
	if len(add)+len(remove) == 0 {
		return nil
	}
	if err := k.o.Names.Fetch(ctx, remove); err != nil {
		return err
	}
	e := mapping.Effect{Kind: mapping.EffectMembers, Object: object, Since: k.o.Phab.HTTP().Now().UTC(), Members: mapping.Membership{
		OnDuty: mapping.PeopleOf(onDuty...), Add: k.people(add), Remove: k.people(remove),
	}}
	if _, err := k.o.Effects.Do(ctx, effect.Request{Effects: []mapping.Effect{e}}); err != nil {
		return fmt.Errorf("members of %s: %w", rot.Project, err)
	}
	return nil
}

// people are accounts with their names on Phabricator.
func (k *Keeper) people(phids []string) mapping.People {
	var list []mapping.Named
	for _, phid := range phids {
		list = append(list, mapping.Named{ID: phid, Name: k.o.Names.Of(phid)})
	}
	return mapping.PeopleOf(list...)
}

func without(list, out []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return slices.Contains(out, s) })
}

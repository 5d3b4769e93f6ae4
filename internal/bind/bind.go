// Package bind ties the config to what there is on Phabricator: our own account, boards with
// their columns, tags, teams, statuses. It is the only place where a name of the config becomes
// something on that server, and where it is said what is wrong with such a name.
//
// What cannot be tied is left out, and all else works. That goes for a board, for a tag, and for a
// board that another one replaces. It is tried again at each Bind.
package bind

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
	"reviewsync/internal/store"
	"reviewsync/phab"
)

// Options of a Binder. All are required.
type Options struct {
	Config *config.Config
	Phab   *phab.Client
	Store  store.Boards
	Log    zerolog.Logger
}

// Binder keeps a config tied to Phabricator.
type Binder struct {
	o       Options
	current atomic.Pointer[Bound]

	mu     sync.Mutex // held where current is replaced
	warned map[string]bool
}

// New makes a Binder, which has bound nothing.
func New(o Options) *Binder {
	b := &Binder{o: o, warned: map[string]bool{}}
	b.current.Store(&Bound{})
	return b
}

// Current is what was bound last.
func (b *Binder) Current() *Bound { return b.current.Load() }

// Bind ties the config anew. It can be called again at any time; what is bound stays in use
// if it fails.
func (b *Binder) Bind(ctx context.Context) error {
	now, err := b.Try(ctx)
	if err != nil {
		return err
	}
	if len(now.Boards) == 0 && len(b.Current().All) == 0 { // there is nothing to do
		var why []error
		for _, what := range slices.Sorted(maps.Keys(now.LeftOut)) {
			why = append(why, now.LeftOut[what])
		}
		return errors.Join(why...)
	}
	b.mu.Lock()
	before := b.current.Swap(now)
	b.mu.Unlock()
	b.warn(now.Findings()...)
	b.logLeftOut(before.LeftOut, now.LeftOut)
	return nil
}

// Try ties the config anew, and leaves in use what was bound before.
func (b *Binder) Try(ctx context.Context) (*Bound, error) {
	r := run{Binder: b, before: b.Current(), Bound: &Bound{
		Closed: map[string]bool{}, Merged: map[string]bool{}, Bots: map[string]string{}, Teams: map[string]*Team{}, LeftOut: map[string]Finding{},
	}}
	for _, step := range []func(context.Context) error{r.people, r.bindStatuses, r.bindBoards, r.bindReplaced, r.family, r.bindTags} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	if len(r.Boards) == 0 && len(r.before.All) == 0 {
		return r.Bound, nil
	}
	return r.Bound, r.since(ctx)
}

// run is one try to bind everything.
type run struct {
	*Binder
	*Bound
	before   *Bound        // what was bound before
	statuses []phab.Status // that tasks can have
}

// people finds our own account, the listed bots, and the teams that are the members of a project.
func (r *run) people(ctx context.Context) (err error) {
	if r.Self, err = r.o.Phab.WhoAmI(ctx); err != nil {
		return err
	}
	if bots := r.o.Config.Phabricator.Bots; len(bots) > 0 {
		users, err := r.o.Phab.Users(ctx, bots)
		if err != nil {
			return err
		}
		for _, u := range users {
			r.Bots[u.PHID] = u.Username
		}
	}
	for _, name := range slices.Sorted(maps.Keys(r.o.Config.Teams)) {
		if team := r.o.Config.Teams[name]; team.Project != "" {
			if err := r.bindTeam(ctx, name, team); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *run) bindStatuses(ctx context.Context) (err error) {
	r.statuses, err = r.o.Phab.Statuses(ctx)
	for _, s := range r.statuses {
		r.Closed[s.Value], r.Merged[s.Value] = s.Closed, s.Merged
	}
	return err
}

// replace puts a board into the place of what was bound of it before.
func (b *Binder) replace(fresh *Board) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current.Store(b.current.Load().with(fresh))
}

// warn logs, once, what somebody should fix and what keeps nothing from being bound.
func (b *Binder) warn(findings ...Finding) {
	for _, f := range findings {
		if f.Out || f.Level != Warn && f.Level != Fail {
			continue
		}
		text := f.Error()
		b.mu.Lock()
		known := b.warned[text]
		b.warned[text] = true
		b.mu.Unlock()
		if !known {
			b.o.Log.Warn().Msg(text)
		}
	}
}

// logLeftOut logs what is left out now and was not before, or for another reason, and what is back.
func (b *Binder) logLeftOut(before, now map[string]Finding) {
	for what, why := range now {
		if old, is := before[what]; !is || old.Error() != why.Error() {
			b.o.Log.Error().Msgf("%s is left out until that is fixed, and everything else goes on: %v", what, why)
		}
	}
	for what := range before {
		if _, is := now[what]; !is {
			b.o.Log.Info().Msg(what + " is no longer left out")
		}
	}
}

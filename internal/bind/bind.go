// Package bind ties the config to what there is on Phabricator: our own account, boards with
// their columns, tags, teams, statuses. It is the only place where a name of the config becomes
// something on that server.
//
// What cannot be tied is left out, and all else works. That goes for a board, for a tag, and for a
// board that another one replaces. It is tried again at each Bind.
package bind

import (
	"context"
	"errors"
	"fmt"
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
	Store  *store.Store
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
func New(o Options) *Binder { return &Binder{o: o, warned: map[string]bool{}} }

// Current is what was bound last; nil if nothing was.
func (r *Binder) Current() *Bound { return r.current.Load() }

// Bind ties the config anew. It can be called again at any time; what is bound stays in use
// if it fails.
func (r *Binder) Bind(ctx context.Context) error {
	self, err := r.o.Phab.WhoAmI(ctx)
	if err != nil {
		return err
	}
	b := &Bound{Self: self, Closed: map[string]bool{}, Merged: map[string]bool{}, Bots: map[string]string{}, LeftOut: LeftOut{}}
	statuses, err := r.o.Phab.Statuses(ctx)
	if err != nil {
		return err
	}
	for _, s := range statuses {
		b.Closed[s.Value], b.Merged[s.Value] = s.Closed, s.Merged
	}
	if bots := r.o.Config.Phabricator.Bots; len(bots) > 0 {
		users, err := r.o.Phab.Users(ctx, bots)
		if err != nil {
			return err
		}
		for _, u := range users {
			b.Bots[u.PHID] = u.Username
		}
	}
	if err := r.bindBoards(ctx, b, statuses); err != nil {
		return err
	}
	if err := r.bindOpenTags(ctx, b); err != nil {
		return err
	}
	r.family(b)
	if len(b.Boards) == 0 && r.Current() == nil {
		return errors.Join(b.LeftOut.all()...) // there is nothing to do
	}
	if b.Comments, err = r.bindComments(ctx); err != nil {
		return err
	}
	b.ofChanges = r.o.Config.Comments.OfChanges()
	if err := r.bindScopes(ctx, b); err != nil {
		return err
	}
	if b.Followed, err = r.follows(ctx); err != nil {
		return err
	}
	r.use(b)
	return nil
}

// use puts what is bound into the place of what was.
func (r *Binder) use(b *Bound) {
	r.mu.Lock()
	before := r.current.Swap(b)
	r.mu.Unlock()
	var out LeftOut
	if before != nil {
		out = before.LeftOut
	}
	r.tellLeftOut(out, b.LeftOut)
}

// replace puts a board into the place of what was bound of it before.
func (r *Binder) replace(fresh *Board) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current.Store(r.current.Load().with(fresh))
}

func (r *Binder) warnOnce(key, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.mu.Lock()
	told := r.warned[key+text]
	r.warned[key+text] = true
	r.mu.Unlock()
	if !told {
		r.o.Log.Warn().Msg(text)
	}
}

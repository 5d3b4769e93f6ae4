// Package asking asks somebody for a review of a change. The order, and what a crash means there:
//
//	read the stored change, decide    nothing happened
//	read the live change, decide      who was asked meanwhile, or came by themselves, is seen here
//	have it asked                     done but not noted: the message on the change has the key of
//	                                  the ask, and the next look at the live change tells
//	                                  the poll reads the change anew, and with it the ask
//
// Until the poll has read the change, what was begun counts as asked when it is said whose turn
// it is on another one.
package asking

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/ingest"
	"reviewsync/internal/rotation"
	"reviewsync/internal/store"
	"reviewsync/internal/stored"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

const (
	pastAsks = 90 * 24 * time.Hour // for how long somebody was asked counts for whose turn it is
	chained  = 300                 // open changes of a repository among which a chain is looked for
	stuckFor = time.Hour           // until it is looked again whether somebody can be asked
	refusals = 5                   // people whom Gerrit refuses, before it is tried again later
)

// Options of an Asker; all are required.
type Options struct {
	Config *config.Config
	Binder *bind.Binder
	Gerrit *gerrit.Client
	Store  interface {
		store.Asks
		store.Changes
		store.Clock
		store.Ops
	}
	Changes  *stored.Changes
	Rotation *rotation.Keeper // who is on duty, and who is away
	Effects  effect.Executor
	Warn     *warn.Once
	Log      zerolog.Logger
}

// Asker decides on asking, and asks.
type Asker struct {
	o Options

	mu      sync.Mutex
	present present // who may be asked
}

// New makes an Asker. It may be asked for anything once the config is bound.
func New(o Options) *Asker { return &Asker{o: o} }

// Ask decides whether somebody is asked for a review of a change, and asks. It tells when time
// alone may change that decision; zero: never.
func (r *Asker) Ask(ctx context.Context, item store.Item) (next time.Time, err error) {
	key, err := review.ParseKey(item.Key)
	if err != nil {
		return next, err
	}
	row, known, err := r.o.Store.Change(ctx, key)
	if err != nil || !known {
		return next, err
	}
	h, err := r.o.Changes.History(ctx, row)
	if err != nil {
		return next, err
	}
	var past []ask.Past
	for _, board := range r.o.Binder.Current().Boards {
		if board.Ask == nil || !board.Counts([]*review.History{h}) {
			continue
		}
		a := r.newAttempt(board, h)
		at, err := a.carryOut(ctx)
		if err != nil {
			return time.Time{}, fmt.Errorf("ask for a review of change %s: %w", key, err)
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if len(past) == 0 {
			past = board.Ask.Asks(h) // the same on each board
		}
		past = append(past, a.made...)
	}
	if err := r.o.Store.PutAsks(ctx, key, past); err != nil {
		return time.Time{}, err
	}
	return next, nil
}

// attempt is one look at whether somebody is asked for a review of a change.
type attempt struct {
	asker *Asker
	board *bind.Board
	q     ask.Question
	read  time.Time  // when it was begun to read the live change
	made  []ask.Past // by this look
}

func (r *Asker) newAttempt(board *bind.Board, h *review.History) *attempt {
	hours := r.o.Config.WorkingTime
	skew, _ := r.o.Changes.Skew()
	return &attempt{asker: r, board: board, q: ask.Question{
		Board: board.Tag, Policy: &board.Policy, Rules: board.Ask, On: h, Now: r.o.Gerrit.HTTP().Now(), Start: board.Start.Add(-skew), Hours: hours, Zone: hours.Zone,
	}}
}

// carryOut asks somebody if the board's rules say so, and tells when to decide again; zero:
// when the change is written to.
func (a *attempt) carryOut(ctx context.Context) (next time.Time, err error) {
	d := ask.Decide(a.q)
	if !writes(d) {
		return a.leave(d), nil
	}
	if err := a.people(ctx); err != nil {
		return time.Time{}, err
	}
	if d, err = a.again(ctx); err != nil {
		return time.Time{}, err
	}
	if !writes(d) {
		return a.leave(d), nil
	}
	for range refusals {
		if d, err = a.decide(ctx); err != nil {
			return time.Time{}, err
		}
		if !writes(d) {
			return a.leave(d), nil
		}
		refused, err := a.post(ctx, d)
		if !refused || err != nil {
			return time.Time{}, err // the poll reads what was written, and it is decided anew
		}
	}
	return a.asker.o.Store.Now().Add(ask.Window), nil
}

// writes says whether a decision asks for a write, or for the files on which that depends.
func writes(d ask.Decision) bool {
	return d.Writes() || d.Verdict == ask.FilesUnread
}

// leave tells of a decision that asks nobody.
func (a *attempt) leave(d ask.Decision) time.Time {
	text := tell.Ask(d)
	if d.Verdict == ask.Stuck {
		a.asker.o.Warn.Warn("stuck "+a.q.On.String(), "%s", text)
	}
	a.asker.o.Log.Debug().Str("change", a.q.On.String()).Str("board", a.board.Tag).Msg(text)
	switch {
	case d.Next.IsZero() && d.Verdict == ask.Stuck && len(d.People) > 0: // somebody may have fewer asks open by then
		return a.asker.o.Store.Now().Add(stuckFor)
	case d.Next.IsZero():
		return d.Next
	}
	return a.asker.o.Store.Now().Add(d.Next.Sub(a.q.Now))
}

// decide reads the change as it is now and decides on it. A change that is gone or private by now asks nobody.
func (a *attempt) decide(ctx context.Context) (ask.Decision, error) {
	a.read = a.asker.o.Store.Now()
	o := a.asker.o
	live, _, err := ingest.Live(ctx, o.Gerrit, a.q.On.Key, o.Config.ReviewLinks())
	if err != nil {
		return ask.Decision{}, err
	}
	if live == nil {
		return ask.Decision{Board: a.q.Board, Change: a.q.On.Key, Verdict: ask.Nobody, Why: ask.Why{Code: ask.WhyGone}}, nil
	}
	a.q.On, a.q.Now = a.asker.o.Changes.Read(*live), a.asker.o.Gerrit.HTTP().Now()
	return a.again(ctx)
}

// again decides with all that is known by now, and with the files of the change if they matter.
func (a *attempt) again(ctx context.Context) (ask.Decision, error) {
	d := ask.Decide(a.q)
	if d.Verdict != ask.FilesUnread {
		return d, nil
	}
	var err error
	if a.q.Files, err = a.asker.o.Gerrit.Files(ctx, a.q.On.Project, a.q.On.Number, a.q.On.Revision()); err != nil {
		return d, err
	}
	a.q.FilesRead = true
	return ask.Decide(a.q), nil
}

// post writes the ask, or the reminder. refused: Gerrit does not take this person, and somebody else can be asked.
func (a *attempt) post(ctx context.Context, d ask.Decision) (refused bool, err error) {
	r := a.asker
	e := mapping.AskEffect(d, a.board.Ref(), a.q.Now, mapping.Asking{
		Account: r.account(d.Who).id, Revision: a.q.On.Revision(), Message: tell.AskMessage(d), Attention: tell.Attention,
	})
	came, err := r.o.Effects.Do(ctx, effect.Request{Effects: []mapping.Effect{e}, Read: a.read})
	switch came {
	case effect.Done, effect.Planned:
		if e.Kind == mapping.EffectAsk {
			a.made = append(a.made, ask.Past{AskKey: d.Key, At: a.q.Now, Open: true})
		}
		for _, p := range d.People {
			r.o.Log.Debug().Str("change", a.q.On.String()).Msg(tell.AskPerson(d, p))
		}
	case effect.NotDone:
		if cannot, ok := errors.AsType[*gerrit.CannotAsk](err); ok {
			r.o.Log.Warn().Str("change", a.q.On.String()).Msgf("%s cannot be asked: %s; somebody else is", d.Who, cannot.Reason)
			a.q.Cannot[d.Who] = ask.Barred{By: ask.BarRefused, Said: cannot.Reason}
			return true, nil
		}
	case effect.Unknown:
	}
	return false, err
}

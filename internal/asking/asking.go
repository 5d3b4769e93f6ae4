// Package asking asks somebody for a review of a change. The order, and what a crash means there:
//
//	read the stored change, decide    nothing happened
//	read the live change, decide      sees who was asked or joined the review meanwhile
//	make the ask                      done but not noted: the message on the change has the key of
//	                                  the ask, which the next read of the live change finds
//	                                  the poll reads the change again, and with it the ask
//
// Until the poll has read the change, an ask that was begun counts as made: whose turn it is on
// another change depends on it.
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
	pastAsks = 90 * 24 * time.Hour // whose turn it is depends on asks up to this old
	chained  = 300                 // open changes of a repository that are searched for a chain
	stuckFor = time.Hour           // until a stuck change is decided on again
	refusals = 5                   // people that Gerrit may refuse before asking waits
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
	Rotation *rotation.Keeper // knows who is on duty and who is away
	Effects  effect.Executor
	Warn     *warn.Once
	Log      zerolog.Logger
}

// Asker decides whether somebody is asked, and asks.
type Asker struct {
	o Options

	mu      sync.Mutex
	present present
}

// New makes an Asker. The config must be bound before it is used.
func New(o Options) *Asker { return &Asker{o: o} }

// Ask decides whether somebody is asked for a review of a change, and asks. It returns when time
// alone may change that decision; zero: never.
func (a *Asker) Ask(ctx context.Context, item store.Item) (next time.Time, err error) {
	key, err := review.ParseKey(item.Key)
	if err != nil {
		return next, err
	}
	row, known, err := a.o.Store.Change(ctx, key)
	if err != nil || !known {
		return next, err
	}
	h, err := a.o.Changes.History(ctx, row)
	if err != nil {
		return next, err
	}
	var past []ask.Past
	var stopped error // by a pause of one board, which stops no other
	for _, board := range a.o.Binder.Current().Boards {
		if board.Ask == nil || !board.Counts([]*review.History{h}) {
			continue
		}
		t := a.newAttempt(board, h)
		at, err := t.carryOut(ctx)
		if _, paused := errors.AsType[*store.Paused](err); paused {
			stopped = err
		} else if err != nil {
			return time.Time{}, fmt.Errorf("ask for a review of change %s: %w", key, err)
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
		if len(past) == 0 {
			past = board.Ask.Asks(h) // the same on each board
		}
		past = append(past, t.made...)
	}
	if err := a.o.Store.PutAsks(ctx, key, past); err != nil {
		return time.Time{}, err
	}
	return next, stopped
}

// attempt is one decision of a board on asking for a review of a change, carried out.
type attempt struct {
	*Asker
	board *bind.Board
	q     ask.Question
	read  time.Time  // when reading the live change began
	made  []ask.Past // by this attempt
}

func (a *Asker) newAttempt(board *bind.Board, h *review.History) *attempt {
	hours := a.o.Config.WorkingTime
	skew, _ := a.o.Changes.Skew()
	return &attempt{Asker: a, board: board, q: ask.Question{
		Board: board.Tag, Policy: &board.Policy, Rules: board.Ask, On: h, Now: a.o.Gerrit.HTTP().Now(), Start: board.Start.Add(-skew), Hours: hours, Zone: hours.Zone,
	}}
}

// carryOut asks somebody if the board's rules say so. It returns when to decide again; zero: when
// the change is written to.
func (t *attempt) carryOut(ctx context.Context) (next time.Time, err error) {
	d, err := t.first(ctx)
	if err != nil {
		return time.Time{}, err
	}
	if !writes(d) {
		return t.leave(d), nil
	}
	for range refusals {
		if d, err = t.live(ctx); err != nil {
			return time.Time{}, err
		}
		if !writes(d) {
			return t.leave(d), nil
		}
		refused, err := t.post(ctx, d)
		if !refused || err != nil {
			return time.Time{}, err // the poll reads what was written, and the change is decided on again
		}
	}
	return t.o.Store.Now().Add(ask.Window), nil
}

// writes says whether a decision asks for a write, or for the files on which a write depends.
func writes(d ask.Decision) bool {
	return d.Writes() || d.Verdict == ask.FilesUnread
}

// leave logs a decision that asks nobody. It returns when to decide again, as carryOut does.
func (t *attempt) leave(d ask.Decision) time.Time {
	text := tell.Ask(d)
	if d.Verdict == ask.Stuck {
		t.o.Warn.Warn("stuck "+t.q.On.String(), "%s", text)
	}
	t.o.Log.Debug().Str("change", t.q.On.String()).Str("board", t.board.Tag).Msg(text)
	switch {
	case d.Next.IsZero() && d.Verdict == ask.Stuck && len(d.People) > 0: // by then, somebody may have fewer open asks
		return t.o.Store.Now().Add(stuckFor)
	case d.Next.IsZero():
		return d.Next
	}
	return t.o.Store.Now().Add(d.Next.Sub(t.q.Now))
}

// first decides on the change as it was given. It reads who may be asked only if somebody is.
func (t *attempt) first(ctx context.Context) (ask.Decision, error) {
	d := ask.Decide(t.q)
	if !writes(d) {
		return d, nil
	}
	if err := t.people(ctx); err != nil {
		return d, err
	}
	return t.again(ctx)
}

// live reads the live change and decides on it. If it is gone or private by now, nobody is asked.
func (t *attempt) live(ctx context.Context) (ask.Decision, error) {
	t.read = t.o.Store.Now()
	o := t.o
	change, _, err := ingest.Live(ctx, o.Gerrit, t.q.On.Key, o.Config.ReviewLinks())
	if err != nil {
		return ask.Decision{}, err
	}
	if change == nil {
		return ask.Decision{Board: t.q.Board, Change: t.q.On.Key, Verdict: ask.Nobody, Why: ask.Why{Code: ask.WhyGone}}, nil
	}
	t.q.On, t.q.Now = t.o.Changes.Read(*change), t.o.Gerrit.HTTP().Now()
	return t.again(ctx)
}

// again decides with all that is known now, and reads the files of the change if they matter.
func (t *attempt) again(ctx context.Context) (ask.Decision, error) {
	d := ask.Decide(t.q)
	if d.Verdict != ask.FilesUnread {
		return d, nil
	}
	var err error
	if t.q.Files, err = t.o.Gerrit.Files(ctx, t.q.On.Project, t.q.On.Number, t.q.On.Revision()); err != nil {
		return d, err
	}
	t.q.FilesRead = true
	return ask.Decide(t.q), nil
}

// post makes the ask or the reminder. refused: Gerrit does not accept this person, so somebody else
// can be asked.
func (t *attempt) post(ctx context.Context, d ask.Decision) (refused bool, err error) {
	e := mapping.AskEffect(d, t.board.Ref(), t.q.Now, mapping.Asking{
		Account: t.account(d.Who).id, Revision: t.q.On.Revision(), Message: tell.AskMessage(d), Attention: tell.Attention,
	})
	outcome, err := t.o.Effects.Do(ctx, effect.Request{Effects: []mapping.Effect{e}, Read: t.read})
	switch outcome {
	case effect.Done, effect.Planned:
		if e.Kind == mapping.EffectAsk {
			t.made = append(t.made, ask.Past{AskKey: d.Key, At: t.q.Now, Open: true})
		}
		for _, p := range d.People {
			t.o.Log.Debug().Str("change", t.q.On.String()).Msg(tell.AskPerson(d, p))
		}
	case effect.NotDone:
		if cannot, ok := errors.AsType[*gerrit.CannotAsk](err); ok {
			t.o.Log.Warn().Str("change", t.q.On.String()).Msgf("%s cannot be asked: %s; somebody else is asked instead", d.Who, cannot.Reason)
			t.q.Cannot[d.Who] = ask.Barred{By: ask.BarRefused, Said: cannot.Reason}
			return true, nil
		}
	case effect.Unknown:
	}
	return false, err
}

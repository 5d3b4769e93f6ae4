package effect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/account"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// Options of Servers. All but Listen are required.
type Options struct {
	Phab   *phab.Client
	Gerrit *gerrit.Client
	Store  interface {
		store.Duty
		store.Clock
		store.Notes
		store.Ops
		store.Pace
	}
	Pace   pace.Budgets   // nil: there are none
	Names  *account.Names // for the log
	Listen Listener       // may be nil
	Log    zerolog.Logger
}

// Servers writes to the two servers.
type Servers struct {
	o    Options
	gate gate
}

// New makes the executor that writes.
func New(o Options) *Servers { return &Servers{o: o, gate: gate{budgets: o.Pace, store: o.Store}} }

// Do carries out effects.
func (x *Servers) Do(ctx context.Context, r Request) (Outcome, error) {
	object, err := r.object()
	if err != nil {
		return NotDone, err
	}
	if e := r.Effects[0]; e.Key() == "" {
		return NotDone, fmt.Errorf("an effect of the kind %q cannot be carried out", e.Kind)
	}
	switch {
	case object.Task != 0:
		return x.editTask(ctx, object.Task, r)
	case object.Change != review.Key{}:
		return x.ask(ctx, r)
	default:
		return x.setMembers(ctx, r)
	}
}

// begun are effects with their ops.
type begun struct {
	effects []mapping.Effect
	ops     []int64
}

// begin notes that effects are about to be sent, at a time by the server's clock; zero: now. cause is
// what they count against as one edit; nil: nothing.
func (x *Servers) begin(ctx context.Context, effects []mapping.Effect, cause *pace.Cause, at time.Time, notes ...store.Note) (begun, error) {
	var ops []store.Op
	for _, e := range effects {
		ops = append(ops, store.Op{Key: e.Key(), Task: e.Object.Task, Board: e.Board.ID, Kind: opKind(e), Effect: e, Created: at})
	}
	ops[0].Cause = cause
	ids, err := x.o.Store.BeginOps(ctx, ops, notes...)
	return begun{effects, ids}, err
}

// requestedAsk is the kind of op of an ask that somebody requested: it does not count towards the
// limit on asks.
const requestedAsk = "requested ask"

func opKind(e mapping.Effect) string {
	if e.Kind == mapping.EffectAsk && e.AskKey().Requested() {
		return requestedAsk
	}
	return string(e.Kind)
}

// done notes that effects were made and what follows from that, and logs them.
func (x *Servers) done(ctx context.Context, b begun, r Result, trace string, notes ...store.Note) error {
	r.Effects, r.Outcome = b.effects, Done
	x.report(r)
	err := x.o.Store.EndOps(ctx, b.ops, store.OpEnd{State: store.OpDone, Result: trace}, notes...)
	for _, e := range b.effects {
		if l := x.o.Log.Info(); l.Enabled() {
			line(l, e).Msg(tell.Effect(e, x.o.Names.Lookup(ctx, e.Accounts())))
		}
	}
	return err
}

// failed notes what an error means for effects that were sent.
func (x *Servers) failed(ctx context.Context, b begun, err error) (Outcome, error) {
	outcome, end := outcomeOf(err)
	x.report(Result{Effects: b.effects, Outcome: outcome})
	if ended := x.o.Store.EndOps(context.WithoutCancel(ctx), b.ops, end); ended != nil {
		err = errors.Join(err, ended)
	}
	return outcome, err
}

func (x *Servers) report(r Result) {
	if x.o.Listen != nil {
		x.o.Listen(r)
	}
}

// line adds to a line of the log the object of an effect.
func line(l *zerolog.Event, e mapping.Effect) *zerolog.Event {
	switch {
	case e.Object.Task != 0:
		l = l.Int("task", e.Object.Task)
	case e.Object.Change != review.Key{}:
		l = l.Str("change", e.Object.Change.String())
	}
	if e.Board.Name != "" {
		l = l.Str("board", e.Board.Name)
	}
	if e.Card != (mapping.CardMove{}) {
		l = l.Str("from", e.Card.Place()).Str("to", e.Card.To.Name)
	}
	return l
}

// EndPending ends the ops that a crash left pending.
func (x *Servers) EndPending(ctx context.Context, object mapping.Object, why string) (lost bool, err error) {
	ops, err := x.o.Store.Pending(ctx, object.Task)
	if err != nil {
		return false, err
	}
	var ids []int64
	for _, op := range ops {
		if object.Task != 0 || op.Kind == string(mapping.EffectMembers) {
			ids = append(ids, op.ID)
		}
	}
	if len(ids) == 0 {
		return false, nil
	}
	return true, x.o.Store.EndOps(ctx, ids, store.OpEnd{State: store.OpUnknown, Error: why})
}

// FixShifts stores shifts of the rotation.
func (x *Servers) FixShifts(ctx context.Context, shifts []duty.FixedShift, news []duty.Shift) error {
	if err := x.o.Store.FixShifts(ctx, shifts); err != nil {
		return err
	}
	for _, s := range news {
		x.o.Log.Info().Msg(tell.FixedShift(s))
	}
	return nil
}

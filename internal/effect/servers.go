package effect

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// Options of Servers. All but Listen are required.
type Options struct {
	Phab   *phab.Client
	Gerrit *gerrit.Client
	Store  interface {
		store.Duty
		store.Notes
		store.Ops
	}
	Listen Listener // may be nil
	Log    zerolog.Logger
}

// Servers writes to the two servers.
type Servers struct{ o Options }

// New makes the executor that writes.
func New(o Options) *Servers { return &Servers{o} }

// Do carries out effects.
func (x *Servers) Do(ctx context.Context, r Request) (Outcome, error) {
	object, err := r.object()
	if err != nil {
		return NotDone, err
	}
	if e := r.Intents[0]; e.Key() == "" {
		return NotDone, fmt.Errorf("nobody knows how to carry out an effect of the kind %q", e.Kind)
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

// begun are intents with their ops.
type begun struct {
	intents []Intent
	ops     []int64
}

// begin notes that intents are about to be sent, at a time of the server; zero: now.
func (x *Servers) begin(ctx context.Context, intents []Intent, at time.Time, notes ...store.Note) (begun, error) {
	var ops []store.Op
	for _, i := range intents {
		ops = append(ops, store.Op{
			Key: i.Key(), Task: i.Object.Task, Board: i.Board.ID, Kind: opKind(i.Effect), Detail: i.Reason, Effect: i.Effect, Created: at,
		})
	}
	ids, err := x.o.Store.BeginOps(ctx, ops, notes...)
	return begun{intents, ids}, err
}

// requestedAsk is the kind of the op of an ask that does not count against the total of asks.
const requestedAsk = "requested ask"

func opKind(e mapping.Effect) string {
	if e.Kind == mapping.EffectAsk && e.AskKey().Requested() {
		return requestedAsk
	}
	return string(e.Kind)
}

// done tells of what was done, and notes it with what follows from it.
func (x *Servers) done(ctx context.Context, b begun, told Told, result string, notes ...store.Note) error {
	told.Intents, told.Outcome = b.intents, Done
	x.tell(told)
	return x.o.Store.EndOps(ctx, b.ops, store.OpEnd{State: store.OpDone, Result: result}, notes...)
}

// failed notes what an error of the server means for what was sent.
func (x *Servers) failed(ctx context.Context, b begun, err error) (Outcome, error) {
	came, end := outcome(err)
	x.tell(Told{Intents: b.intents, Outcome: came})
	if ended := x.o.Store.EndOps(context.WithoutCancel(ctx), b.ops, end); ended != nil {
		err = errors.Join(err, ended)
	}
	return came, err
}

// tell tells the log of what was done, and the listener of everything.
func (x *Servers) tell(t Told) {
	if t.Outcome == Done {
		for _, i := range t.Intents {
			line(x.o.Log.Info(), i.Effect).Msg(i.Reason)
		}
	}
	if x.o.Listen != nil {
		x.o.Listen(t)
	}
}

// line adds to a line of the log what an effect is about.
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

// Looked ends what a crash left open.
func (x *Servers) Looked(ctx context.Context, object mapping.Object, why string) (lost bool, err error) {
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

// FixShifts fixes shifts of the rotation.
func (x *Servers) FixShifts(ctx context.Context, shifts []duty.FixedShift, told []string) error {
	if err := x.o.Store.FixShifts(ctx, shifts); err != nil {
		return err
	}
	for _, text := range told {
		x.o.Log.Info().Msg(text)
	}
	return nil
}

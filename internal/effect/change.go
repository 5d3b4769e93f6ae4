package effect

import (
	"context"
	"errors"
	"time"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
)

// An ask whose answer was lost may still take effect: nobody is asked on the change until lateAsk
// has passed. When one that a crash left pending was sent is not known.
const (
	lateAsk  = 30 * time.Second
	inFlight = time.Minute // in which a request is answered or given up
)

// ask asks somebody for a review, or reminds them.
func (x *Servers) ask(ctx context.Context, r Request) (Outcome, error) {
	if len(r.Effects) != 1 {
		return NotDone, errors.New("one ask at a time: several of one change cannot be one request")
	}
	e := r.Effects[0]
	if err := x.askable(ctx, e, r.Read); err != nil {
		return NotDone, err
	}
	send, counts := x.o.Gerrit.Remind, []store.Note(nil)
	if e.Kind == mapping.EffectAsk {
		send, counts = x.o.Gerrit.Ask, []store.Note{store.Asked{Past: ask.Past{AskKey: e.AskKey(), At: e.Since, Open: true}}}
	}
	b, err := x.begin(ctx, r.Effects, nil, time.Time{}, counts...)
	if err != nil {
		return NotDone, err
	}
	asked, err := send(ctx, gerrit.Ask{
		Project: e.Object.Change.Project, Number: e.Object.Change.Number, Revision: e.Ask.Revision,
		Account: e.Ask.Account, Message: e.Ask.Message, Reason: e.Ask.Attention,
	})
	if err != nil {
		return x.failed(ctx, b, err)
	}
	if useless := asked.Useless(); useless != "" {
		x.o.Log.Warn().Str("change", e.Object.String()).Msgf("the ask of %s is useless: %s", e.Ask.Who, useless)
	}
	return Done, x.done(ctx, b, Result{}, asked.MetaRevID, r.Then...)
}

// askable returns an error if the same ask was made before, or if an earlier write to the change,
// to anybody, may still take effect.
func (x *Servers) askable(ctx context.Context, e mapping.Effect, read time.Time) error {
	ops, err := x.o.Store.AskOps(ctx, e.Object.Change)
	if err != nil {
		return err
	}
	for _, op := range ops {
		until := op.Ended.Add(lateAsk)
		switch op.State {
		case store.OpFailed:
			continue
		case store.OpDone:
			if op.Key == e.Key() {
				return unaskable(remote.Blocked, "this ask was made already, and its message is no longer on the change; the same ask is never made twice")
			}
			continue
		case store.OpUnknown: // its answer was lost when it ended
		case store.OpPending: // a crash left it
			until = op.Created.Add(inFlight + lateAsk)
		}
		if read.Before(until) {
			return unaskable(remote.Retry, "the answer to an earlier ask was lost; it may have been made, and is looked for first")
		}
		if op.State == store.OpPending {
			if err := x.o.Store.EndOps(ctx, []int64{op.ID}, store.OpEnd{State: store.OpUnknown, Error: "the answer was lost"}); err != nil {
				return err
			}
		}
	}
	return nil
}

func unaskable(class remote.Class, why string) error {
	return &remote.Error{Class: class, Server: "gerrit", Op: "ask for a review", Detail: why}
}

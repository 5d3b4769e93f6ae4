package service

import (
	"context"
	"time"

	"reviewsync/internal/agenda"
	"reviewsync/internal/store"
	"reviewsync/internal/wiring"
)

// opsKept is how long the log of writes is kept.
const opsKept = 90 * 24 * time.Hour

// rounds ask Gerrit for everything that was written, by polls and by sweeps.
type rounds struct {
	*wiring.Parts
	agenda *agenda.Agenda
	polled outcome
	swept  outcome
	watch  *watch
	seen   bool // report has reported
}

func (r *rounds) poll(ctx context.Context) error {
	defer r.watch.store(ctx)
	defer r.watch.clocks()
	defer r.watch.pace(ctx)
	return r.polled.note(r.Ingest.Poll(ctx))
}

func (r *rounds) sweep(ctx context.Context) error {
	_ = r.Store.Inspect(ctx) // which the store remembers; what can be read is of use all the same
	err := r.Ingest.Sweep(ctx)
	if err == nil {
		err = r.Store.PruneOps(ctx, time.Now().Add(-opsKept))
	}
	if err == nil {
		err = r.Sweeper.Sweep(ctx)
	}
	if err == nil {
		r.report(ctx)
	}
	return r.swept.note(err)
}

// catchUp reads the changes that were written to since the last poll.
func (r *rounds) catchUp(ctx context.Context) error {
	if err := r.Ingest.Poll(ctx); err != nil {
		return err
	}
	return r.read(ctx)
}

// all reads all open changes and sweeps their tasks.
func (r *rounds) all(ctx context.Context) error {
	if err := r.Ingest.Sweep(ctx); err != nil {
		return err
	}
	if err := r.read(ctx); err != nil {
		return err
	}
	return r.swept.note(r.Sweeper.Sweep(ctx))
}

// changes brings the changes up to date and decides on nothing.
func (r *rounds) changes(ctx context.Context) error {
	if err := r.since(ctx); err != nil {
		return err
	}
	if err := r.Ingest.Sweep(ctx); err != nil {
		return err
	}
	return r.read(ctx)
}

// since is catchUp, where there ever was a sweep to go on from.
func (r *rounds) since(ctx context.Context) error {
	known, err := r.Ingest.Swept(ctx)
	if err != nil || !known {
		return err
	}
	return r.catchUp(ctx)
}

// read reads the changes that are behind.
func (r *rounds) read(ctx context.Context) error {
	if err := r.agenda.Drain(ctx, store.KindChange); err != nil {
		if ctx.Err() != nil {
			return err
		}
		r.Log.Warn().Err(err).Msg("some changes could not be read; trying again later")
	}
	return nil
}

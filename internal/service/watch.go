package service

import (
	"context"

	"reviewsync/internal/effect"
	"reviewsync/internal/remote"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/pace"
	"reviewsync/mapping/tell"
)

// watch logs when a clock or the store is in trouble, and when it is well again. Only polls look.
type watch struct {
	*wiring.Parts
	clock map[string]string // what is wrong with a server's clock, as it was last said
	stuck string            // the same for the store
	brake bool              // whether edits wait for a budget of pace
}

// wrongClocks says by server whose clock is too far from ours.
func wrongClocks(p *wiring.Parts) map[string]string {
	wrong := map[string]string{}
	for name, server := range map[string]*remote.Client{"gerrit": p.Gerrit.HTTP(), "phabricator": p.Phab.HTTP()} {
		if text := server.ClockError(); text != "" {
			wrong[name] = text
		}
	}
	return wrong
}

func (w *watch) clocks() {
	wrong := wrongClocks(w.Parts)
	for name, text := range wrong {
		if w.clock[name] == "" {
			w.Log.Warn().Msg(text + "; let both set theirs by NTP, and see whether a proxy in between writes a time of its own")
		}
	}
	for name := range w.clock {
		if wrong[name] == "" {
			w.Log.Info().Msg("the clocks of " + name + " and of this machine agree again")
		}
	}
	w.clock = wrong
}

func (w *watch) store(ctx context.Context) {
	_ = w.Store.Beat(ctx) // which the store remembers
	text := ""
	if trouble := w.Store.Trouble(); trouble != nil {
		text = trouble.Error()
	}
	switch {
	case text == w.stuck:
	case text != "":
		w.Log.Error().Msg(text)
	default:
		w.Log.Info().Msg("the store can be used again")
	}
	w.stuck = text
}

// braked is what waits for a budget of pace.
func braked(ctx context.Context, p *wiring.Parts) (pace.Plan, error) {
	return effect.Braked(ctx, p.Store, p.Config.Pace, p.Phab.HTTP().Now())
}

// pace logs that edits wait, with what most of them have in common, and when none does any more.
func (w *watch) pace(ctx context.Context) {
	plan, err := braked(ctx, w.Parts)
	waits := !plan.Braked("").IsZero()
	if err != nil || waits == w.brake {
		return // an error is one of the store
	}
	if w.brake = waits; waits {
		w.Log.Warn().Msg(tell.Braked(plan, w.boardName))
	} else {
		w.Log.Info().Msg("no edit waits for a budget of pace any more")
	}
}

// boardName is that of a board by its ID.
func (w *watch) boardName(id string) string {
	for _, b := range w.Binder.Current().Boards {
		if b.PHID == id {
			return b.Tag
		}
	}
	return id
}

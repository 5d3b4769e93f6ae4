package service

import (
	"context"

	"reviewsync/internal/pause"
	"reviewsync/internal/wiring"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// Pause does what somebody asks for at the socket: a pause, or its end.
func (d *Daemon) Pause(ctx context.Context, r mapping.PauseRequest) (mapping.PauseResult, error) {
	s := d.current.Load()
	result, err := pause.Do(ctx, s.Config, s.Store, r, s.Store.Now())
	switch {
	case err != nil || result.Outcome == mapping.PauseUnknown || result.Outcome == mapping.PauseKept:
	case result.Outcome == mapping.PauseBegun:
		s.Log.Warn().Msg(tell.PauseResult(result))
	default:
		s.Log.Info().Msg(tell.PauseResult(result))
	}
	return result, err
}

// reportPauses logs what is paused.
func reportPauses(ctx context.Context, p *wiring.Parts) error {
	pauses, err := p.Store.Pauses(ctx)
	for _, one := range pauses {
		p.Log.Warn().Msg(tell.Pause(one))
	}
	return err
}

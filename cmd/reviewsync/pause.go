package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/pause"
	"reviewsync/internal/store/backend"
	"reviewsync/internal/web"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

type pauseCommand struct {
	configFlag `embed:""`
	Why        string `help:"Say why, for those who wonder later." required:"" placeholder:"TEXT"`
	Board      string `arg:"" optional:"" help:"The board, by its hashtag. Without one everything is paused." name:"board"`
}

// Run pauses a board, or everything.
func (c *pauseCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return askForPause(ctx, cfg, o, c.request())
}

func (c *pauseCommand) request() mapping.PauseRequest {
	return mapping.PauseRequest{Board: c.Board, Why: c.Why}
}

type resumeCommand struct {
	configFlag `embed:""`
	Board      string `arg:"" optional:"" help:"The board, by its hashtag. Without one, the pause of everything ends, and boards that were paused by themselves stay so." name:"board"`
}

// Run ends a pause.
func (c *resumeCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return askForPause(ctx, cfg, o, c.request())
}

func (c *resumeCommand) request() mapping.PauseRequest {
	return mapping.PauseRequest{Board: c.Board, Resume: true}
}

// askForPause has the running service do it, or does it in the store if no service runs.
func askForPause(ctx context.Context, cfg *config.Config, o output, r mapping.PauseRequest) error {
	if cfg.Store.Path == ":memory:" {
		return errors.New("a service without a file (store.path is :memory:) cannot be paused; name a file as store.path")
	}
	result, err := web.Pause(ctx, web.SocketPath(cfg.Store.Path), r)
	if errors.Is(err, web.ErrNotRunning) {
		result, err = pauseStore(ctx, cfg, r)
	}
	switch {
	case err != nil:
		return err
	case result.Outcome == mapping.PauseUnknown:
		return errors.New(tell.PauseResult(result))
	default:
		_, err = fmt.Fprintln(o.out, tell.PauseResult(result))
		return err
	}
}

// pauseStore does it in the store. The next start finds it there.
func pauseStore(ctx context.Context, cfg *config.Config, r mapping.PauseRequest) (mapping.PauseResult, error) {
	s, err := backend.Open(ctx, cfg.Store)
	if err != nil {
		return mapping.PauseResult{}, err
	}
	result, err := pause.Do(ctx, cfg, s, r, time.Now())
	return result, errors.Join(err, s.Close())
}

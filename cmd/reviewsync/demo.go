package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"reviewsync/internal/config"
	"reviewsync/internal/demo"
	"reviewsync/internal/service"
)

type demoCommand struct {
	Stay bool `help:"Keep the servers running afterwards and print their addresses."`
}

// Run plays the demo.
func (c *demoCommand) Run(ctx context.Context, o output) error {
	return playDemo(ctx, o, c.Stay, func(*config.Config) {})
}

const (
	demoPoll     = 20 * time.Millisecond // the config allows no less than a second
	demoPatience = 10 * time.Second      // with the service, for one event
)

// playDemo runs the service against the servers of the demo while the story is played.
// adapt may change the config that the service gets.
func playDemo(ctx context.Context, o output, stay bool, adapt func(*config.Config)) error {
	dir, err := os.MkdirTemp("", "reviewsync-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	world, err := demo.NewWorld(ctx)
	if err != nil {
		return err
	}
	defer world.Close()
	path, err := world.WriteConfig(dir)
	if err != nil {
		return err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	cfg.Gerrit.Poll, cfg.Gerrit.Rate, cfg.Phabricator.Rate = demoPoll, 0, 0
	adapt(cfg)

	player := &demo.Player{World: world, Out: o.out, Colour: coloured(o.out)}
	s, err := service.New(ctx, cfg, service.Options{Log: o.log.Level(max(o.log.GetLevel(), zerolog.WarnLevel)), Clock: world.Now, Listen: player.Hear, Left: player.Left})
	if err != nil {
		return err
	}
	defer s.Close()
	player.Names = s.Names.Lookup
	player.CaughtUp = func(ctx context.Context) error { return caughtUp(ctx, s, world) }

	running, stop := context.WithCancel(ctx)
	defer stop()
	g, running := errgroup.WithContext(running)
	g.Go(func() error { return s.Run(running) })
	g.Go(func() error {
		defer stop()
		well, err := player.Play(running)
		switch {
		case err != nil:
			return err
		case stay:
			player.Stay(path)
			<-running.Done()
		default:
			_, _ = fmt.Fprintln(o.out, "To try it by hand: reviewsync demo --stay")
		}
		if !well {
			return errFound
		}
		return nil
	})
	return g.Wait()
}

// caughtUp waits until the service has worked off all that was said up to now: a poll
// that began later has ended, and no change and no task is behind.
func caughtUp(ctx context.Context, s *service.Service, world *demo.World) error {
	ctx, cancel := context.WithTimeoutCause(ctx, demoPatience, errors.New("the service has not caught up within "+demoPatience.String()))
	defer cancel()
	asked := world.Queries()
	again := time.NewTicker(demoPoll / 4)
	defer again.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-again.C:
		}
		if world.Queries() < asked+2 {
			continue
		}
		switch idle, err := s.Idle(ctx); {
		case err != nil && ctx.Err() == nil:
			return err
		case idle:
			return nil
		}
	}
}

// coloured says whether w is a terminal whose owner wants colours (https://no-color.org).
func coloured(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isatty.IsTerminal(f.Fd()) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

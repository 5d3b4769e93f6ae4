package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/config"
	"reviewsync/internal/web"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

// configFlag is the file that every command but the demo reads.
type configFlag struct {
	Config string `help:"The config file." short:"c" required:"" placeholder:"FILE"`
}

func (f configFlag) load(o output) (*config.Config, error) {
	c, err := config.Load(f.Config)
	if err != nil {
		return nil, err
	}
	for _, w := range c.Warnings {
		o.log.Warn().Msg(w)
	}
	return c, nil
}

type runCommand struct {
	configFlag `embed:""`
}

// Run is the service.
func (c *runCommand) Run(ctx context.Context, o output) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	cfg, err := c.load(o)
	if err != nil {
		return err
	}
	s, err := New(ctx, cfg, Options{Log: o.log})
	if err != nil {
		return err
	}
	defer s.Close()
	d := NewDaemon(s, hangup, func() (*config.Config, error) { return config.Load(c.Config) })
	g, running := errgroup.WithContext(ctx)
	running, stop := context.WithCancel(running)
	g.Go(func() error {
		defer stop()
		return d.Run(running)
	})
	if cfg.Store.Path != ":memory:" {
		g.Go(func() error {
			if err := web.Socket(web.SocketPath(cfg.Store.Path), d.poke, o.log).Run(running); err != nil {
				o.log.Warn().Err(err).Msg("'reviewsync poke' will not work")
			}
			return nil
		})
	}
	return g.Wait()
}

type syncCommand struct {
	configFlag `embed:""`
	DryRun     bool `help:"Print what would be written, and write nothing."`
}

// Run compares everything once.
func (c *syncCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load(o)
	if err != nil {
		return err
	}
	moves := 0
	s, err := New(ctx, cfg, Options{Log: o.log, DryRun: c.DryRun, Moved: func(d mapping.Decision) {
		word := "would write"
		if d.Verdict == mapping.Move {
			moves++
			word = "would move"
		}
		if c.DryRun {
			fmt.Fprintln(o.out, word, d.Reason)
		}
	}})
	if err != nil {
		return err
	}
	defer s.Close()
	if err := s.Sync(ctx); err != nil {
		return err
	}
	if c.DryRun {
		fmt.Fprintf(o.out, "%s would move; nothing was written\n", tell.Counted(moves, "card"))
	} else {
		o.log.Info().Int("moves", moves).Msg("everything compared")
	}
	return nil
}

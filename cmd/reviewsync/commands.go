package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/service"
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
	s, err := service.New(ctx, cfg, service.Options{Log: o.log})
	if err != nil {
		return err
	}
	defer s.Close()
	d := service.DaemonOptions{Hangup: hangup, Load: func() (*config.Config, error) { return config.Load(c.Config) }}
	if cfg.Store.Path != ":memory:" {
		d.Socket = web.SocketPath(cfg.Store.Path)
	}
	return service.NewDaemon(s, d).Run(ctx)
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
	s, err := service.New(ctx, cfg, service.Options{Log: o.log, DryRun: c.DryRun, Listen: func(t effect.Told) {
		if t.Outcome != effect.Done && t.Outcome != effect.Planned {
			return
		}
		for _, i := range t.Intents {
			word := "would write"
			if i.Kind == mapping.EffectMove || i.Kind == mapping.EffectTakeOff {
				moves++
				word = "would move"
			}
			if t.Outcome == effect.Planned {
				fmt.Fprintln(o.out, word, i.Reason)
			}
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

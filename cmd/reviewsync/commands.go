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

type runCommand struct {
	configFlag `embed:""`
}

// Run is the service.
func (c *runCommand) Run(ctx context.Context, o output) error {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	path, err := c.path()
	if err != nil {
		return err
	}
	b := thisBuild()
	o.log.Info().Str("version", b.Version).Str("commit", b.Commit).Int("schema", b.Schema()).Str("config", path).Msg("reviewsync starts")
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		o.log.Warn().Msg(w)
	}
	s, err := service.New(ctx, cfg, service.Options{Log: o.log})
	if err != nil {
		return err
	}
	defer s.Close()
	d := service.DaemonOptions{Build: b, Hangup: hangup, Load: func() (*config.Config, error) { return config.Load(path) }}
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
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return c.sync(ctx, cfg, service.Options{Log: o.log}, o)
}

func (c *syncCommand) sync(ctx context.Context, cfg *config.Config, opts service.Options, o output) error {
	moves := 0
	var s *service.Service
	opts.DryRun, opts.Listen = c.DryRun, func(r effect.Result) {
		if r.Outcome != effect.Done && r.Outcome != effect.Planned {
			return
		}
		for _, e := range r.Effects {
			word := "would write"
			if e.Kind == mapping.EffectMove || e.Kind == mapping.EffectTakeOff {
				moves++
				word = "would move"
			}
			if r.Outcome == effect.Planned {
				fmt.Fprintln(o.out, word, tell.Effect(e, s.Names.Lookup(ctx, e.Accounts())))
			}
		}
	}
	var err error
	if s, err = service.New(ctx, cfg, opts); err != nil {
		return err
	}
	defer s.Close()
	if err := s.Sync(ctx); err != nil {
		return err
	}
	seen, warnings, err := s.Seen(ctx)
	if err != nil {
		return err
	}
	if !c.DryRun {
		o.log.Info().Int("moves", moves).Msg("everything compared: " + tell.Tally(seen, "moved"))
		return nil
	}
	for _, w := range warnings {
		o.log.Warn().Msg(w)
	}
	fmt.Fprintln(o.out, tell.Tally(seen, "would move"))
	fmt.Fprintf(o.out, "%s would move; nothing was written\n", tell.Counted(moves, "card"))
	return nil
}

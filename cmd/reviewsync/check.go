package main

import (
	"context"
	"fmt"

	"reviewsync/internal/bind"
	"reviewsync/internal/check"
	"reviewsync/internal/wiring"
)

type checkCommand struct {
	configFlag `embed:""`
}

// Run says of each thing that the config names whether it is there and usable.
func (c *checkCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(o.out, bind.Finding{Level: bind.Warn, Of: "config", Text: w}.Line())
	}
	gerrit, phab, err := wiring.Clients(cfg, wiring.Options{Log: o.log})
	if err != nil {
		return err
	}
	failed := check.Run(ctx, check.Options{Config: cfg, Gerrit: gerrit, Phab: phab, Events: wiring.TryEvents(cfg)}, func(l bind.Finding) {
		fmt.Fprintln(o.out, l.Line())
	})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed:
		return errFound
	}
	return nil
}

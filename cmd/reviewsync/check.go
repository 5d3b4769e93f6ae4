package main

import (
	"context"
	"fmt"

	"reviewsync/internal/check"
	"reviewsync/internal/config"
)

type checkCommand struct {
	configFlag `embed:""`
}

// Run says of each thing that the config names whether it is there and usable.
func (c *checkCommand) Run(ctx context.Context, o output) error {
	cfg, err := config.Load(c.Config)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		fmt.Fprintln(o.out, check.Line{Level: check.Warn, Subject: "config", Text: w})
	}
	gerrit, phab, err := clients(cfg, serviceOptions{log: o.log})
	if err != nil {
		return err
	}
	failed := check.Run(ctx, check.Options{Config: cfg, Gerrit: gerrit, Phab: phab, Events: tryEvents(cfg)}, func(l check.Line) {
		fmt.Fprintln(o.out, l)
	})
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case failed:
		return errFound
	}
	return nil
}

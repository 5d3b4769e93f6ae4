package main

import (
	"context"
	"encoding/json"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
	"reviewsync/internal/explain"
	"reviewsync/internal/wiring"
)

type explainCommand struct {
	configFlag `embed:""`
	JSON       bool     `help:"Answer in JSON." name:"json"`
	All        bool     `help:"Show the facts from before the decisive ones as well."`
	What       []string `arg:"" help:"T123, change 456, or the address of one of them; one or more." name:"task-or-change"`
}

// Run says why the cards of a task stand where they stand, and what would move them. It
// writes nothing.
func (c *explainCommand) Run(ctx context.Context, o output) error {
	o.log = o.log.Level(max(o.log.GetLevel(), zerolog.WarnLevel))
	cfg, err := c.load()
	if err != nil {
		return err
	}
	return explainTo(ctx, cfg, wiring.Options{Log: o.log}, o, c)
}

func explainTo(ctx context.Context, cfg *config.Config, s wiring.Options, o output, c *explainCommand) error {
	targets, err := explain.ParseTargets(c.What, cfg)
	if err != nil {
		return err
	}
	report, err := explain.Run(ctx, cfg, s, targets)
	if err != nil {
		return err
	}
	if c.JSON {
		e := json.NewEncoder(o.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(report)
	}
	return report.Text(o.out, cfg, c.All)
}

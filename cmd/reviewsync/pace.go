package main

import (
	"context"

	"reviewsync/internal/service"
	"reviewsync/internal/web"
)

type releaseCommand struct {
	configFlag `embed:""`
	Board      []string `arg:"" optional:"" help:"Hashtags of boards; none: all boards."`
}

// Run lets go the edits that wait for a budget.
func (c *releaseCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	boards := c.Board
	if len(boards) == 0 {
		boards = []string{service.AllBoards}
	}
	return have(ctx, o, cfg, web.VerbRelease, boards)
}

type dropCommand struct {
	configFlag `embed:""`
	Change     []string `required:"" help:"456, project~456, or the address of a change."`
}

// Run gives up the edits that wait of changes.
func (c *dropCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	targets, err := pokeTargets(c.Change, cfg)
	if err != nil {
		return err
	}
	return have(ctx, o, cfg, web.VerbDrop, targets)
}

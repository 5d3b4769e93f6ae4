package main

import "context"

type checkCommand struct {
	configFlag `embed:""`
}

// Run checks.
func (c *checkCommand) Run(ctx context.Context, o output) error { return errFound }

package main

import "context"

type demoCommand struct {
	Stay bool `help:"Keep the servers running afterwards and print their addresses."`
}

// Run plays the demo.
func (c *demoCommand) Run(ctx context.Context, o output) error { return errFound }

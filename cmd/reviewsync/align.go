package main

import (
	"context"
	"fmt"

	"reviewsync/internal/service"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
)

type alignCommand struct {
	configFlag `embed:""`
	Yes        bool   `help:"Move the cards, and do not only show them."`
	Max        int    `help:"Move no more cards than this." default:"20"`
	Board      string `arg:"" help:"The board, by its hashtag." name:"board"`
}

// Run shows what a board would look like if all facts counted, and makes it so with --yes.
func (c *alignCommand) Run(ctx context.Context, o output) error {
	if c.Max < 1 {
		return fmt.Errorf("--max %d moves nothing; write 1 or more", c.Max)
	}
	cfg, err := c.load()
	if err != nil {
		return err
	}
	s, err := service.New(ctx, cfg, service.Options{Log: o.log, DryRun: !c.Yes})
	if err != nil {
		return err
	}
	defer s.Close()
	return c.align(ctx, o, s)
}

func (c *alignCommand) align(ctx context.Context, o output, s *service.Service) error {
	most := 0
	if c.Yes {
		most = c.Max
	}
	moved, all, err := s.Align(ctx, c.Board, most, func(d mapping.Decision, moved bool) {
		word := "would move"
		if moved {
			word = "moved"
		}
		fmt.Fprintln(o.out, word, tell.Decision(d, s.Names.Lookup(ctx, d.Why.Accounts())))
	})
	if err != nil {
		return err
	}
	if c.Yes {
		fmt.Fprintf(o.out, "%d of %s moved\n", moved, tell.Counted(all, "card"))
	} else {
		fmt.Fprintf(o.out, "%s would move; nothing was written. --yes moves %d at most (--max)\n", tell.Counted(all, "card"), c.Max)
	}
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"reviewsync/internal/config"
	"reviewsync/internal/explain"
	"reviewsync/internal/web"
	"reviewsync/mapping/review"
)

type pokeCommand struct {
	configFlag `embed:""`
	What       []string `arg:"" help:"T123, change 456, project~456, or the address of one of them." name:"task-or-change"`
}

// Run has the running service look at tasks and changes now.
func (c *pokeCommand) Run(ctx context.Context, o output) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	targets, err := pokeTargets(c.What, cfg)
	if err != nil {
		return err
	}
	return have(ctx, o, cfg, web.VerbPoke, targets)
}

// have has the running service do something to targets, and prints what it answers.
func have(ctx context.Context, o output, cfg *config.Config, verb web.Verb, targets []string) error {
	if cfg.Store.Path == ":memory:" {
		return errors.New("a service without a file (store.path is :memory:) cannot be poked; name a file as store.path")
	}
	path := web.SocketPath(cfg.Store.Path)
	poked, err := web.Poke(ctx, path, verb, targets)
	switch {
	case errors.Is(err, web.ErrNotRunning):
		return fmt.Errorf("no reviewsync runs with this config (%s): start 'reviewsync run', or use 'reviewsync sync'", path)
	case err != nil:
		return err
	}
	failed := false
	for _, p := range poked {
		text := p.Text
		if p.Error != "" {
			failed, text = true, p.Error
		}
		fmt.Fprintf(o.out, "%s: %s\n", p.Target, text)
	}
	if failed {
		return errFound
	}
	return nil
}

// pokeTargets reads what is to be looked at, and writes it as the service takes it: T123,
// 456 or project~456. The number of a change may be a word of its own, as in: change 456 T123.
func pokeTargets(words []string, cfg *config.Config) ([]string, error) {
	var targets []string
	for i := 0; i < len(words); i++ {
		what := words[i : i+1]
		if words[i] == "change" && i+1 < len(words) {
			what = words[i : i+2]
			i++
		}
		t, err := explain.ParseTarget(what, cfg)
		switch {
		case err != nil:
			return nil, err
		case t.Task > 0:
			targets = append(targets, t.String())
		case t.Project != "":
			targets = append(targets, review.Key{Project: t.Project, Number: t.Change}.String())
		default:
			targets = append(targets, strconv.Itoa(t.Change))
		}
	}
	return targets, nil
}

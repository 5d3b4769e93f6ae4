package service

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/agenda"
	"reviewsync/internal/config"
	"reviewsync/internal/web"
)

// Daemon is the service through all its configurations: it holds what stays when the
// configuration is read anew, which are the store, the web server and the socket of poke.
type Daemon struct {
	options DaemonOptions
	web     *web.Server // nil: there is none
	current atomic.Pointer[Service]
}

// DaemonOptions is how a daemon is reached while it runs.
type DaemonOptions struct {
	Build  Build                          // which program it is
	Hangup <-chan os.Signal               // asks for the configuration to be read anew; nil: nobody does
	Load   func() (*config.Config, error) // reads it as it is now
	Socket string                         // where poke is taken; empty: nowhere
}

// NewDaemon makes one that begins with a service.
func NewDaemon(first *Service, o DaemonOptions) *Daemon {
	d := &Daemon{options: o}
	d.current.Store(first)
	return d
}

// Run is the service with its web server and its socket, until ctx is done; that is no error.
func (d *Daemon) Run(ctx context.Context) error {
	first := d.current.Load()
	if err := first.prepare(); err != nil {
		return err
	}
	g, running := errgroup.WithContext(ctx)
	if listen := first.Config.Web.Listen; listen != "" { // from the first, so that a start that does not get on can be seen
		d.web = web.New(listen, d.health, first.Log)
		d.web.SetHooks(first.door().hooks())
		g.Go(func() error { return d.web.Run(running) })
	}
	if d.options.Socket != "" {
		g.Go(func() error {
			if err := web.NewSocket(d.options.Socket, d, first.Log).Run(running); err != nil {
				first.Log.Warn().Err(err).Msg("'reviewsync poke' will not work")
			}
			return nil
		})
	}
	g.Go(func() error { return d.serve(running) })
	err := g.Wait()
	if ctx.Err() == nil {
		return err
	}
	first.Log.Info().Msg("stopped")
	return nil
}

// health is what /healthz says.
func (d *Daemon) health(ctx context.Context) web.Health {
	f, b := d.current.Load().health(ctx), d.options.Build
	f.Version, f.Commit, f.Schema = b.Version, b.Commit, b.Schema()
	return f
}

// Poke is that of the service as it is now.
func (d *Daemon) Poke(ctx context.Context, targets []string) ([]web.PokeResult, error) {
	return d.current.Load().door().poke(ctx, targets)
}

// serve runs one service after the other. Where the next one begins, the one before has
// ended all that it was at.
func (d *Daemon) serve(ctx context.Context) error {
	for {
		s := d.current.Load()
		running, stop := context.WithCancelCause(ctx)
		ended := make(chan error, 1)
		go func() { ended <- s.work(running) }()
		cfg, err := d.await(ctx, ended)
		if cfg == nil {
			stop(nil)
			return err
		}
		next, err := s.next(ctx, cfg)
		if err != nil { // what was tried a moment ago went well
			s.Log.Error().Err(err).Msg("the new configuration cannot be taken; restart the service")
			stop(nil)
			return errors.Join(err, <-ended)
		}
		d.current.Store(next)
		if d.web != nil {
			d.web.SetHooks(next.door().hooks())
		}
		stop(&agenda.Handover{End: ctx.Done()})
		if err := <-ended; err != nil || ctx.Err() != nil {
			return err
		}
		next.goOn(s)
	}
}

// await returns the configuration to go on with, or none and how the service ended.
func (d *Daemon) await(ctx context.Context, ended <-chan error) (*config.Config, error) {
	var trials sync.WaitGroup
	defer trials.Wait()
	drop := func() {}
	defer func() { drop() }()
	var tried chan *config.Config
	for {
		select {
		case err := <-ended:
			return nil, err
		case <-d.options.Hangup: // the newest is what counts
			drop()
			tried = make(chan *config.Config, 1)
			drop = d.try(ctx, &trials, tried)
		case cfg := <-tried:
			if cfg != nil {
				return cfg, nil
			}
		}
	}
}

// try reads the configuration anew and sends what comes of it: nil if it was refused.
func (d *Daemon) try(ctx context.Context, trials *sync.WaitGroup, to chan<- *config.Config) (drop context.CancelFunc) {
	ctx, drop = context.WithCancel(ctx)
	trials.Go(func() { to <- d.reload(ctx) })
	return drop
}

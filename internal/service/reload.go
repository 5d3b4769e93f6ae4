package service

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/rs/zerolog"
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
	if listen := first.cfg.Web.Listen; listen != "" { // from the first, so that it also tells of a start that does not get on
		d.web = web.New(listen, func(ctx context.Context) web.Facts { return d.current.Load().health(ctx) }, first.log)
		d.web.Take(first.hooks())
		g.Go(func() error { return d.web.Run(running) })
	}
	if d.options.Socket != "" {
		g.Go(func() error {
			if err := web.Socket(d.options.Socket, d.poke, first.log).Run(running); err != nil {
				first.log.Warn().Err(err).Msg("'reviewsync poke' will not work")
			}
			return nil
		})
	}
	g.Go(func() error { return d.serve(running) })
	err := g.Wait()
	if ctx.Err() == nil {
		return err
	}
	first.log.Info().Msg("stopped")
	return nil
}

// poke is that of the service as it is now.
func (d *Daemon) poke(ctx context.Context, targets []string) ([]web.Poked, error) {
	return d.current.Load().poke(ctx, targets)
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
			s.log.Error().Err(err).Msg("the new configuration cannot be taken; restart the service")
			stop(nil)
			return errors.Join(err, <-ended)
		}
		d.current.Store(next)
		if d.web != nil {
			d.web.Take(next.hooks())
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

// try reads the configuration anew and tells what comes of it: nil if it was refused.
func (d *Daemon) try(ctx context.Context, trials *sync.WaitGroup, tell chan<- *config.Config) (drop context.CancelFunc) {
	ctx, drop = context.WithCancel(ctx)
	trials.Go(func() { tell <- d.current.Load().reload(ctx, d.options.Load) })
	return drop
}

// reload reads the configuration anew and checks it as a start would, on both servers too.
// It is nil if it is refused.
func (s *Service) reload(ctx context.Context, load func() (*config.Config, error)) *config.Config {
	cfg, err := load()
	var fixed []string
	if err == nil {
		fixed = keepFixed(s.cfg, cfg)
		err = s.rehearse(ctx, cfg)
	}
	if ctx.Err() != nil { // asked again meanwhile, or told to stop
		return nil
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			s.log.Error().Msg(line)
		}
		s.log.Error().Msg("the new configuration is refused, and the old one goes on; correct it and reload again")
		return nil
	}
	for _, w := range cfg.Warnings {
		s.log.Warn().Msg(w)
	}
	for _, key := range fixed {
		s.log.Warn().Msgf("%s cannot change while the service runs, and stays as it was: restart the service for it", key)
	}
	return cfg
}

// rehearse starts a service with a configuration, on a copy of the store. While a server does
// not answer it tries on: what is there cannot be told.
func (s *Service) rehearse(ctx context.Context, cfg *config.Config) error {
	o := s.options
	o.Log, o.DryRun, o.store, o.Listen, o.Left = zerolog.Nop(), true, nil, nil, nil
	trial, err := New(ctx, cfg, o)
	if err != nil {
		return err
	}
	defer trial.Close()
	if err := trial.prepare(); err != nil {
		return err
	}
	if err := s.insist(ctx, "reload", trial.tie); err != nil {
		return err
	}
	var news []error
	already := s.binder.Current().LeftOut
	for what, why := range trial.binder.Current().LeftOut {
		if _, is := already[what]; !is { // else it is no fault of the new configuration
			news = append(news, why)
		}
	}
	slices.SortFunc(news, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return errors.Join(news...)
}

// next is a service on the same store with another configuration.
func (s *Service) next(ctx context.Context, cfg *config.Config) (*Service, error) {
	o := s.options
	o.store = s.store
	next, err := New(ctx, cfg, o)
	if err == nil {
		err = next.prepare()
	}
	return next, err
}

// goOn takes over what the service before knew that is in no store.
func (s *Service) goOn(from *Service) {
	s.duties.goOn(&from.duties)
	s.told = from.told
	s.box.GoOn(from.box)
	s.log.Info().Msg("the configuration was read again")
}

// keepFixed leaves in a new configuration what cannot change while the service runs, and names
// the keys that would have. The account on a server stays with its address.
func keepFixed(old, next *config.Config) (keys []string) {
	if next.Store.Path != old.Store.Path {
		keys, next.Store = append(keys, "store.path"), old.Store
	}
	if next.Web.Listen != old.Web.Listen {
		keys, next.Web.Listen = append(keys, "web.listen"), old.Web.Listen
	}
	if g := &next.Gerrit; g.URL != old.Gerrit.URL {
		keys = append(keys, "gerrit.url (with user, password and events)")
		g.URL, g.User, g.Password, g.Events = old.Gerrit.URL, old.Gerrit.User, old.Gerrit.Password, old.Gerrit.Events
	}
	if p := &next.Phabricator; p.URL != old.Phabricator.URL {
		keys = append(keys, "phabricator.url (with its token)")
		p.URL, p.Token = old.Phabricator.URL, old.Phabricator.Token
	}
	return keys
}

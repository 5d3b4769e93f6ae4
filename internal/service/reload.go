package service

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
)

// reload reads the configuration anew and checks it as a start would, on both servers too.
// It is nil if it is refused.
func (d *Daemon) reload(ctx context.Context) *config.Config {
	s := d.current.Load()
	cfg, err := d.options.Load()
	var fixed []string
	if err == nil {
		fixed = keepFixed(s.Config, cfg)
		err = s.rehearse(ctx, cfg)
	}
	if ctx.Err() != nil { // it is to be read again, or the service is to stop
		return nil
	}
	if err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			s.Log.Error().Msg(line)
		}
		s.Log.Error().Msg("the new configuration is refused, and the old one goes on; correct it and reload again")
		return nil
	}
	for _, w := range cfg.Warnings {
		s.Log.Warn().Msg(w)
	}
	for _, key := range fixed {
		s.Log.Warn().Msgf("%s cannot change while the service runs, and stays as it was: restart the service for it", key)
	}
	return cfg
}

// rehearse starts a service with a configuration, on a copy of the store. While a server does
// not answer it tries again, since nobody can know what is there.
func (s *Service) rehearse(ctx context.Context, cfg *config.Config) error {
	o := s.options
	o.Log, o.DryRun, o.Store, o.Listen, o.Left = zerolog.Nop(), true, nil, nil, nil
	trial, err := New(ctx, cfg, o)
	if err != nil {
		return err
	}
	defer trial.Close()
	if err := trial.prepare(); err != nil {
		return err
	}
	if err := insist(ctx, s.Log, "reload", func(ctx context.Context) error { return tie(ctx, trial.Parts) }); err != nil {
		return err
	}
	var news []error
	already := s.Binder.Current().LeftOut
	for what, why := range trial.Binder.Current().LeftOut {
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
	o.Store = s.Store
	next, err := New(ctx, cfg, o)
	if err == nil {
		err = next.prepare()
	}
	return next, err
}

// goOn takes over what the service before knew that is in no store.
func (s *Service) goOn(from *Service) {
	s.rounds.polled.goOn(&from.rounds.polled)
	s.rounds.swept.goOn(&from.rounds.swept)
	s.rounds.watch.stuck = from.rounds.watch.stuck
	s.rounds.watch.brake = from.rounds.watch.brake
	s.queue.AddCounts(from.queue)
	s.Log.Info().Msg("the configuration was read again")
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

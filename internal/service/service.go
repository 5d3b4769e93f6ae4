// Package service is the service as a whole: the loops that keep it going, and the ways in.
package service

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/agenda"
	"reviewsync/internal/config"
	"reviewsync/internal/effect"
	"reviewsync/internal/hint"
	"reviewsync/internal/store"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/review"
)

// Options is what a service needs besides its config. Store and Missed are its own to set.
type Options = wiring.Options

// Service is the whole of it: ingest marks changes and tasks as behind in the store, the agenda
// works them off, and hints go through the queue.
type Service struct {
	*wiring.Parts
	options Options
	agenda  *agenda.Agenda
	rounds  *rounds
	polls   *loop
	sweeps  *loop
	queue   *hint.Queue
	stream  *hint.Stream // nil: only polls find what was written
}

// New makes a service. It opens the store and touches no network.
func New(ctx context.Context, cfg *config.Config, o Options) (*Service, error) {
	s := &Service{options: o}
	o.Listen, o.Missed = s.wrote, s.missed
	var err error
	if s.Parts, err = wiring.New(ctx, cfg, o); err != nil {
		return nil, err
	}
	s.agenda = newAgenda(s.Parts)
	s.rounds = &rounds{Parts: s.Parts, agenda: s.agenda, watch: &watch{Parts: s.Parts}}
	s.polls = newLoop("poll", cfg.Gerrit.Poll, s.rounds.poll, s.Log)
	s.sweeps = newLoop("sweep", cfg.Gerrit.Sweep, s.rounds.sweep, s.Log)
	s.queue = newQueue(s.Parts, s.polls.soon)
	return s, nil
}

// wrote keeps our own edits from coming back as hints.
func (s *Service) wrote(r effect.Result) {
	s.queue.IgnoreTransactions(r.Transactions)
	if s.options.Listen != nil {
		s.options.Listen(r)
	}
}

// saw lets the stream see what a poll found that nobody had hinted at.
func (s *Service) missed(change review.Key, written time.Time) {
	if s.stream != nil {
		s.stream.Missed(change, written)
	}
}

// Run is the service with this configuration, until ctx is done; that is no error.
func (s *Service) Run(ctx context.Context) error { return NewDaemon(s, DaemonOptions{}).Run(ctx) }

// prepare makes ready what may be asked for as soon as the service runs.
func (s *Service) prepare() (err error) {
	s.rounds.polled.begin()
	s.rounds.swept.begin()
	s.stream, err = newStream(s.Parts, s.options.DialGerrit, s.queue, s.polls.soon)
	return err
}

// work is what the service does, until ctx is done; that is no error.
func (s *Service) work(ctx context.Context) error {
	err := begin(ctx, s.Parts)
	if err == nil {
		err = s.serve(ctx)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // it was to stop
	}
	return err
}

func (s *Service) serve(ctx context.Context) error {
	known, err := s.Ingest.Swept(ctx)
	if err != nil {
		return err
	}
	s.Log.Info().Int("boards", len(s.Config.Boards)).Bool("first_start", !known).Msg("started")
	if err := reportPauses(ctx, s.Parts); err != nil {
		return err
	}
	// Decide on nothing before everything was read that happened meanwhile.
	first := s.rounds.catchUp
	if !known {
		first = s.rounds.all
	}
	if err := insist(ctx, s.Log, "first look", first); err != nil {
		return err
	}
	if !known {
		s.rounds.swept.begin()
		s.rounds.report(ctx)
	}
	if err := s.Store.Mark(ctx, store.KindDuty, false, store.DutyKey); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.agenda.Run(ctx) })
	g.Go(func() error { s.watchBoards(ctx); return nil })
	g.Go(func() error { s.queue.Run(ctx); return nil })
	if s.stream != nil {
		g.Go(func() error { s.stream.Run(ctx); return nil })
	}
	g.Go(func() error { s.polls.run(ctx); return nil })
	g.Go(func() error {
		if known || sleep(ctx, s.Config.Gerrit.Sweep) { // else all was compared just now
			s.sweeps.run(ctx)
		}
		return nil
	})
	return g.Wait()
}

// watchBoards tries again, now and then, to bind what of the config is left out.
func (s *Service) watchBoards(ctx context.Context) {
	for sleep(ctx, store.Again) {
		before := len(s.Binder.Current().LeftOut)
		if before == 0 {
			continue
		}
		if err := s.Assess.Bind(ctx); err != nil {
			s.Log.Debug().Err(err).Msg("cannot see whether what is left out is fixed; trying again")
		} else if len(s.Binder.Current().LeftOut) < before { // its cards were left alone meanwhile
			s.sweeps.soon()
		}
	}
}

// Idle says whether all that was read so far has been worked off, but for what a pause has stopped.
func (s *Service) Idle(ctx context.Context) (bool, error) {
	idle, err := s.Ingest.Swept(ctx)
	never := time.Now().AddDate(100, 0, 0)
	for _, kind := range []string{store.KindChange, store.KindTask, store.KindAsk} { // a change that was read marks both before it is done
		var behind []store.Item
		if idle && err == nil {
			behind, err = s.Store.Behind(ctx, kind, never)
			idle = !slices.ContainsFunc(behind, func(i store.Item) bool { return i.Class != store.ClassPaused })
		}
	}
	return idle && err == nil, err
}

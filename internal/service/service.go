package service

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"reviewsync/internal/remote"
	"reviewsync/internal/store"
)

// opsKept is how long the log of writes is kept.
const opsKept = 90 * 24 * time.Hour

// begin ties the service to its two servers. While one of them does not answer it waits;
// what only a person can mend is returned.
func (s *Service) begin(ctx context.Context) error {
	return s.insist(ctx, "start", s.tie)
}

// tie tries once to tie the service to its two servers.
func (s *Service) tie(ctx context.Context) error {
	if _, err := s.gerrit.Self(ctx); err != nil {
		return err
	}
	if err := s.assess.Bind(ctx); err != nil {
		return err
	}
	if _, err := s.store.Born(ctx, s.phab.HTTP().Now()); err != nil {
		return err
	}
	return s.pullBack(ctx)
}

// patience is how long a command that is no service waits for a server that does not answer.
const patience = time.Minute

// beginSoon is begin for a command that somebody waits for, or cron.
func (s *Service) beginSoon(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var last error
	err := s.insist(ctx, "start", func(ctx context.Context) error {
		last = s.tie(ctx)
		return last
	})
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("gave up after %s: %w", patience, last)
	}
	return err
}

// The waits of insist.
const (
	firstWait = time.Second
	lastWait  = 30 * time.Second
)

// insist tries something until it goes well or only a person can mend it.
func (s *Service) insist(ctx context.Context, what string, try func(context.Context) error) error {
	told := ""
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := try(ctx)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case remote.ClassOf(err) != remote.Retry || store.Damaged(err):
			return fmt.Errorf("%s: %w; 'reviewsync check' names all that is wrong", what, err)
		}
		level := zerolog.DebugLevel
		if told != err.Error() { // once, not at each try
			level, told = zerolog.WarnLevel, err.Error()
		}
		s.log.WithLevel(level).Err(err).Stringer("again_in", wait).Msg(what + " failed; trying again")
		if !sleep(ctx, wait) {
			return context.Cause(ctx)
		}
	}
}

// sleep waits, and says whether it was not cut short.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// Run is the service with this configuration, until ctx is done; that is no error.
func (s *Service) Run(ctx context.Context) error { return NewDaemon(s, DaemonOptions{}).Run(ctx) }

// prepare makes ready what others may look at as soon as the service runs.
func (s *Service) prepare() (err error) {
	s.duties.begin(dutyPoll, dutySweep)
	s.stream, err = s.newStream()
	return err
}

// work is what the service does, until ctx is done; that is no error.
func (s *Service) work(ctx context.Context) error {
	err := s.begin(ctx)
	if err == nil {
		err = s.serve(ctx)
	}
	if ctx.Err() != nil {
		return nil //nolint:nilerr // told to stop
	}
	return err
}

func (s *Service) serve(ctx context.Context) error {
	known, err := s.ingest.Known(ctx)
	if err != nil {
		return err
	}
	s.log.Info().Int("boards", len(s.cfg.Boards)).Bool("first_start", !known).Msg("started")
	// Decide on nothing before everything was read that happened meanwhile.
	first := s.catchUp
	if !known {
		first = s.readAll
	}
	if err := s.insist(ctx, "first look", first); err != nil {
		return err
	}
	if !known {
		s.duties.begin(dutySweep)
	}
	if err := s.store.Mark(ctx, store.KindDuty, store.DutyKey, false); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.agenda.Run(ctx) })
	g.Go(func() error { s.watchBoards(ctx); return nil })
	g.Go(func() error { s.box.Run(ctx); return nil })
	if s.stream != nil {
		g.Go(func() error { s.stream.Run(ctx); return nil })
	}
	g.Go(func() error { s.every(ctx, "poll", s.cfg.Gerrit.Poll, s.pollNow, s.poll); return nil })
	g.Go(func() error {
		if known || sleep(ctx, s.cfg.Gerrit.Sweep) { // else all was compared just now
			s.every(ctx, "sweep", s.cfg.Gerrit.Sweep, s.sweepNow, s.sweep)
		}
		return nil
	})
	return g.Wait()
}

// readOnly brings the changes up to date and decides on nothing.
func (s *Service) readOnly(ctx context.Context) error {
	known, err := s.ingest.Known(ctx)
	if err != nil {
		return err
	}
	if known {
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	if err := s.ingest.Sweep(ctx); err != nil {
		return err
	}
	return s.readChanges(ctx)
}

// readAll reads all open changes and looks at all their tasks, a hundred at a time.
func (s *Service) readAll(ctx context.Context) error {
	if err := s.ingest.Sweep(ctx); err != nil {
		return err
	}
	if err := s.readChanges(ctx); err != nil {
		return err
	}
	return s.duties.did(dutySweep, s.assess.Sweep(ctx))
}

func (s *Service) poll(ctx context.Context) error {
	defer s.tellStore(ctx)
	defer s.tellClocks()
	return s.duties.did(dutyPoll, s.ingest.Poll(ctx))
}

// catchUp reads the changes that were written to since the last poll.
func (s *Service) catchUp(ctx context.Context) error {
	if err := s.ingest.Poll(ctx); err != nil {
		return err
	}
	return s.readChanges(ctx)
}

func (s *Service) readChanges(ctx context.Context) error {
	if err := s.agenda.Drain(ctx, store.KindChange); err != nil {
		if ctx.Err() != nil {
			return err
		}
		s.log.Warn().Err(err).Msg("some changes could not be read; trying again later")
	}
	return nil
}

func (s *Service) sweep(ctx context.Context) error {
	_ = s.store.Inspect(ctx) // which the store remembers; what can be read is of use all the same
	if err := s.ingest.Sweep(ctx); err != nil {
		return s.duties.did(dutySweep, err)
	}
	if err := s.store.PruneOps(ctx, time.Now().Add(-opsKept)); err != nil {
		return s.duties.did(dutySweep, err)
	}
	return s.duties.did(dutySweep, s.assess.Sweep(ctx))
}

// The waits before something that failed is done again, unless its next time comes before.
const (
	firstAgain = time.Minute
	lastAgain  = 10 * time.Minute
)

// every does something now and then again at each interval, and when it is due at once. One
// that fails is told when that is news, and done again sooner.
func (s *Service) every(ctx context.Context, what string, interval time.Duration, now <-chan struct{}, do func(context.Context) error) {
	last, again := "", firstAgain
	for {
		began, wait := time.Now(), interval
		err := do(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			wait, again = min(again, interval), min(2*again, lastAgain)
			if err.Error() != last {
				last = err.Error()
				s.log.Warn().Err(err).Stringer("again_in", wait).Msg(what + " failed; trying again")
			}
		case last != "":
			last, again = "", firstAgain
			s.log.Info().Msg(what + " went well again")
		}
		t := time.NewTimer(max(0, wait-time.Since(began)))
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-now:
			t.Stop()
		case <-t.C:
		}
	}
}

// Sync compares everything once and moves what has to move.
func (s *Service) Sync(ctx context.Context) error {
	if err := s.beginSoon(ctx); err != nil {
		return err
	}
	known, err := s.ingest.Known(ctx)
	if err != nil {
		return err
	}
	if known {
		if err := s.catchUp(ctx); err != nil {
			return err
		}
	}
	if err := s.readAll(ctx); err != nil {
		return err
	}
	if err := s.readChanges(ctx); err != nil { // again what the store had lost
		return err
	}
	for _, kind := range []string{store.KindLost, store.KindTask} {
		if err := s.agenda.Drain(ctx, kind); err != nil {
			return err
		}
	}
	for _, kind := range []string{store.KindDeployed, store.KindSecond} { // nobody waits until it is their time
		if err := s.agenda.DrainAhead(ctx, kind, time.Minute); err != nil {
			return err
		}
	}
	if err := s.agenda.Drain(ctx, store.KindTask); err != nil {
		return err
	}
	if err := s.agenda.Drain(ctx, store.KindAsk); err != nil {
		return err
	}
	if _, err := s.keepDuty(ctx, store.Item{}); err != nil {
		return err
	}
	if left := s.binder.Current().LeftOut; len(left) > 0 { // which the log has told
		return fmt.Errorf("left out: %s; 'reviewsync check' names all that is wrong", strings.Join(slices.Sorted(maps.Keys(left)), "; "))
	}
	return nil
}

// Align moves at most so many of the cards of a board that would stand elsewhere if all facts
// counted, and tells of each whether it moved it.
func (s *Service) Align(ctx context.Context, board string, most int, tell func(sentence string, moved bool)) (moved, all int, err error) {
	if err := s.beginSoon(ctx); err != nil {
		return 0, 0, err
	}
	if err := s.readOnly(ctx); err != nil {
		return 0, 0, err
	}
	return s.assess.Align(ctx, board, most, tell)
}

// Idle says whether all that was read so far has been worked off.
func (s *Service) Idle(ctx context.Context) (bool, error) {
	idle, err := s.ingest.Known(ctx)
	never := time.Now().AddDate(100, 0, 0)
	for _, kind := range []string{store.KindChange, store.KindTask, store.KindAsk} { // a change that was read marks both before it is done
		var behind []store.Item
		if idle && err == nil {
			behind, err = s.store.Behind(ctx, kind, never)
			idle = len(behind) == 0
		}
	}
	return idle && err == nil, err
}

// watchBoards tries again, now and then, to bind what of the config is left out.
func (s *Service) watchBoards(ctx context.Context) {
	for sleep(ctx, store.Again) {
		before := len(s.binder.Current().LeftOut)
		if before == 0 {
			continue
		}
		if err := s.assess.Bind(ctx); err != nil {
			s.log.Debug().Err(err).Msg("cannot see whether what is left out is mended; trying again")
		} else if len(s.binder.Current().LeftOut) < before { // its cards were not looked at meanwhile
			soon(s.sweepNow)
		}
	}
}

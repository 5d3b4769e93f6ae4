package service

import (
	"context"
	"time"

	"reviewsync/internal/remote"
)

// wrongClocks says by server whose clock is too far from ours.
func (s *Service) wrongClocks() map[string]string {
	wrong := map[string]string{}
	for name, server := range map[string]*remote.Client{"gerrit": s.gerrit.HTTP(), "phabricator": s.phab.HTTP()} {
		if text := server.Wrong(); text != "" {
			wrong[name] = text
		}
	}
	return wrong
}

// tellClocks warns of each clock that became wrong, and tells when it is right again. Only
// polls call it.
func (s *Service) tellClocks() {
	wrong := s.wrongClocks()
	for name, text := range wrong {
		if s.wrong[name] == "" {
			s.log.Warn().Msg(text + "; let both set theirs by NTP, and see whether a proxy in between tells a time of its own")
		}
	}
	for name := range s.wrong {
		if wrong[name] == "" {
			s.log.Info().Msg("the clocks of " + name + " and of this machine agree again")
		}
	}
	s.wrong = wrong
}

// pullBack mends what a clock that was wrong has left in the store. Phabricator must have told
// its time: a machine that does not know the time takes all for too late.
func (s *Service) pullBack(ctx context.Context) error {
	if _, known := s.phab.HTTP().Offset(); !known {
		return nil
	}
	news, err := s.store.PullBack(ctx, s.phab.HTTP().Latest())
	if err != nil || !news {
		return err
	}
	s.log.Warn().Msg("the store had dates that lie ahead, which a wrong clock has left; they are set to now")
	return s.reconcile.Bind(ctx) // boards may begin sooner
}

// await tells watchClock that there is something else to wait for than before.
func (s *Service) await() {
	select {
	case s.waiting <- struct{}{}:
	default:
	}
}

// watchClock sees to what time brings, until ctx is done: the deployment of changes that cards
// wait for.
func (s *Service) watchClock(ctx context.Context) {
	told := ""
	for {
		next, err := s.lookAtClock(ctx, false)
		_ = s.duties.did(dutyWaits, err)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if err.Error() != told {
				s.log.Warn().Err(err).Msg("a look at what time has brought failed; trying again")
			}
			told, next = err.Error(), s.store.Now().Add(time.Minute)
		case next.IsZero():
			told, next = "", s.store.Now().Add(time.Hour)
		default:
			told = ""
		}
		t := time.NewTimer(next.Sub(s.store.Now()))
		select {
		case <-ctx.Done():
			t.Stop()
			return
		case <-s.waiting:
			t.Stop()
		case <-t.C:
		}
	}
}

// lookAtClock looks once, and tells when to look again; zero: there is nothing to wait for.
func (s *Service) lookAtClock(ctx context.Context, hurry bool) (time.Time, error) {
	ripe, err := s.reconcile.Ripen(ctx)
	if err != nil {
		return time.Time{}, err
	}
	next, err := s.ingest.LookForDeployed(ctx, hurry)
	if next.IsZero() || !ripe.IsZero() && ripe.Before(next) {
		next = ripe
	}
	return next, err
}

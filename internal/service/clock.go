package service

import (
	"context"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/mapping/review"
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
	return s.assess.Bind(ctx) // boards may begin sooner
}

// lookForDeployed sees whether a merged change is deployed that cards wait for, by time alone or by
// where it is, and tells when to see again; zero: no card waits.
func (s *Service) lookForDeployed(ctx context.Context, item store.Item) (again time.Time, err error) {
	key, err := review.ParseKey(item.Key)
	if err != nil {
		return time.Time{}, err
	}
	ripe, err := s.assess.Ripen(ctx, key)
	if err != nil {
		return time.Time{}, err
	}
	now := s.store.Now()
	if item.Due.After(now) { // somebody who does not want to wait for it
		now = item.Due
	}
	again, err = s.ingest.LookFor(ctx, key, now)
	if again.IsZero() || !ripe.IsZero() && ripe.Before(again) {
		again = ripe
	}
	return again, err
}

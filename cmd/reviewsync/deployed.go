package main

import (
	"context"
	"time"
)

// await tells watchDeployed that cards wait for other changes than before.
func (s *service) await() {
	select {
	case s.waiting <- struct{}{}:
	default:
	}
}

// watchDeployed looks for the deployment of the changes that cards wait for, until ctx is done.
func (s *service) watchDeployed(ctx context.Context) {
	told := ""
	for {
		next, err := s.lookForDeployed(ctx, false)
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			if err.Error() != told {
				s.log.Warn().Err(err).Msg("look for what is deployed failed; trying again")
			}
			told, next = err.Error(), time.Now().Add(time.Minute)
		case next.IsZero():
			told, next = "", time.Now().Add(time.Hour)
		default:
			told = ""
		}
		t := time.NewTimer(time.Until(next))
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

// lookForDeployed looks once, and tells when to look again; zero: there is nothing to look for.
func (s *service) lookForDeployed(ctx context.Context, hurry bool) (time.Time, error) {
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

package service

import (
	"context"
	"time"

	"reviewsync/internal/reconcile"
	"reviewsync/internal/remote"
)

// DutyPlan is who is on duty in the next weeks. It asks the servers, and fixes nothing.
func (s *Service) DutyPlan(ctx context.Context, weeks int) (reconcile.DutyPlan, error) {
	return s.reconcile.DutyPlan(ctx, weeks)
}

// watchDuty keeps the rotation, until ctx is done.
func (s *Service) watchDuty(ctx context.Context) {
	if s.cfg.Rotation == nil {
		return
	}
	told := ""
	for {
		wait, err := s.reconcile.Duty(ctx)
		_ = s.duties.did(dutyRotation, err)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			told = ""
		case err.Error() != told:
			told = err.Error()
			s.log.Warn().Err(err).Msg("the rotation could not be kept; trying again")
		}
		if err != nil {
			wait = s.cfg.Gerrit.Sweep
			if remote.ClassOf(err) == remote.Retry {
				wait = lastRetry
			}
		}
		if !sleep(ctx, max(min(wait, s.cfg.Gerrit.Sweep), time.Second)) {
			return
		}
	}
}

// keepDuty is one look of watchDuty.
func (s *Service) keepDuty(ctx context.Context) error {
	if s.cfg.Rotation == nil {
		return nil
	}
	_, err := s.reconcile.Duty(ctx)
	return err
}

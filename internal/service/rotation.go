package service

import (
	"context"
	"time"

	"reviewsync/internal/reconcile"
	"reviewsync/internal/store"
)

// DutyPlan is who is on duty in the next weeks. It asks the servers, and fixes nothing.
func (s *Service) DutyPlan(ctx context.Context, weeks int) (reconcile.DutyPlan, error) {
	return s.reconcile.DutyPlan(ctx, weeks)
}

// keepDuty keeps the rotation, and tells when to look at it again.
func (s *Service) keepDuty(ctx context.Context, _ store.Item) (again time.Time, err error) {
	if s.cfg.Rotation == nil {
		return time.Time{}, nil
	}
	wait, err := s.reconcile.Duty(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return s.store.Now().Add(max(min(wait, s.cfg.Gerrit.Sweep), time.Second)), nil
}

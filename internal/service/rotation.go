package service

import (
	"context"
	"time"

	"reviewsync/internal/rotation"
	"reviewsync/internal/store"
)

// DutyPlan is who is on duty in the next weeks. It asks the servers, and fixes nothing.
func (s *Service) DutyPlan(ctx context.Context, weeks int) (rotation.Plan, error) {
	return s.rotation.Plan(ctx, weeks)
}

// keepDuty keeps the rotation, and tells when to look at it again.
func (s *Service) keepDuty(ctx context.Context, _ store.Item) (again time.Time, err error) {
	if s.cfg.Rotation == nil {
		return time.Time{}, nil
	}
	wait, err := s.rotation.Keep(ctx)
	if err != nil {
		return time.Time{}, err
	}
	return s.store.Now().Add(max(min(wait, s.cfg.Gerrit.Sweep), time.Second)), nil
}

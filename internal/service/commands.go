package service

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// Sync compares everything once and moves what has to move.
func (s *Service) Sync(ctx context.Context) error {
	if err := beginSoon(ctx, s.Parts); err != nil {
		return err
	}
	if err := reportPauses(ctx, s.Parts); err != nil {
		return err
	}
	drain := func(kind string) func(context.Context) error {
		return func(ctx context.Context) error { return s.agenda.Drain(ctx, kind) }
	}
	ahead := func(kind string) func(context.Context) error { // nobody waits until it is their time
		return func(ctx context.Context) error { return s.agenda.DrainAhead(ctx, kind, time.Minute) }
	}
	for _, step := range []func(context.Context) error{
		s.rounds.since, s.rounds.all, s.rounds.read, // again what the store had lost
		drain(store.KindLost), drain(store.KindTask), ahead(store.KindDeployed), ahead(store.KindSecond),
		drain(store.KindTask), drain(store.KindAsk),
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	if _, err := (jobs{s.Parts}).duty(ctx, store.Item{}); err != nil && !paused(err) {
		return err
	}
	s.rounds.watch.pace(ctx)
	if left := s.Binder.Current().LeftOut; len(left) > 0 { // which the log has said
		return fmt.Errorf("left out: %s; 'reviewsync check' names all that is wrong", strings.Join(slices.Sorted(maps.Keys(left)), "; "))
	}
	return nil
}

// Align moves at most this many of the cards of a board that would stand elsewhere if all facts
// counted. It shows each of them, and whether it moved it.
func (s *Service) Align(ctx context.Context, board string, most int, show func(d mapping.Decision, moved bool)) (moved, all int, err error) {
	if err := beginSoon(ctx, s.Parts); err != nil {
		return 0, 0, err
	}
	if err := s.rounds.changes(ctx); err != nil {
		return 0, 0, err
	}
	return s.Sweeper.Align(ctx, board, most, show)
}

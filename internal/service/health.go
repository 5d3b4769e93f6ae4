package service

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"reviewsync/internal/store"
	"reviewsync/internal/web"
)

// long is how long a failure lasts before health speaks of it, where a person may have to fix something.
const long = 10 * time.Minute

// health is what the service knows of itself.
func (s *Service) health(ctx context.Context) web.Health {
	f := web.Health{
		SincePoll: s.rounds.polled.since(), Poll: s.Config.Gerrit.Poll,
		SinceSweep: s.rounds.swept.since(), Sweep: s.Config.Gerrit.Sweep,
		SinceWrite: time.Since(s.Store.Wrote()), Vanished: s.Ingest.Vanished(), LeftOut: len(s.Binder.Current().LeftOut),
		Hints: s.queue.Counts(), Clock: slices.Sorted(maps.Values(wrongClocks(s.Parts))),
	}
	if plan, err := braked(ctx, s.Parts); err == nil {
		f.Held, f.Braked = len(plan.Held), plan.Braked("")
	}
	if s.stream != nil {
		f.Events, f.Refused = s.stream.State(), map[string]int64{"stream": s.stream.Refused()}
	}
	behind, err := s.Store.Count(ctx, s.Store.Now().Add(-long))
	f.Changes, f.Tasks, f.Faults, f.Stuck = behind.Changes, behind.Tasks, behind.Faults, behind.Stuck
	f.Failing = failing(behind, s.rounds.swept.fails())
	pauses, unread := s.Store.Pauses(ctx)
	f.Paused, err = pauses, cmp.Or(err, unread)
	if trouble := s.Store.Trouble(); trouble != nil {
		f.Store = trouble.What
	}
	if err != nil && f.Store == "" {
		f.Down = append(f.Down, "store")
	}
	if s.Gerrit.HTTP().Down() {
		f.Down = append(f.Down, "gerrit")
	}
	if s.Phab.HTTP().Down() {
		f.Down = append(f.Down, "phabricator")
	}
	return f
}

// failing lists what goes wrong besides changes, tasks and asks. A sweep comes too seldom to wait for another.
func failing(b store.Backlog, sweep bool) (all []string) {
	if b.Duty {
		all = append(all, "rotation")
	}
	if sweep {
		all = append(all, "sweep")
	}
	if b.Waits {
		all = append(all, "waits")
	}
	return all
}

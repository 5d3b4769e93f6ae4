package service

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"reviewsync/internal/store"
	"reviewsync/internal/web"
)

// The duties of the service, as /healthz names them.
const (
	dutyPoll  = "poll"
	dutySweep = "sweep"
)

// long is how long a failure lasts before health speaks of it, where a person may have to mend something.
const long = 10 * time.Minute

// duties know how each of them went. The zero value knows of none.
type duties struct {
	mu   sync.Mutex
	good map[string]time.Time // when it went well the last time, or was first asked for
	bad  map[string]time.Time // since when it has not
}

// did notes how a duty went, and returns its error.
func (d *duties) did(what string, err error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.good == nil {
		d.good, d.bad = map[string]time.Time{}, map[string]time.Time{}
	}
	now := time.Now()
	if err == nil {
		d.good[what] = now
		delete(d.bad, what)
	} else if d.bad[what].IsZero() {
		d.bad[what] = now
	}
	return err
}

// begin takes duties for done, so that their time runs from now on.
func (d *duties) begin(all ...string) {
	for _, what := range all {
		_ = d.did(what, nil)
	}
}

// goOn takes over what others know.
func (d *duties) goOn(from *duties) {
	from.mu.Lock()
	good, bad := maps.Clone(from.good), maps.Clone(from.bad)
	from.mu.Unlock()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.good, d.bad = good, bad
}

// since is how long ago a duty went well; 0 for one that was never done.
func (d *duties) since(what string) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.good[what].IsZero() {
		return 0
	}
	return time.Since(d.good[what])
}

// fails says whether a duty went wrong the last time.
func (d *duties) fails(what string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !d.bad[what].IsZero()
}

// failing lists what goes wrong besides changes, tasks and asks. A sweep comes too seldom to wait for another.
func (s *Service) failing(b store.Backlog) (all []string) {
	if b.Duty {
		all = append(all, "rotation")
	}
	if s.duties.fails(dutySweep) {
		all = append(all, dutySweep)
	}
	if b.Waits {
		all = append(all, "waits")
	}
	return all
}

// tellStore sees whether the store can be written, and tells what is wrong with it, once.
// Only polls call it.
func (s *Service) tellStore(ctx context.Context) {
	_ = s.store.Beat(ctx) // which the store remembers
	text := ""
	if trouble := s.store.Trouble(); trouble != nil {
		text = trouble.Error()
	}
	switch {
	case text == s.told:
	case text != "":
		s.log.Error().Msg(text)
	default:
		s.log.Info().Msg("the store can be used again")
	}
	s.told = text
}

// health is what the service knows of itself.
func (s *Service) health(ctx context.Context) web.Facts {
	f := web.Facts{
		Version: s.options.Build.Version, Commit: s.options.Build.Commit, Schema: s.options.Build.Schema(),
		SincePoll: s.duties.since(dutyPoll), Poll: s.cfg.Gerrit.Poll,
		SinceSweep: s.duties.since(dutySweep), Sweep: s.cfg.Gerrit.Sweep,
		SinceWrite: time.Since(s.store.Wrote()), Vanished: s.ingest.Vanished(), LeftOut: len(s.binder.Current().LeftOut),
		Hints: s.box.Counts(),
	}
	if s.stream != nil {
		f.Events, f.Refused = s.stream.State(), map[string]int64{"stream": s.stream.Refused()}
	}
	behind, err := s.store.Count(ctx, s.store.Now().Add(-long))
	f.Changes, f.Tasks, f.Faults, f.Stuck = behind.Changes, behind.Tasks, behind.Faults, behind.Stuck
	f.Failing = s.failing(behind)
	if trouble := s.store.Trouble(); trouble != nil {
		f.Store = trouble.What
	}
	f.Clock = slices.Sorted(maps.Values(s.wrongClocks()))
	if err != nil && f.Store == "" {
		f.Down = append(f.Down, "store")
	}
	if s.gerrit.HTTP().Down() {
		f.Down = append(f.Down, "gerrit")
	}
	if s.phab.HTTP().Down() {
		f.Down = append(f.Down, "phabricator")
	}
	return f
}

package service

import (
	"maps"
	"sync"
	"time"
)

// The rounds of the service, as /healthz names them.
const (
	roundPoll  = "poll"
	roundSweep = "sweep"
)

// results are how each kind of round went. The zero value knows of none.
type results struct {
	mu   sync.Mutex
	good map[string]time.Time // when it went well the last time, or was first asked for
	bad  map[string]time.Time // since when it has not
}

// note notes how a round went, and returns its error.
func (r *results) note(round string, err error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.good == nil {
		r.good, r.bad = map[string]time.Time{}, map[string]time.Time{}
	}
	now := time.Now()
	if err == nil {
		r.good[round] = now
		delete(r.bad, round)
	} else if r.bad[round].IsZero() {
		r.bad[round] = now
	}
	return err
}

// begin takes rounds for done, so that their time runs from now on.
func (r *results) begin(all ...string) {
	for _, round := range all {
		_ = r.note(round, nil)
	}
}

// goOn takes over what others know.
func (r *results) goOn(from *results) {
	from.mu.Lock()
	good, bad := maps.Clone(from.good), maps.Clone(from.bad)
	from.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.good, r.bad = good, bad
}

// since is how long ago a round went well; 0 for one that was never made.
func (r *results) since(round string) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.good[round].IsZero() {
		return 0
	}
	return time.Since(r.good[round])
}

// fails says whether a round went wrong the last time.
func (r *results) fails(round string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.bad[round].IsZero()
}

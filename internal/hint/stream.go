package hint

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

const (
	firstWait   = time.Second
	lastWait    = time.Minute
	refusedWait = 5 * time.Minute // until the next try after a failure that a person must fix
	settle      = time.Second     // how long a connection must last to count
	grace       = 5 * time.Second // how much later than a poll an event may come
	followed    = 10_000          // how many changes are remembered with their newest event
	fromStream  = "gerrit-ssh"
)

// errSilent ends a connection that does not report what polls see.
var errSilent = errors.New("a poll saw what the stream did not report: it is dead")

// StreamOptions of a Stream. All are required.
type StreamOptions struct {
	Listen func(context.Context, gerrit.Listener) error // one connection to stream-events
	Queue  *Queue
	Poll   func()               // asks for a poll now
	Offset func() time.Duration // Gerrit's clock minus the local one
	Log    zerolog.Logger
}

// Stream listens to Gerrit's stream-events and connects again whenever the connection ends.
//
// Gerrit reports every write to a change as an update of its meta ref, so the other events
// count only for a server that does not report these updates.
type Stream struct {
	o StreamOptions

	mu      sync.Mutex
	state   string                   // for people
	since   time.Time                // when the connection began; zero: there is none
	cut     context.CancelCauseFunc  // ends the connection
	newest  time.Time                // when the newest event came
	metas   bool                     // it reports updates of meta refs
	events  map[review.Key]time.Time // when the newest event of a change came
	dropped time.Time                // when Gerrit last said that it dropped events
	partial bool                     // it was logged that events are missing
	refused atomic.Int64
}

// NewStream makes a Stream.
func NewStream(o StreamOptions) *Stream {
	return &Stream{o: o, state: "not connected yet", events: map[review.Key]time.Time{}}
}

// State returns whether it is connected, for people to read.
func (s *Stream) State() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Refused returns how many lines could not be used.
func (s *Stream) Refused() int64 { return s.refused.Load() }

// Run listens until ctx is done.
func (s *Stream) Run(ctx context.Context) {
	wait, logged := firstWait, ""
	for {
		heard, err := s.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			wait = firstWait
		}
		rest := wait - rand.N(wait/2+1) // so that not all clients of Gerrit come back at once
		wait = min(2*wait, lastWait)
		if remote.ClassOf(err) != remote.Retry {
			rest = refusedWait
		}
		level := zerolog.DebugLevel
		if heard || err.Error() != logged {
			level, logged = zerolog.WarnLevel, err.Error()
		}
		s.o.Log.WithLevel(level).Err(err).Stringer("again_in", rest.Round(time.Millisecond)).Msg("no events from gerrit; polls find the same changes, only later")
		if !pause(ctx, rest, nil) {
			return
		}
	}
}

// listen listens on one connection, and reports whether that had worked.
func (s *Stream) listen(ctx context.Context) (heard bool, err error) {
	ctx, cut := context.WithCancelCause(ctx)
	defer cut(nil)
	err = s.o.Listen(ctx, gerrit.Listener{Started: func() { s.started(cut) }, Event: s.event, Refused: s.refuse})
	if cause := context.Cause(ctx); errors.Is(cause, errSilent) {
		err = cause
	} else if err == nil {
		err = errors.New("the stream ended")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	heard = !s.newest.IsZero() || !s.since.IsZero() && time.Since(s.since) > lastWait && !errors.Is(err, errSilent)
	s.state, s.since, s.cut, s.newest = "not connected: "+err.Error(), time.Time{}, nil, time.Time{}
	return heard, err
}

// started is called when Gerrit has accepted the command. Gerrit may still refuse it, and sends
// events only from a moment later on, so a poll has to find what happened before.
func (s *Stream) started(cut context.CancelCauseFunc) {
	began := time.Now()
	s.mu.Lock()
	s.state, s.since, s.cut, s.newest, s.metas = "connected", began, cut, time.Time{}, false
	s.mu.Unlock()
	time.AfterFunc(settle, func() {
		s.mu.Lock()
		still := s.since.Equal(began)
		s.mu.Unlock()
		if still {
			s.o.Log.Info().Msg("listening to gerrit's events")
			s.o.Poll()
		}
	})
}

func (s *Stream) refuse(why string) {
	s.refused.Add(1)
	s.o.Log.Debug().Msg("gerrit's events: " + why)
}

// event handles an event.
func (s *Stream) event(e gerrit.Event) {
	key := review.Key{Project: e.Project, Number: e.Number}
	s.mu.Lock()
	s.newest = time.Now()
	s.metas = s.metas || e.MetaRevID != ""
	heed := e.Number > 0 && (e.MetaRevID != "" || !s.metas || e.Type == "change-deleted")
	if e.Number > 0 {
		if len(s.events) >= followed {
			clear(s.events) // at worst a dead stream is noticed one poll later
		}
		s.events[key] = s.newest
	}
	if e.Type == gerrit.DroppedOutput {
		s.dropped = s.newest
	}
	s.mu.Unlock()
	if e.Type == gerrit.DroppedOutput {
		s.o.Log.Info().Msg("gerrit dropped events, because they were not read fast enough; polling instead")
		s.o.Poll()
	}
	if heed {
		s.o.Queue.Change(fromStream, Change{Key: key, Meta: e.MetaRevID, By: e.By})
	}
}

// Missed takes a write that a poll found and no hint reported. A stream that does not report it either is dead.
func (s *Stream) Missed(key review.Key, written time.Time) {
	written = written.Add(-s.o.Offset())
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() && written.After(s.since.Add(grace)) && s.events[key].Before(written) {
		cut := s.cut
		time.AfterFunc(grace, func() { s.judge(cut, key, written) })
	}
}

// judge ends the connection if no event has come since.
func (s *Stream) judge(cut context.CancelCauseFunc, key review.Key, written time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	written = written.Add(-2 * time.Second) // the error when two clocks are compared
	switch {
	case s.since.IsZero() || !s.events[key].Before(written) || written.Before(s.dropped):
	case s.newest.Before(written):
		cut(errSilent)
	case !s.partial:
		s.partial, s.state = true, "connected, but it does not report every write"
		s.o.Log.Warn().Msg("gerrit's events do not report every write that polls see; is event.stream-events.enableRefUpdatedEvents off, or does the account of gerrit.events see less?")
	}
}

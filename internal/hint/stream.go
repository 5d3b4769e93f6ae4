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
	refusedWait = 5 * time.Minute // until what only a person can mend is tried again
	settle      = time.Second     // until a connection is taken for one
	grace       = 5 * time.Second // an event may come so much later than what a poll sees
	followed    = 10_000          // changes of which it is known what the stream told
	fromStream  = "gerrit-ssh"
)

// errSilent ends a connection that tells nothing of what polls see.
var errSilent = errors.New("a poll saw what the stream did not tell of: it is dead")

// StreamOptions of a Stream. All are required.
type StreamOptions struct {
	Listen func(context.Context, gerrit.Listener) error // one connection to stream-events
	Box    *Box
	Poll   func()               // asks for a poll, at once
	Offset func() time.Duration // Gerrit's clock minus ours
	Log    zerolog.Logger
}

// Stream listens to Gerrit's stream-events, connecting again and again.
//
// Every write to a change is told as an update of its meta ref, so that is all it heeds. A
// server which does not tell these is taken at its other events.
type Stream struct {
	o StreamOptions

	mu      sync.Mutex
	state   string                   // for people
	since   time.Time                // when the connection began; zero: there is none
	cut     context.CancelCauseFunc  // ends the connection
	newest  time.Time                // when it told anything last
	metas   bool                     // it tells of meta refs
	told    map[review.Key]time.Time // when it told of a change last
	dropped time.Time                // when Gerrit left events out last
	partial bool                     // it was said that it does not tell of everything
	refused atomic.Int64
}

// NewStream makes a Stream.
func NewStream(o StreamOptions) *Stream {
	return &Stream{o: o, state: "not connected yet", told: map[review.Key]time.Time{}}
}

// State says for people whether it is connected.
func (s *Stream) State() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state
}

// Refused is how many lines were of no use.
func (s *Stream) Refused() int64 { return s.refused.Load() }

// Run listens until ctx is done.
func (s *Stream) Run(ctx context.Context) {
	wait, told := firstWait, ""
	for {
		heard, err := s.listen(ctx)
		if ctx.Err() != nil {
			return
		}
		if heard {
			wait = firstWait
		}
		rest := wait - rand.N(wait/2+1) // not all that Gerrit knows come back at once
		wait = min(2*wait, lastWait)
		if remote.ClassOf(err) != remote.Retry {
			rest = refusedWait
		}
		level := zerolog.DebugLevel
		if heard || err.Error() != told {
			level, told = zerolog.WarnLevel, err.Error()
		}
		s.o.Log.WithLevel(level).Err(err).Stringer("again_in", rest.Round(time.Millisecond)).Msg("no events from gerrit; polls see what they would tell, only later")
		if !pause(ctx, rest, nil) {
			return
		}
	}
}

// listen keeps one connection, and says whether it was a good one.
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

// started is called when Gerrit has taken the command. It refuses who may not listen only
// after that, and begins to tell a moment later; what happened before it does not tell again.
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

// event takes what the stream tells.
func (s *Stream) event(e gerrit.Event) {
	key := review.Key{Project: e.Project, Number: e.Number}
	s.mu.Lock()
	s.newest = time.Now()
	s.metas = s.metas || e.MetaRevID != ""
	heed := e.Number > 0 && (e.MetaRevID != "" || !s.metas || e.Type == "change-deleted")
	if e.Number > 0 {
		if len(s.told) >= followed {
			clear(s.told) // at worst a dead stream is noticed one poll later
		}
		s.told[key] = s.newest
	}
	if e.Type == gerrit.DroppedOutput {
		s.dropped = s.newest
	}
	s.mu.Unlock()
	if e.Type == gerrit.DroppedOutput {
		s.o.Log.Info().Msg("gerrit told more than could be listened to; looking at what was written lately")
		s.o.Poll()
	}
	if heed {
		s.o.Box.Change(fromStream, Change{Key: key, Meta: e.MetaRevID, By: e.By})
	}
}

// Saw is told what a poll found written that nobody had hinted at. A stream that tells nothing of it is dead.
func (s *Stream) Saw(key review.Key, written time.Time) {
	written = written.Add(-s.o.Offset())
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.since.IsZero() && written.After(s.since.Add(grace)) && s.told[key].Before(written) {
		cut := s.cut
		time.AfterFunc(grace, func() { s.judge(cut, key, written) })
	}
}

// judge ends the connection if it did not tell anything since.
func (s *Stream) judge(cut context.CancelCauseFunc, key review.Key, written time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	written = written.Add(-2 * time.Second) // dates are cut to the second, and clocks are compared by it
	switch {
	case s.since.IsZero() || !s.told[key].Before(written) || written.Before(s.dropped):
	case s.newest.Before(written):
		cut(errSilent)
	case !s.partial:
		s.partial, s.state = true, "connected, but it does not tell of every write"
		s.o.Log.Warn().Msg("gerrit's events do not tell of every write that polls see; is event.stream-events.enableRefUpdatedEvents off, or does the account of gerrit.events see less?")
	}
}

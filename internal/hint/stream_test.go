package hint

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
	"reviewsync/mapping/review"
)

// listened is a Stream whose connections the test makes, and what it did.
type listened struct {
	*taken
	stream *Stream

	mu      sync.Mutex
	text    strings.Builder
	asked   int
	dials   []time.Duration
	refusal error // of a connection, before it begins

	listener gerrit.Listener
	hangUp   context.CancelCauseFunc
}

func (l *listened) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *listened) log() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *listened) poll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.asked++
}

func (l *listened) polls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.asked
}

func (l *listened) dialled() []time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.dials)
}

// refuse makes connections fail from now on; nil: no longer.
func (l *listened) refuse(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refusal = err
}

func listening(t *testing.T, f func(*listened)) {
	withQueue(t, func(q *taken) {
		l := &listened{taken: q}
		l.stream = NewStream(StreamOptions{
			Listen: l.connect, Queue: q.Queue, Poll: l.poll, Log: zerolog.New(l),
			Offset: func() time.Duration { return time.Hour }, // Gerrit's clock is ahead
		})
		ctx, stop := context.WithCancel(q.ctx)
		done := make(chan struct{})
		go func() { l.stream.Run(ctx); close(done) }()
		defer func() { stop(); <-done }()
		synctest.Wait()
		f(l)
	})
}

func (l *listened) connect(ctx context.Context, to gerrit.Listener) error {
	l.mu.Lock()
	l.dials = append(l.dials, time.Since(l.began))
	err := l.refusal
	l.listener = to
	ctx, l.hangUp = context.WithCancelCause(ctx)
	l.mu.Unlock()
	if err != nil {
		return err
	}
	to.Started()
	<-ctx.Done()
	return context.Cause(ctx)
}

func (l *listened) hang(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.hangUp(why)
}

func (l *listened) report(number int, kind, meta string) {
	l.mu.Lock()
	listener := l.listener
	l.mu.Unlock()
	listener.Event(gerrit.Event{Type: kind, Project: "core", Number: number, MetaRevID: meta, By: "alice"})
	synctest.Wait()
}

// sees is a poll that finds a write to a change that long ago.
func (l *listened) sees(number int, ago time.Duration) {
	l.stream.Missed(review.Key{Project: "core", Number: number}, time.Now().Add(time.Hour-ago))
}

// Each write is reported twice and read once.
func TestTheStreamHeedsMetaRefs(t *testing.T) {
	listening(t, func(l *listened) {
		l.report(1, "ref-updated", "m1")
		l.report(1, "comment-added", "")
		l.wait(time.Second)
		l.report(0, "ref-updated", "") // of a branch
		l.report(1, "comment-added", "")
		l.wait(time.Second)
		l.report(1, "change-deleted", "") // whose meta ref has no newer revision
		l.wait(time.Second)
		wantList(t, l.of(&l.changes), "0s core~1 m1 urgent", "2s core~1  urgent")
	})
}

// The other events of a server that does not report updates of meta refs count.
func TestTheStreamOfAServerWithoutMetaRefs(t *testing.T) {
	listening(t, func(l *listened) {
		l.report(1, "comment-added", "")
		l.wait(time.Second)
		wantList(t, l.of(&l.changes), "0s core~1  urgent")
	})
}

func TestTheStreamConnectsAgain(t *testing.T) {
	listening(t, func(l *listened) {
		l.wait(settle)
		if l.stream.State() != "connected" || l.polls() != 1 {
			t.Fatalf("%q, %d polls", l.stream.State(), l.polls())
		}
		l.report(1, "ref-updated", "m1")
		l.refuse(&remote.Error{Server: "gerrit", Op: "stream-events", Err: errors.New("connection refused")})
		l.hang(errors.New("eof"))
		l.wait(10 * time.Minute)
		if n := len(l.dialled()); n < 12 || n > 24 { // 1, 2, 4 … 60 s, and up to half of it less
			t.Errorf("%d tries in ten minutes: %s", n, l.dialled())
		}
		if state := l.stream.State(); !strings.Contains(state, "not connected: ") || !strings.Contains(state, "connection refused") {
			t.Error(state)
		}
		if n := strings.Count(l.log(), `"warn"`); n != 2 { // it broke; it cannot be made
			t.Errorf("logged %d times\n%s", n, l.log())
		}
		l.refuse(nil)
		l.wait(time.Minute)
		if l.stream.State() != "connected" || l.polls() != 2 {
			t.Errorf("%q, %d polls: nothing reports what happened meanwhile", l.stream.State(), l.polls())
		}
	})
}

// What only a person can fix is not tried every minute.
func TestTheStreamThatIsNotPermitted(t *testing.T) {
	listening(t, func(l *listened) {
		l.refuse(&remote.Error{Class: remote.Blocked, Server: "gerrit", Op: "stream-events", Detail: "not permitted"})
		l.hang(errors.New("eof"))
		l.wait(time.Hour)
		if n := len(l.dialled()); n < 11 || n > 15 {
			t.Errorf("%d tries in an hour: %s", n, l.dialled())
		}
	})
}

// The watchdog: polls see what a dead stream does not report.
func TestADeadStream(t *testing.T) {
	for name, tt := range map[string]struct {
		happens func(*listened)
		dead    bool
		warned  string
	}{
		"nothing": {happens: func(*listened) {}},
		"the poll sees what was reported": {happens: func(l *listened) {
			l.report(1, "ref-updated", "m1")
			l.sees(1, time.Second)
		}},
		"it is reported a moment after the poll": {happens: func(l *listened) {
			l.sees(1, time.Second)
			l.wait(3 * time.Second)
			l.report(1, "ref-updated", "m1")
		}},
		"from before the connection": {happens: func(l *listened) { l.sees(1, time.Hour) }},
		"silent":                     {happens: func(l *listened) { l.sees(1, time.Second) }, dead: true, warned: "it is dead"},
		"silent since": {happens: func(l *listened) {
			l.report(1, "ref-updated", "m1")
			l.wait(time.Minute)
			l.sees(1, 10*time.Second)
		}, dead: true, warned: "it is dead"},
		"it reports other changes": {happens: func(l *listened) {
			l.sees(1, 10*time.Second)
			l.report(2, "ref-updated", "m1")
			l.wait(time.Minute)
			l.sees(3, 10*time.Second)
			l.report(2, "ref-updated", "m2")
		}, warned: "enableRefUpdatedEvents"},
	} {
		t.Run(name, func(t *testing.T) {
			listening(t, func(l *listened) {
				l.wait(time.Minute)
				tt.happens(l)
				l.wait(grace + 2*time.Second)
				if partial := l.stream.State() != "connected"; partial != (tt.warned == "enableRefUpdatedEvents") {
					t.Errorf("state %q", l.stream.State())
				}
				if dead := len(l.dialled()) > 1; dead != tt.dead {
					t.Errorf("connected anew: %t", dead)
				}
				if log := l.log(); strings.Count(log, `"warn"`) != min(len(tt.warned), 1) || !strings.Contains(log, tt.warned) {
					t.Errorf("logged\n%s, want %q", log, tt.warned)
				}
			})
		})
	}
}

// A stream that stays dead is not opened again at each poll.
func TestAStreamThatIsAlwaysDead(t *testing.T) {
	listening(t, func(l *listened) {
		for range 120 {
			l.wait(30 * time.Second)
			l.sees(1, 10*time.Second)
		}
		if n := len(l.dialled()); n < 20 || n > 70 {
			t.Errorf("%d connections in an hour", n)
		}
		if n := strings.Count(l.log(), `"warn"`); n != 1 {
			t.Errorf("logged %d times", n)
		}
	})
}

// Gerrit drops events that are not read in time, and says so.
func TestEventsThatGerritDropped(t *testing.T) {
	listening(t, func(l *listened) {
		l.wait(time.Minute)
		l.report(0, gerrit.DroppedOutput, "")
		if l.polls() != 2 {
			t.Errorf("%d polls", l.polls())
		}
		l.sees(1, 2*time.Second) // that is what was left out
		l.wait(time.Minute)
		if log := l.log(); strings.Contains(log, `"warn"`) {
			t.Error(log)
		}
	})
}

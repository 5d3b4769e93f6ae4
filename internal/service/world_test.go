package service

import (
	"context"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/effect"
	"reviewsync/internal/testworld"
	"reviewsync/mapping/tell"
)

const (
	external = testworld.External
	clinic   = testworld.Clinic
	core     = testworld.Core
	within   = testworld.Within
)

var monday = testworld.Monday

func TestMain(m *testing.M) {
	watchCommits()
	os.Exit(testworld.Main(m))
}

// world is one in which a service can run.
type world struct {
	*testworld.World
	clock func() time.Time // of the machine; nil: right

	running    atomic.Pointer[Service] // that was started last
	connection net.Conn                // to Gerrit's SSH
}

type trouble = testworld.Trouble

// inWorld runs a story in virtual time.
func inWorld(t *testing.T, story func(w *world)) {
	t.Helper()
	testworld.Bubble(t, func(t *testing.T) { story(newWorld(t)) })
}

func newWorld(t testing.TB) *world { return newWorldAt(t, time.Now) }

// newWorldAt is a world in which both servers have that clock.
func newWorldAt(t testing.TB, clock func() time.Time) *world {
	t.Helper()
	return &world{World: testworld.New(t, clock, clock)}
}

// options are those of a service in this world.
func (w *world) options() Options {
	return Options{
		Log: zerolog.New(w.Log).Level(zerolog.DebugLevel), Gerrit: w.ToGerrit, Phabricator: w.ToPhab, DialGerrit: w.dial, Clock: w.clock,
	}
}

// service makes one that nobody runs yet.
func (w *world) service(o Options) *Service {
	w.Helper()
	s, err := New(w.Context(), w.Config, o)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// start runs the service until stop is called, which returns how it ended.
func (w *world) start() (stop func() error) {
	w.Helper()
	s := w.service(w.options())
	w.running.Store(s)
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() {
		err := s.Run(ctx)
		s.Close()
		ended <- err
	}()
	w.Wait(0)
	return sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
}

// run is start for stories that end with the service well.
func (w *world) run() (stop func()) {
	w.Helper()
	end := w.start()
	stop = func() {
		w.Helper()
		if err := end(); err != nil {
			w.Errorf("the service ended with %v", err)
		}
	}
	w.Cleanup(stop)
	return stop
}

// sync is `reviewsync sync` and returns the sentences of what it moved.
func (w *world) sync(dryRun bool) []string {
	w.Helper()
	var moved []string
	var s *Service
	o := w.options()
	o.DryRun = dryRun
	o.Listen = func(r effect.Result) {
		for _, e := range r.Effects {
			if r.Outcome == effect.Done || r.Outcome == effect.Planned {
				moved = append(moved, tell.Effect(e, s.Names.Lookup(w.Context(), e.Accounts())))
			}
		}
	}
	s = w.service(o)
	defer s.Close()
	if err := s.Sync(w.Context()); err != nil {
		w.Fatalf("sync: %v", err)
	}
	return moved
}

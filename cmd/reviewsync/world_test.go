package main

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/service"
	"reviewsync/internal/testworld"
)

const (
	external = testworld.External
	clinic   = testworld.Clinic
	core     = testworld.Core
)

func TestMain(m *testing.M) { os.Exit(testworld.Main(m)) }

// world is one in which commands can be given.
type world struct{ *testworld.World }

// inWorld runs a story in virtual time.
func inWorld(t *testing.T, story func(w *world)) {
	t.Helper()
	testworld.Bubble(t, func(t *testing.T) { story(&world{testworld.New(t, time.Now, time.Now)}) })
}

// options are those of a command in this world.
func (w *world) options() service.Options {
	return service.Options{Log: zerolog.New(w.Log).Level(zerolog.DebugLevel), Gerrit: w.ToGerrit, Phabricator: w.ToPhab}
}

func (w *world) service(o service.Options) *service.Service {
	w.Helper()
	s, err := service.New(w.Context(), w.Config, o)
	w.OK(err)
	return s
}

// run runs the service for a time.
func (w *world) run(d time.Duration) {
	w.Helper()
	s := w.service(w.options())
	ctx, stop := context.WithTimeout(w.Context(), d)
	defer stop()
	defer s.Close()
	w.OK(s.Run(ctx))
}

// sync is `reviewsync sync`.
func (w *world) sync() {
	w.Helper()
	s := w.service(w.options())
	defer s.Close()
	w.OK(s.Sync(w.Context()))
}

// Package web is the service's own HTTP server. GET /healthz shows whether the service works,
// in counts, never a title, an address or a secret. The webhooks of both servers, and a unix
// socket for `reviewsync poke`, are hints: they only make the service read something sooner.
// What is refused is counted, and never repeated in an answer or a log.
package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/mapping"
)

// Health is the state of the service.
type Health struct {
	Version, Commit string // of the program
	Schema          int    // version of the store's tables

	SincePoll time.Duration  // since the end of the last good poll; since the start, if there was none
	Poll      time.Duration  // between two polls
	Down      []string       // what does not answer: "gerrit", "phabricator", "store"
	Clock     []string       // for each server's clock that is too far from ours, a sentence
	Changes   int            // how many changes are to be read
	Tasks     int            // how many tasks are to be decided on
	Faults    map[string]int // how many of them failed, by class
	Stuck     map[string]int // how many have failed for more than ten minutes, so that a person has to help

	SinceSweep time.Duration // since the end of the last good sweep; since the start, if there was none
	Sweep      time.Duration // between two sweeps
	SinceWrite time.Duration // since the last write to the store
	Store      string        // what is wrong with the store: "is damaged", "is lost"; "": nothing
	Vanished   int           // changes that are gone from Gerrit, as is everything else of their branch
	LeftOut    int           // parts of the config that cannot be used now, such as boards
	Held       int           // edits that wait for a budget of pace
	Braked     time.Time     // since when the first of them waits; zero: none does
	Failing    []string      // what failed the last time: "sweep", "rotation", "waits"

	Paused []mapping.Pause // to which nothing is written: somebody wants it so

	Events  string           // state of Gerrit's stream: "connected", or "not connected: " and why; "": there is none
	Hints   map[string]int64 // how many came so far, by source: "gerrit-ssh", "gerrit-webhook", "phabricator-webhook", "poke"
	Refused map[string]int64 // how many were refused outside this package, by reason
}

// slow is how long a sweep may take.
const slow = time.Hour

// late is how long after the third missed poll the service is failing.
const late = 30 * time.Second

// trouble says why the service does not do its job; "" if it does. A stream that is down is no
// reason: the service polls.
func (f Health) trouble() string {
	var reasons []string
	for _, d := range f.Down {
		reasons = append(reasons, d+" does not answer")
	}
	if f.Store != "" {
		reasons = append(reasons, "the store "+f.Store)
	}
	for _, c := range f.Clock {
		reasons = append(reasons, "clock: "+c)
	}
	if most := 3*f.Poll + late; f.SincePoll > most {
		reasons = append(reasons, fmt.Sprintf("the last good poll was %s ago, and %s is the most", f.SincePoll.Round(time.Second), most))
	}
	if most := 2*f.Sweep + slow; f.SinceSweep > most {
		reasons = append(reasons, fmt.Sprintf("the last good sweep was %s ago, and %s is the most", f.SinceSweep.Round(time.Second), most))
	}
	if len(f.Failing) > 0 {
		reasons = append(reasons, "failed the last time, the log says why: "+strings.Join(f.Failing, ", "))
	}
	if f.Vanished > 0 {
		reasons = append(reasons, fmt.Sprintf("changes that vanished at once, the log says where: %d", f.Vanished))
	}
	if f.LeftOut > 0 {
		reasons = append(reasons, fmt.Sprintf("boards left out, the log says why: %d", f.LeftOut))
	}
	if len(f.Stuck) > 0 {
		var classes []string
		for _, class := range slices.Sorted(maps.Keys(f.Stuck)) {
			classes = append(classes, fmt.Sprintf("%d %s", f.Stuck[class], class))
		}
		reasons = append(reasons, "for more than ten minutes, the log says why: "+strings.Join(classes, ", "))
	}
	return strings.Join(reasons, "; ")
}

// Server is the HTTP server.
type Server struct {
	listen string
	health func(context.Context) Health
	log    zerolog.Logger
	hooks  hooks
}

// New returns a Server for an address HOST:PORT. HOST is loopback if it is empty.
func New(listen string, health func(context.Context) Health, log zerolog.Logger) *Server {
	s := &Server{listen: Address(listen), health: health, log: log}
	s.SetHooks(Hooks{})
	return s
}

// Address returns the address that a Server listens on.
func Address(listen string) string {
	if strings.HasPrefix(listen, ":") {
		return "127.0.0.1" + listen
	}
	return listen
}

// Handler returns the handler of all requests.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.route) }

// route is not an http.ServeMux, because its redirects and 405s reveal which paths exist.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	accepted := s.hooks.accepts.Load()
	gerrit := accepted.isGerrit(r.URL.Path) // first, so that every path takes the same time
	switch path := r.URL.Path; {
	case gerrit:
		s.hooks.fromGerrit(w, r, accepted)
	case path == PhabricatorPath && accepted.Phabricator != nil:
		s.hooks.fromPhabricator(w, r, accepted)
	case path == "/healthz" && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		s.healthz(w, r)
	case path == "/healthz":
		w.Header().Set("Allow", "GET, HEAD")
		answer(w, http.StatusMethodNotAllowed)
	case r.Method == http.MethodPost:
		s.hooks.refuse(w, byPath, http.StatusNotFound)
	default:
		answer(w, http.StatusNotFound)
	}
}

const (
	answerTime = 5 * time.Second
	endTime    = 500 * time.Millisecond
)

// Run serves until ctx is done, which is no error. Requests under way then have half a second to end.
func (s *Server) Run(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.listen)
	switch {
	case err == nil:
		return serve(ctx, newDoor(l, func() { s.hooks.refused.add(byBusy) }), s.Handler(), s.log)
	case ctx.Err() == nil:
		return fmt.Errorf("web.listen: %w; name an address of this machine with a free port", err)
	default:
		return nil // ctx was done before it began
	}
}

func serve(ctx context.Context, l *door, handler http.Handler, log zerolog.Logger) error {
	h := &http.Server{
		ConnState:         l.state,
		ErrorLog:          errorLog(log),
		Handler:           handler,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: answerTime,
		ReadTimeout:       answerTime,
		WriteTimeout:      2 * answerTime,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(l) }()
	select {
	case err := <-ended:
		return fmt.Errorf("web: %w", err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	if err := h.Shutdown(grace); err != nil {
		_ = h.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("web: %w", err)
	}
	return nil
}

// healthz is the answer to GET /healthz. Monitoring uses these names, so they never change.
type healthz struct {
	Status   string         `json:"status"` // "ok" or "failing"
	Reason   string         `json:"reason,omitempty"`
	Version  string         `json:"version,omitempty"`
	Commit   string         `json:"commit,omitempty"`
	Schema   int            `json:"schema,omitempty"`
	Clock    string         `json:"clock,omitempty"`
	LastPoll int            `json:"seconds_since_poll"`
	Changes  int            `json:"changes_behind"`
	Tasks    int            `json:"tasks_behind"`
	Faults   map[string]int `json:"faults"`
	Stuck    map[string]int `json:"faults_for_long"`

	LastSweep int      `json:"seconds_since_sweep"`
	LastWrite int      `json:"seconds_since_store_write"`
	Failing   []string `json:"failing,omitempty"`
	Vanished  int      `json:"changes_vanished"`
	LeftOut   int      `json:"boards_left_out"`
	Held      int      `json:"edits_held,omitempty"`
	Braked    string   `json:"braked_since,omitempty"`

	Paused []mapping.Pause `json:"paused,omitempty"`

	Events  string           `json:"events,omitempty"`
	Hints   map[string]int64 `json:"hints"`
	Refused map[string]int64 `json:"hints_refused"`
}

func (s *Server) healthz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), answerTime)
	defer cancel()
	f := s.health(ctx)
	h := healthz{
		Status: "ok", Reason: f.trouble(), Version: f.Version, Commit: f.Commit, Schema: f.Schema, Clock: strings.Join(f.Clock, "; "), LastPoll: int(f.SincePoll.Seconds()),
		Changes: f.Changes, Tasks: f.Tasks, Faults: f.Faults, Stuck: f.Stuck,
		LastSweep: int(f.SinceSweep.Seconds()), LastWrite: int(f.SinceWrite.Seconds()), Failing: f.Failing, Vanished: f.Vanished, LeftOut: f.LeftOut, Paused: f.Paused,
		Events: f.Events, Hints: f.Hints, Refused: s.hooks.refused.with(f.Refused),
	}
	if h.Held = f.Held; !f.Braked.IsZero() {
		h.Braked = f.Braked.UTC().Format(time.RFC3339)
	}
	if h.Hints == nil {
		h.Hints = map[string]int64{}
	}
	if h.Faults == nil {
		h.Faults = map[string]int{}
	}
	if h.Stuck == nil {
		h.Stuck = map[string]int{}
	}
	status := http.StatusOK
	if h.Reason != "" {
		h.Status, status = "failing", http.StatusServiceUnavailable
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(h) // an error means that the client is gone
}

// Package phabtest is a stateful stand-in for Phorge's Conduit API: the methods that
// package phab uses, over a model of tasks, boards and people that behaves as the real
// server does. Tests, benchmarks and the demo use it.
//
// What people do are methods (Drag, AddTag, SetStatus …), with user names, slugs and column
// names. They panic on unknown names: that is a mistake in the test, not a case to handle.
// Conduit itself is served over HTTP. Edits are delivered to webhooks (Webhook).
//
// The methods of Conduit here answer alike on Phorge 2026.27 and on master.
package phabtest

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options of a Server. The zero value is fit for use.
type Options struct {
	// Clock is the server's time; default time.Now. Answers carry it in their Date header.
	Clock func() time.Time
	// Public makes new tasks visible without an account; default: to all accounts.
	Public bool
	// NoStatusConstraint makes project.search behave as before Phorge 2025.51: it
	// refuses the constraint "status", and returns projects in any status.
	NoStatusConstraint bool
	// Statuses are closed statuses of a task besides those of a fresh installation.
	Statuses []string
}

// Server is the stand-in. It is an http.Handler, and safe for concurrent use.
type Server struct {
	o Options

	mu       sync.Mutex
	serial   uint64 // of PHIDs, group ids and tokens
	users    []*user
	projects []*project
	columns  []*column
	tasks    []*task // by id, from 1
	xacts    int     // transactions so far
	rank     int64   // of the topmost card so far; lower is higher up
	byPHID   map[string]any
	byName   map[string]*user
	byToken  map[string]*user
	bySlug   map[string]*project

	requests map[string]int
	noOps    int
	fault    func(Request) *Fault

	webhooks    []webhook
	undelivered []edited
}

// New returns an empty Server: no user, no project, no task.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Server{
		o:        o,
		byPHID:   map[string]any{},
		byName:   map[string]*user{},
		byToken:  map[string]*user{},
		bySlug:   map[string]*project{},
		requests: map[string]int{},
	}
}

// Requests is how many requests each method has had since the last Reset.
func (s *Server) Requests() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.requests)
}

// NoOps is how many edits of tasks or projects had no effect since the last Reset. On the real
// server each changes the task's date and wakes every webhook.
func (s *Server) NoOps() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.noOps
}

// Reset puts all counters to zero.
func (s *Server) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.requests)
	s.noOps = 0
}

// now is the server's time in whole seconds, as the database keeps it.
func (s *Server) now() int64 { return s.o.Clock().Unix() }

const alphabet = "abcdefghijklmnopqrstuvwxyz234567"

// random returns n unique characters, the same on every run.
func (s *Server) random(n int) string {
	s.serial++
	out := make([]byte, n)
	x := s.serial * 0x9E3779B97F4A7C15 // spreads the serial number over all characters; it is odd, so no two collide
	for i := range out {
		if i == 13 {
			x = s.serial * 0xD1B54A32D192ED03
		}
		out[i] = alphabet[x&31]
		x >>= 5
	}
	return string(out)
}

// phid makes a PHID of a kind such as "TASK". Those of transactions have 15 random
// characters, all others 20.
func (s *Server) phid(kind string) string {
	n := 20
	if strings.HasPrefix(kind, "XACT-") {
		n = 15
	}
	return "PHID-" + kind + "-" + s.random(n)
}

func (s *Server) userNamed(name string) *user {
	if u := s.byName[name]; u != nil {
		return u
	}
	panic(fmt.Sprintf("phabtest: no user %q", name))
}

func (s *Server) projectOf(slug string) *project {
	if p := s.bySlug[normal(slug)]; p != nil {
		return p
	}
	panic(fmt.Sprintf("phabtest: no project %q", slug))
}

func (s *Server) columnNamed(p *project, name string) *column {
	s.makeProxies(p)
	var found *column
	for _, c := range p.columns {
		if s.columnName(c) == name && (found == nil || found.hidden && !c.hidden) {
			found = c
		}
	}
	if found == nil {
		panic(fmt.Sprintf("phabtest: no column %q on %q", name, p.name))
	}
	return found
}

func (s *Server) taskOf(id int) *task {
	if t := s.task(id); t != nil {
		return t
	}
	panic(fmt.Sprintf("phabtest: no task T%d", id))
}

// task returns a task; nil if there is none.
func (s *Server) task(id int) *task {
	if id < 1 || id > len(s.tasks) {
		return nil
	}
	return s.tasks[id-1]
}

var _ http.Handler = (*Server)(nil)

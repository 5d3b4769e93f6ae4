package demo

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/phab/phabtest"
	"reviewsync/testdata"
)

// The cast.
var (
	team       = []string{"alice", "bob", "carol", "dave", "erin"}
	volunteers = []string{"vol1", "vol2"}
)

const (
	self = "reviewsync"  // the service's own account
	bot  = "jenkins-bot" // of the CI

	core  = "mediawiki/core"
	echo  = "mediawiki/extensions/Echo"
	stats = "labs/duty-statistics"

	external = "#external-code-reviews"
	duty     = "#clinic-duty-team"
)

// board is a workboard of the process.
type board struct {
	tag, name string
	columns   []string // the first is the default one
}

var boards = []board{
	{external, "External Code Reviews", []string{"Review Needed", "In Progress", "Review Completed"}},
	{duty, "Clinic Duty Team", []string{"Ready", "Doing", "External Code Reviews", "Discussing", "Blocked Externally", "Waiting for Review", "Waiting for Deployment", "Done"}},
}

// monday is when the week begins.
var monday = time.Date(2026, time.December, 7, 0, 0, 0, 0, time.UTC)

// World is the two servers.
type World struct {
	GerritURL, PhabURL string

	gerrit *gerrittest.Server
	phab   *phabtest.Server
	clock  *clock
	tokens map[string]string // Conduit API tokens by user
	tasks  []task            // T1, T2 …
	stop   []func()
}

// task is a task at the beginning of the story, with the board of its card. column is empty if it
// is not there yet.
type task struct {
	title, board, column string
	old                  string // column of Clinic Duty in which the card is until then
}

// NewWorld starts both servers on free ports of 127.0.0.1. Close stops them.
func NewWorld(ctx context.Context) (*World, error) {
	w := &World{clock: &clock{at: monday.Add(-60 * time.Hour)}, tokens: map[string]string{}}
	w.gerrit = gerrittest.New(gerrittest.Options{Clock: w.clock.now})
	w.phab = phabtest.New(phabtest.Options{Clock: w.clock.now})
	w.people()
	w.furnish()
	w.clock.set(monday.Add(8*time.Hour + 50*time.Minute))
	var errs [2]error
	w.GerritURL, errs[0] = w.listen(ctx, byHand{w.gerrit})
	w.PhabURL, errs[1] = w.listen(ctx, w.phab)
	if err := errors.Join(errs[:]...); err != nil {
		w.Close()
		return nil, err
	}
	return w, nil
}

// listen serves on a free port of loopback and returns the address.
func (w *World) listen(ctx context.Context, h http.Handler) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("listen on loopback: %w", err)
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	var ended sync.WaitGroup
	ended.Go(func() { _ = s.Serve(l) }) // until Close
	w.stop = append(w.stop, func() { _ = s.Close(); ended.Wait() })
	return "http://" + l.Addr().String(), nil
}

// Close stops both servers.
func (w *World) Close() {
	for _, stop := range w.stop {
		stop()
	}
}

func (w *World) people() {
	for _, name := range slices.Concat(team, volunteers) {
		w.gerrit.AddAccount(name, false)
		if name == "carol" {
			name = "CarolX" // as the config says
		}
		_, w.tokens[name] = w.phab.AddUser(name, false)
	}
	w.gerrit.AddTeam(team...)
	w.gerrit.AddAccount(bot, true)
	w.gerrit.AddAccount(self, true)
	_, w.tokens[self] = w.phab.AddUser(self, true)
	w.phab.AddUser("CommunityTechBot", true)
}

func (w *World) furnish() {
	for _, p := range []string{core, echo, stats} {
		w.gerrit.AddProject(p, gerrittest.ProjectOptions{})
	}
	w.gerrit.SetNextNumber(501)
	for _, b := range boards {
		w.phab.AddProject(b.name, strings.TrimPrefix(b.tag, "#"), b.columns...)
	}
	w.tasks = []task{
		{"Special:Log sorts by the wrong date", external, "", ""},
		{"Mail digest ignores the reader's language", external, "Review Needed", ""},
		{"No preview for renamed files", external, "Review Needed", ""},
		{"Jobs are retried for ever after a timeout", duty, "Ready", ""},
		{"Upgrade the mail library", duty, "Doing", ""},
		{"Duty statistics count Sundays", duty, "Ready", ""},
		{"How to split the job table?", duty, "Discussing", ""},
		{"Thanks button too small on phones", external, "Review Needed", ""},
		{"Wide tables hide the menu", external, "", "External Code Reviews"},
	}
	for _, t := range w.tasks {
		var on []phabtest.Placement
		if t.column != "" {
			on = append(on, phabtest.On(t.board, t.column))
		}
		if t.old != "" {
			on = append(on, phabtest.On(duty, t.old))
		}
		w.phab.NewTask("alice", t.title, on...)
	}
}

// WriteConfig writes the sample configuration for these servers, and the two secrets that it names,
// into a folder. It returns the path of the configuration.
func (w *World) WriteConfig(dir string) (string, error) {
	text := strings.NewReplacer(
		"https://gerrit.example.org/r", w.GerritURL+"\n  password_file: gerrit.password",
		"https://phabricator.example.org", w.PhabURL+"\n  token_file: phab.token",
	).Replace(testdata.Process)
	path := filepath.Join(dir, "reviewsync.yaml")
	return path, errors.Join(
		os.WriteFile(path, []byte(text), 0o600),
		os.WriteFile(filepath.Join(dir, "gerrit.password"), []byte(w.gerrit.Password(self)), 0o600),
		os.WriteFile(filepath.Join(dir, "phab.token"), []byte(w.tokens[self]), 0o600),
	)
}

// Now is the time of the story.
func (w *World) Now() time.Time { return w.clock.now() }

// Queries is how many queries Gerrit has been sent so far. A query that is counted after something
// happened has it in its answer.
func (w *World) Queries() int { return w.gerrit.Requests()["query"] }

// clock is the time of both servers. It stands still until it is let run.
type clock struct {
	mu      sync.Mutex
	at      time.Time
	running time.Time // since when; zero: it stands
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running.IsZero() {
		return c.at
	}
	return c.at.Add(time.Since(c.running))
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

func (c *clock) run() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = time.Now()
}

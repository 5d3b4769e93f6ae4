package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/phab/phabtest"
)

const (
	external = "external-code-reviews"
	clinic   = "clinic-duty-team"
	core     = "mediawiki/core"

	// within is when a card must stand right: a poll and a second.
	within = 31 * time.Second
)

// monday is when the stories begin: after the start that the config gives a board.
var monday = time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)

func TestMain(m *testing.M) {
	watchCommits()
	// The secrets that process.yaml leaves out: for all, so that tests can run side by side.
	for name, secret := range map[string]string{config.EnvPassword: "reviewsync-secret", config.EnvToken: "put in by the world"} {
		if err := os.Setenv(name, secret); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// world is a Gerrit and a Phabricator with the people and boards of testdata/process.yaml.
type world struct {
	testing.TB
	gerrit   *gerrittest.Server
	phab     *phabtest.Server
	toGerrit *way
	toPhab   *way
	cfg      *config.Config
	token    string
	log      *lines
	clock    func() time.Time // of the machine; nil: right

	running    atomic.Pointer[service] // that was started last
	connection net.Conn                // to Gerrit's SSH
}

// inWorld runs a story in virtual time.
func inWorld(t *testing.T, story func(w *world)) {
	t.Helper()
	inBubble(t, func(t *testing.T) { story(newWorld(t)) })
}

// inBubble runs a test in virtual time, from monday on.
func inBubble(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		run(t)
	})
}

func newWorld(t testing.TB) *world { return newWorldAt(t, time.Now) }

// newWorldAt is a world in which both servers have that clock.
func newWorldAt(t testing.TB, clock func() time.Time) *world {
	t.Helper()
	return newWorldOf(t, clock, clock)
}

// newWorldOf is a world in which the servers have a clock each.
func newWorldOf(t testing.TB, ofGerrit, ofPhab func() time.Time) *world {
	t.Helper()
	w := &world{
		TB: t, log: &lines{},
		gerrit: gerrittest.New(gerrittest.Options{Clock: ofGerrit}), phab: phabtest.New(phabtest.Options{Clock: ofPhab}),
	}
	w.toGerrit, w.toPhab = &way{server: w.gerrit.Transport()}, &way{server: w.phab.Transport()}
	for _, name := range []string{"alice", "bob", "carol", "dave", "erin", "vol1", "vol2"} {
		w.gerrit.AddAccount(name, false)
		if name == "carol" {
			name = "CarolX"
		}
		w.phab.AddUser(name, false)
	}
	w.gerrit.AddTeam("alice", "bob", "carol", "dave", "erin")
	w.gerrit.AddAccount("reviewsync", true)
	w.gerrit.AddAccount("jenkins-bot", true)
	w.phab.AddUser("CommunityTechBot", true)
	for _, p := range []string{core, "mediawiki/extensions/Foo", "labs/tools"} {
		w.gerrit.AddProject(p, gerrittest.ProjectOptions{})
	}
	w.phab.AddProject("External Code Reviews", external, "Inbox", "Review Needed", "In Progress", "Review Completed", "Parked")
	w.phab.AddProject("Clinic Duty Team", clinic, "Inbox", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment",
		"Blocked Externally", "Discussing", "Done", "External Code Reviews")
	_, w.token = w.phab.AddUser("reviewsync", true)

	w.cfg = processConfig(t)
	w.cfg.Boards[0].Start = monday.AddDate(0, 0, -6) // so what was said on monday counts, even before the first look
	w.cfg.Gerrit.Rate, w.cfg.Phabricator.Rate = 0, 0 // what is counted here is counted at once
	w.cfg.Gerrit.URL, w.cfg.Phabricator.Token = "http://gerrit.example.org", config.NewSecret(w.token)
	return w
}

// processConfig is testdata/process.yaml, with its store in a folder of the test.
func processConfig(t testing.TB) *config.Config {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "process.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Parse(filepath.Join(t.TempDir(), "reviewsync.yaml"), text)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// options are those of a service in this world.
func (w *world) options() serviceOptions {
	return serviceOptions{
		log: zerolog.New(w.log).Level(zerolog.DebugLevel), gerrit: w.toGerrit, phabricator: w.toPhab, dialGerrit: w.dial, clock: w.clock,
	}
}

// service makes one that nobody runs yet.
func (w *world) service(o serviceOptions) *service {
	w.Helper()
	s, err := newService(w.Context(), w.cfg, o)
	if err != nil {
		w.Fatal(err)
	}
	return s
}

// start runs the service until stop is called, which tells how it ended.
func (w *world) start() (stop func() error) {
	w.Helper()
	s := w.service(w.options())
	w.running.Store(s)
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan error, 1)
	go func() {
		err := s.run(ctx)
		s.close()
		ended <- err
	}()
	w.wait(0)
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
	o := w.options()
	o.dryRun = dryRun
	o.moved = func(d mapping.Decision) { moved = append(moved, d.Reason) }
	s := w.service(o)
	defer s.close()
	if err := s.sync(w.Context()); err != nil {
		w.Fatalf("sync: %v", err)
	}
	return moved
}

// wait lets time pass, and everybody finish what they do at the end of it.
func (w *world) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// push makes a change that names tasks.
func (w *world) push(owner, project string, tasks ...int) int {
	w.Helper()
	n, err := w.gerrit.Push(owner, project, "master", gerrittest.PushInput{Subject: "Mend it", Footers: bugs(tasks...)})
	w.ok(err)
	return n
}

func bugs(tasks ...int) []string {
	var footers []string
	for _, t := range tasks {
		footers = append(footers, fmt.Sprintf("Bug: T%d", t))
	}
	return footers
}

func (w *world) vote(who string, change, value int) {
	w.Helper()
	_, err := w.gerrit.Review(who, change, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": value}})
	w.ok(err)
}

func (w *world) reply(who string, change int, text string) {
	w.Helper()
	_, err := w.gerrit.Review(who, change, gerrittest.ReviewInput{Message: text})
	w.ok(err)
}

func (w *world) amend(change int) {
	w.Helper()
	w.ok(w.gerrit.Amend("vol1", change, gerrittest.Rework, gerrittest.AmendInput{}))
}

// task makes one that is on a board.
func (w *world) task(board, column string) int {
	return w.phab.NewTask("dave", "Something is broken", phabtest.On(board, column))
}

// want says where a card must be.
func (w *world) want(task int, board, column string) {
	w.Helper()
	if got := w.phab.Where(task)[board]; got != column {
		w.Errorf("%s: T%d is in %q, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), task, got, column, w.log.tail(12))
	}
}

// moves lists the columns that the service moved a card to, oldest first.
func (w *world) moves(task int) []string { return w.movesOf(task, "reviewsync") }

func (w *world) movesOf(task int, who string) []string {
	var columns []string
	for _, e := range w.phab.History(task) {
		for _, m := range e.Moves {
			if e.Author == who {
				columns = append(columns, m.To)
			}
		}
	}
	return columns
}

func (w *world) wantMoves(task int, columns ...string) {
	w.Helper()
	if got := w.moves(task); !slices.Equal(got, columns) {
		w.Errorf("T%d was moved to %q, want %q\n%s", task, got, columns, w.log.tail(30))
	}
}

// noWaste says that no edit was without effect.
func (w *world) noWaste() {
	w.Helper()
	if n := w.phab.NoOps(); n > 0 {
		w.Errorf("%d edits had no effect", n)
	}
}

// way is the way to one server, on which something can happen to a request.
type way struct {
	server http.RoundTripper

	mu   sync.Mutex
	trap func(r *http.Request) trouble
	sent []time.Time // each request
}

// trouble is what happens to a request instead of its answer. server is the one that it was sent to.
type trouble func(r *http.Request, server http.RoundTripper) (*http.Response, error)

// set puts a trap on the way: it is shown each request and may name its trouble; nil: no trap.
func (w *way) set(trap func(r *http.Request) trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = trap
}

func (w *way) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	trap := w.trap
	w.sent = append(w.sent, time.Now())
	w.mu.Unlock()
	if trap != nil {
		if happens := trap(r); happens != nil {
			return happens(r, w.server)
		}
	}
	return w.server.RoundTrip(r)
}

// lines is a log.
type lines struct {
	mu   sync.Mutex
	text []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// all lists the lines of these levels; of every level if none is named.
func (l *lines) all(levels ...string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, text := range l.text {
		var line struct{ Level string }
		_ = json.Unmarshal([]byte(text), &line)
		if len(levels) == 0 || slices.Contains(levels, line.Level) {
			out = append(out, text)
		}
	}
	return out
}

func (l *lines) tail(n int) string {
	all := l.all()
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

func (l *lines) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = nil
}

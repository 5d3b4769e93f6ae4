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
	Gerrit   *gerrittest.Server
	Phab     *phabtest.Server
	ToGerrit *way
	ToPhab   *way
	Config   *config.Config
	Token    string
	Log      *Log
	clock    func() time.Time // of the machine; nil: right

	running    atomic.Pointer[Service] // that was started last
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
		TB: t, Log: &Log{},
		Gerrit: gerrittest.New(gerrittest.Options{Clock: ofGerrit}), Phab: phabtest.New(phabtest.Options{Clock: ofPhab}),
	}
	w.ToGerrit, w.ToPhab = &way{Server: w.Gerrit.Transport()}, &way{Server: w.Phab.Transport()}
	for _, name := range []string{"alice", "bob", "carol", "dave", "erin", "vol1", "vol2"} {
		w.Gerrit.AddAccount(name, false)
		if name == "carol" {
			name = "CarolX"
		}
		w.Phab.AddUser(name, false)
	}
	w.Gerrit.AddTeam("alice", "bob", "carol", "dave", "erin")
	w.Gerrit.AddAccount("reviewsync", true)
	w.Gerrit.AddAccount("jenkins-bot", true)
	w.Phab.AddUser("CommunityTechBot", true)
	for _, p := range []string{core, "mediawiki/extensions/Foo", "labs/tools"} {
		w.Gerrit.AddProject(p, gerrittest.ProjectOptions{})
	}
	w.Phab.AddProject("External Code Reviews", external, "Inbox", "Review Needed", "In Progress", "Review Completed", "Parked")
	w.Phab.AddProject("Clinic Duty Team", clinic, "Inbox", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment",
		"Blocked Externally", "Discussing", "Done", "External Code Reviews")
	_, w.Token = w.Phab.AddUser("reviewsync", true)

	w.Config = processConfig(t)
	w.Config.Boards[0].Start = monday.AddDate(0, 0, -6)    // so what was said on monday counts, even before the first look
	w.Config.Gerrit.Rate, w.Config.Phabricator.Rate = 0, 0 // what is counted here is counted at once
	w.Config.Gerrit.URL, w.Config.Phabricator.Token = "http://gerrit.example.org", config.NewSecret(w.Token)
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

// start runs the service until stop is called, which tells how it ended.
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
	o := w.options()
	o.DryRun = dryRun
	o.Moved = func(d mapping.Decision) { moved = append(moved, d.Reason) }
	s := w.service(o)
	defer s.Close()
	if err := s.Sync(w.Context()); err != nil {
		w.Fatalf("sync: %v", err)
	}
	return moved
}

// wait lets time pass, and everybody finish what they do at the end of it.
func (w *world) Wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (w *world) OK(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// push makes a change that names tasks.
func (w *world) Push(owner, project string, tasks ...int) int {
	w.Helper()
	n, err := w.Gerrit.Push(owner, project, "master", gerrittest.PushInput{Subject: "Mend it", Footers: Bugs(tasks...)})
	w.OK(err)
	return n
}

func Bugs(tasks ...int) []string {
	var footers []string
	for _, t := range tasks {
		footers = append(footers, fmt.Sprintf("Bug: T%d", t))
	}
	return footers
}

func (w *world) Vote(who string, change, value int) {
	w.Helper()
	_, err := w.Gerrit.Review(who, change, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": value}})
	w.OK(err)
}

func (w *world) Reply(who string, change int, text string) {
	w.Helper()
	_, err := w.Gerrit.Review(who, change, gerrittest.ReviewInput{Message: text})
	w.OK(err)
}

func (w *world) Amend(change int) {
	w.Helper()
	w.OK(w.Gerrit.Amend("vol1", change, gerrittest.Rework, gerrittest.AmendInput{}))
}

// task makes one that is on a board.
func (w *world) Task(board, column string) int {
	return w.Phab.NewTask("dave", "Something is broken", phabtest.On(board, column))
}

// want says where a card must be.
func (w *world) Want(task int, board, column string) {
	w.Helper()
	if got := w.Phab.Where(task)[board]; got != column {
		w.Errorf("%s: T%d is in %q, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), task, got, column, w.Log.Tail(12))
	}
}

// moves lists the columns that the service moved a card to, oldest first.
func (w *world) Moves(task int) []string { return w.MovesOf(task, "reviewsync") }

func (w *world) MovesOf(task int, who string) []string {
	var columns []string
	for _, e := range w.Phab.History(task) {
		for _, m := range e.Moves {
			if e.Author == who {
				columns = append(columns, m.To)
			}
		}
	}
	return columns
}

func (w *world) WantMoves(task int, columns ...string) {
	w.Helper()
	if got := w.Moves(task); !slices.Equal(got, columns) {
		w.Errorf("T%d was moved to %q, want %q\n%s", task, got, columns, w.Log.Tail(30))
	}
}

// noWaste says that no edit was without effect.
func (w *world) NoWaste() {
	w.Helper()
	if n := w.Phab.NoOps(); n > 0 {
		w.Errorf("%d edits had no effect", n)
	}
}

// way is the way to one server, on which something can happen to a request.
type way struct {
	Server http.RoundTripper

	mu   sync.Mutex
	trap func(r *http.Request) trouble
	sent []time.Time // each request
}

// trouble is what happens to a request instead of its answer. server is the one that it was sent to.
type trouble func(r *http.Request, server http.RoundTripper) (*http.Response, error)

// set puts a trap on the way: it is shown each request and may name its trouble; nil: no trap.
func (w *way) Set(trap func(r *http.Request) trouble) {
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
			return happens(r, w.Server)
		}
	}
	return w.Server.RoundTrip(r)
}

// lines is a log.
type Log struct {
	mu   sync.Mutex
	text []string
}

func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = append(l.text, strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// all lists the lines of these levels; of every level if none is named.
func (l *Log) All(levels ...string) []string {
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

func (l *Log) Tail(n int) string {
	all := l.All()
	return strings.Join(all[max(0, len(all)-n):], "\n")
}

func (l *Log) Clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = nil
}

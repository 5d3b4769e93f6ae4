// Package testworld is a Gerrit and a Phabricator with the people and boards of the sample
// configuration, for tests that play what happens there in virtual time.
package testworld

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/phab/phabtest"
	"reviewsync/testdata"
)

const (
	External = "external-code-reviews" // a board
	Clinic   = "clinic-duty-team"      // another board
	Core     = "mediawiki/core"        // a repository

	// Within is the time by which a card must be in its column: a poll and a second.
	Within = 31 * time.Second

	password = "reviewsync-secret" // of the service's account on Gerrit
)

// Monday is when the stories begin, after the boards' start in the config.
var Monday = time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)

// World is the two servers and the transports to them.
type World struct {
	testing.TB
	Gerrit   *gerrittest.Server
	Phab     *phabtest.Server
	ToGerrit *Way
	ToPhab   *Way
	Config   *config.Config
	Token    string // of the service's account on Phabricator
	Log      *Log
}

// Main runs the tests of a package. It sets the secrets that process.yaml leaves out once for
// all tests, so that they can run in parallel.
func Main(m *testing.M) int {
	for name, secret := range map[string]string{config.EnvPassword: password, config.EnvToken: "put in by the world"} {
		if err := os.Setenv(name, secret); err != nil {
			panic(err)
		}
	}
	return m.Run()
}

// Bubble runs a test in virtual time, from Monday on.
func Bubble(t *testing.T, run func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(Monday))
		run(t)
	})
}

// Of makes a World of two servers.
func Of(t testing.TB, g *gerrittest.Server, p *phabtest.Server) *World {
	return &World{TB: t, Log: &Log{}, Gerrit: g, Phab: p, ToGerrit: &Way{Server: g.Transport()}, ToPhab: &Way{Server: p.Transport()}}
}

// New makes a World whose servers have these clocks.
func New(t testing.TB, ofGerrit, ofPhab func() time.Time) *World {
	t.Helper()
	w := Of(t, gerrittest.New(gerrittest.Options{Clock: ofGerrit}), phabtest.New(phabtest.Options{Clock: ofPhab}))
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
	for _, p := range []string{Core, "mediawiki/extensions/Foo", "labs/tools"} {
		w.Gerrit.AddProject(p, gerrittest.ProjectOptions{})
	}
	w.Phab.AddProject("External Code Reviews", External, "Inbox", "Review Needed", "In Progress", "Review Completed", "Parked")
	w.Phab.AddProject("Clinic Duty Team", Clinic, "Inbox", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment",
		"Blocked Externally", "Discussing", "Done", "External Code Reviews")
	_, w.Token = w.Phab.AddUser("reviewsync", true)

	w.Config = Config(t)
	w.Config.Boards[0].Start = Monday.AddDate(0, 0, -6)    // so what was said on Monday counts, even before the first poll
	w.Config.Gerrit.Rate, w.Config.Phabricator.Rate = 0, 0 // no limit
	w.Config.Gerrit.URL, w.Config.Phabricator.Token = "http://gerrit.example.org", config.NewSecret(w.Token)
	return w
}

// Config returns testdata/process.yaml, with its store in a folder of the test.
func Config(t testing.TB) *config.Config {
	t.Helper()
	cfg, err := config.Parse(filepath.Join(t.TempDir(), "reviewsync.yaml"), []byte(testdata.Process))
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// Wait lets time pass, and waits until all work that is due by then is done.
func (w *World) Wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// OK ends the test on an error.
func (w *World) OK(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// Push makes a change that names tasks, and returns its number.
func (w *World) Push(owner, project string, tasks ...int) int {
	w.Helper()
	n, err := w.Gerrit.Push(owner, project, "master", gerrittest.PushInput{Subject: "Fix it", Footers: Bugs(tasks...)})
	w.OK(err)
	return n
}

// Bugs are the footers that name tasks.
func Bugs(tasks ...int) []string {
	var footers []string
	for _, t := range tasks {
		footers = append(footers, fmt.Sprintf("Bug: T%d", t))
	}
	return footers
}

// Vote votes on Code-Review.
func (w *World) Vote(who string, change, value int) {
	w.Helper()
	_, err := w.Gerrit.Review(who, change, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": value}})
	w.OK(err)
}

// Reply says something on a change.
func (w *World) Reply(who string, change int, text string) {
	w.Helper()
	_, err := w.Gerrit.Review(who, change, gerrittest.ReviewInput{Message: text})
	w.OK(err)
}

// Amend uploads new code to a change of vol1.
func (w *World) Amend(change int) {
	w.Helper()
	w.OK(w.Gerrit.Amend("vol1", change, gerrittest.Rework, gerrittest.AmendInput{}))
}

// Task makes a task on a board, and returns its number.
func (w *World) Task(board, column string) int {
	return w.Phab.NewTask("dave", "Something is broken", phabtest.On(board, column))
}

// Want checks the column of a card.
func (w *World) Want(task int, board, column string) {
	w.Helper()
	if got := w.Phab.Where(task)[board]; got != column {
		w.Errorf("%s: T%d is in %q, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), task, got, column, w.Log.Tail(12))
	}
}

// Moves returns the columns that the service moved a card to, oldest first.
func (w *World) Moves(task int) []string { return w.MovesOf(task, "reviewsync") }

// MovesOf returns the columns that a user moved a card to.
func (w *World) MovesOf(task int, who string) []string {
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

// WantMoves checks the columns that the service moved a card to.
func (w *World) WantMoves(task int, columns ...string) {
	w.Helper()
	if got := w.Moves(task); !slices.Equal(got, columns) {
		w.Errorf("T%d was moved to %q, want %q\n%s", task, got, columns, w.Log.Tail(30))
	}
}

// NoWaste checks that every edit had an effect.
func (w *World) NoWaste() {
	w.Helper()
	if n := w.Phab.NoOps(); n > 0 {
		w.Errorf("%d edits had no effect", n)
	}
}

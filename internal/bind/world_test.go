package bind_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"

	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// world is a server, a config that fits it, and who ties one to the other.
type world struct {
	*testing.T
	phab   *phabtest.Server
	client *phab.Client
	store  store.Store
	cfg    *config.Config
	log    bytes.Buffer
	binder *bind.Binder
}

// newWorld has two boards: #reviews, on line 10, takes cards from the column Reviews of #duty, on line 20.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, phab: phabtest.New(phabtest.Options{})}
	_, token := w.phab.AddUser("reviewsync", true)
	w.phab.AddUser("alice", false)
	w.phab.AddProject("Code Reviews", "reviews", "Inbox", "Needed", "Done")
	w.phab.AddProject("Clinic Duty", "duty", "Inbox", "Reviews", "Doing")
	w.phab.AddProject("The Team", "team")
	w.phab.SetMembers("team", "alice", "reviewsync")
	w.phab.AddProject("Urgent", "urgent")
	w.phab.AddProject("Has Patch", "patch")
	var err error
	w.client, err = phab.New(phab.Options{
		URL: "http://phabricator.example.org", Token: token,
		HTTP: remote.New(remote.Options{Server: "phabricator", Rate: 1000, Base: w.phab.Transport()}),
	})
	w.ok(err)
	w.store, err = sqlite.Open(t.Context(), ":memory:")
	w.ok(err)
	t.Cleanup(func() { _ = w.store.Close() })
	reviews, duty := config.Board{Line: 10, TeamName: "cpt"}, config.Board{Line: 20}
	reviews.Tag, duty.Tag = "#reviews", "#duty"
	reviews.From = []string{"Inbox"}
	reviews.Rules = []mapping.Rule{
		{Target: mapping.To("Done"), Line: 11, When: mapping.When{Tags: []string{"#urgent"}, Status: []string{"resolved"}}},
		{Target: mapping.To("Needed"), Line: 12, When: mapping.When{Review: review.States()}},
	}
	reviews.Replaces = []mapping.Legacy{{Tag: "#duty", Columns: []string{"Reviews"}, Line: 13}}
	duty.Rules = []mapping.Rule{{Target: mapping.To("Doing"), Line: 21, When: mapping.When{Review: review.States()}}}
	w.cfg = &config.Config{
		Path: "a.yaml", Boards: []config.Board{reviews, duty}, Tags: []config.Tag{{Tag: "#patch", Line: 30}},
		Teams: map[string]config.Team{"cpt": {Name: "cpt", Project: "#team"}}, Phabricator: config.Phabricator{Bots: []string{"alice"}},
	}
	w.restart()
	return w
}

// restart goes on with the same store.
func (w *world) restart() {
	w.binder = bind.New(bind.Options{Config: w.cfg, Phab: w.client, Store: w.store, Log: zerolog.New(&w.log)})
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// bind binds and gives what is bound.
func (w *world) bind() *bind.Bound {
	w.Helper()
	w.ok(w.binder.Bind(w.Context()))
	return w.binder.Current()
}

// wrong are the lines of check that are not ok.
func (w *world) wrong() []string {
	w.Helper()
	bound, err := w.binder.Try(w.Context())
	w.ok(err)
	var lines []string
	for _, f := range bound.Findings() {
		if f.Level != bind.OK {
			lines = append(lines, f.Line())
		}
	}
	return lines
}

// said are the messages of the log so far, which is empty then.
func (w *world) said() (messages []string) {
	for line := range strings.Lines(w.log.String()) {
		_, message, _ := strings.Cut(line, `"message":"`)
		messages = append(messages, strings.ReplaceAll(strings.TrimSuffix(message, "\"}\n"), `\"`, `"`))
	}
	w.log.Reset()
	return messages
}

func tags(boards []*bind.Board) (tags []string) {
	for _, b := range boards {
		tags = append(tags, b.Tag)
	}
	slices.Sort(tags)
	return tags
}

var cmpSorted = cmpopts.SortSlices(strings.Compare)

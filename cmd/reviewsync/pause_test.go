package main

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
	"reviewsync/phab/phabtest"
)

// health is what /healthz answers.
func (p *process) health() string {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, "http://"+p.listen+"/healthz", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return string(text)
}

// TestPauseAndResume: both work by the socket of a service that runs. Health and explain say that it is paused.
func TestPauseAndResume(t *testing.T) {
	p := newProcess(t)
	config := filepath.Join(p.dir, "reviewsync.yaml")
	want := func(want string, status int, words ...string) {
		t.Helper()
		got, stdout, stderr := typed(t, append(words, "--config", config)...)
		if got != status || !strings.Contains(stdout+stderr, want) {
			t.Errorf("%q: status %d, %s%s, want %d, %s", words, got, stdout, stderr, status, want)
		}
	}
	want("reviewsync: nothing is paused", 1, "resume")
	want("no board nonsense in ", 1, "pause", "nonsense", "--why", "new columns")
	want("#code-reviews is paused since ", 0, "pause", "code-reviews", "--why", "new columns")
	want("it is paused already, and that stays as it was: #code-reviews is paused since ", 0, "pause", "#code-reviews", "--why", "another reason")
	task := p.phab.NewTask("alice", "One", phabtest.On("code-reviews", "Inbox"))
	if _, err := p.gerrit.Push("carol", "mediawiki/core", "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task)}); err != nil {
		t.Fatal(err)
	}
	p.until("the card waits for the end of the pause", func() bool { return strings.Contains(p.health(), `"paused":1`) })
	if h := p.health(); !strings.Contains(h, `"status":"ok"`) || !strings.Contains(h, `"paused":[{"board":"#code-reviews","since":"20`) || !strings.Contains(h, `"why":"new columns"}]`) {
		t.Errorf("health: %s", h)
	}
	want("note: #code-reviews is paused since ", 0, "explain", fmt.Sprintf("T%d", task))
	want("#code-reviews goes on after a pause of ", 0, "resume", "code-reviews")
	p.until("the card is moved", func() bool { return p.phab.Where(task)["code-reviews"] == "Review Needed" })
}

// TestPauseOfAServiceThatIsDown: it is noted in the store, where the next start finds it.
func TestPauseOfAServiceThatIsDown(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run(time.Minute)
		var out strings.Builder
		ask := func(r pauseCommand) {
			t.Helper()
			w.OK(askForPause(w.Context(), w.Config, output{out: &out}, r.request()))
		}
		ask(pauseCommand{Why: "Friday"})
		w.Push("vol1", core, task)
		w.run(time.Hour)
		w.WantMoves(task)
		w.OK(askForPause(w.Context(), w.Config, output{out: &out}, (&resumeCommand{}).request()))
		w.run(time.Minute)
		w.WantMoves(task, "Review Needed")
		if said := out.String(); !strings.HasPrefix(said, "everything is paused since ") || !strings.Contains(said, "everything goes on after a pause of 1h") {
			t.Errorf("it says\n%s", said)
		}
	})
}

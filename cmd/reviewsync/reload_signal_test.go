package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/testworld"
	"reviewsync/phab/phabtest"
)

// process is `reviewsync run` with files, a web server and a real signal.
type process struct {
	*checked
	log    testworld.Log
	listen string
	ended  chan int
}

const taken = "the configuration was read again"

const firstHook, secondHook = "/hooks/0f1e2d3c4b5a69788796a5b4c3d2e1f0", "/hooks/f0e1d2c3b4a5968778695a4b3c2d1e0f"

func newProcess(t *testing.T) *process {
	t.Helper()
	c := newChecked(t)
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &process{checked: c, listen: l.Addr().String(), ended: make(chan int, 1)}
	_ = l.Close()
	c.replace("  user: reviewsync\n", "  user: reviewsync\n  poll: 1s\n")
	c.yaml += fmt.Sprintf("web: {listen: %q, webhooks: {gerrit_path: %s}}\n", p.listen, firstHook)
	c.replace("    team: cpt\n", "    team: cpt\n    start: 2020-01-01\n")
	p.save()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		p.ended <- run(ctx, []string{"--log-level", "debug", "run", "--config", filepath.Join(c.dir, "reviewsync.yaml")}, io.Discard, &p.log)
	}()
	t.Cleanup(func() {
		cancel()
		if status := <-p.ended; status != 0 {
			t.Errorf("it ended with status %d:\n%s", status, p.log.Tail(20))
		}
	})
	p.until("it started", func() bool { return p.said("started") })
	first, _, _ := strings.Cut(p.log.Tail(10000), "\n")
	for _, part := range []string{`"version":"` + thisBuild().Version, `"commit":"`, fmt.Sprintf(`"schema":%d`, thisBuild().Schema()), `"config":"` + c.dir} {
		if !strings.Contains(first, part) {
			t.Errorf("the first line of the log does not say %s: %s", part, first)
		}
	}
	return p
}

// save writes the config.
func (p *process) save() {
	yaml := p.yaml
	for name, address := range p.address {
		yaml = strings.ReplaceAll(yaml, name, address)
	}
	p.write("reviewsync.yaml", yaml)
}

func (p *process) reload() {
	p.t.Helper()
	p.log.Clear()
	if err := syscall.Kill(os.Getpid(), syscall.SIGHUP); err != nil {
		p.t.Fatal(err)
	}
}

func (p *process) said(what string) bool { return strings.Contains(p.log.Tail(10000), what) }

func (p *process) until(what string, holds func() bool) {
	p.t.Helper()
	for begin := time.Now(); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Since(begin) > time.Minute {
			p.t.Fatalf("%s: not so after a minute:\n%s", what, p.log.Tail(20))
		}
	}
}

// status is what the web server answers.
func (p *process) status(method, path string) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.listen+path, strings.NewReader(`{"type":"ref-updated"}`))
	if err != nil {
		p.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Errorf("nobody listens: %v", err)
		return 0
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestSIGHUP(t *testing.T) {
	p := newProcess(t)
	task, next := p.phab.NewTask("alice", "One", phabtest.On("code-reviews", "Inbox")), p.phab.NewTask("alice", "Two", phabtest.On("code-reviews", "Inbox"))
	push := func(task int) (change int) {
		change, err := p.gerrit.Push("carol", "mediawiki/core", "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task)})
		if err != nil {
			t.Fatal(err)
		}
		return change
	}
	vote := func(change, value int) {
		if _, err := p.gerrit.Review("alice", change, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": value}}); err != nil {
			t.Fatal(err)
		}
	}
	push(task)
	p.until("the card moves", func() bool { return p.phab.Where(task)["code-reviews"] == "Review Needed" })

	// With another rule, another path for hooks, and another token, whose file has a byte order mark.
	p.phab.DisableUser("reviewsync")
	_, token := p.phab.AddUser("reviewsync2", true)
	p.write("token", "\ufeff"+token+"\r\n")
	p.replace("{to: In Progress, when: {review: [needs-work", "{to: Done, when: {review: [needs-work")
	p.replace(firstHook, secondHook)
	p.save()
	up := make(chan struct{})
	go func() { // the web server listens all the time
		defer close(up)
		for !p.said(taken) && !p.said("refused") && t.Context().Err() == nil {
			p.status(http.MethodGet, "/healthz")
		}
	}()
	p.reload()
	p.until("it is taken", func() bool { return p.said(taken) || p.said("refused") })
	<-up
	if !p.said(taken) {
		t.Fatalf("the log says\n%s", p.log.Tail(20))
	}
	if first, second := p.status(http.MethodPost, firstHook), p.status(http.MethodPost, secondHook); first != http.StatusNotFound || second == http.StatusNotFound {
		t.Errorf("the old path answers %d, the new one %d", first, second)
	}
	vote(push(next), -1) // in one poll or in two
	p.until("the card moves by the new rule", func() bool { return p.phab.Where(next)["code-reviews"] == "Done" })

	// A wrong one, and none at all.
	p.write("reviewsync.yaml", "boards: 1\n")
	p.reload()
	p.until("it is refused", func() bool { return p.said("the new configuration is refused, and the old one goes on") })
	if !p.said("reviewsync.yaml:1: gerrit: missing") || !p.said("reviewsync.yaml:1: boards: a single value where a list was expected") {
		t.Errorf("not all mistakes are reported:\n%s", p.log.Tail(20))
	}
	if err := os.Remove(filepath.Join(p.dir, "reviewsync.yaml")); err != nil {
		t.Fatal(err)
	}
	p.reload()
	p.until("it is refused", func() bool { return p.said("there is no such file") })
	third := p.phab.NewTask("alice", "Three", phabtest.On("code-reviews", "Inbox"))
	vote(push(third), 2)
	p.until("the old one goes on", func() bool { return p.phab.Where(third)["code-reviews"] == "Done" })
}

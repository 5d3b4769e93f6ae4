package service

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/config"
)

// The whole service on a real Gerrit, with the stand-in of Phorge: push, vote, see the card move.
func TestRealGerrit(t *testing.T) {
	address := os.Getenv("REVIEWSYNC_TEST_GERRIT_URL")
	if address == "" {
		t.Skip("no real Gerrit: set REVIEWSYNC_TEST_GERRIT_URL to its address (and REVIEWSYNC_TEST_GERRIT_ADMIN to user:password, default admin:secret)")
	}
	g := newRealGerrit(t, address)
	w := newWorld(t)
	task := w.Task(external, "In Progress")

	cfg := w.Config
	cfg.Gerrit.URL, cfg.Gerrit.Poll, cfg.Store.Path = g.url, time.Second, ":memory:"
	cfg.Boards = cfg.Boards[:1]
	cfg.Boards[0].Count.Repositories = []string{g.project}
	cfg.Boards[0].Team = []string{g.names["alice"]}
	cfg.Gerrit.User, cfg.Gerrit.Password = g.names["reviewsync"], config.NewSecret(g.secret(g.names["reviewsync"]))
	w.beginBoards(time.Now().Add(-time.Hour))
	o := Options{Log: zerolog.New(w.Log), Phabricator: w.ToPhab}
	s := w.service(o)
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()

	var want []string
	for _, step := range []struct {
		column string
		do     func()
	}{
		{"Review Needed", func() { g.push("vol1", fmt.Sprintf("Fix it\n\nBug: T%d\nChange-Id: %s\n", task, g.id)) }},
		{"In Progress", func() { g.review("alice", map[string]any{"labels": map[string]int{"Code-Review": -1}}) }},
		{"Review Needed", func() { g.review("vol1", map[string]any{"message": "That is on purpose."}) }},
		{"In Progress", func() { g.review("alice", map[string]any{"message": "It is not what the task asks for."}) }},
		{"Review Needed", func() { g.push("vol1", fmt.Sprintf("Fix it better\n\nBug: T%d\nChange-Id: %s\n", task, g.id)) }},
		{"Review Completed", func() { g.review("alice", map[string]any{"labels": map[string]int{"Code-Review": 1}}) }},
	} {
		step.do()
		want = append(want, step.column)
		until(t, func() bool { return t.Failed() || len(w.Moves(task)) >= len(want) })
		if got := w.Moves(task); !slices.Equal(got, want) {
			t.Fatalf("T%d was moved to %q, want %q\n%s", task, got, want, w.Log.Tail(20))
		}
		time.Sleep(time.Second) // Gerrit's dates are whole seconds: no two words in one
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("the service ended with %v", err)
	}
	w.NoWaste()
}

// realGerrit has a new project, and one change in it.
type realGerrit struct {
	testing.TB
	url, project, id string
	admin, password  string
	git              string            // the folder of a repository
	names            map[string]string // of the accounts, by what they are in the story
	pushes           int
}

func newRealGerrit(t *testing.T, address string) *realGerrit {
	t.Helper()
	g := &realGerrit{
		TB: t, url: strings.TrimSuffix(address, "/"), git: t.TempDir(),
		project: fmt.Sprintf("mediawiki/whole-%x", time.Now().UnixNano()),
	}
	var found bool
	if g.admin, g.password, found = strings.Cut(os.Getenv("REVIEWSYNC_TEST_GERRIT_ADMIN"), ":"); !found {
		g.admin, g.password = "admin", "secret"
	}
	random := make([]byte, 20)
	_, _ = rand.Read(random)
	g.id = "I" + hex.EncodeToString(random)
	g.names = map[string]string{}
	for _, role := range []string{"alice", "vol1", "reviewsync"} {
		g.names[role] = g.account(role)
	}
	g.call(g.admin, "PUT", "/groups/Service%20Users/members/"+g.names["reviewsync"], map[string]any{})
	g.call(g.admin, "PUT", "/projects/"+url.PathEscape(g.project), map[string]any{"create_empty_commit": true})
	g.run("init", "-q", "-b", "master")
	g.run("fetch", "-q", g.remote("vol1"), "refs/heads/master")
	g.run("reset", "-q", "--hard", "FETCH_HEAD")
	return g
}

// account makes one of a new name. Gerrit can spoil an account while others are made in
// the same instant: then it is there but lets nobody in, and the next name will do.
func (g *realGerrit) account(role string) string {
	g.Helper()
	for range 5 {
		random := make([]byte, 4)
		_, _ = rand.Read(random)
		name := role + "-" + hex.EncodeToString(random)
		made := g.call(g.admin, "PUT", "/accounts/"+name, map[string]string{
			"name": role, "email": name + "@example.org", "http_password": g.secret(name),
		}, http.StatusConflict, http.StatusServiceUnavailable)
		if made == http.StatusCreated && g.call(name, "GET", "/accounts/self", nil, http.StatusUnauthorized) == http.StatusOK {
			return name
		}
	}
	g.Fatalf("no account for %s could be made", role)
	return ""
}

func (g *realGerrit) secret(name string) string {
	if name == g.admin {
		return g.password
	}
	return name + "-secret"
}

func (g *realGerrit) remote(role string) string {
	name := g.names[role]
	u, err := url.Parse(g.url)
	if err != nil {
		g.Fatal(err)
	}
	u.User = url.UserPassword(name, g.secret(name))
	return u.JoinPath("a", g.project).String()
}

func (g *realGerrit) run(args ...string) {
	g.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir = g.git
	email := g.names["vol1"] + "@example.org"
	cmd.Env = append(os.Environ(), "GIT_TERMINAL_PROMPT=0", "GIT_CONFIG_GLOBAL=/dev/null", "GIT_AUTHOR_NAME=vol1", "GIT_AUTHOR_EMAIL="+email,
		"GIT_COMMITTER_NAME=vol1", "GIT_COMMITTER_EMAIL="+email)
	if out, err := cmd.CombinedOutput(); err != nil {
		g.Fatalf("git %s: %v: %s", args[0], err, out)
	}
}

// push makes the change, or its next patch set with new code.
func (g *realGerrit) push(role, message string) {
	g.Helper()
	g.pushes++
	if err := os.WriteFile(filepath.Join(g.git, "a.txt"), fmt.Appendf(nil, "line %d\n", g.pushes), 0o600); err != nil {
		g.Fatal(err)
	}
	g.run("add", "a.txt")
	commit := []string{"commit", "-q", "-m", message}
	if g.pushes > 1 {
		commit = append(commit, "--amend")
	}
	g.run(commit...)
	g.run("push", "-q", g.remote(role), "HEAD:refs/for/master")
}

func (g *realGerrit) review(role string, in map[string]any) {
	g.Helper()
	g.call(g.names[role], "POST", fmt.Sprintf("/changes/%s~master~%s/revisions/current/review", url.PathEscape(g.project), g.id), in)
}

// call answers the status, which is below 300 or accepted.
func (g *realGerrit) call(name, verb, path string, in any, accepted ...int) int {
	g.Helper()
	var body []byte
	var err error
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			g.Fatal(err)
		}
	}
	req, err := http.NewRequest(verb, g.url+"/a"+path, bytes.NewReader(body))
	if err != nil {
		g.Fatal(err)
	}
	req.SetBasicAuth(name, g.secret(name))
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		g.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if text, _ := io.ReadAll(resp.Body); resp.StatusCode >= 300 && !slices.Contains(accepted, resp.StatusCode) {
		g.Fatalf("%s %s: %d %s", verb, path, resp.StatusCode, text)
	}
	return resp.StatusCode
}

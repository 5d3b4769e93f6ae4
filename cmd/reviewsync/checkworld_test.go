package main

import (
	"bytes"
	"context"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/store/sqlite"
	"reviewsync/phab/phabtest"
)

// checked is two servers and a config that fits them.
type checked struct {
	t       *testing.T
	gerrit  *gerrittest.Server
	phab    *phabtest.Server
	board   string // PHID
	self    string // PHID of reviewsync
	dir     string
	address map[string]string // of the servers
	yaml    string
	skew    time.Duration // of Gerrit's clock
}

const checkYAML = `gerrit:
  url: GERRIT
  user: reviewsync
  password_file: password
phabricator:
  url: PHAB
  token_file: token
teams:
  cpt: {members: [alice, bob]}
boards:
  - board: "#code-reviews"
    team: cpt
    count: {repositories: ["mediawiki/*", tools/linter]}
    from: [Inbox]
    rules:
      - {to: Review Needed, when: {review: review-needed}}
      - {to: In Progress, when: {review: [needs-work, draft, reverted]}}
      - {to: Done, when: {review: [reviewed, approved, merged, deployed]}}
      - {stay: true, when: {review: abandoned}}
store: {path: reviewsync.db}
`

func newChecked(t *testing.T) *checked {
	t.Helper()
	c := &checked{t: t, dir: t.TempDir(), yaml: checkYAML}
	c.gerrit = gerrittest.New(gerrittest.Options{Clock: func() time.Time { return time.Now().Add(c.skew) }})
	c.phab = phabtest.New(phabtest.Options{})
	c.gerrit.AddAccount("reviewsync", true)
	for _, name := range []string{"alice", "bob", "carol"} {
		c.gerrit.AddAccount(name, false)
		c.phab.AddUser(name, false)
	}
	c.gerrit.AddTeam("alice", "bob")
	c.gerrit.AddProject("mediawiki/core", gerrittest.ProjectOptions{})
	c.gerrit.AddProject("tools/linter", gerrittest.ProjectOptions{})
	for _, name := range []string{"mediawiki/core", "tools/linter"} {
		if _, err := c.gerrit.Push("carol", name, "master", gerrittest.PushInput{Subject: "Fix it"}); err != nil {
			t.Fatal(err)
		}
	}
	self, token := c.phab.AddUser("reviewsync", true)
	c.self = self
	c.board = c.phab.AddProject("Code Reviews of CPT", "code-reviews", "Inbox", "Review Needed", "In Progress", "Done")
	c.phab.NewTask("alice", "Secret title", phabtest.On("code-reviews", "Inbox"))
	g, p := httptest.NewServer(c.gerrit), httptest.NewServer(c.phab)
	t.Cleanup(g.Close)
	t.Cleanup(p.Close)
	c.address = map[string]string{"GERRIT": g.URL, "PHAB": p.URL}
	c.write("password", c.gerrit.Password("reviewsync"))
	c.write("token", token)
	return c
}

func (c *checked) write(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

func (c *checked) replace(old, text string) {
	c.t.Helper()
	if !strings.Contains(c.yaml, old) {
		c.t.Fatalf("the config has no %q", old)
	}
	c.yaml = strings.ReplaceAll(c.yaml, old, text)
}

// run checks, and gives the lines and the exit status. In the lines, GERRIT, PHAB and
// FILE stand for what they were.
func (c *checked) run() (lines []string, status int) {
	c.t.Helper()
	yaml := c.yaml
	var back []string
	for name, address := range c.address {
		yaml = strings.ReplaceAll(yaml, name, address)
		back = append(back, address, name)
	}
	c.write("reviewsync.yaml", yaml)
	file := filepath.Join(c.dir, "reviewsync.yaml")
	back = append(back, file, "FILE", c.dir, "DIR")
	var out, log bytes.Buffer
	status = run(context.Background(), []string{"check", "--config", file}, &out, &log)
	if log.Len() > 0 {
		c.t.Errorf("the log should be empty: %s", log.String())
	}
	if n := c.phab.Requests()["maniphest.edit"]; n > 0 {
		c.t.Errorf("%d edits were sent", n)
	}
	if strings.Contains(out.String(), "Secret title") {
		c.t.Errorf("it shows the title of a task:\n%s", out.String())
	}
	return strings.Split(strings.TrimSpace(strings.NewReplacer(back...).Replace(out.String())), "\n"), status
}

// replaces lets the board replace columns of others.
func (c *checked) replaces(columns string) {
	c.t.Helper()
	c.replace("    from: [Inbox]\n", "    replaces:\n      "+columns+"\n    from: [Inbox]\n")
}

// bind makes a store that knows a column.
func (c *checked) bind(column string) {
	c.t.Helper()
	c.bindOn(c.board, column, c.phab.ColumnPHID("code-reviews", column))
}

// bindOn makes a store that knows a column of a board.
func (c *checked) bindOn(board, column, phid string) {
	c.t.Helper()
	s, err := sqlite.Open(c.t.Context(), filepath.Join(c.dir, "reviewsync.db"))
	if err != nil {
		c.t.Fatal(err)
	}
	if err := s.BindColumn(c.t.Context(), board, column, phid); err != nil {
		c.t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		c.t.Fatal(err)
	}
}

// deadAddress is one that nobody listens on.
func deadAddress(t *testing.T) string {
	t.Helper()
	s := httptest.NewServer(nil)
	defer s.Close()
	return s.URL
}

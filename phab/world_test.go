package phab_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// world is a server, the stand-in or a real one, with a board of three columns or more.
type world struct {
	bot, admin         *phab.Client
	botUser, adminUser phab.User
	url                string
	slug               string // of the board
	project            phab.Project
	columns            []phab.Column // without hidden ones and proxies
	newTask            func(t *testing.T, o taskOptions) int
	newMilestone       func(t *testing.T, parent, name string) (phid string) // parent by its slug, made where it is missing
}

type taskOptions struct {
	column            int // 1 for the first; 0: not on the board
	tagOnly           bool
	unseen, untouched bool // the bot may not see it; may not edit it
}

func client(t testing.TB, url, token string) *phab.Client {
	t.Helper()
	c, err := phab.New(phab.Options{URL: url, Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", Secrets: []string{token}})})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// ticking is a clock that advances by a second each time it is read.
func ticking() func() time.Time {
	var n atomic.Int64
	start := time.Now()
	return func() time.Time { return start.Add(time.Duration(n.Add(1)) * time.Second) }
}

func standIn(t *testing.T) *world {
	t.Helper()
	s := phabtest.New(phabtest.Options{Clock: ticking()})
	_, admin := s.AddUser("admin", false)
	_, bot := s.AddUser("reviewsync", true)
	s.AddProject("CPT External Code Reviews", "external-code-reviews", "Review Needed", "In Progress", "Review Completed")
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	w := &world{url: h.URL, slug: "external-code-reviews", admin: client(t, h.URL, admin), bot: client(t, h.URL, bot)}
	w.newTask = func(t *testing.T, o taskOptions) int {
		var on []phabtest.Placement
		switch {
		case o.tagOnly:
			on = append(on, phabtest.On(w.slug, ""))
		case o.column > 0:
			on = append(on, phabtest.On(w.slug, w.columns[o.column-1].Name))
		}
		id := s.NewTask("admin", t.Name(), on...)
		if o.unseen {
			s.SetInvisible(id)
		}
		if o.untouched {
			s.SetNotEditable(id)
		}
		return id
	}
	made := map[string]bool{}
	w.newMilestone = func(_ *testing.T, parent, name string) string {
		if !made[parent] {
			s.AddProject(parent, parent)
			made[parent] = true
		}
		return s.AddMilestone(parent, name)
	}
	w.read(t)
	return w
}

const (
	envURL   = "REVIEWSYNC_TEST_PHAB_URL"
	envBot   = "REVIEWSYNC_TEST_PHAB_TOKEN"
	envAdmin = "REVIEWSYNC_TEST_PHAB_ADMIN_TOKEN"
	envBoard = "REVIEWSYNC_TEST_PHAB_BOARD"
)

// realServer uses a Phorge or Phabricator that somebody has set up.
func realServer(t *testing.T) *world {
	t.Helper()
	base, bot, admin, slug := os.Getenv(envURL), os.Getenv(envBot), os.Getenv(envAdmin), os.Getenv(envBoard)
	if base == "" || bot == "" || admin == "" || slug == "" {
		t.Skipf("no real server: set %s, %s (a bot's API token), %s (of a person) and %s (slug of a board with three columns or more)", envURL, envBot, envAdmin, envBoard)
	}
	w := &world{url: base, slug: slug, admin: client(t, base, admin), bot: client(t, base, bot)}
	w.newTask = func(t *testing.T, o taskOptions) int {
		t.Helper()
		txs := []transaction{{"title", t.Name()}}
		if o.column > 0 || o.tagOnly {
			txs = append(txs, transaction{"projects.add", []string{w.project.PHID}})
		}
		if o.column > 0 {
			txs = append(txs, transaction{"column", []string{w.columns[o.column-1].PHID}})
		}
		if o.unseen {
			txs = append(txs, transaction{"view", w.adminUser.PHID})
		}
		if o.unseen || o.untouched {
			txs = append(txs, transaction{"edit", w.adminUser.PHID})
		}
		id, _ := create(t, base, admin, "maniphest.edit", txs)
		return id
	}
	w.newMilestone = func(t *testing.T, parent, name string) string {
		t.Helper()
		above, err := w.admin.Project(t.Context(), parent)
		if remote.NotFound(err) {
			_, above.PHID = create(t, base, admin, "project.edit", []transaction{{"name", parent}, {"icon", "project"}, {"view", "public"}})
		} else if err != nil {
			t.Fatal(err)
		}
		_, phid := create(t, base, admin, "project.edit", []transaction{{"milestone", above.PHID}, {"name", name}})
		return phid
	}
	w.read(t)
	return w
}

// transaction is one of an edit that makes something.
type transaction struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// create makes a task or project on a real server, which the client itself never does.
func create(t *testing.T, base, token, method string, transactions []transaction) (id int, phid string) {
	t.Helper()
	p, err := json.Marshal(map[string]any{"transactions": transactions, "__conduit__": map[string]any{"token": token}})
	if err != nil {
		t.Fatal(err)
	}
	resp, err := remote.New(remote.Options{Server: "phabricator"}).PostForm(base+"/api/"+method, url.Values{"params": {string(p)}, "output": {"json"}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var a struct {
		Result struct {
			Object struct {
				ID   int
				PHID string
			}
		}
		Info any `json:"error_info"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || a.Result.Object.ID == 0 {
		t.Fatalf("%s made nothing: %v %v", method, err, a.Info)
	}
	return a.Result.Object.ID, a.Result.Object.PHID
}

// read reads what every test needs.
func (w *world) read(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	var err error
	if w.botUser, err = w.bot.WhoAmI(ctx); err != nil {
		t.Fatal(err)
	}
	if w.adminUser, err = w.admin.WhoAmI(ctx); err != nil {
		t.Fatal(err)
	}
	if w.project, err = w.bot.Project(ctx, w.slug); err != nil {
		t.Fatal(err)
	}
	all, err := w.bot.Columns(ctx, w.project.PHID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		if !c.Hidden && c.ProxyPHID == "" {
			w.columns = append(w.columns, c)
		}
	}
	if len(w.columns) < 3 || !w.columns[0].Default {
		t.Fatalf("the board #%s needs three columns or more, the default one first: %+v", w.slug, w.columns)
	}
}

func (w *world) task(t *testing.T, id int) phab.Task {
	t.Helper()
	tasks, err := w.bot.Tasks(t.Context(), []int{id})
	if err != nil {
		t.Fatal(err)
	}
	if len(tasks) != 1 {
		t.Fatalf("T%d: %d tasks found", id, len(tasks))
	}
	return tasks[0]
}

func (w *world) history(t *testing.T, id int) []phab.Transaction {
	t.Helper()
	all, err := w.bot.Transactions(t.Context(), []int{id})
	if err != nil {
		t.Fatal(err)
	}
	return all[id]
}

// where is the name of the column on the board; "" if the task is not on it.
func (w *world) where(t *testing.T, id int) string {
	t.Helper()
	columns := w.task(t, id).Boards[w.project.PHID]
	if len(columns) == 0 {
		return ""
	}
	return columns[0].Name
}

func (w *world) wantWhere(t *testing.T, id int, want string) {
	t.Helper()
	if got := w.where(t, id); got != want {
		t.Errorf("T%d is in %q, want %q", id, got, want)
	}
}

func edit(t *testing.T, c *phab.Client, id int, edits ...phab.Edit) []string {
	t.Helper()
	made, err := c.Edit(t.Context(), id, edits)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

func wantClass(t *testing.T, err error, want remote.Class) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one of the class %s", want)
	}
	if got := remote.ClassOf(err); got != want {
		t.Errorf("class %s, want %s: %v", got, want, err)
	}
}

// eventually repeats f until it is true, for as long as the server's clock may need.
func eventually(t *testing.T, what string, f func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	for !f() {
		if ctx.Err() != nil {
			t.Fatal("never: " + what)
		}
	}
}

func kinds(ts []phab.Transaction) string {
	var s string
	for _, x := range ts {
		if x.Type != "core:subscribers" { // who is subscribed by itself depends on settings
			s += fmt.Sprintf("%s ", x.Type)
		}
	}
	return s
}

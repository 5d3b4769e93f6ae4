package phab_test

import (
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

func TestNew(t *testing.T) {
	h := remote.New(remote.Options{Server: "phabricator"})
	for what, o := range map[string]phab.Options{
		"phabricator.url":        {URL: "phabricator.example.org", Token: "api-x", HTTP: h},
		"phabricator.token_file": {URL: "https://phabricator.example.org", Token: " \n", HTTP: h},
		"HTTP client":            {URL: "https://phabricator.example.org", Token: "api-x"},
	} {
		if _, err := phab.New(o); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("want %q in: %v", what, err)
		}
	}
}

// The first call asks for the capabilities, once, however many come at the same time;
// after a failure the next call asks again.
func TestDialsOnce(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	c := client(t, h.URL, token)
	if n := c.HTTP().Requests(); n != 0 {
		t.Errorf("%d requests before the first call", n)
	}
	var failed atomic.Bool
	s.OnRequest(func(phabtest.Request) *phabtest.Fault {
		if failed.CompareAndSwap(false, true) {
			return phabtest.HTML(502)
		}
		return nil
	})
	_, err := c.WhoAmI(t.Context())
	wantClass(t, err, remote.Retry)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := c.WhoAmI(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if d := cmp.Diff(map[string]int{"conduit.getcapabilities": 2, "user.whoami": 8}, s.Requests()); d != "" {
		t.Error(d)
	}
}

// What Conduit would take for "everything" or for "make a task" is not sent.
func TestRefusesToAskForEverything(t *testing.T) {
	c := client(t, "http://127.0.0.1:1", "api-x")
	ctx := t.Context()
	comment := []phab.Edit{phab.Comment("x")}
	calls := map[string]func() error{
		"no tasks":        func() error { _, err := c.Tasks(ctx, nil); return err },
		"task 0":          func() error { _, err := c.Tasks(ctx, []int{5, 0}); return err },
		"no histories":    func() error { _, err := c.Transactions(ctx, []int{}); return err },
		"edit of T0":      func() error { _, err := c.Edit(ctx, 0, comment); return err },
		"edit of T-1":     func() error { _, err := c.Edit(ctx, -1, comment); return err },
		"edit of nothing": func() error { _, err := c.Edit(ctx, 1, nil); return err },
		"no project":      func() error { _, err := c.Project(ctx, "#"); return err },
		"no ancestor":     func() error { _, err := c.Descendants(ctx, ""); return err },
		"no members":      func() error { _, err := c.Members(ctx, ""); return err },
		"no board":        func() error { _, err := c.Columns(ctx, ""); return err },
	}
	for name, call := range calls {
		if err := call(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if users, err := c.Users(ctx, nil); err != nil || len(users) != 0 {
		t.Errorf("users: %v, %v", users, err)
	}
	if n := c.HTTP().Requests(); n != 0 {
		t.Errorf("%d requests", n)
	}
}

// Servers before 2025.51 do not know the constraint that later ones need for archived projects.
func TestProjectsInAnyStatus(t *testing.T) {
	for _, old := range []bool{false, true} {
		s := phabtest.New(phabtest.Options{NoStatusConstraint: old})
		_, token := s.AddUser("reviewsync", true)
		alice, _ := s.AddUser("alice", false)
		s.AddProject("Board", "board", "A")
		s.SetMembers("board", "alice")
		milestone := s.AddMilestone("board", "Sprint 1")
		s.ArchiveProject("board", true)
		c, err := phab.New(phab.Options{URL: "http://phabricator.example.org", Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", Base: s.Transport()})})
		if err != nil {
			t.Fatal(err)
		}
		p, err := c.Project(t.Context(), "#board")
		if err != nil || !p.Archived || p.Slug != "board" {
			t.Errorf("%+v, %v", p, err)
		}
		below, err := c.Descendants(t.Context(), p.PHID)
		if want := []phab.Project{{ID: 2, PHID: milestone, Name: "Sprint 1", Parent: p.PHID, Milestone: true, Number: 1}}; err != nil || !cmp.Equal(want, below) {
			t.Errorf("%+v, %v", below, err)
		}
		members, err := c.Members(t.Context(), p.PHID)
		if err != nil || !cmp.Equal([]string{alice}, members) {
			t.Errorf("%v, %v", members, err)
		}
		_, err = c.Members(t.Context(), "PHID-PROJ-nope")
		if !remote.NotFound(err) {
			t.Errorf("members of an unknown project: %v", err)
		}
	}
}

func TestColumnsOfALongBoard(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	var names []string
	for i := range 230 {
		names = append(names, strings.Repeat("x", i+1))
	}
	phid := s.AddProject("Board", "board", names...)
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	columns, err := client(t, h.URL, token).Columns(t.Context(), phid)
	if err != nil || len(columns) != len(names) {
		t.Fatalf("%d columns, %v", len(columns), err)
	}
	for i, c := range columns {
		if c.Name != names[i] {
			t.Fatalf("column %d is %s", i, c.Name)
		}
	}
	if n := s.Requests()["project.column.search"]; n != 3 {
		t.Errorf("%d requests, want 3", n)
	}
}

package gerrittest_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit/gerrittest"
)

func newServer(t *testing.T) *gerrittest.Server {
	t.Helper()
	s := gerrittest.New(gerrittest.Options{Clock: func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC) }})
	for _, n := range []string{"alice", "vol"} {
		s.AddAccount(n, false)
	}
	s.AddTeam("alice")
	s.AddProject("p", gerrittest.ProjectOptions{})
	s.AddProject("hidden", gerrittest.ProjectOptions{Readers: []string{"alice"}})
	return s
}

// get asks as user (empty: without credentials).
func get(s *gerrittest.Server, user, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	if user != "" {
		r.SetBasicAuth(user, s.Password(user))
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// TestParallelReviews: reviews of one change at the same time are all stored, and
// readers are not in their way.
func TestParallelReviews(t *testing.T) {
	s := newServer(t)
	n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "x"})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if _, err := s.Review("alice", n, gerrittest.ReviewInput{Message: fmt.Sprintf("word %d.", i)}); err != nil {
				t.Error(err)
			}
			get(s, "vol", "/a/changes/p~1?o=MESSAGES&o=LABELS")
		})
	}
	all.Wait()
	body := get(s, "vol", "/a/changes/p~1?o=MESSAGES").Body.String()
	for i := range 16 {
		if !strings.Contains(body, fmt.Sprintf("word %d.", i)) {
			t.Errorf("word %d is missing", i)
		}
	}
}

func TestRequestsAreCounted(t *testing.T) {
	s := newServer(t)
	for _, path := range []string{"/a/changes/?q=is:open", "/a/changes/p~1", "/a/changes/p~1", "/a/changes/p~1/comments", "/a/accounts/self", "/config/server/version"} {
		get(s, "vol", path)
	}
	if diff := cmp.Diff(map[string]int{"query": 1, "change": 2, "comments": 1, "other": 2}, s.Requests()); diff != "" {
		t.Error(diff)
	}
	s.ResetRequests()
	if n := s.Requests(); len(n) != 0 {
		t.Errorf("%v", n)
	}
}

func TestWhoSeesWhat(t *testing.T) {
	s := newServer(t)
	for _, push := range []struct {
		project string
		private bool
	}{{"p", false}, {"p", true}, {"hidden", false}} {
		if _, err := s.Push("alice", push.project, "master", gerrittest.PushInput{Subject: "x", Private: push.private}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		user, path string
		status     int
	}{
		{"", "/changes/p~1", 200},
		{"", "/changes/p~2", 404},
		{"", "/changes/hidden~3", 404},
		{"", "/a/changes/p~1", 401},
		{"vol", "/a/changes/p~1", 200},
		{"vol", "/a/changes/p~2", 404},
		{"vol", "/a/changes/hidden~3", 404},
		{"vol", "/changes/hidden~3", 404},
		{"alice", "/changes/hidden~3", 404}, // credentials count only behind /a/
		{"alice", "/a/changes/p~2", 200},
		{"alice", "/a/changes/hidden~3", 200},
		{"alice", "/a/changes/p~3", 404},
		{"vol", "/a/projects/hidden", 404},
		{"alice", "/a/projects/hidden", 200},
		{"alice", "/a/changes/p~1?o=NOPE", 400},
	} {
		w := get(s, tt.user, tt.path)
		if w.Code != tt.status || strings.HasPrefix(w.Body.String(), ")]}'\n") != (tt.status == 200) {
			t.Errorf("%s as %q: %d %.40s, want %d", tt.path, tt.user, w.Code, w.Body, tt.status)
		}
		if got := w.Header().Get("Date"); got != "Fri, 02 Jan 2026 03:04:05 GMT" {
			t.Errorf("Date %q", got)
		}
	}
}

func TestRefusals(t *testing.T) {
	s := newServer(t)
	n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "x"})
	if err != nil {
		t.Fatal(err)
	}
	s.AddAccount("gone", false)
	s.SetInactive("gone", true)
	_, unknownBranch := s.Push("vol", "p", "nope", gerrittest.PushInput{Subject: "x"})
	_, unreadable := s.Push("vol", "hidden", "master", gerrittest.PushInput{Subject: "x"})
	_, tooHigh := s.Review("alice", n, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": 3}})
	_, inactive := s.Review("gone", n, gerrittest.ReviewInput{Message: "x"})
	_, oldPatchSet := s.Review("vol", n, gerrittest.ReviewInput{Message: "x", PatchSet: 2})
	_, noThread := s.Review("vol", n, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{{Path: "a", Text: "x", InReplyTo: "nope"}}})
	for name, tt := range map[string]struct {
		err    error
		status int
	}{
		"an unknown branch": {unknownBranch, 400}, "an unreadable project": {unreadable, 404}, "a vote out of range": {tooHigh, 400},
		"an inactive account": {inactive, 401}, "a patch set that is not there": {oldPatchSet, 404}, "an unknown thread": {noThread, 400},
		"an unknown change": {s.Abandon("vol", 99, ""), 404}, "ready when ready": {s.SetReady("vol", n, ""), 409},
		"restore of an open change": {s.Restore("vol", n, ""), 409}, "private by another": {s.SetPrivate("alice", n, true), 403},
		"a deleted vote that is not there": {s.DeleteVote("admin", n, "alice", "Code-Review"), 404},
	} {
		r, ok := errors.AsType[*gerrittest.Refusal](tt.err)
		if !ok || r.Status != tt.status {
			t.Errorf("%s: %v, want %d", name, tt.err, tt.status)
		}
	}
	if body := get(s, "vol", "/a/changes/p~1?o=MESSAGES").Body.String(); strings.Count(body, `"message"`) != 1 {
		t.Errorf("a refused action was written: %s", body)
	}
}

func TestContain(t *testing.T) {
	s := newServer(t)
	n, err := s.Push("alice", "p", "master", gerrittest.PushInput{Subject: "x"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.CreateBranch("alice", "p", "wmf/1", "master"); err != nil {
		t.Fatal(err)
	}
	if err := s.Contain("refs/heads/wmf/1", n); err == nil {
		t.Error("a branch contains a change that is open")
	}
	if _, err := s.Review("alice", n, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": 2}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Submit("alice", n); err != nil {
		t.Fatal(err)
	}
	if err := s.Contain("refs/heads/wmf/2", n); err == nil {
		t.Error("a branch that is not there contains a change")
	}
	if err := s.Contain("refs/heads/wmf/1", n); err != nil {
		t.Fatal(err)
	}
	body := get(s, "vol", "/a/changes/p~1/in").Body.String()
	if want := ")]}'\n" + `{"branches":["master","wmf/1"],"tags":[]}`; body != want {
		t.Errorf("%s", body)
	}
	if s.Requests()["in"] != 1 {
		t.Errorf("%v", s.Requests())
	}
}

package phabtest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/phab/phabtest"
)

type story struct {
	*phabtest.Server
	t     *testing.T
	token string
}

func newStory(t *testing.T) *story {
	s := &story{Server: phabtest.New(phabtest.Options{Clock: func() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }}), t: t}
	_, s.token = s.AddUser("reviewsync", true)
	s.AddUser("alice", false)
	s.AddProject("External Code Reviews", "reviews", "Review Needed", "In Progress", "Done")
	s.AddProject("Clinic Duty", "clinic", "Inbox", "Doing")
	return s
}

// call sends a request in the process and returns the answer.
func (s *story) call(method string, params map[string]any) (result any, info string) {
	s.t.Helper()
	params["__conduit__"] = map[string]any{"token": s.token}
	b, err := json.Marshal(params)
	if err != nil {
		s.t.Fatal(err)
	}
	c := http.Client{Transport: s.Transport()}
	resp, err := c.PostForm("http://phabricator.example.org/api/"+method, url.Values{"params": {string(b)}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	if got := resp.Header.Get("Date"); got != "Mon, 02 Mar 2026 09:00:00 GMT" {
		s.t.Errorf("Date: %s", got)
	}
	var a struct {
		Result any
		Info   string `json:"error_info"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&a); err != nil {
		s.t.Fatal(err)
	}
	return a.Result, a.Info
}

// wantReviews checks the board #reviews.
func (s *story) wantReviews(want string) {
	s.t.Helper()
	var b bytes.Buffer
	for _, c := range s.Board("reviews") {
		fmt.Fprintf(&b, "%s%v ", c.Name, c.Tasks)
	}
	if got := strings.TrimSpace(b.String()); got != want {
		s.t.Errorf("the board is %s\nwant %s", got, want)
	}
}

func TestCards(t *testing.T) {
	s := newStory(t)
	one := s.NewTask("alice", "one", phabtest.On("reviews", "Review Needed"))
	two := s.NewTask("alice", "two", phabtest.On("reviews", ""), phabtest.On("clinic", "Doing"))
	three := s.NewTask("alice", "three")
	s.wantReviews("Review Needed[2 1] In Progress[] Done[]")
	s.Drag("alice", one, "reviews", "In Progress")
	s.AddToBoard("alice", three, "reviews", "In Progress")
	s.wantReviews("Review Needed[2] In Progress[3 1] Done[]")
	s.Reorder("alice", three, "reviews")
	s.wantReviews("Review Needed[2] In Progress[1 3] Done[]")
	s.RemoveTag("alice", one, "reviews")
	s.wantReviews("Review Needed[2] In Progress[3] Done[]")
	s.AddTag("alice", one, "reviews") // back where it was
	s.RenameColumn("reviews", "In Progress", "Doing")
	s.wantReviews("Review Needed[2] Doing[1 3] Done[]")
	if d := cmp.Diff(map[string]string{"reviews": "Review Needed", "external_code_reviews": "Review Needed", "clinic": "Doing", "clinic_duty": "Doing"}, s.Where(two)); d != "" {
		t.Error(d)
	}
	h := s.History(three)
	if d := cmp.Diff([]phabtest.EntryMove{{Board: "reviews", From: "Doing", To: "Doing"}}, h[len(h)-1].Moves); d != "" || h[len(h)-1].Author != "alice" {
		t.Error(d)
	}
}

func TestClosing(t *testing.T) {
	s := newStory(t)
	one, two := s.NewTask("alice", "one"), s.NewTask("alice", "two")
	s.Merge("alice", one, two)
	s.SetStatus("alice", two, "resolved")
	s.SetStatus("alice", two, "open")
	s.Comment("alice", two, "again")
	if s.Status(one) != "duplicate" || s.Status(two) != "open" || s.Title(two) != "two" {
		t.Errorf("%s, %s", s.Status(one), s.Status(two))
	}
	var kinds []string
	for _, e := range append(s.History(one)[3:], s.History(two)[3:]...) {
		kinds = append(kinds, e.Type+e.Comment)
	}
	if d := cmp.Diff([]string{"mergedinto", "status", "reassign", "status", "core:commentagain"}, kinds); d != "" {
		t.Error(d)
	}
}

// As a real server was seen to do: the board's tag and its milestones' exclude each other.
func TestMilestones(t *testing.T) {
	s := newStory(t)
	sprint := s.AddMilestone("reviews", "Sprint 1")
	s.AddMilestone("reviews", "Sprint 2")
	id := s.NewTask("alice", "one", phabtest.On("reviews/Sprint 1", ""))
	s.wantReviews("Review Needed[] In Progress[] Done[] Sprint 1[1] Sprint 2[]")
	s.Drag("alice", id, "reviews", "In Progress")
	s.wantReviews("Review Needed[] In Progress[1] Done[] Sprint 1[] Sprint 2[]")
	s.Drag("alice", id, "reviews", "Sprint 2")
	s.AddTag("alice", id, "reviews/Sprint 1")
	s.wantReviews("Review Needed[] In Progress[] Done[] Sprint 1[1] Sprint 2[]")
	if got := s.Where(id); len(got) != 0 {
		t.Errorf("a milestone's task is on %v", got)
	}
	var titles []string
	for _, e := range s.History(id)[4:] {
		titles = append(titles, e.Title)
	}
	if d := cmp.Diff([]string{
		"alice moved this task from Sprint 1 to In Progress on the External Code Reviews board.",
		"alice edited projects, added: External Code Reviews; removed: External Code Reviews (Sprint 1).",
		"alice moved this task from In Progress to Sprint 2 on the External Code Reviews board.",
		"alice edited projects, added: External Code Reviews (Sprint 2); removed: External Code Reviews.",
		"alice edited projects, added: External Code Reviews (Sprint 1); removed: External Code Reviews (Sprint 2).",
	}, titles); d != "" {
		t.Error(d)
	}
	result, _ := s.call("project.column.search", map[string]any{"constraints": map[string]any{"phids": []string{s.ColumnPHID("reviews", "Sprint 1")}}})
	if got := fmt.Sprint(result); !strings.Contains(got, "proxyPHID:"+sprint) {
		t.Errorf("no proxy in %s", got)
	}
}

func TestCounts(t *testing.T) {
	s := newStory(t)
	id := s.NewTask("alice", "one", phabtest.On("reviews", "Done"))
	comment := []any{map[string]any{"type": "comment", "value": ""}}
	s.call("maniphest.edit", map[string]any{"objectIdentifier": id, "transactions": comment})
	s.call("conduit.ping", map[string]any{})
	if d := cmp.Diff(map[string]int{"maniphest.edit": 1, "conduit.ping": 1}, s.Requests()); d != "" || s.NoOps() != 1 {
		t.Errorf("%d no-ops, requests %s", s.NoOps(), d)
	}
	s.Reset()
	if len(s.Requests()) != 0 || s.NoOps() != 0 {
		t.Errorf("%v, %d", s.Requests(), s.NoOps())
	}
	if n := len(s.History(id)); n != 5 {
		t.Errorf("%d transactions", n)
	}
}

func TestRefusals(t *testing.T) {
	s := newStory(t)
	s.NewTask("alice", "one")
	for want, call := range map[string]struct {
		method string
		params map[string]any
	}{
		"Tasks must have a title":           {"maniphest.edit", map[string]any{"transactions": []any{}}},
		`No object exists with ID "99"`:     {"maniphest.edit", map[string]any{"objectIdentifier": 99, "transactions": []any{}}},
		"not a list of transactions":        {"maniphest.edit", map[string]any{"objectIdentifier": "T1"}},
		`missing a "value" field`:           {"maniphest.edit", map[string]any{"objectIdentifier": "T1", "transactions": []any{map[string]any{"type": "comment"}}}},
		"does not define these parameters":  {"maniphest.edit", map[string]any{"bogus": 1}},
		"Must pass an array of integer":     {"maniphest.gettasktransactions", map[string]any{"ids": []int{}}},
		"Minimum page size":                 {"maniphest.search", map[string]any{"limit": 0}},
		`"ids[0]": Expected integer`:        {"maniphest.search", map[string]any{"constraints": map[string]any{"ids": []string{"1"}}}},
		`"phids": Expected a list`:          {"maniphest.search", map[string]any{"constraints": map[string]any{"phids": "x"}}},
		`"attachments" includes an invalid`: {"maniphest.search", map[string]any{"attachments": map[string]any{"nope": true}}},
		`builtin order "nope"`:              {"maniphest.search", map[string]any{"order": "nope"}},
	} {
		if result, info := s.call(call.method, call.params); result != nil || !strings.Contains(info, want) {
			t.Errorf("want %q, got %v, %s", want, result, info)
		}
	}
	s.DisableUser("reviewsync")
	if _, info := s.call("user.whoami", map[string]any{}); info != "User account is not permitted to use the API." {
		t.Error(info)
	}
}

// Only the author sees or edits a closed-off task, until it is opened again.
func TestPolicies(t *testing.T) {
	s := newStory(t)
	id := s.NewTask("alice", "one")
	edit := map[string]any{"objectIdentifier": "T1", "transactions": []any{map[string]any{"type": "projects.add", "value": []string{"reviews"}}}}
	s.SetInvisible(id)
	if _, info := s.call("maniphest.edit", edit); info != `Monogram "T1" does not identify a valid object.` {
		t.Error(info)
	}
	s.SetOpen(id)
	s.SetNotEditable(id)
	if _, info := s.call("maniphest.edit", edit); !strings.Contains(info, "(Can Edit)") {
		t.Error(info)
	}
	s.SetOpen(id)
	if _, info := s.call("maniphest.edit", edit); info != "" || s.Where(id)["reviews"] != "Review Needed" {
		t.Errorf("%s, %v", info, s.Where(id))
	}
}

func TestMembers(t *testing.T) {
	s := newStory(t)
	s.SetMembers("#reviews", "alice", "reviewsync")
	if d := cmp.Diff([]string{"alice", "reviewsync"}, s.Members("reviews")); d != "" {
		t.Error(d)
	}
}

// An empty list constrains nothing: the caller gets every task.
func TestEmptyConstraint(t *testing.T) {
	s := newStory(t)
	s.NewTask("alice", "one")
	s.NewTask("alice", "two")
	result, _ := s.call("maniphest.search", map[string]any{"constraints": map[string]any{"ids": []int{}}})
	if n := len(result.(map[string]any)["data"].([]any)); n != 2 {
		t.Errorf("%d tasks", n)
	}
}

func TestManyAtOnce(t *testing.T) {
	s := newStory(t)
	for range 20 {
		s.NewTask("alice", "one", phabtest.On("reviews", ""))
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for _, to := range []string{"In Progress", "Done"} {
				s.call("maniphest.edit", map[string]any{
					"objectIdentifier": i + 1,
					"transactions":     []any{map[string]any{"type": "column", "value": []string{s.ColumnPHID("reviews", to)}}},
				})
				s.Board("reviews")
			}
		})
	}
	wg.Wait()
	if got := len(s.Board("reviews")[2].Tasks); got != 20 {
		t.Errorf("%d tasks are done", got)
	}
}

func TestCutWithinTheProcess(t *testing.T) {
	s := newStory(t)
	s.OnRequest(func(r phabtest.Request) *phabtest.Fault {
		return &phabtest.Fault{Truncated: r.Method == "conduit.ping"}
	})
	resp, err := (&http.Client{Transport: s.Transport()}).PostForm("http://phabricator.example.org/api/conduit.ping", url.Values{})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if b, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("read %s without an error", b)
	}
}

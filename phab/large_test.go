package phab_test

import (
	"net/http/httptest"
	"testing"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// Where many tasks at once are too large an answer, fewer are asked for.
func TestManyTasksAreAskedForInSmallerParts(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	s.AddProject("Board", "board", "A", "B")
	var ids []int
	for range 100 {
		id := s.NewTask("reviewsync", "x", phabtest.On("board", "A"))
		s.Drag("reviewsync", id, "board", "B")
		ids = append(ids, id)
	}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	c, err := phab.New(phab.Options{URL: h.URL, Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", MaxBody: 24 << 10})})
	if err != nil {
		t.Fatal(err)
	}
	tasks, err := c.Tasks(t.Context(), ids)
	if err != nil || len(tasks) != 100 {
		t.Errorf("%d tasks, %v", len(tasks), err)
	}
	histories, err := c.Transactions(t.Context(), ids)
	if err != nil || len(histories) != 100 {
		t.Errorf("%d histories, %v", len(histories), err)
	}
	n := s.Requests()
	if n["maniphest.search"] < 3 || n["maniphest.gettasktransactions"] < 4 {
		t.Errorf("all of it fitted at once: %v", n)
	}

	c, err = phab.New(phab.Options{URL: h.URL, Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", MaxBody: 400})})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Transactions(t.Context(), ids[:4]) // not even one fits
	wantClass(t, err, remote.Retry)
	_, err = c.Tasks(t.Context(), ids[:4])
	wantClass(t, err, remote.Retry)
}

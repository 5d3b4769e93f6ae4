package phab_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"testing"

	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// The search finds what is in a milestone too; that is no card of the board itself.
func TestEachTaskLeavesOutMilestones(t *testing.T) {
	s := phabtest.New(phabtest.Options{Clock: ticking()})
	_, token := s.AddUser("reviewsync", true)
	s.AddUser("dan", false)
	project := s.AddProject("Campsite Iteration ∞", "campsite-iteration-∞", "Doing", "Done")
	s.AddMilestone("campsite-iteration-∞", "Sprint 1")
	here, below := s.NewTask("dan", "A", phabtest.On("campsite-iteration-∞", "Doing")), s.NewTask("dan", "B", phabtest.On("campsite-iteration-∞/Sprint 1", ""))
	h := httptest.NewServer(s)
	defer h.Close()
	c := client(t, h.URL, token)
	p, err := c.Project(t.Context(), "#campsite-iteration-∞")
	if err != nil || p.PHID != project {
		t.Fatalf("%+v, %v", p, err)
	}
	var found []int
	if err := c.EachTask(t.Context(), project, nil, func(tasks []phab.Task) error {
		for _, task := range tasks {
			found = append(found, task.ID)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(found, []int{here}) || slices.Contains(found, below) {
		t.Errorf("found %d, want only T%d", found, here)
	}
}

// 250 cards are three requests; an error of the caller ends the reading.
func TestEachTaskReadsPages(t *testing.T) {
	s := phabtest.New(phabtest.Options{Clock: ticking()})
	_, token := s.AddUser("reviewsync", true)
	s.AddUser("dan", false)
	project := s.AddProject("Ops", "ops", "Doing")
	for range 250 {
		s.NewTask("dan", "A", phabtest.On("ops", "Doing"))
	}
	h := httptest.NewServer(s)
	defer h.Close()
	c := client(t, h.URL, token)
	var pages []int
	if err := c.EachTask(t.Context(), project, nil, func(tasks []phab.Task) error {
		pages = append(pages, len(tasks))
		return nil
	}); err != nil || !slices.Equal(pages, []int{100, 100, 50}) {
		t.Errorf("pages of %d, %v", pages, err)
	}
	enough := errors.New("enough")
	s.Reset()
	if err := c.EachTask(t.Context(), project, nil, func([]phab.Task) error { return enough }); !errors.Is(err, enough) || s.Requests()["maniphest.search"] != 1 {
		t.Errorf("%v after %d requests", err, s.Requests()["maniphest.search"])
	}
}

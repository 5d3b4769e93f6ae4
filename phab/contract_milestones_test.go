package phab_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/phab"
)

// newParent is the slug of a project that is not there yet.
func newParent() string { return fmt.Sprintf("milestones-%x", time.Now().UnixNano()) }

func contractMilestones(t *testing.T, w *world) {
	parent := newParent()
	first, second, third := w.newMilestone(t, parent, "Sprint 1"), w.newMilestone(t, parent, "Sprint 2"), w.newMilestone(t, parent, "An odd name")
	above, err := w.bot.Project(t.Context(), parent)
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.bot.Milestones(t.Context(), above.PHID)
	if err != nil {
		t.Fatal(err)
	}
	for i := range got {
		got[i].ID = 0
	}
	want := []phab.Project{
		{PHID: first, Name: "Sprint 1", Parent: above.PHID, Milestone: true, Number: 1},
		{PHID: second, Name: "Sprint 2", Parent: above.PHID, Milestone: true, Number: 2},
		{PHID: third, Name: "An odd name", Parent: above.PHID, Milestone: true, Number: 3},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if now, found := phab.CurrentMilestone(got); !found || now.PHID != third {
		t.Errorf("the current one is %+v", now)
	}
	up, err := w.bot.Ancestors(t.Context(), got[0])
	if err != nil || len(up) != 1 || up[0].PHID != above.PHID {
		t.Errorf("above a milestone: %+v, %v", up, err)
	}
	for _, phid := range []string{first, "PHID-PROJ-aaaaaaaaaaaaaaaaaaaa"} {
		if none, err := w.bot.Milestones(t.Context(), phid); err != nil || len(none) > 0 {
			t.Errorf("milestones of %s: %+v, %v", phid, none, err)
		}
	}
	if up, err := w.bot.Ancestors(t.Context(), above); err != nil || len(up) > 0 {
		t.Errorf("above a root project: %+v, %v", up, err)
	}
}

// A milestone's tag takes those of its siblings and of its parent off.
func contractOneMilestone(t *testing.T, w *world) {
	parent := newParent()
	first, second := w.newMilestone(t, parent, "Sprint 1"), w.newMilestone(t, parent, "Sprint 2")
	above, err := w.bot.Project(t.Context(), parent)
	if err != nil {
		t.Fatal(err)
	}
	id := w.newTask(t, taskOptions{column: 2})
	for _, tag := range []string{first, second, above.PHID, first} {
		edit(t, w.bot, id, phab.AddProject(tag))
		var of []string
		for _, p := range w.task(t, id).Projects {
			if p != w.project.PHID {
				of = append(of, p)
			}
		}
		if !slices.Equal(of, []string{tag}) {
			t.Errorf("after %s was added, the task has %q", tag, of)
		}
	}
	w.wantWhere(t, id, w.columns[1].Name)
}

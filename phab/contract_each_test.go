package phab_test

import (
	"slices"
	"testing"

	"reviewsync/phab"
)

// each lists the tasks of EachTask that the test made.
func (w *world) each(t *testing.T, made []int, besides ...string) (found []int) {
	t.Helper()
	last := 0
	err := w.bot.EachTask(t.Context(), w.project.PHID, besides, func(tasks []phab.Task) error {
		for _, task := range tasks {
			if task.ID <= last {
				t.Errorf("T%d after T%d: not the oldest first", task.ID, last)
			}
			last = task.ID
			if slices.Contains(made, task.ID) {
				found = append(found, task.ID)
				if len(task.Boards[w.project.PHID]) == 0 || !slices.Contains(task.Projects, w.project.PHID) {
					t.Errorf("T%d without its board: %+v", task.ID, task)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func contractEachTask(t *testing.T, w *world) {
	open, off, resolved, invalid := w.newTask(t, taskOptions{column: 2}), w.newTask(t, taskOptions{}), w.newTask(t, taskOptions{column: 1}), w.newTask(t, taskOptions{tagOnly: true})
	unseen := w.newTask(t, taskOptions{column: 1, unseen: true})
	for id, status := range map[int]string{resolved: "resolved", invalid: "invalid"} {
		edit(t, w.admin, id, phab.Edit{Type: "status", Value: status})
	}
	made := []int{open, off, resolved, invalid, unseen}
	if got, want := w.each(t, made), []int{open}; !slices.Equal(got, want) {
		t.Errorf("open: %d, want %d", got, want)
	}
	if got, want := w.each(t, made, "resolved"), []int{open, resolved}; !slices.Equal(got, want) {
		t.Errorf("open and resolved: %d, want %d", got, want)
	}
	if got, want := w.each(t, made, "invalid", "open", "resolved"), []int{open, resolved, invalid}; !slices.Equal(got, want) {
		t.Errorf("open, resolved and invalid: %d, want %d", got, want)
	}
	if err := w.bot.EachTask(t.Context(), "PHID-PROJ-aaaaaaaaaaaaaaaaaaaa", nil, func(tasks []phab.Task) error {
		if len(tasks) > 0 {
			t.Errorf("an unknown project has %+v", tasks)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if err := w.bot.EachTask(t.Context(), "", nil, func([]phab.Task) error { return nil }); err == nil {
		t.Error("no project, and no error")
	}
}

package phab_test

import (
	"context"
	"strings"
	"testing"

	"reviewsync/internal/remote"
	"reviewsync/phab"
)

func contractCloseAndReopen(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	edit(t, w.admin, id, phab.Edit{Type: "status", Value: "resolved"})
	if got := w.task(t, id).Status; got != "resolved" {
		t.Errorf("status %q", got)
	}
	edit(t, w.bot, id, phab.MoveTo(w.columns[1].PHID)) // a closed task moves all the same
	w.wantWhere(t, id, w.columns[1].Name)
	edit(t, w.admin, id, phab.Edit{Type: "status", Value: "open"})
	var changes []string
	for _, x := range w.history(t, id) {
		if x.Type == "status" && !x.Create {
			changes = append(changes, x.OldStatus+" > "+x.NewStatus)
		}
	}
	if got := strings.Join(changes, ", "); got != "open > resolved, resolved > open" {
		t.Errorf("changes of status: %s", got)
	}
}

// One edit's transactions are in the order in which they were named, but for the comment.
func contractOrder(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	status := phab.Edit{Type: "status", Value: "open"}
	for n, c := range []struct {
		edits []phab.Edit
		want  string
	}{
		{[]phab.Edit{phab.Comment("again"), phab.MoveTo(w.columns[1].PHID), status}, "core:columns status core:comment "},
		{[]phab.Edit{status, phab.MoveTo(w.columns[0].PHID)}, "status core:columns "},
	} {
		edit(t, w.admin, id, phab.Edit{Type: "status", Value: "resolved"})
		before := len(w.history(t, id))
		edit(t, w.admin, id, c.edits...)
		made := w.history(t, id)[before:]
		if got := kinds(made); got != c.want {
			t.Errorf("%d: the edit made %s, want %s", n, got, c.want)
		}
		for _, x := range made[1:] {
			if x.GroupID != made[0].GroupID {
				t.Errorf("%d: one edit, two groups", n)
			}
		}
	}
}

func contractComment(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	edit(t, w.bot, id, phab.Comment("moved"), phab.MoveTo(w.columns[1].PHID))
	h := w.history(t, id)
	if got := kinds(h[len(h)-2:]); got != "core:columns core:comment " {
		t.Errorf("history ends with %s", got)
	}
	if h[len(h)-1].GroupID != h[len(h)-2].GroupID {
		t.Error("one edit, two groups")
	}
	if said := h[len(h)-1].Comment; said != "moved" {
		t.Errorf("the comment reads %q", said)
	}
}

func contractUnknownTask(t *testing.T, w *world) {
	const unknown = 99999999
	unseen := w.newTask(t, taskOptions{column: 1, unseen: true})
	seen := w.newTask(t, taskOptions{})
	tasks, err := w.bot.Tasks(t.Context(), []int{unknown, unseen, seen})
	if err != nil || len(tasks) != 1 || tasks[0].ID != seen {
		t.Errorf("tasks %+v, %v", tasks, err)
	}
	histories, err := w.bot.Transactions(t.Context(), []int{unknown, unseen, seen})
	if err != nil || len(histories) != 1 || len(histories[seen]) == 0 {
		t.Errorf("histories %+v, %v", histories, err)
	}
	histories, err = w.bot.Transactions(t.Context(), []int{unknown})
	if err != nil || len(histories) != 0 {
		t.Errorf("histories %+v, %v", histories, err)
	}
	for _, id := range []int{unknown, unseen} {
		_, err := w.bot.Edit(t.Context(), id, []phab.Edit{phab.Comment("x")})
		wantClass(t, err, remote.Blocked)
		if !strings.Contains(err.Error(), "permission to see and edit T") {
			t.Errorf("no fix in: %v", err)
		}
	}
}

func contractNotEditable(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1, untouched: true})
	_, err := w.bot.Edit(t.Context(), id, []phab.Edit{phab.MoveTo(w.columns[1].PHID)})
	wantClass(t, err, remote.Blocked)
	_, err = w.bot.Edit(t.Context(), id, []phab.Edit{phab.MoveTo(w.columns[0].PHID)}) // not even without effect
	wantClass(t, err, remote.Blocked)
	w.wantWhere(t, id, w.columns[0].Name)
	edit(t, w.bot, id, phab.Comment("a comment needs no right to edit"))
}

func contractUnknownColumn(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	_, err := w.bot.Edit(t.Context(), id, []phab.Edit{phab.MoveTo("PHID-PCOL-nonexistent")})
	wantClass(t, err, remote.Blocked)
	if !strings.Contains(err.Error(), "column is gone") {
		t.Errorf("no fix in: %v", err)
	}
}

func contractRefusedValues(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	for what, e := range map[string]phab.Edit{
		"a list, but value is not a list": {Type: "column", Value: w.columns[1].PHID},
		`has invalid type "nope"`:         {Type: "nope", Value: "x"},
		"Expected string":                 {Type: "comment", Value: []string{"x"}},
		"destination PHIDs":               {Type: "projects.add", Value: []string{"no-such-tag"}},
	} {
		_, err := w.bot.Edit(t.Context(), id, []phab.Edit{e})
		wantClass(t, err, remote.Blocked)
		if !strings.Contains(err.Error(), what) {
			t.Errorf("want %q in: %v", what, err)
		}
	}
	w.wantWhere(t, id, w.columns[0].Name)
}

func contractAllOrNothing(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 1})
	n := len(w.history(t, id))
	_, err := w.bot.Edit(t.Context(), id, []phab.Edit{phab.MoveTo(w.columns[1].PHID), phab.Comment("x"), phab.MoveTo("PHID-PCOL-nonexistent")})
	wantClass(t, err, remote.Blocked)
	if got := len(w.history(t, id)); got != n {
		t.Errorf("%d transactions, had %d", got, n)
	}
	w.wantWhere(t, id, w.columns[0].Name)
}

func contractTokens(t *testing.T, w *world) {
	for name, token := range map[string]string{
		"wrong length": "api-bad",
		"unknown":      "api-zzzzzzzzzzzzzzzzzzzzzzzzzzzz",
		"wrong kind":   "zzz-zzzzzzzzzzzzzzzzzzzzzzzzzzzz",
	} {
		// The HTTP client does not know the secret, so that nothing but phab can hide it.
		c, err := phab.New(phab.Options{URL: w.url, Token: token, HTTP: remote.New(remote.Options{Server: "phabricator"})})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.WhoAmI(context.WithoutCancel(t.Context()))
		wantClass(t, err, remote.Fatal)
		if strings.Contains(err.Error(), token) || !strings.Contains(err.Error(), "phabricator.token_file") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func contractManyIDs(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	ids := []int{id, id}
	for i := range 150 {
		ids = append(ids, 90000000+i)
	}
	before := w.bot.HTTP().Requests()
	tasks, err := w.bot.Tasks(t.Context(), ids)
	if err != nil || len(tasks) != 1 || tasks[0].ID != id {
		t.Errorf("tasks %+v, %v", tasks, err)
	}
	if got := w.bot.HTTP().Requests() - before; got != 2 {
		t.Errorf("%d requests for 151 tasks, want 2", got)
	}
	histories, err := w.bot.Transactions(t.Context(), ids)
	if err != nil || len(histories) != 1 {
		t.Errorf("histories of %d tasks, %v", len(histories), err)
	}
}

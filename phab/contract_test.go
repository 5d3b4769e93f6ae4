package phab_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// TestContract says how Conduit behaves, of the stand-in and of a real server.
func TestContract(t *testing.T) {
	tests := map[string]func(*testing.T, *world){
		"whoami":                     contractWhoAmI,
		"users":                      contractUsers,
		"project":                    contractProject,
		"columns":                    contractColumns,
		"statuses":                   contractStatuses,
		"task without board":         contractTaskWithoutBoard,
		"created on the board":       contractCreatedOnBoard,
		"add and move":               contractAddAndMove,
		"tag alone":                  contractTagAlone,
		"no-op":                      contractNoOp,
		"default column of foreign":  contractDefaultColumnOfForeignBoard,
		"column of foreign board":    contractColumnOfForeignBoard,
		"stale position":             contractStalePosition,
		"close and reopen":           contractCloseAndReopen,
		"comment":                    contractComment,
		"order":                      contractOrder,
		"unknown and invisible task": contractUnknownTask,
		"not editable":               contractNotEditable,
		"unknown column":             contractUnknownColumn,
		"refused values":             contractRefusedValues,
		"all or nothing":             contractAllOrNothing,
		"tokens":                     contractTokens,
		"many ids":                   contractManyIDs,
		"each task of a project":     contractEachTask,
		"milestones":                 contractMilestones,
		"one milestone per task":     contractOneMilestone,
		"members":                    contractMembers,
		"away":                       contractAway,
	}
	for server, make := range map[string]func(*testing.T) *world{"stand-in": standIn, "real": realServer} {
		t.Run(server, func(t *testing.T) {
			w := make(t)
			for name, test := range tests {
				t.Run(name, func(t *testing.T) { test(t, w) })
			}
		})
	}
}

func contractWhoAmI(t *testing.T, w *world) {
	if !w.botUser.Bot || w.botUser.Username == "" || !strings.HasPrefix(w.botUser.PHID, "PHID-USER-") {
		t.Errorf("the bot is %+v", w.botUser)
	}
	if w.adminUser.Bot {
		t.Errorf("the person is %+v", w.adminUser)
	}
}

func contractUsers(t *testing.T, w *world) {
	got, err := w.bot.Users(t.Context(), []string{w.adminUser.Username, w.botUser.Username, "nobody-of-that-name"})
	if err != nil {
		t.Fatal(err)
	}
	want := []phab.User{w.adminUser, w.botUser}
	slices.SortFunc(got, func(a, b phab.User) int { return strings.Compare(a.Username, b.Username) })
	slices.SortFunc(want, func(a, b phab.User) int { return strings.Compare(a.Username, b.Username) })
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	got, err = w.bot.UsersByPHID(t.Context(), []string{w.botUser.PHID, "PHID-USER-aaaaaaaaaaaaaaaaaaaa"})
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]phab.User{w.botUser}, got); d != "" {
		t.Error(d)
	}
}

func contractProject(t *testing.T, w *world) {
	for _, tag := range []string{"#" + w.slug, strings.ToUpper(w.slug)} {
		p, err := w.bot.Project(t.Context(), tag)
		if err != nil || p.PHID != w.project.PHID || p.Name == "" || p.Milestone || p.Archived || p.Parent != "" {
			t.Errorf("%s: %+v, %v", tag, p, err)
		}
	}
	_, err := w.bot.Project(t.Context(), "#no-such-tag")
	if !remote.NotFound(err) || !strings.Contains(err.Error(), "#no-such-tag") {
		t.Errorf("unknown tag: %v", err)
	}
	wantClass(t, err, remote.Blocked)
	if _, err := w.bot.Descendants(t.Context(), w.project.PHID); err != nil {
		t.Error(err)
	}
	if _, err := w.bot.Members(t.Context(), w.project.PHID); err != nil {
		t.Error(err)
	}
}

func contractColumns(t *testing.T, w *world) {
	last := -1
	for i, c := range w.columns {
		if c.Sequence <= last || c.Name == "" || !strings.HasPrefix(c.PHID, "PHID-PCOL-") || c.Default != (i == 0) {
			t.Errorf("column %d: %+v", i, c)
		}
		last = c.Sequence
	}
	none, err := w.bot.Columns(t.Context(), "PHID-PROJ-aaaaaaaaaaaaaaaaaaaa")
	if err != nil || len(none) != 0 {
		t.Errorf("columns of an unknown project: %v, %v", none, err)
	}
}

func contractStatuses(t *testing.T, w *world) {
	got, err := w.bot.Statuses(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []phab.Status{{Value: "open", Name: "Open"}, {Value: "resolved", Name: "Resolved", Closed: true}} {
		if !slices.Contains(got, want) {
			t.Errorf("no %+v in %+v", want, got)
		}
	}
}

func contractTaskWithoutBoard(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	task := w.task(t, id)
	if task.Status != "open" || len(task.Projects) != 0 || len(task.Boards) != 0 || task.Created.IsZero() || task.Modified.Before(task.Created) {
		t.Errorf("%+v", task)
	}
	for _, x := range w.history(t, id) {
		if !x.Create || x.AuthorPHID != w.adminUser.PHID || x.GroupID == "" || x.PHID == "" || x.Date.Before(task.Created.Add(-time.Minute)) {
			t.Errorf("%+v", x)
		}
	}
}

func contractCreatedOnBoard(t *testing.T, w *world) {
	for column := 1; column <= 2; column++ { // also the default one leaves a transaction
		id := w.newTask(t, taskOptions{column: column})
		c := w.columns[column-1]
		w.wantWhere(t, id, c.Name)
		h := w.history(t, id)
		if got := kinds(h); got != "core:create title core:edge core:columns " {
			t.Errorf("history: %s", got)
		}
		for _, x := range h {
			switch x.Type {
			case "core:edge":
				if d := cmp.Diff([]string{w.project.PHID}, x.ProjectsAdded); d != "" || !x.Create {
					t.Errorf("create %v, added %s", x.Create, d)
				}
			case "core:columns":
				if d := cmp.Diff([]phab.Move{{Board: w.project.PHID, Column: c.PHID}}, x.Moves); d != "" || !x.Create {
					t.Errorf("create %v, moves %s", x.Create, d)
				}
			}
		}
	}
}

func contractAddAndMove(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	made := edit(t, w.bot, id, phab.AddProject(w.project.PHID), phab.MoveTo(w.columns[1].PHID))
	w.wantWhere(t, id, w.columns[1].Name)
	edit(t, w.bot, id, phab.MoveTo(w.columns[2].PHID))
	w.wantWhere(t, id, w.columns[2].Name)
	h := w.history(t, id)
	if got := kinds(h); got != "core:create title core:edge core:columns core:columns " {
		t.Fatalf("history: %s", got)
	}
	first, second := h[len(h)-2], h[len(h)-1]
	if !slices.Contains(made, first.PHID) || slices.Contains(made, second.PHID) || first.AuthorPHID != w.botUser.PHID || first.Create {
		t.Errorf("made %v, but history has %+v", made, first)
	}
	// A card that was not on the board comes from the default column all the same.
	if d := cmp.Diff([]phab.Move{{Board: w.project.PHID, Column: w.columns[1].PHID, From: []string{w.columns[0].PHID}}}, first.Moves); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]phab.Move{{Board: w.project.PHID, Column: w.columns[2].PHID, From: []string{w.columns[1].PHID}}}, second.Moves); d != "" {
		t.Error(d)
	}
	if edge := h[len(h)-3]; edge.GroupID != first.GroupID || first.GroupID == second.GroupID {
		t.Errorf("groups %s %s %s", edge.GroupID, first.GroupID, second.GroupID)
	}
}

func contractTagAlone(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	edit(t, w.bot, id, phab.AddProject(w.project.PHID))
	w.wantWhere(t, id, w.columns[0].Name)
	if got := kinds(w.history(t, id)); got != "core:create title core:edge " {
		t.Errorf("history: %s", got)
	}
	if id := w.newTask(t, taskOptions{tagOnly: true}); w.where(t, id) != w.columns[0].Name {
		t.Errorf("created with the tag alone, it is in %q", w.where(t, id))
	}
}

func contractNoOp(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 2})
	before := w.task(t, id)
	n := len(w.history(t, id))
	eventually(t, "a no-op edit changes the date", func() bool {
		if made := edit(t, w.bot, id, phab.AddProject(w.project.PHID), phab.MoveTo(w.columns[1].PHID)); len(made) != 0 {
			t.Fatalf("transactions %v", made)
		}
		return w.task(t, id).Modified.After(before.Modified)
	})
	if got := len(w.history(t, id)); got != n {
		t.Errorf("%d transactions, had %d", got, n)
	}
}

func contractDefaultColumnOfForeignBoard(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	if made := edit(t, w.bot, id, phab.MoveTo(w.columns[0].PHID)); len(made) != 0 {
		t.Errorf("transactions %v", made)
	}
	w.wantWhere(t, id, "")
	// With the tag, the move is dropped as well: the card is there anyway.
	if made := edit(t, w.bot, id, phab.AddProject(w.project.PHID), phab.MoveTo(w.columns[0].PHID)); len(made) != 1 {
		t.Errorf("transactions %v", made)
	}
	w.wantWhere(t, id, w.columns[0].Name)
}

func contractColumnOfForeignBoard(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{})
	if made := edit(t, w.bot, id, phab.MoveTo(w.columns[1].PHID)); len(made) != 2 {
		t.Errorf("transactions %v", made)
	}
	w.wantWhere(t, id, w.columns[1].Name)
	if got := kinds(w.history(t, id)); got != "core:create title core:columns core:edge " {
		t.Errorf("history: %s", got)
	}
}

func contractStalePosition(t *testing.T, w *world) {
	id := w.newTask(t, taskOptions{column: 3})
	edit(t, w.bot, id, phab.RemoveProject(w.project.PHID))
	w.wantWhere(t, id, "")
	if made := edit(t, w.bot, id, phab.MoveTo(w.columns[2].PHID)); len(made) != 0 {
		t.Errorf("transactions %v", made)
	}
	w.wantWhere(t, id, "")
	edit(t, w.bot, id, phab.AddProject(w.project.PHID), phab.MoveTo(w.columns[2].PHID))
	w.wantWhere(t, id, w.columns[2].Name)
	for _, x := range w.history(t, id) {
		if x.Type == "core:edge" && len(x.ProjectsRemoved) == 1 && x.ProjectsRemoved[0] == w.project.PHID {
			return
		}
	}
	t.Error("the history does not show that the tag was removed")
}

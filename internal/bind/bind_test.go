package bind_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/remote"
	"reviewsync/mapping"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// What the config names is tied to what the server has, and check can say so.
func TestBind(t *testing.T) {
	w := newWorld(t)
	b := w.bind()
	reviews, duty := b.Boards[0], b.Boards[1]
	if got, want := reviews.Columns["Needed"].ID, w.phab.ColumnPHID("reviews", "Needed"); got != want {
		t.Errorf("Needed is column %s, want %s", got, want)
	}
	if old := reviews.Replaces[0].Board; old != &duty.Board.Board || !reviews.TakesFrom(duty.PHID, w.phab.ColumnPHID("duty", "Reviews")) {
		t.Errorf("#reviews takes cards from %v by the rules of %v", reviews.Old, old)
	}
	if w.cfg.Boards[0].Replaces[0].Board != nil {
		t.Error("the config was changed")
	}
	var lines []string
	for _, f := range b.Findings() {
		lines = append(lines, f.Line())
	}
	if d := cmp.Diff([]string{
		`ok    team cpt: the members of #team are alice`,
		`ok    board #reviews: is project "Code Reviews"`,
		`ok    board #reviews: has the columns "Done", "Inbox", "Needed"`,
		`ok    board #reviews: the tags of its rules are there: #urgent`,
		`ok    board #reviews: the statuses of its rules are there: resolved`,
		`ok    board #duty: is project "Clinic Duty"`,
		`ok    board #duty: has the columns "Doing"`,
		`ok    board #duty, replaced by #reviews: is project "Clinic Duty", and cards are taken from "Reviews"`,
		`ok    tag #patch: is project "Has Patch"`,
	}, lines); d != "" {
		t.Errorf("what was found (-want +got):\n%s", d)
	}
	if said := w.said(); len(said) > 0 {
		t.Errorf("the log says %q", said)
	}
}

// What cannot be tied is left out, all that is wrong is found, and the log has the first of it.
func TestLeftOut(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(w *world)
		left  []string // boards
		finds []string
		says  string
	}{
		"a board": {func(w *world) { w.phab.HideProject("duty", true) }, []string{"#reviews"}, []string{
			`fail  board #duty: no project has this tag, or reviewsync may not see it; correct the tag (a.yaml:20), or let the account see the project`,
			`fail  board #duty, replaced by #reviews: no project has this tag, or reviewsync may not see it; correct the tag, or take it out if the board is gone (a.yaml:13), or let the account see the project`,
		}, `board #duty is left out until that is fixed, and everything else goes on: a.yaml:20: board #duty: phabricator: project.search: status 404: no project #duty, or reviewsync may not see it (check the tag in the config, and that the bot's account can see the project)`},
		"a column, a tag and a status": {func(w *world) {
			w.cfg.Boards[0].Rules[0].When = mapping.When{Tags: []string{"#reviews"}, Status: []string{"nonsense"}}
			w.phab.RenameColumn("reviews", "Done", "Finished")
		}, []string{"#duty"}, []string{
			`fail  board #reviews: it has no visible column "Done"; its columns are "Inbox", "Needed", "Finished"; correct the name (a.yaml:11)`,
			`fail  board #reviews: tag #reviews of its rules is the project of the board itself, which every card of it has; take the tag out (a.yaml:11)`,
			`fail  board #reviews: tasks have no status "nonsense"; write one of open, resolved, wontfix, invalid, duplicate, spite (a.yaml:11)`,
		}, `board #reviews is left out until that is fixed, and everything else goes on: a.yaml:11: board #reviews: it has no visible column "Done"; its columns are "Inbox", "Needed", "Finished"; correct the name`},
		"a team": {func(w *world) { w.phab.HideProject("team", true) }, []string{"#duty"}, []string{
			`fail  team cpt: no project #team, or reviewsync may not see it; correct teams.cpt.project in a.yaml, or let the account see the project`,
		}, `board #reviews is left out until that is fixed, and everything else goes on: a.yaml:10: board #reviews: its team cpt: phabricator: project.search: status 404: no project #team, or reviewsync may not see it (check the tag in the config, and that the bot's account can see the project)`},
		"a tag": {func(w *world) { w.cfg.Tags[0].Tag = "#reviews" }, []string{"#duty", "#reviews"}, []string{
			`fail  tag #reviews: is the same project as board #reviews; use adopt and untag there (a.yaml:30)`,
		}, `tag #reviews is left out until that is fixed, and everything else goes on: a.yaml:30: tag #reviews: is the same project as board #reviews; use adopt and untag there`},
		"two boards of one project": {func(w *world) {
			w.cfg.Boards[1].Tag, w.cfg.Boards[0].Replaces = "#code_reviews", nil
			w.cfg.Boards[1].Rules[0].Target = mapping.To("Done")
		}, []string{"#reviews"}, []string{
			`fail  board #reviews: is the same project as board #code_reviews; put their rules together (a.yaml:10, a.yaml:20)`,
		}, `board #code_reviews is left out until that is fixed, and everything else goes on: a.yaml:10, a.yaml:20: board #reviews: is the same project as board #code_reviews; put their rules together`},
		"a column that goes back and forth": {func(w *world) { w.cfg.Boards[0].Replaces[0].Columns = []string{"Doing"} }, []string{"#duty"}, []string{
			`fail  board #duty, replaced by #reviews: column "Doing" is in the rules or 'from' of board #duty, which is the same project, so its cards would go back and forth; take it out there or here (a.yaml:20, a.yaml:13)`,
		}, `board #reviews is left out until that is fixed, and everything else goes on: a.yaml:20, a.yaml:13: board #duty, replaced by #reviews: column "Doing" is in the rules or 'from' of board #duty, which is the same project, so its cards would go back and forth; take it out there or here`},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			c.spoil(w)
			if d := cmp.Diff(c.finds, w.wrong()); d != "" {
				t.Errorf("what is wrong (-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.left, tags(w.bind().Boards)); d != "" {
				t.Errorf("boards (-want +got):\n%s", d)
			}
			w.bind()
			said := strings.Join(w.said(), "\n")
			if strings.Count(said, c.says) != 1 {
				t.Errorf("the log says\n%s\nwant once\n%s", said, c.says)
			}
		})
	}
}

// Where nothing can be bound, that is an error that nobody tries again; and what was bound stays when the server is away.
func TestNothingCanBeBound(t *testing.T) {
	w := newWorld(t)
	w.phab.HideProject("reviews", true)
	w.phab.HideProject("duty", true)
	if err := w.binder.Bind(t.Context()); remote.ClassOf(err) != remote.Blocked || !strings.Contains(fmt.Sprint(err), "no project #duty") || len(w.binder.Current().Boards) > 0 {
		t.Errorf("it ends with %v", err)
	}
	w.phab.HideProject("reviews", false)
	w.phab.HideProject("duty", false)
	before := w.bind()
	w.phab.OnRequest(func(r phabtest.Request) *phabtest.Fault {
		if r.Method == "project.column.search" {
			return phabtest.HTML(502)
		}
		return nil
	})
	if err := w.binder.Bind(t.Context()); remote.ClassOf(err) != remote.Retry || errors.Is(err, t.Context().Err()) || w.binder.Current() != before {
		t.Errorf("it ends with %v, and %v is bound", err, w.binder.Current())
	}
}

// What contradicts a board only since it was bound, stops nothing before the next start.
func TestWhatCameToContradictABoard(t *testing.T) {
	w := newWorld(t)
	w.bind()
	w.phab.SetParent("duty", "reviews")
	w.cfg.Boards[0].Replaces = nil
	const says = `a.yaml:10, a.yaml:20: board #reviews: board #duty is below it, and a task cannot be on both; keep one of them`
	b := w.bind()
	if said := w.said(); len(said) != 1 || said[0] != says || len(b.Boards) != 2 {
		t.Errorf("boards %v, and the log says %q", tags(b.Boards), said)
	}
	w.bind()
	if said := w.said(); len(said) > 0 {
		t.Errorf("it says again %q", said)
	}
	w.restart()
	if b := w.bind(); cmp.Diff([]string{"#reviews"}, tags(b.Boards)) != "" || b.LeftOut["board #duty"].Error() != says {
		t.Errorf("boards %v, left out %v", tags(b.Boards), b.LeftOut)
	}
}

// Columns are looked at when a card is moved, but not for each card of a row.
func TestKeepUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t)
		board := w.bind().Boards[0]
		reads := func(task phab.Task) int {
			w.phab.Reset()
			var err error
			board, err = w.binder.KeepUp(t.Context(), w.binder.Current().Boards[0], task)
			w.ok(err)
			return w.phab.Requests()["project.column.search"]
		}
		if n := reads(phab.Task{}); n != 0 {
			t.Errorf("columns that were just read are read %d times", n)
		}
		w.phab.RenameColumn("reviews", "Needed", "Wanted")
		w.phab.AddColumns("reviews", "Needed")
		w.phab.RenameColumn("reviews", "Done", "Finished")
		time.Sleep(time.Second)
		if n := reads(phab.Task{}); n != 1 || w.binder.Current().Boards[0] != board {
			t.Errorf("columns are read %d times, and %v is bound", n, board)
		}
		if got, want := board.Columns["Needed"].ID, w.phab.ColumnPHID("reviews", "Needed"); got != want {
			t.Errorf("Needed is column %s, want %s", got, want)
		}
		if got, want := board.Columns["Done"].ID, w.phab.ColumnPHID("reviews", "Finished"); got != want {
			t.Errorf("Done is column %s, want %s", got, want)
		}
		if d := cmp.Diff([]string{
			`a.yaml:11: board #reviews: column "Done" is now called "Finished"; it is still used: write its new name`,
			`column "Needed" of #reviews is another one now; cards that are left in the one before, which is called "Wanted", stay there`,
		}, w.said(), cmpSorted); d != "" {
			t.Errorf("the log (-want +got):\n%s", d)
		}
		if n := reads(phab.Task{}); n != 0 {
			t.Errorf("columns that were just read are read %d times", n)
		}
		duty := w.binder.Current().Boards[1].PHID
		if n := reads(phab.Task{Boards: map[string][]phab.ColumnRef{duty: {{PHID: "PHID-PCOL-new", Name: "Reviews"}}}}); n != 2 {
			t.Errorf("with a card in an unknown column of the replaced board, columns are read %d times", n)
		}
		w.bind()
		if said := w.said(); len(said) > 0 {
			t.Errorf("it says again %q", said)
		}
	})
}

// The board is the newest milestone that can be one. Until there is another, it stays the one that it was.
func TestMilestones(t *testing.T) {
	w := newWorld(t)
	w.phab.AddProject("All Sprints", "sprints")
	sprint := func(name string, columns ...string) {
		w.phab.AddMilestone("sprints", name)
		w.phab.AddColumns("sprints/"+name, columns...)
	}
	w.cfg.Boards, w.cfg.Tags = w.cfg.Boards[1:], nil
	w.cfg.Boards[0].MilestoneOf, w.cfg.Boards[0].Tag = "#sprints", "#sprints (current milestone)"
	is := func(want string, said ...string) {
		t.Helper()
		if b := w.bind().Boards; len(b) != 1 || b[0].Tag != want || b[0].Name != strings.Trim(want[len("#sprints "):], "()") {
			t.Errorf("boards %v, want %s", tags(b), want)
		}
		if d := cmp.Diff(said, w.said()); d != "" {
			t.Errorf("the log (-want +got):\n%s", d)
		}
	}
	sprint("Sprint 1", "Doing")
	is("#sprints (Sprint 1)")
	w.phab.AddMilestone("sprints", "Sprint 2")
	is("#sprints (Sprint 1)", `board #sprints (current milestone): the board stays #sprints (Sprint 1) until that is fixed: `+
		`a.yaml:20: board #sprints (Sprint 2): it has no visible column "Doing"; its columns are none: make a workboard`)
	w.phab.AddColumns("sprints/Sprint 2", "Doing")
	is("#sprints (Sprint 2)", "the board is #sprints (Sprint 2) from now on, no longer #sprints (Sprint 1)")
	sprint("Sprint 3", "Done")
	is("#sprints (Sprint 2)", `board #sprints (current milestone): the board stays #sprints (Sprint 2) until that is fixed: `+
		`a.yaml:21: board #sprints (Sprint 3): it has no visible column "Doing"; its columns are "Done"; correct the name`)
	if b := w.binder.Current(); len(b.LeftOut) > 0 || b.Boards[0].Key != "#sprints (current milestone)" {
		t.Errorf("left out %v, key %s", b.LeftOut, b.Boards[0].Key)
	}
}

// A project whose hashtag was taken away is found all the same, with one warning for each place that names it.
func TestARenamedHashtag(t *testing.T) {
	w := newWorld(t)
	before := w.bind()
	w.phab.RenameHashtag("duty", "clinic")
	if b := w.bind(); b.Boards[1].PHID != before.Boards[1].PHID || len(b.LeftOut) > 0 {
		t.Errorf("boards %v, left out %v", tags(b.Boards), b.LeftOut)
	}
	const is = `no project has the hashtag #duty any more; the one that had it is still used ("Clinic Duty", now #clinic_duty)`
	if d := cmp.Diff([]string{
		`warn  board #duty: ` + is + `; write its new hashtag (a.yaml:20), or give it the old one back`,
		`warn  board #duty, replaced by #reviews: ` + is + `; write its new hashtag (a.yaml:13), or give it the old one back`,
	}, w.wrong()); d != "" {
		t.Errorf("what is wrong (-want +got):\n%s", d)
	}
	if project, err := w.binder.Project(t.Context(), "#duty"); err != nil || project.PHID != before.Boards[1].PHID {
		t.Errorf("it is %v, %v", project, err)
	}
	w.phab.HideProject("clinic", true)
	if _, err := w.binder.Project(t.Context(), "#duty"); !remote.NotFound(err) {
		t.Errorf("a hidden one gives %v", err)
	}
}

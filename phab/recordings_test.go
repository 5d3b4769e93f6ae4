package phab_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/phab"
)

// versions are the folders of recorded requests and answers, of real servers.
var versions = []string{"master", "2026.27"}

type recording struct {
	file     string
	Method   string          `json:"method"`
	As       string          `json:"as"`
	Params   json.RawMessage `json:"params"`
	Response json.RawMessage `json:"response"`
}

// load reads the recording whose file name starts with a number.
func load(t testing.TB, version, number string) recording {
	t.Helper()
	files, err := filepath.Glob("../testdata/phorge/" + version + "/" + number + "-*.json")
	if err != nil || len(files) != 1 {
		t.Fatalf("recording %s of %s: %v, %v", number, version, files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	r := recording{file: strings.TrimSuffix(filepath.Base(files[0]), ".json")}
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

const capabilities = `{"result":{"authentication":["token"],"input":["urlencoded"],"output":["json"]},"error_code":null,"error_info":null}`

// answering returns a client of a server that answers to all methods but one with the same body.
func answering(t testing.TB, body []byte) *phab.Client {
	t.Helper()
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if strings.HasSuffix(r.URL.Path, "/conduit.getcapabilities") {
			_, _ = w.Write([]byte(capabilities))
			return
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(h.Close)
	return client(t, h.URL, "api-aaaaaaaaaaaaaaaaaaaaaaaaaaaa")
}

func TestRecordings(t *testing.T) {
	for _, v := range versions {
		t.Run(v, func(t *testing.T) {
			replay := func(number string) *phab.Client { return answering(t, load(t, v, number).Response) }
			ctx := t.Context()

			me, err := replay("03").WhoAmI(ctx)
			if err != nil || me.Username != "reviewsync" || !me.Bot || me.Disabled {
				t.Errorf("whoami: %+v, %v", me, err)
			}
			users, err := replay("08").Users(ctx, []string{"any"})
			if err != nil || len(users) != 3 || users[0].Username != "bob" || users[0].Bot || !users[2].Bot || users[2].PHID != me.PHID {
				t.Errorf("users: %+v, %v", users, err)
			}
			board, err := replay("51").Project(ctx, "#any")
			if err != nil || !strings.HasPrefix(board.Name, "External Reviews ") || board.Archived || board.Milestone {
				t.Errorf("project: %+v, %v", board, err)
			}
			checkMilestones(t, replay("53"))
			columns, err := replay("10").Columns(ctx, board.PHID)
			if err != nil || len(columns) != 3 || columns[0].Name != "Review Needed" || !columns[0].Default || columns[2].Sequence != 2 {
				t.Fatalf("columns: %+v, %v", columns, err)
			}
			clinic, err := replay("33").Columns(ctx, "any")
			if err != nil || len(clinic) != 8 || clinic[2].Name != "Ready" || !clinic[2].Hidden || clinic[3].Hidden {
				t.Errorf("columns: %+v, %v", clinic, err)
			}
			statuses, err := replay("12").Statuses(ctx)
			if err != nil || len(statuses) != 6 || statuses[4] != (phab.Status{Value: "duplicate", Name: "Duplicate", Closed: true, Merged: true}) {
				t.Errorf("statuses: %+v, %v", statuses, err)
			}
			off, err := replay("15").Tasks(ctx, []int{1})
			if err != nil || len(off) != 1 || len(off[0].Boards) != 0 || len(off[0].Projects) != 0 || off[0].Status != "open" || off[0].Public {
				t.Errorf("task without board: %+v, %v", off, err)
			}
			on, err := replay("17").Tasks(ctx, []int{1})
			if err != nil || len(on) != 1 || on[0].Modified.Year() != 2026 {
				t.Fatalf("task on board: %+v, %v", on, err)
			}
			if d := cmp.Diff(map[string][]phab.ColumnRef{board.PHID: {{PHID: columns[1].PHID, Name: "In Progress"}}}, on[0].Boards); d != "" {
				t.Error(d)
			}
			made, err := replay("16").Edit(ctx, 1, []phab.Edit{phab.Comment("x")})
			if err != nil || len(made) != 2 {
				t.Errorf("edit: %v, %v", made, err)
			}
			made, err = replay("18").Edit(ctx, 1, []phab.Edit{phab.Comment("x")})
			if err != nil || len(made) != 0 {
				t.Errorf("edit without effect: %v, %v", made, err)
			}
			checkHistory(t, replay("22"), on[0].ID, board.PHID, columns)
		})
	}
}

// checkMilestones: of three milestones the last is archived; a subproject is beside them.
func checkMilestones(t *testing.T, c *phab.Client) {
	t.Helper()
	milestones, err := c.Milestones(t.Context(), "any")
	if err != nil || len(milestones) != 3 {
		t.Fatalf("milestones: %+v, %v", milestones, err)
	}
	for i, m := range milestones {
		if m.Number != i+1 || m.Name != fmt.Sprintf("Sprint %d", m.Number) || m.Slug != "" || m.Parent == "" || m.Archived != (m.Number == 3) {
			t.Errorf("milestone %d: %+v", i+1, m)
		}
	}
	if now, _ := phab.CurrentMilestone(milestones); now.Number != 2 {
		t.Errorf("the current one is %+v", now)
	}
}

func checkHistory(t *testing.T, c *phab.Client, id int, board string, columns []phab.Column) {
	t.Helper()
	all, err := c.Transactions(t.Context(), []int{id})
	if err != nil || len(all) != 1 {
		t.Fatalf("transactions: %v, %v", all, err)
	}
	h := all[id]
	if got, want := kinds(h), "core:create title description priority core:edge core:columns core:columns core:comment core:columns "; got != want {
		t.Fatalf("history %s\nwant    %s", got, want)
	}
	edge, last := h[5], h[len(h)-1]
	if d := cmp.Diff([]string{board}, edge.ProjectsAdded); d != "" || edge.ProjectsRemoved != nil || edge.Create || !h[4].Create {
		t.Errorf("tags added %s: %+v", d, edge)
	}
	if d := cmp.Diff([]phab.Move{{Board: board, Column: columns[2].PHID, From: []string{columns[0].PHID}}}, last.Moves); d != "" {
		t.Error(d)
	}
	if last.Date.Location() != time.UTC || last.Date.Before(h[0].Date) || last.ID <= h[0].ID || last.GroupID == "" || last.GroupID == edge.GroupID {
		t.Errorf("%+v", last)
	}
}

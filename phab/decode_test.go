package phab

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// Rows as servers of all ages have stored them.
func TestOldTransactions(t *testing.T) {
	const rows = `{"7":[
	 {"transactionID":"9","transactionPHID":"PHID-XACT-TASK-9","transactionType":"core:columns","oldValue":null,
	  "newValue":{"0":{"columnPHID":"PHID-PCOL-b","boardPHID":"PHID-PROJ-x","fromColumnPHIDs":[]},
	              "2":{"columnPHID":"PHID-PCOL-c","boardPHID":"PHID-PROJ-y","fromColumnPHIDs":["PHID-PCOL-a"]}},
	  "meta":[],"authorPHID":"PHID-USER-a","dateCreated":"1461852396"},
	 {"transactionID":8,"transactionPHID":"PHID-XACT-TASK-8","transactionType":"core:edge",
	  "oldValue":{"PHID-PROJ-x":{"src":"PHID-TASK-7","type":"41","dst":"PHID-PROJ-x","data":[]},
	              "PHID-PROJ-y":{"src":"PHID-TASK-7","type":"41","dst":"PHID-PROJ-y","data":[]}},
	  "newValue":{"PHID-PROJ-y":{"dst":"PHID-PROJ-y","type":41},"PHID-PROJ-z":{"dst":"PHID-PROJ-z","type":41}},
	  "meta":{"edge:type":"41"},"authorPHID":"PHID-USER-a","dateCreated":1461852395},
	 {"transactionID":"7","transactionPHID":"PHID-XACT-TASK-7","transactionType":"core:edge",
	  "oldValue":[],"newValue":{"PHID-TASK-1":{"dst":"PHID-TASK-1"}},"meta":{"edge:type":3},"authorPHID":null,"dateCreated":"1461852394"},
	 {"transactionID":"6","transactionPHID":"PHID-XACT-TASK-6","transactionType":"status","oldValue":null,"newValue":"open",
	  "meta":{"core.create":"1"},"authorPHID":"PHID-USER-a","dateCreated":"1461852393"},
	 {"transactionID":"5","transactionPHID":"PHID-XACT-TASK-5","transactionType":"mergedinto","oldValue":null,"newValue":"PHID-TASK-2",
	  "meta":null,"authorPHID":"PHID-APPS-PhabricatorHeraldApplication","dateCreated":"1461852392"},
	 {"transactionID":"4","transactionPHID":"PHID-XACT-TASK-4","transactionType":"core:columns","newValue":null,"meta":[],"dateCreated":null},
	 {"transactionID":"3","transactionPHID":"PHID-XACT-TASK-3","transactionType":"core:customfield","oldValue":{"a":[1]},"newValue":17,"meta":{"x":[]},"dateCreated":"1"}
	]}`
	at := func(s int64) time.Time { return time.Unix(s, 0).UTC() }
	want := map[int][]Transaction{7: {
		{ID: 3, PHID: "PHID-XACT-TASK-3", Type: "core:customfield", Date: at(1)},
		{ID: 4, PHID: "PHID-XACT-TASK-4", Type: "core:columns"},
		{ID: 5, PHID: "PHID-XACT-TASK-5", Type: "mergedinto", MergedInto: "PHID-TASK-2", AuthorPHID: "PHID-APPS-PhabricatorHeraldApplication", Date: at(1461852392)},
		{ID: 6, PHID: "PHID-XACT-TASK-6", Type: "status", NewStatus: "open", Create: true, AuthorPHID: "PHID-USER-a", Date: at(1461852393)},
		{ID: 7, PHID: "PHID-XACT-TASK-7", Type: "core:edge", Date: at(1461852394)},
		{
			ID: 8, PHID: "PHID-XACT-TASK-8", Type: "core:edge", AuthorPHID: "PHID-USER-a", Date: at(1461852395),
			ProjectsAdded: []string{"PHID-PROJ-z"}, ProjectsRemoved: []string{"PHID-PROJ-x"},
		},
		{ID: 9, PHID: "PHID-XACT-TASK-9", Type: "core:columns", AuthorPHID: "PHID-USER-a", Date: at(1461852396), Moves: []Move{
			{Board: "PHID-PROJ-x", Column: "PHID-PCOL-b"}, {Board: "PHID-PROJ-y", Column: "PHID-PCOL-c", From: []string{"PHID-PCOL-a"}},
		}},
	}}
	got, err := histories([]byte(rows))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	for _, odd := range []string{
		`{"x":[]}`,
		`{"7":[{"transactionID":"many"}]}`,
		`{"7":[{"transactionType":"core:columns","newValue":[3]}]}`,
		`{"7":[{"transactionType":"core:columns","newValue":"PHID-PCOL-a"}]}`,
		`{"7":[{"transactionType":"status","newValue":["open"]}]}`,
	} {
		if got, err := histories([]byte(odd)); err == nil {
			t.Errorf("%s is read as %v", odd, got)
		}
	}
}

func TestOddTasks(t *testing.T) {
	const rows = `{"data":[{"id":"7","phid":"PHID-TASK-7","fields":{"status":{"value":"open"},"dateCreated":"1461852392","dateModified":1461852393,
	  "policy":{"view":"public"}},"attachments":{"columns":{"boards":{"PHID-PROJ-x":{"columns":{"1":{"phid":"PHID-PCOL-a","name":7}}}}},
	  "projects":{"projectPHIDs":{"1":"PHID-PROJ-x","3":"PHID-PROJ-y"}}}}],"cursor":{"after":8}}`
	var p page[taskRow]
	if err := json.Unmarshal([]byte(rows), &p); err != nil {
		t.Fatal(err)
	}
	want := Task{
		ID: 7, PHID: "PHID-TASK-7", Status: "open", Created: time.Unix(1461852392, 0).UTC(), Modified: time.Unix(1461852393, 0).UTC(),
		Projects: []string{"PHID-PROJ-x", "PHID-PROJ-y"}, Boards: map[string][]ColumnRef{"PHID-PROJ-x": {{PHID: "PHID-PCOL-a", Name: "7"}}}, Public: true,
	}
	if d := cmp.Diff(want, (*p.Data)[0].task()); d != "" {
		t.Error(d)
	}
	if p.Cursor.After != "8" {
		t.Errorf("after %q", p.Cursor.After)
	}
}

func histories(b []byte) (map[int][]Transaction, error) {
	var rows dict[list[transactionRow]]
	if err := json.Unmarshal(b, &rows); err != nil {
		return nil, err
	}
	into := map[int][]Transaction{}
	return into, decodeHistories(rows, into)
}

// seed adds the recorded answers of one method.
func seed(f *testing.F, pattern string) {
	files, err := filepath.Glob("../testdata/phorge/*/*-" + pattern + "*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no recordings of %s: %v", pattern, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var r struct {
			Response struct{ Result json.RawMessage }
		}
		if err := json.Unmarshal(b, &r); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(r.Response.Result))
	}
	f.Add([]byte(`[]`))
	f.Add([]byte(`null`))
}

func FuzzTasks(f *testing.F) {
	seed(f, "maniphest.search")
	f.Fuzz(func(t *testing.T, b []byte) {
		var p page[taskRow]
		if json.Unmarshal(b, &p) != nil || p.Data == nil {
			return
		}
		for _, row := range *p.Data {
			if task := row.task(); len(task.Boards) != len(row.Attachments.Columns.Boards) {
				t.Errorf("boards lost: %+v", task)
			}
		}
	})
}

func FuzzTransactions(f *testing.F) {
	seed(f, "maniphest.gettasktransactions")
	f.Fuzz(func(t *testing.T, b []byte) {
		all, err := histories(b)
		if err != nil {
			return
		}
		for _, h := range all {
			for i, x := range h {
				if i > 0 && x.ID < h[i-1].ID {
					t.Error("not oldest first")
				}
				for _, p := range x.ProjectsAdded {
					if slices.Contains(x.ProjectsRemoved, p) {
						t.Errorf("%s both added and removed", p)
					}
				}
				if len(x.Moves) > 0 && x.Type != "core:columns" || len(x.ProjectsAdded) > 0 && x.Type != "core:edge" {
					t.Errorf("%+v", x)
				}
			}
		}
	})
}

func FuzzColumns(f *testing.F) {
	seed(f, "project.column.search")
	f.Fuzz(func(t *testing.T, b []byte) {
		var p page[columnRow]
		if json.Unmarshal(b, &p) != nil || p.Data == nil {
			return
		}
		for _, row := range *p.Data {
			if c := row.column(); c.PHID != string(row.PHID) {
				t.Errorf("%+v", c)
			}
		}
	})
}

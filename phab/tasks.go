package phab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/uber/gonduit/requests"
)

// Task is a task as maniphest.search returns it, without its texts, so that nothing confidential
// can leak.
type Task struct {
	ID       int
	PHID     string
	Status   string // a value of Statuses
	Created  time.Time
	Modified time.Time              // of the last edit, even one without effect
	Projects []string               // PHIDs of its tags, without ancestors
	Boards   map[string][]ColumnRef // by project PHID; only boards of Projects
	Public   bool                   // everybody may see it, even without an account
}

// ColumnRef names the column that a card is in.
type ColumnRef struct {
	PHID string
	Name string
}

type taskRow struct {
	ID     number `json:"id"`
	PHID   text   `json:"phid"`
	Fields struct {
		Status struct {
			Value text `json:"value"`
		} `json:"status"`
		Created  number     `json:"dateCreated"`
		Modified number     `json:"dateModified"`
		Policy   dict[text] `json:"policy"`
	} `json:"fields"`
	Attachments struct {
		Columns struct {
			Boards dict[struct {
				Columns list[struct {
					PHID text `json:"phid"`
					Name text `json:"name"`
				}] `json:"columns"`
			}] `json:"boards"`
		} `json:"columns"`
		Projects struct {
			PHIDs phids `json:"projectPHIDs"`
		} `json:"projects"`
	} `json:"attachments"`
}

func (r taskRow) task() Task {
	t := Task{
		ID:       int(r.ID),
		PHID:     string(r.PHID),
		Status:   string(r.Fields.Status.Value),
		Created:  r.Fields.Created.time(),
		Modified: r.Fields.Modified.time(),
		Projects: r.Attachments.Projects.PHIDs,
		Boards:   make(map[string][]ColumnRef, len(r.Attachments.Columns.Boards)),
		Public:   r.Fields.Policy["view"] == "public",
	}
	for board, b := range r.Attachments.Columns.Boards {
		refs := make([]ColumnRef, 0, len(b.Columns))
		for _, col := range b.Columns {
			refs = append(refs, ColumnRef{PHID: string(col.PHID), Name: string(col.Name)})
		}
		t.Boards[board] = refs
	}
	return t
}

// Tasks returns the tasks with these numbers, with a request for each hundred. Tasks that do not
// exist or that the account may not see are left out.
func (c *Client) Tasks(ctx context.Context, ids []int) ([]Task, error) {
	ids, err := taskIDs(ids)
	if err != nil {
		return nil, err
	}
	return tasksBy(ctx, c, "ids", ids)
}

// TasksByPHID is Tasks by PHIDs.
func (c *Client) TasksByPHID(ctx context.Context, phids []string) ([]Task, error) {
	return tasksBy(ctx, c, "phids", phids)
}

func tasksBy[T comparable](ctx context.Context, c *Client, by string, names []T) ([]Task, error) {
	q := query{attachments: []string{"columns", "projects"}, order: "oldest"}
	rows, err := inChunks[taskRow](ctx, c, "maniphest.search", by, names, q)
	if err != nil {
		return nil, err
	}
	tasks := make([]Task, 0, len(rows))
	for _, r := range rows {
		if r.ID <= 0 || r.PHID == "" {
			return nil, empty("maniphest.search", "a task's number and PHID")
		}
		tasks = append(tasks, c.task(r))
	}
	return tasks, nil
}

// TaskID returns the number of the task with a PHID; 0 if there is none, or the account may not
// see it.
func (c *Client) TaskID(ctx context.Context, phid string) (int, error) {
	if phid == "" {
		return 0, errors.New("asked for the task without a PHID: the server would answer with all of them")
	}
	rows, err := search[taskRow](ctx, c, "maniphest.search", query{constraints: map[string]any{"phids": []string{phid}}})
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	return int(rows[0].ID), nil
}

// EachTask calls f with all tasks that have the tag of a project itself, page by page, the oldest
// first: the open ones, and those in the other statuses that besides names.
func (c *Client) EachTask(ctx context.Context, projectPHID string, besides []string, f func([]Task) error) error {
	if projectPHID == "" {
		return errors.New("asked for the tasks of no project: the server would answer with all of them")
	}
	q := query{
		constraints: map[string]any{"projects": []string{projectPHID}, "statuses": append([]string{"open()"}, besides...)},
		attachments: []string{"columns", "projects"}, order: "oldest",
	}
	return eachPage(ctx, c, "maniphest.search", q, func(rows []taskRow) error {
		tasks := make([]Task, 0, len(rows))
		for _, r := range rows {
			if r.ID <= 0 || r.PHID == "" {
				return empty("maniphest.search", "a task's number and PHID")
			}
			if slices.Contains(r.Attachments.Projects.PHIDs, projectPHID) { // the constraint also finds tags of projects below it
				tasks = append(tasks, c.task(r))
			}
		}
		return f(tasks)
	})
}

// taskIDs sorts numbers of tasks and drops duplicates. An empty list is an error: Conduit would
// return everything.
func taskIDs(ids []int) ([]int, error) {
	if len(ids) == 0 {
		return nil, errors.New("asked for no task: the server would answer with all of them")
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if ids[0] <= 0 {
		return nil, fmt.Errorf("%d is not the number of a task", ids[0])
	}
	return ids, nil
}

// Status is a status that a task can have on this server.
type Status struct {
	Value  string // as in Task.Status
	Name   string
	Closed bool
	Merged bool // tasks get it that are closed as a duplicate of another
}

// Statuses returns the statuses that tasks can have.
func (c *Client) Statuses(ctx context.Context) ([]Status, error) {
	const method = "maniphest.status.search"
	var r struct {
		Data list[struct {
			Value   text  `json:"value"`
			Name    text  `json:"name"`
			Closed  truth `json:"closed"`
			Special text  `json:"special"`
		}] `json:"data"`
	}
	if err := c.call(ctx, method, &struct{ requests.Request }{}, &r); err != nil {
		return nil, err
	}
	if len(r.Data) == 0 {
		return nil, empty(method, "statuses")
	}
	statuses := make([]Status, 0, len(r.Data))
	for _, s := range r.Data {
		statuses = append(statuses, Status{Value: string(s.Value), Name: string(s.Name), Closed: bool(s.Closed), Merged: s.Special == "duplicate"})
	}
	return statuses, nil
}

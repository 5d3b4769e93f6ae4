package phab

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uber/gonduit/requests"
)

// Transaction is an entry of a task's history.
type Transaction struct {
	ID         int // grows with time, also within a second
	PHID       string
	AuthorPHID string // a user, or an application such as Herald
	GroupID    string // the same for all transactions of an edit; "" from old servers
	Create     bool   // part of making the task
	Date       time.Time
	Type       string // the server's word, e.g. "core:columns"

	Moves                          []Move   // with "core:columns"
	ProjectsAdded, ProjectsRemoved []string // PHIDs; with "core:edge" about tags
	OldStatus, NewStatus           string   // with "status"
	MergedInto                     string   // PHID of the surviving task; with "mergedinto"
	Comment                        string   // in Remarkup, as it is now; with "core:comment". Must not be logged
}

// Move is a move of a card to a column. From has the same column if the card only moved up or
// down, and is empty if the card had no stored place on the board.
type Move struct {
	Board  string // project PHID
	Column string
	From   []string
}

// edgeProject is PhabricatorProjectObjectHasProjectEdgeType: a task's tags.
const edgeProject = "41"

// transactionsAtOnce is how many histories a request asks for. The answer has no pages.
const transactionsAtOnce = 50

type transactionRow struct {
	ID     number                `json:"transactionID"`
	PHID   text                  `json:"transactionPHID"`
	Type   text                  `json:"transactionType"`
	Author text                  `json:"authorPHID"`
	Date   number                `json:"dateCreated"`
	Old    json.RawMessage       `json:"oldValue"`
	New    json.RawMessage       `json:"newValue"`
	Meta   dict[json.RawMessage] `json:"meta"`
	Said   text                  `json:"comments"`
}

// Transactions returns the histories of tasks, oldest entry first. Tasks that do not exist or that
// the account may not see are left out. It uses maniphest.gettasktransactions, because
// transaction.search hides moves before Phorge 2026.29.
func (c *Client) Transactions(ctx context.Context, ids []int) (map[int][]Transaction, error) {
	const method = "maniphest.gettasktransactions"
	ids, err := taskIDs(ids)
	if err != nil {
		return nil, err
	}
	histories, atOnce := make(map[int][]Transaction, len(ids)), transactionsAtOnce
	for left := ids; len(left) > 0; {
		some := left[:min(atOnce, len(left))]
		r := struct {
			IDs []int `json:"ids"`
			requests.Request
		}{IDs: some}
		var rows dict[list[transactionRow]]
		if err := c.call(ctx, method, &r, &rows); tooLarge(err) && len(some) > 1 {
			atOnce = len(some) / 2
			continue
		} else if err != nil {
			return nil, err
		}
		if err := decodeHistories(rows, histories); err != nil {
			return nil, c.odd(method, err)
		}
		left = left[len(some):]
	}
	for _, history := range histories {
		for i := range history {
			c.dated(&history[i])
		}
	}
	return histories, nil
}

func decodeHistories(rows dict[list[transactionRow]], into map[int][]Transaction) error {
	for id, history := range rows {
		task, err := strconv.Atoi(id)
		if err != nil {
			return fmt.Errorf("%q is not the number of a task", id)
		}
		ts := make([]Transaction, 0, len(history))
		for _, row := range history {
			t, err := row.transaction()
			if err != nil {
				return fmt.Errorf("transaction %d of T%d: %w", row.ID, task, err)
			}
			ts = append(ts, t)
		}
		slices.SortStableFunc(ts, func(a, b Transaction) int { return cmp.Compare(a.ID, b.ID) })
		into[task] = ts
	}
	return nil
}

func (r transactionRow) transaction() (Transaction, error) {
	t := Transaction{
		ID:         int(r.ID),
		PHID:       string(r.PHID),
		AuthorPHID: string(r.Author),
		Date:       r.Date.time(),
		Type:       string(r.Type),
		Comment:    string(r.Said),
	}
	var err error
	if t.GroupID, err = scalar(r.Meta["core.groupID"]); err != nil {
		return t, err
	}
	create, err := scalar(r.Meta["core.create"])
	if err != nil {
		return t, err
	}
	t.Create = create != "" && create != "0" && create != "false"
	switch t.Type {
	case "core:columns":
		t.Moves, err = moves(r.New)
	case "core:edge":
		err = r.edges(&t)
	case "status":
		if t.OldStatus, err = scalar(r.Old); err == nil {
			t.NewStatus, err = scalar(r.New)
		}
	case "mergedinto":
		t.MergedInto, err = scalar(r.New)
	}
	return t, err
}

func moves(value []byte) ([]Move, error) {
	if hollow(value) {
		return nil, nil
	}
	var rows list[struct {
		Board  text  `json:"boardPHID"`
		Column text  `json:"columnPHID"`
		From   phids `json:"fromColumnPHIDs"`
	}]
	if err := json.Unmarshal(value, &rows); err != nil {
		return nil, err
	}
	ms := make([]Move, 0, len(rows))
	for _, m := range rows {
		ms = append(ms, Move{Board: string(m.Board), Column: string(m.Column), From: m.From})
	}
	return ms, nil
}

// edges reads a change of tags. Rows list what was removed (old) and added (new); those from
// before 2018 have all tags before and after, as maps by PHID.
func (r transactionRow) edges(t *Transaction) error {
	kind, err := scalar(r.Meta["edge:type"])
	if err != nil || kind != edgeProject {
		return err
	}
	var before, after phids
	if !hollow(r.Old) {
		if err := json.Unmarshal(r.Old, &before); err != nil {
			return err
		}
	}
	if !hollow(r.New) {
		if err := json.Unmarshal(r.New, &after); err != nil {
			return err
		}
	}
	t.ProjectsAdded = without(after, before)
	t.ProjectsRemoved = without(before, after)
	return nil
}

func without(all, gone []string) []string {
	var rest []string
	for _, p := range all {
		if !slices.Contains(gone, p) {
			rest = append(rest, p)
		}
	}
	return rest
}

// scalar reads a string, a number, a boolean or nothing.
func scalar(b []byte) (string, error) {
	if hollow(b) {
		return "", nil
	}
	if string(b) == "true" {
		return "true", nil
	}
	var t text
	err := json.Unmarshal(b, &t)
	return string(t), err
}

package phab

import (
	"context"
	"errors"
	"slices"
)

// Card is a card with what decides who may edit its task.
type Card struct {
	ID       int
	Owner    string // PHID of the assignee, who may always edit it; "" for nobody
	Edit     string // its edit policy: "users", "admin", "no-one", another word, or a PHID
	NoColumn bool   // it has no column, because the workboard is off
}

// NewestCards returns the newest open tasks with the tag of a project itself, among the first
// hundred with its tag or that of a project below it. Tasks that the account may not see are
// left out.
func (c *Client) NewestCards(ctx context.Context, projectPHID string) ([]Card, error) {
	const method = "maniphest.search"
	if projectPHID == "" {
		return nil, errors.New("maniphest.search without a project would give every task")
	}
	var p page[struct {
		taskRow
		Fields struct {
			Owner  text       `json:"ownerPHID"`
			Policy dict[text] `json:"policy"`
		} `json:"fields"`
	}]
	// The largest page: with small ones the server gives up if many tasks are invisible.
	r := searchRequest{
		Constraints: map[string]any{"projects": []string{projectPHID}, "statuses": []string{"open()"}},
		Attachments: map[string]bool{"projects": true, "columns": true}, Order: "newest", Limit: pageSize,
	}
	if err := c.call(ctx, method, &r, &p); err != nil {
		return nil, err
	}
	if p.Data == nil {
		return nil, empty(method, "data")
	}
	cards := []Card{}
	for _, row := range *p.Data {
		if slices.Contains(row.Attachments.Projects.PHIDs, projectPHID) {
			_, in := row.Attachments.Columns.Boards[projectPHID]
			cards = append(cards, Card{ID: int(row.ID), Owner: string(row.Fields.Owner), Edit: string(row.Fields.Policy["edit"]), NoColumn: !in})
		}
	}
	return cards, nil
}

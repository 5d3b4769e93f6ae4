package phab

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/uber/gonduit/requests"

	"reviewsync/internal/remote"
)

// Edit is one change to a task.
type Edit struct {
	Type  string `json:"type"`
	Value any    `json:"value"`
}

// AddProject adds a tag. Where the tag is an ancestor of one that the task has, the
// server takes the other one away.
func AddProject(phid string) Edit { return Edit{Type: "projects.add", Value: []string{phid}} }

// RemoveProject takes a tag away. The server remembers the card's place on its board.
func RemoveProject(phid string) Edit { return Edit{Type: "projects.remove", Value: []string{phid}} }

// MoveTo puts the card on top of a column. For a task that is not on the column's
// board yet, send AddProject with it: alone, it is dropped where the column is the
// board's default one or the one the card was in when it left the board.
func MoveTo(columnPHID string) Edit { return Edit{Type: "column", Value: []string{columnPHID}} }

// Comment adds a comment in Remarkup, again each time it is sent. It needs no right to
// edit the task; what else is in the same edit does.
func Comment(text string) Edit { return Edit{Type: "comment", Value: text} }

// Edit changes a task: all of edits, or, on an error of the class Blocked, none. On
// any other error they may have been applied. It gives the PHIDs of the transactions
// that the server made of them; none means that they had no effect, which still
// changes the task's date and wakes webhooks: read before.
func (c *Client) Edit(ctx context.Context, task int, edits []Edit) ([]string, error) {
	const method = "maniphest.edit"
	if task <= 0 {
		return nil, fmt.Errorf("%d is not the number of a task: the server would make a new one", task)
	}
	if len(edits) == 0 {
		return nil, fmt.Errorf("nothing to edit on T%d", task)
	}
	r := struct {
		Object       string `json:"objectIdentifier"`
		Transactions []Edit `json:"transactions"`
		requests.Request
	}{Object: fmt.Sprintf("T%d", task), Transactions: edits}
	var a struct {
		Object struct {
			PHID text `json:"phid"`
		} `json:"object"`
		Transactions list[struct {
			PHID text `json:"phid"`
		}] `json:"transactions"`
	}
	sent := c.o.HTTP.LocalNow()
	if err := c.call(ctx, method, &r, &a); err != nil {
		return nil, hinted(err, hintOfEdit(task, err))
	}
	if a.Object.PHID == "" {
		return nil, empty(method, "the task's PHID")
	}
	made := make([]string, 0, len(a.Transactions))
	for _, t := range a.Transactions {
		made = append(made, string(t.PHID))
	}
	c.remember(made, sent)
	return made, nil
}

// hintOfEdit goes by the PHID of a column in the text, since the words are in the account's language.
func hintOfEdit(task int, err error) string {
	if e, ok := errors.AsType[*remote.Error](err); ok && strings.Contains(e.Detail, "PHID-PCOL-") {
		return "the column is gone or hidden from reviewsync: compare the board with the config"
	}
	return fmt.Sprintf("give the bot's account permission to see and edit T%d, or take T%[1]d off the board", task)
}

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

// AddProject adds a tag. If the task has the tag of a project below this one, the server
// removes that.
func AddProject(phid string) Edit { return Edit{Type: "projects.add", Value: []string{phid}} }

// RemoveProject removes a tag. The server remembers the card's place on its board.
func RemoveProject(phid string) Edit { return Edit{Type: "projects.remove", Value: []string{phid}} }

// MoveTo moves the card to the top of a column. If the task is not on the column's board yet,
// send AddProject together with it. Alone, it has no effect if the column is the default one
// or the one that the card was last in.
func MoveTo(columnPHID string) Edit { return Edit{Type: "column", Value: []string{columnPHID}} }

// Comment adds a comment in Remarkup, once more each time it is sent. Unlike other edits, it
// does not need permission to edit the task.
func Comment(text string) Edit { return Edit{Type: "comment", Value: text} }

// Edit edits a task. After an error of the class Blocked nothing was written; after any other
// error all of the edits may have been. It returns the PHIDs of the server's transactions. None
// means that the edits had no effect. They still change the task's date and call webhooks, so
// read the task first.
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

// hintOfEdit looks for the PHID of a column: the text is in the account's language.
func hintOfEdit(task int, err error) string {
	if e, ok := errors.AsType[*remote.Error](err); ok && strings.Contains(e.Detail, "PHID-PCOL-") {
		return "the column is gone or hidden from reviewsync: compare the board with the config"
	}
	return fmt.Sprintf("give the bot's account permission to see and edit T%d, or take T%[1]d off the board", task)
}

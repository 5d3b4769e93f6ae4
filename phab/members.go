package phab

import (
	"context"
	"errors"
	"time"

	"github.com/uber/gonduit/requests"
)

// Away returns which of these accounts are away now by the server's calendar, and until when.
// People who are only busy, which is the default for events, are not away. On a server without a
// calendar nobody is away.
func (c *Client) Away(ctx context.Context, phids []string) (map[string]time.Time, error) {
	rows, err := inChunks[availabilityRow](ctx, c, "user.search", "phids", phids, query{attachments: []string{"availability"}, order: "oldest"})
	if err != nil {
		return nil, err
	}
	away := map[string]time.Time{}
	for _, r := range rows {
		if a := r.Attachments.Availability; a.Value == "away" {
			away[string(r.PHID)] = a.Until.time()
		}
	}
	return away, nil
}

type availabilityRow struct {
	PHID        text `json:"phid"`
	Attachments struct {
		Availability struct {
			Value text   `json:"value"`
			Until number `json:"until"`
		} `json:"availability"`
	} `json:"attachments"`
}

// EditMembers adds members to a project and removes others. The server accepts any PHID, so use
// only those that Users returned. It is no error if an account to add is a member already, or one
// to remove is none. The server refuses milestones and projects with subprojects, which have no
// members of their own.
func (c *Client) EditMembers(ctx context.Context, project string, add, remove []string) error {
	const method = "project.edit"
	if project == "" {
		return errors.New("project.edit without a project would make a new one")
	}
	var edits []Edit
	if len(add) > 0 {
		edits = append(edits, Edit{Type: "members.add", Value: add})
	}
	if len(remove) > 0 {
		edits = append(edits, Edit{Type: "members.remove", Value: remove})
	}
	if len(edits) == 0 {
		return errors.New("nothing to edit on the members of " + project)
	}
	r := struct {
		Object       string `json:"objectIdentifier"`
		Transactions []Edit `json:"transactions"`
		requests.Request
	}{Object: project, Transactions: edits}
	var a struct {
		Object struct {
			PHID text `json:"phid"`
		} `json:"object"`
	}
	if err := c.call(ctx, method, &r, &a); err != nil {
		return hinted(err, "let the bot's account edit the project (its policy Editable By), and let it be neither a milestone nor a project with subprojects")
	}
	if a.Object.PHID == "" {
		return empty(method, "the project's PHID")
	}
	return nil
}

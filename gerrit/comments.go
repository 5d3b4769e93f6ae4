package gerrit

import (
	"context"
	"maps"
	"slices"
	"time"
)

// Comment is a published comment (CommentInfo). Path is "/PATCHSET_LEVEL" for one on
// the patch set as a whole.
type Comment struct {
	ID              string
	Path            string
	Author          Account
	Updated         time.Time
	PatchSet        int
	Line            int // 0: on the file
	InReplyTo       string
	Unresolved      bool
	Text            string
	ChangeMessageID string // the ID of the Message that it was published with
	Tag             string
}

type commentJSON struct {
	ID              string      `json:"id"`
	Author          accountJSON `json:"author"`
	Updated         string      `json:"updated"`
	PatchSet        int         `json:"patch_set"`
	Line            int         `json:"line"`
	InReplyTo       string      `json:"in_reply_to"`
	Unresolved      bool        `json:"unresolved"`
	Message         string      `json:"message"`
	ChangeMessageID string      `json:"change_message_id"`
	Tag             string      `json:"tag"`
}

// Comments returns the published comments of a change, the oldest first.
func (c *Client) Comments(ctx context.Context, project string, number int) ([]Comment, error) {
	path := changePath(project, number) + "/comments"
	var found map[string][]commentJSON
	if err := c.getLarge(ctx, path, &found); err != nil {
		return nil, err
	}
	out, err := decodeComments(found)
	if err != nil {
		return nil, c.misshapen("GET /"+path, err)
	}
	return out, nil
}

func decodeComments(found map[string][]commentJSON) ([]Comment, error) {
	var t times
	var out []Comment
	for _, path := range slices.Sorted(maps.Keys(found)) {
		for i, f := range found[path] {
			out = append(out, Comment{
				ID: f.ID, Path: path, Author: f.Author.account(), Updated: t.need(f.Updated, "%s[%d].updated", path, i),
				PatchSet: f.PatchSet, Line: f.Line, InReplyTo: f.InReplyTo, Unresolved: f.Unresolved,
				Text: f.Message, ChangeMessageID: f.ChangeMessageID, Tag: f.Tag,
			})
		}
	}
	slices.SortStableFunc(out, func(a, b Comment) int { return a.Updated.Compare(b.Updated) })
	return out, t.err
}

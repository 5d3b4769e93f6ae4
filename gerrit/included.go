package gerrit

import (
	"context"
	"slices"
)

// Included lists, sorted, the branches and tags that contain the current patch set of a
// change, as full names: "refs/heads/X", "refs/tags/Y". Nothing contains a change that
// is not merged. A cherry-pick is a change of its own with the same Change-Id: what
// contains the one need not contain the other.
//
// Gerrit leaves out what the account may not see. It reads the repository for each call,
// so ask only about changes that somebody waits for. Source: Doc/rest-api-changes.txt,
// Get Included In; what other systems say there ("external") names no refs and is not
// read.
func (c *Client) Included(ctx context.Context, project string, number int) (refs []string, err error) {
	var in struct {
		Branches []string `json:"branches"`
		Tags     []string `json:"tags"`
	}
	if err := c.get(ctx, changePath(project, number)+"/in", &in); err != nil {
		return nil, err
	}
	refs = make([]string, 0, len(in.Branches)+len(in.Tags))
	for _, b := range in.Branches {
		refs = append(refs, "refs/heads/"+b)
	}
	for _, t := range in.Tags {
		refs = append(refs, "refs/tags/"+t)
	}
	slices.Sort(refs)
	return refs, nil
}

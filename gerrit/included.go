package gerrit

import (
	"context"
	"slices"
)

// Included returns the branches and tags that contain the current patch set of a change, by
// full names and sorted: "refs/heads/X", "refs/tags/Y". There are none unless the change is
// merged. A cherry-pick is a change of its own with the same Change-Id, and can be in other
// branches.
//
// Gerrit leaves out what the account may not see. It reads the repository for each call, so
// use it only for changes that matter now. Source: Doc/rest-api-changes.txt, Get Included In.
// The entries of other systems ("external") are no refs, and are not read.
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

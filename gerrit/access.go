package gerrit

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// Head returns the branch that HEAD of a project stands for, such as "refs/heads/master",
// even if it has no commit. The account must be allowed to read that branch, which it needs
// to read changes for it, too; otherwise the error has the status 403 or 404.
// Source: Doc/rest-api-projects.txt, Get HEAD; the refusal was seen on 3.10.2.
func (c *Client) Head(ctx context.Context, project string) (string, error) {
	var ref string
	err := c.get(ctx, "projects/"+url.PathEscape(project)+"/HEAD", &ref)
	return ref, err
}

// ProjectNames returns the first limit projects that the account can see and whose names
// begin with prefix, sorted.
func (c *Client) ProjectNames(ctx context.Context, prefix string, limit int) ([]string, error) {
	var found map[string]struct{}
	q := url.Values{"p": {prefix}, "n": {strconv.Itoa(limit)}}
	if err := c.get(ctx, "projects/?"+q.Encode(), &found); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(found)), nil
}

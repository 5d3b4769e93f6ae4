package gerrit

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"strconv"
)

// Head is the branch that HEAD of a project stands for, such as "refs/heads/master",
// be there a commit on it or not. It answers only who may read that branch, which is
// what it takes to read the changes for it; else the error has the status 403 or 404.
// Source: Doc/rest-api-projects.txt, Get HEAD; the refusal was seen on 3.10.2.
func (c *Client) Head(ctx context.Context, project string) (string, error) {
	var ref string
	err := c.get(ctx, "projects/"+url.PathEscape(project)+"/HEAD", &ref)
	return ref, err
}

// ProjectNames lists, sorted, the first limit projects that the account can see and
// whose names begin with prefix.
func (c *Client) ProjectNames(ctx context.Context, prefix string, limit int) ([]string, error) {
	var found map[string]struct{}
	q := url.Values{"p": {prefix}, "n": {strconv.Itoa(limit)}}
	if err := c.get(ctx, "projects/?"+q.Encode(), &found); err != nil {
		return nil, err
	}
	return slices.Sorted(maps.Keys(found)), nil
}

package gerrit

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// Files lists, sorted, the paths of the files that a patch set changes, those that it
// renames by both names. revision is its SHA. Source: Doc/rest-api-changes.txt, List Files.
func (c *Client) Files(ctx context.Context, project string, number int, revision string) ([]string, error) {
	var found map[string]struct {
		Old string `json:"old_path"`
	}
	if err := c.get(ctx, changePath(project, number)+"/revisions/"+url.PathEscape(revision)+"/files", &found); err != nil {
		return nil, err
	}
	var paths []string
	for path, f := range found {
		if strings.HasPrefix(path, "/") { // the commit message and the list of what is merged
			continue
		}
		paths = append(paths, path)
		if f.Old != "" {
			paths = append(paths, f.Old)
		}
	}
	slices.Sort(paths)
	return slices.Compact(paths), nil
}

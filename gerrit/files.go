package gerrit

import (
	"context"
	"net/url"
	"slices"
	"strings"
)

// Files returns the paths of the files that a patch set changes, sorted. A renamed file has
// both paths. revision is the SHA. Source: Doc/rest-api-changes.txt, List Files.
func (c *Client) Files(ctx context.Context, project string, number int, revision string) ([]string, error) {
	var found map[string]struct {
		Old string `json:"old_path"`
	}
	if err := c.get(ctx, changePath(project, number)+"/revisions/"+url.PathEscape(revision)+"/files", &found); err != nil {
		return nil, err
	}
	var paths []string
	for path, f := range found {
		if strings.HasPrefix(path, "/") { // /COMMIT_MSG and /MERGE_LIST
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

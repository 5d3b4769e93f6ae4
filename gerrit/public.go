package gerrit

import (
	"context"
	"errors"
	"net/http"

	"reviewsync/internal/remote"
)

// Public says whether everybody may read a change, also without an account. It asks as
// such a person would: without credentials, and not below /a/ (Doc/rest-api.txt,
// Authentication). A refusal, being sent elsewhere to sign in, and a page instead of
// JSON mean no.
func (c *Client) Public(ctx context.Context, project string, number int) (bool, error) {
	stranger := &Client{api: c.stranger, http: c.http}
	var row rowJSON
	err := stranger.get(ctx, changePath(project, number), &row)
	if err == nil {
		return row.Number == number, nil
	}
	e, ok := errors.AsType[*remote.Error](err)
	switch {
	case !ok:
		return false, err
	case e.Status == http.StatusUnauthorized, e.Status == http.StatusForbidden, e.Status == http.StatusNotFound:
		return false, nil
	case e.Status >= 300 && e.Status < 400, e.Status == http.StatusOK && e.Detail == pageOfHTML:
		return false, nil
	}
	return false, err
}

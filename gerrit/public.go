package gerrit

import (
	"context"
	"errors"
	"net/http"

	"reviewsync/internal/remote"
)

// Public reports whether everybody may read a change, even without an account. It tries without
// credentials, and not below /a/ (Doc/rest-api.txt, Authentication). A refusal, a redirect to
// sign in and a page instead of JSON mean no.
func (c *Client) Public(ctx context.Context, project string, number int) (bool, error) {
	anonymous := &Client{api: c.anonymous, http: c.http}
	var row rowJSON
	err := anonymous.get(ctx, changePath(project, number), &row)
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

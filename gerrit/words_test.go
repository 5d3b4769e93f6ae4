package gerrit_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
)

// refusing is a Client whose server refuses everything so. kind: the Content-Type, if any;
// realm: of WWW-Authenticate.
func refusing(t *testing.T, status int, body, kind, realm string) *gerrit.Client {
	t.Helper()
	return inProcess(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		resp := &http.Response{
			StatusCode: status, Status: fmt.Sprint(status), Header: http.Header{}, Request: r,
			Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1,
		}
		if kind != "" {
			resp.Header.Set("Content-Type", kind)
		}
		if realm != "" {
			resp.Header.Set("WWW-Authenticate", fmt.Sprintf("Basic realm=%q", realm))
		}
		return resp, nil
	}))
}

const plainText = "text/plain;charset=utf-8"

// asks are requests for a change, a project and an account, whose names are odd.
var asks = map[string]func(*testing.T, *gerrit.Client) error{
	"change":   func(t *testing.T, c *gerrit.Client) error { _, err := c.Change(t.Context(), "a/b c", 8); return err },
	"comments": func(t *testing.T, c *gerrit.Client) error { _, err := c.Comments(t.Context(), "a/b c", 8); return err },
	"in":       func(t *testing.T, c *gerrit.Client) error { _, err := c.Included(t.Context(), "a/b c", 8); return err },
	"files": func(t *testing.T, c *gerrit.Client) error {
		_, err := c.Files(t.Context(), "a/b c", 8, "deadbeef")
		return err
	},
	"ask": func(t *testing.T, c *gerrit.Client) error {
		_, err := c.Ask(t.Context(), gerrit.Ask{Project: "a/b c", Number: 8, Revision: "deadbeef", Account: 5})
		return err
	},
	"project": func(t *testing.T, c *gerrit.Client) error { _, err := c.Project(t.Context(), "a/b c"); return err },
	"head":    func(t *testing.T, c *gerrit.Client) error { _, err := c.Head(t.Context(), "a/b c"); return err },
	"query": func(t *testing.T, c *gerrit.Client) error {
		_, _, err := c.Query(t.Context(), "is:open", 5)
		return err
	},
	"self": func(t *testing.T, c *gerrit.Client) error { _, err := c.Self(t.Context()); return err },
}

// Gerrit's own words mean what they say. The texts are those of 3.10.2 and 3.13.5.
func TestGerritsOwnRefusals(t *testing.T) {
	for _, tt := range []struct {
		ask    string
		status int
		body   string
		class  remote.Class
	}{
		{"change", 404, "Not found: a/b c~8\n", remote.Blocked},
		{"comments", 404, "Not found: a/b c~8\n", remote.Blocked},
		{"in", 404, "Not found: a/b c~8", remote.Blocked},
		{"ask", 404, "Not found: a/b c~8\n", remote.Blocked},
		{"ask", 404, "Not found: deadbeef\n", remote.Blocked},
		{"files", 404, "Not found: deadbeef\n", remote.Blocked},
		{"project", 404, "Not found: a/b c\n", remote.Blocked},
		{"head", 404, "Not found: a/b c\n", remote.Blocked},
		{"head", 404, "HEAD\n", remote.Blocked},
		{"head", 403, "not allowed to see HEAD\n", remote.Blocked},
		{"query", 403, "Must be signed-in to use this operator\n", remote.Blocked},
		{"query", 400, "Unsupported operator bogus:1\n", remote.Blocked},
		{"ask", 403, "Applying label \"Code-Review\": 2 is restricted\n", remote.Blocked},
		{"ask", 409, "change is closed\n", remote.Blocked},
		{"self", 401, "Unauthorized", remote.Fatal},
	} {
		for _, kind := range []string{"", plainText, "text/plain; charset=UTF-8"} {
			err := asks[tt.ask](t, refusing(t, tt.status, tt.body, kind, ""))
			if remote.ClassOf(err) != tt.class || remote.NotFound(err) != (tt.status == 404) || strings.Contains(err.Error(), "has not said this") {
				t.Errorf("%s, %d %q: %s: %v", tt.ask, tt.status, tt.body, remote.ClassOf(err), err)
			}
		}
	}
	err := asks["self"](t, refusing(t, 401, "Unauthorized", "text/plain;charset=iso-8859-1", "Gerrit Code Review"))
	if remote.ClassOf(err) != remote.Fatal || !strings.Contains(err.Error(), "gerrit.password_file") {
		t.Errorf("%s: %v", remote.ClassOf(err), err)
	}
}

// After an answer of something in front of Gerrit the request is tried again.
func TestRefusalsOfOthers(t *testing.T) {
	const html = "<html><head><title>%d</title></head><body>nginx</body></html>"
	for name := range asks {
		for _, status := range []int{301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 407, 409, 410, 413, 414, 421, 451, 502, 511} {
			for _, tt := range []struct{ body, kind string }{
				{fmt.Sprintf(html, status), "text/html"},
				{"\n " + fmt.Sprintf(html, status), ""},
				{`{"message":"no Route matched with those values"}`, "application/json"},
				{`{"message":"no Route matched with those values"}`, ""},
				{"", ""},
				{"", plainText},
				{"error code: 1020", "text/html"},
				{fmt.Sprintf("%d page not found\n", status), plainText},
				{fmt.Sprintf("%d %s", status, http.StatusText(status)), plainText},
			} {
				err := asks[name](t, refusing(t, status, tt.body, tt.kind, ""))
				if err == nil || remote.ClassOf(err) != remote.Retry || remote.NotFound(err) {
					t.Errorf("%s, %d %q: %s: %v", name, status, tt.body, remote.ClassOf(err), err)
				}
			}
		}
	}
	for _, tt := range []struct {
		ask    string
		status int
		body   string
	}{
		{"change", 404, "Not Found"},
		{"change", 404, "Not found"},
		{"change", 404, "Not found: a"},           // the proxy has unescaped the address
		{"change", 404, "Not found: a%2Fb%20c~8"}, // and here escaped it once more
		{"change", 404, "Not found: a/b c~80"},
		{"change", 404, "Not found: a/b c"},
		{"change", 404, "The requested URL was not found on this server. a/b c~8"},
		{"comments", 404, "Not found: comments"},
		{"in", 404, "in"},
		{"project", 404, "no such backend"},
		{"change", 403, "Access denied"},
		{"change", 403, "Forbidden\n"},
		{"change", 403, "RBAC: access denied"},
		{"self", 401, "Jwt is missing"},
		{"self", 401, "Unauthorized\n"},
		{"change", 403, "You cannot see this page from your network."},
		{"self", 401, "401 Unauthorized"},
		{"ask", 409, "Conflict"},
	} {
		err := asks[tt.ask](t, refusing(t, tt.status, tt.body, plainText, ""))
		if remote.ClassOf(err) != remote.Retry || remote.NotFound(err) {
			t.Errorf("%s, %d %q: %s: %v", tt.ask, tt.status, tt.body, remote.ClassOf(err), err)
		}
	}
	if err := asks["self"](t, refusing(t, 401, "Unauthorized", plainText, "traefik")); remote.ClassOf(err) != remote.Retry {
		t.Errorf("another realm: %v", err)
	}
	if _, err := refusing(t, 404, "404 page not found\n", plainText, "").Account(t.Context(), "bob"); remote.ClassOf(err) != remote.Retry || remote.NotFound(err) {
		t.Errorf("an account: %v", err)
	}
}

// The error says how to fix it.
func TestHintsOfRefusalsOfOthers(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		says   string
	}{
		{404, "Not found: a\n", "pass on addresses as they are"},
		{404, "<html>", "Gerrit itself has not said this"},
		{407, "Proxy Authentication Required", "Gerrit itself has not said this"},
		{301, "", "check gerrit.url"},
	} {
		err := asks["change"](t, refusing(t, tt.status, tt.body, "", ""))
		e, _ := errors.AsType[*remote.Error](err)
		if e == nil || !strings.Contains(e.Hint, tt.says) || e.Status != tt.status {
			t.Errorf("%d: %v", tt.status, err)
		}
	}
}

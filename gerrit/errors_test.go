package gerrit_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// answering is a Client whose server answers everything so.
func answering(t *testing.T, status int, body string) *gerrit.Client {
	t.Helper()
	s := gerrittest.New(gerrittest.Options{Fault: func(*http.Request) (int, string, bool) { return status, body, true }})
	return inProcess(t, s.Transport())
}

func inProcess(t *testing.T, base http.RoundTripper) *gerrit.Client {
	t.Helper()
	c, err := gerrit.New(gerrit.Options{
		URL: "http://gerrit.test/r", User: sync, Password: "hush-hush",
		HTTP: remote.New(remote.Options{Server: "gerrit", Base: base, MaxBody: 1 << 20, Secrets: []string{"hush-hush"}}),
	})
	ok(t, err)
	return c
}

func TestErrors(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		class  remote.Class
		text   string // part of the error
	}{
		{"html", 200, "<!DOCTYPE html><html><title>Sign in</title>", remote.Retry, "a page of HTML instead of JSON"},
		{"empty", 200, "", remote.Retry, "an empty answer"},
		{"prefix only", 200, ")]}'\n", remote.Retry, "an empty answer"},
		{"truncated", 200, ")]}'\n{\"project\": \"med", remote.Retry, "breaks off after 21 bytes"},
		{"garbage", 200, "ok then", remote.Retry, "no JSON"},
		{"another shape", 200, ")]}'\n[1, 2]", remote.Retry, "another shape"},
		{"null", 200, ")]}'\nnull", remote.Retry, "is missing"},
		{"an unreadable time", 200, ")]}'\n" + `{"project":"p","_number":7,"updated":"yesterday","created":"2026-01-01 00:00:00"}`, remote.Retry, "updated is no time"},
		{"another change", 200, change7, remote.Retry, "it is change 7"},
		{"without the prefix", 200, `{"message":"sign in"}`, remote.Retry, "JSON without the prefix that Gerrit writes"},
		{"null without the prefix", 200, "null", remote.Retry, "without the prefix"},
		{"redirect", 302, "", remote.Retry, "check gerrit.url"},
		{"400", 400, "Unsupported operator bogus:1\n", remote.Blocked, "Unsupported operator bogus:1"},
		{"401", 401, "Unauthorized", remote.Fatal, "gerrit.password_file; an HTTP password or auth token is made under Settings > HTTP credentials"},
		{"403", 403, "not permitted", remote.Blocked, "lacks a permission"},
		{"404", 404, "Not found: p~8\n", remote.Blocked, "does not exist or reviewsync may not see it"},
		{"408", 408, "Client Provided Deadline Exceeded\n", remote.Retry, "Deadline Exceeded"},
		{"409", 409, "change is closed\n", remote.Blocked, "change is closed"},
		{"429", 429, "too many", remote.Retry, "quota"},
		{"500", 500, "Internal server error", remote.Retry, "status 500"},
		{"500 in html", 500, "<html>java.lang", remote.Retry, "a page of HTML"},
		{"502 without words", 502, "", remote.Retry, "status 502"},
		{"503", 503, "Lock failure hush-hush", remote.Retry, "Lock failure ***"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := answering(t, tt.status, tt.body).Change(t.Context(), "p", 8)
			if err == nil || remote.ClassOf(err) != tt.class || !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), "/changes/p~8") {
				t.Errorf("%s: %v; want %s, %q", remote.ClassOf(err), err, tt.class, tt.text)
			}
			if strings.Contains(fmt.Sprint(err), "hush-hush") {
				t.Errorf("a secret: %v", err)
			}
		})
	}
}

const change7 = ")]}'\n" + `{"project":"p","_number":7,"updated":"2026-01-01 00:00:00","created":"2026-01-01 00:00:00.5",
	"current_revision":"a","revisions":{"a":{"_number":1,"created":"2026-01-01 00:00:00.000000000"}},"messages":null,"labels":null,"attention_set":null}`

func TestNullsAreFine(t *testing.T) {
	c, err := answering(t, 200, change7).Change(t.Context(), "p", 7)
	if err != nil || c.CurrentPatchSet != 1 || len(c.Messages)+len(c.Labels)+len(c.Attention) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if found, err := answering(t, 200, ")]}'\nnull").Comments(t.Context(), "p", 7); err != nil || len(found) != 0 {
		t.Errorf("%v, %v", found, err)
	}
	if rows, more, err := answering(t, 200, ")]}'\nnull").Query(t.Context(), "is:open", 5); err != nil || more || len(rows) != 0 {
		t.Errorf("%v, %t, %v", rows, more, err)
	}
}

// closing counts bodies that were not closed.
type closing struct {
	base http.RoundTripper
	open int
}

func (c *closing) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.base.RoundTrip(r)
	if err == nil {
		c.open++
		resp.Body = &closer{resp.Body, c}
	}
	return resp, err
}

type closer struct {
	io.ReadCloser
	c *closing
}

func (c *closer) Close() error {
	c.c.open--
	return c.ReadCloser.Close()
}

// TestNothingLeaks: go-gerrit closes no body of an error.
func TestNothingLeaks(t *testing.T) {
	alive := goleak.IgnoreCurrent()
	web := httptest.NewServer(gerrittest.New(gerrittest.Options{}))
	base := &http.Transport{}
	count := &closing{base: base}
	c, err := gerrit.New(gerrit.Options{URL: web.URL, HTTP: remote.New(remote.Options{Server: "gerrit", Base: count})})
	ok(t, err)
	for range 50 {
		if _, err := c.Change(t.Context(), "no/such", 1); !remote.NotFound(err) {
			t.Fatal(err)
		}
	}
	if count.open != 0 {
		t.Errorf("%d bodies were not closed", count.open)
	}
	base.CloseIdleConnections()
	web.Close()
	goleak.VerifyNone(t, alive)
}

package gerrit_test

import (
	"fmt"
	"net/http"
	"testing"

	"reviewsync/gerrit/gerrittest"
)

func TestPublic(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		names := s.ProjectNames()
		open := push(t, s, names.core)
		restricted, err := s.Push(alice, names.hidden, "master", gerrittest.PushInput{Subject: "Mend the firewall"})
		ok(t, err)
		private := push(t, s, names.core)
		ok(t, s.SetPrivate(vol, private, true))
		gone := push(t, s, names.core)
		ok(t, s.Delete("admin", gone))
		c := clientOf(t, s, alice)
		for _, q := range []struct {
			what, project string
			number        int
			want          bool
		}{
			{"a change", names.core, open, true},
			{"one of a repository that ct-alice alone may read", names.hidden, restricted, false},
			{"a private one", names.core, private, false},
			{"one that is gone", names.core, gone, false},
			{"one of another repository", names.plain, open, false},
		} {
			before := c.HTTP().Requests()
			got, err := c.Public(t.Context(), q.project, q.number)
			if got != q.want || err != nil {
				t.Errorf("%s: %v, %v; want %v", q.what, got, err, q.want)
			}
			if n := c.HTTP().Requests() - before; n != 1 {
				t.Errorf("%s took %d requests", q.what, n)
			}
		}
		if _, err := c.Change(t.Context(), names.hidden, restricted); err != nil { // with credentials, before and after
			t.Errorf("ct-alice may read it: %v", err)
		}
	})
}

// No credential goes along, or a site would seem public that is not.
func TestPublicAsksWithoutCredentials(t *testing.T) {
	c := inProcess(t, roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.EscapedPath() != "/r/changes/a%2Fb~8" || r.Header.Get("Authorization") != "" || r.Header.Get("Cookie") != "" {
			t.Errorf("asked for %s with %v", r.URL.EscapedPath(), r.Header)
		}
		return nil, http.ErrHandlerTimeout
	}))
	if public, err := c.Public(t.Context(), "a/b", 8); public || err == nil {
		t.Errorf("%v, %v", public, err)
	}
}

func TestPublicWhenTheServerSaysSomethingElse(t *testing.T) {
	for _, tt := range []struct {
		status int
		body   string
		public bool
		failed bool
	}{
		{200, ")]}'\n{\"_number\":8}", true, false},
		{200, ")]}'\n{\"_number\":7}", false, false},
		{200, "<!DOCTYPE html><title>Sign in</title>", false, false},
		{200, "", false, true},
		{200, ")]}'\n{\"_num", false, true},
		{302, "", false, false},
		{401, "Unauthorized", false, false},
		{403, "no", false, false},
		{404, "Not found", false, false},
		{400, "bad", false, true},
		{429, "too many", false, true},
		{500, "Internal server error", false, true},
		{503, "<html>", false, true},
	} {
		public, err := answering(t, tt.status, tt.body).Public(t.Context(), "p", 8)
		if public != tt.public || (err != nil) != tt.failed {
			t.Errorf("%s: %v, %v", fmt.Sprint(tt.status, " ", tt.body), public, err)
		}
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

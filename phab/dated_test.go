package phab_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

// claiming answers with a Date header that is off by so much, and takes a while for it.
type claiming struct {
	http.RoundTripper
	off time.Duration
}

func (c claiming) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(100 * time.Millisecond)
	resp, err := c.RoundTripper.RoundTrip(r)
	if err == nil {
		resp.Header.Set("Date", time.Now().Add(c.off).UTC().Format(http.TimeFormat))
	}
	return resp, err
}

// The dates of our own edits show whether the Date headers are right.
func TestOurEditsTellTheTime(t *testing.T) {
	for _, tt := range []struct {
		name                string
		date, data, trusted time.Duration
	}{
		{"the clock is ahead", 20 * time.Second, 20 * time.Second, 20 * time.Second},
		{"the header is ahead", 20 * time.Second, 0, 0},
		{"the clock is behind", -20 * time.Second, -20 * time.Second, -20 * time.Second},
		{"the header is behind", -20 * time.Second, 0, 0},
		{"the clock is an hour behind", -time.Hour, -time.Hour, -time.Hour},
		{"both are right", 0, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := phabtest.New(phabtest.Options{Clock: func() time.Time { return time.Now().Add(tt.data) }})
				_, token := s.AddUser("reviewsync", true)
				s.AddUser("dave", false)
				s.AddProject("Board", "board", "Inbox", "Done")
				id := s.NewTask("dave", "Broken", phabtest.On("board", "Inbox"))
				time.Sleep(2 * time.Hour) // earlier dates show nothing
				c, err := phab.New(phab.Options{URL: "http://phab.example.org", Token: token, HTTP: remote.New(remote.Options{
					Server: "phabricator", Base: claiming{s.Transport(), tt.date},
				})})
				if err != nil {
					t.Fatal(err)
				}
				for range 4 {
					if _, err := c.WhoAmI(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := c.Edit(t.Context(), id, []phab.Edit{phab.Comment("seen")}); err != nil {
					t.Fatal(err)
				}
				time.Sleep(10 * time.Minute) // it may be read late
				if _, err := c.Transactions(t.Context(), []int{id}); err != nil {
					t.Fatal(err)
				}
				near := func(what string, got, want time.Duration) {
					t.Helper()
					if (got - want).Abs() > time.Second {
						t.Errorf("%s is %s, want %s", what, got, want)
					}
				}
				near("what is trusted", c.HTTP().Offset(), tt.trusted)
				near("the earliest", time.Until(c.HTTP().Earliest()), tt.trusted)
				near("the latest", time.Until(c.HTTP().Latest()), max(0, tt.trusted)+5*time.Second)
			})
		})
	}
}

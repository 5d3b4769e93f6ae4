package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// roundTrip is a server in the process.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// reply makes an answer. headers alternates names and values.
func reply(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

// always is a server that always gives the same answer.
func always(status int, body string, headers ...string) roundTrip {
	return func(*http.Request) (*http.Response, error) { return reply(status, body, headers...), nil }
}

func get(t *testing.T, c *Client, url string) (*http.Response, error) {
	t.Helper()
	return getWith(t, t.Context(), c, url)
}

func getWith(t *testing.T, ctx context.Context, c *Client, url string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Do(r)
}

// status makes a request and returns the status.
func status(t *testing.T, c *Client) int {
	t.Helper()
	resp, err := get(t, c, "http://example.org/")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// refusal makes a request and returns its error, which there must be.
func refusal(t *testing.T, ctx context.Context, c *Client, url string) error {
	t.Helper()
	resp, err := getWith(t, ctx, c, url)
	if err == nil {
		_ = resp.Body.Close()
		t.Fatalf("GET %s: status %d, want an error", url, resp.StatusCode)
	}
	return err
}

func TestTimeLimitOfAnAnswer(t *testing.T) {
	silent := roundTrip(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	halting := roundTrip(func(r *http.Request) (*http.Response, error) {
		resp := reply(200, "")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader("half"), readFunc(func([]byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		})))
		return resp, nil
	})
	for name, tt := range map[string]struct {
		server roundTrip
		want   string
	}{
		"no answer":      {silent, "no answer within 10s"},
		"half an answer": {halting, "answer cut short after 4 bytes: no answer within 10s"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New(Options{Server: "gerrit", Timeout: 10 * time.Second, Base: tt.server})
				began := time.Now()
				err := refusal(t, t.Context(), c, "http://example.org/")
				if !strings.HasSuffix(err.Error(), tt.want) {
					t.Errorf("got %v, want %s", err, tt.want)
				}
				if d := time.Since(began); d != 10*time.Second {
					t.Errorf("took %s", d)
				}
			})
		})
	}
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func TestTimeLimitOfTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{Server: "gerrit", Timeout: time.Minute, Base: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := refusal(t, ctx, c, "http://example.org/"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if c.Down() {
			t.Error("called down, though it was the caller who gave up")
		}
	})
}

func TestTimeLimitDoesNotCountWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := 0
		c := New(Options{Server: "gerrit", Timeout: 10 * time.Second, Base: roundTrip(func(r *http.Request) (*http.Response, error) {
			answers++
			if answers == 1 {
				return reply(503, "", "Retry-After", "60"), nil
			}
			select {
			case <-time.After(9 * time.Second):
				return reply(200, ""), nil
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
		})})
		began := time.Now()
		if got := status(t, c); got != 503 {
			t.Errorf("first: status %d", got)
		}
		if got := status(t, c); got != 200 {
			t.Errorf("after the pause: status %d", got)
		}
		if d := time.Since(began); d != 69*time.Second {
			t.Errorf("took %s, want a pause of 60 s and an answer of 9 s", d)
		}
	})
}

func TestRateLimit(t *testing.T) {
	for _, tt := range []struct {
		rate float64
		n    int
		want time.Duration
	}{
		{0, 1000, 0},
		{10, 10, 900 * time.Millisecond},
		{50, 5, 0}, // as many as pass in a tenth of a second may pass at once
		{50, 155, 3 * time.Second},
		{0.5, 3, 4 * time.Second},
	} {
		t.Run(fmt.Sprintf("%d at %g per second", tt.n, tt.rate), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New(Options{Server: "gerrit", Rate: tt.rate, Base: always(200, "")})
				began := time.Now()
				for range tt.n {
					status(t, c)
				}
				if d := time.Since(began).Round(time.Millisecond); d != tt.want {
					t.Errorf("took %s, want %s", d, tt.want)
				}
				if got := c.Requests(); got != int64(tt.n) {
					t.Errorf("counted %d requests", got)
				}
			})
		})
	}
}

func TestDown(t *testing.T) {
	answer := 0
	c := New(Options{Server: "gerrit", Base: roundTrip(func(*http.Request) (*http.Response, error) {
		if answer == 0 {
			return nil, errors.New("connection refused")
		}
		return reply(answer, ""), nil
	})})
	if c.Down() {
		t.Error("down before the first request")
	}
	for _, tt := range []struct {
		status int
		down   bool
	}{{500, true}, {200, false}, {502, true}, {404, false}} {
		answer = tt.status
		if status(t, c); c.Down() != tt.down {
			t.Errorf("after status %d: %t", tt.status, c.Down())
		}
	}
	answer = 0
	_ = refusal(t, t.Context(), c, "http://example.org/")
	if !c.Down() {
		t.Error("not down, though nothing answers")
	}
}

// closeFunc is a body that calls a function when it is closed.
type closeFunc struct {
	io.Reader
	close func() error
}

func (c closeFunc) Close() error { return c.close() }

func TestBodyLimit(t *testing.T) {
	const limit = 1 << 20
	for _, tt := range []struct {
		status, size, want int
	}{
		{200, limit, limit},
		{200, limit + 1, -1},
		{500, limit + 1, maxErrorBody},
		{302, limit, maxErrorBody},
		{500, 7, 7},
		{200, 100 << 10, 100 << 10},
		{200, 0, 0},
	} {
		t.Run(fmt.Sprintf("%d with %d bytes", tt.status, tt.size), func(t *testing.T) {
			closed := false
			c := New(Options{Server: "gerrit", MaxBody: limit, Base: roundTrip(func(*http.Request) (*http.Response, error) {
				resp := reply(tt.status, "")
				resp.Body = closeFunc{strings.NewReader(strings.Repeat("x", tt.size)), func() error { closed = true; return nil }}
				return resp, nil
			})})
			defer func() {
				if !closed {
					t.Error("the server's body was left open")
				}
			}()
			if tt.want < 0 {
				err := refusal(t, t.Context(), c, "http://example.org/changes/?q=secret")
				want := &Error{Class: Retry, Server: "gerrit", Op: "GET /changes/", Err: &TooLarge{limit}}
				got, _ := errors.AsType[*Error](err)
				if diff := cmp.Diff(want, got); diff != "" || !strings.HasSuffix(err.Error(), "answer of more than 1 MiB") {
					t.Errorf("%v (-want +got):\n%s", err, diff)
				}
				return
			}
			resp, err := get(t, c, "http://example.org/")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if b, err := io.ReadAll(resp.Body); len(b) != tt.want || err != nil {
				t.Errorf("%d bytes, %v; want %d", len(b), err, tt.want)
			}
		})
	}
}

// A request may allow a large answer. One that is announced as too large is not read at all.
func TestBodyLimitOfARequest(t *testing.T) {
	const limit = 1 << 20
	read := 0
	announced := int64(-1)
	c := New(Options{Server: "gerrit", MaxBody: limit, Base: roundTrip(func(*http.Request) (*http.Response, error) {
		resp := reply(200, "")
		resp.ContentLength = announced
		size := 3 * limit
		resp.Body = io.NopCloser(readFunc(func(p []byte) (int, error) {
			n := min(len(p), size)
			if n == 0 {
				return 0, io.EOF
			}
			size, read = size-n, read+n
			return n, nil
		}))
		return resp, nil
	})})
	_ = refusal(t, t.Context(), c, "http://example.org/")
	_ = refusal(t, AllowLarge(t.Context(), 3*limit-1), c, "http://example.org/")
	resp, err := getWith(t, AllowLarge(t.Context(), 3*limit), c, "http://example.org/")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.Copy(io.Discard, resp.Body); n != 3*limit || err != nil || resp.Body.Close() != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	read, announced = 0, limit+1
	if err := refusal(t, t.Context(), c, "http://example.org/"); read > 0 || ClassOf(err) != Retry {
		t.Errorf("%d bytes were read: %v", read, err)
	}
}

// A client that forgets to close the body of an error must not cost a connection each time.
func TestErrorBodyIsKeptAndItsConnectionUsedAgain(t *testing.T) {
	var connections atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, "Not found: p~1")
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	defer s.Close()
	c := New(Options{Server: "gerrit"})
	defer c.CloseIdleConnections()
	var last *http.Response
	for range 5 {
		resp, err := get(t, c, s.URL) //nolint:bodyclose // that nobody closes it is what the test is about
		if err != nil {
			t.Fatal(err)
		}
		last = resp
	}
	if got := c.NewError("GET p~1", last, nil, "").Error(); got != "gerrit: GET p~1: status 404: Not found: p~1" {
		t.Error(got)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 5 requests", n)
	}
}

func TestFollowsNoRedirect(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	s := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusFound))
	defer s.Close()
	c := New(Options{Server: "gerrit"})
	defer c.CloseIdleConnections()
	resp, err := c.Post(s.URL, "application/json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusFound || elsewhere.Load() != 0 {
		t.Errorf("status %d, and %d requests to the other server", resp.StatusCode, elsewhere.Load())
	}
}

// No status alone means that a person must fix something: a proxy may send any of them. A
// caller that finds the server's own words sets another class.
func TestClassesOfStatuses(t *testing.T) {
	for status := 200; status < 600; status++ {
		e := failure(t, New(Options{Server: "gerrit", Base: always(status, "")}), nil, "")
		if e.Class != Retry || e.Status != status || ClassOf(fmt.Errorf("read: %w", e)) != Retry || NotFound(e) {
			t.Errorf("status %d: %+v", status, e)
		}
	}
	if class := ClassOf(errors.New("disk full")); class != Retry {
		t.Errorf("an error that is of no server: %s", class)
	}
	if !NotFound(&Error{Class: Blocked, Status: 404}) {
		t.Error("the server's own 404 is not one")
	}
}

// failure makes a request and an Error from the answer.
func failure(t *testing.T, c *Client, err error, hint string) *Error {
	t.Helper()
	resp, asked := get(t, c, "http://example.org/")
	if asked != nil {
		t.Fatal(asked)
	}
	defer resp.Body.Close()
	return c.NewError("ping hush", resp, err, hint)
}

func TestFail(t *testing.T) {
	made := &Error{Class: Fatal, Server: "phabricator", Op: "user.whoami"}
	for name, tt := range map[string]struct {
		server roundTrip
		err    error
		hint   string
		want   string
	}{
		"a hint":      {always(401, "who?"), nil, "fix the token", "phabricator: ping ***: status 401: who? (fix the token)"},
		"secrets":     {always(400, "you sent hush,\n\n  or aHVzaA=="), nil, "", "phabricator: ping ***: status 400: you sent ***, or ***"},
		"a page":      {always(502, "\n<html><body>Bad gateway hush</body></html>"), nil, "", "phabricator: ping ***: status 502: a page of HTML instead of an answer"},
		"no JSON":     {always(200, "maintenance"), errors.New("no JSON"), "", "phabricator: ping ***: maintenance"},
		"long words":  {always(500, strings.Repeat("ä", 400)), nil, "", "phabricator: ping ***: status 500: " + strings.Repeat("ä", 300) + "…"},
		"no words":    {always(500, ""), errors.New("no hush"), "", "phabricator: ping ***: status 500: no ***"},
		"made before": {always(500, ""), fmt.Errorf("wrapped: %w", made), "", "phabricator: user.whoami"},
	} {
		t.Run(name, func(t *testing.T) {
			c := New(Options{Server: "phabricator", Secrets: []string{"hush", "", "aHVzaA=="}, Base: tt.server})
			if e := failure(t, c, tt.err, tt.hint); e.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", e, tt.want)
			}
		})
	}
	c := New(Options{Server: "gerrit", Base: always(429, "", "Retry-After", "7")})
	if e := failure(t, c, nil, ""); e.After != 7*time.Second {
		t.Errorf("after %s", e.After)
	}
}

func TestFailWithoutAnAnswer(t *testing.T) {
	c := New(Options{Server: "phabricator", Secrets: []string{"hush"}})
	broken := errors.New("dial: token hush refused")
	e := c.NewError("ping", nil, broken, "")
	if e.Error() != "phabricator: ping: dial: token *** refused" {
		t.Error(e)
	}
	if !errors.Is(e, broken) || e.Class != Retry || strings.Contains(fmt.Sprint(e.Unwrap()), "hush") {
		t.Errorf("%+v does not wrap its cause, is not tried again or shows the secret", e)
	}
}

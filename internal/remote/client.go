package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Options of a Client. Only Server is required.
type Options struct {
	Server  string            // for error texts: "gerrit" or "phabricator"
	Timeout time.Duration     // of one request with its answer; default 60 s
	MaxBody int64             // bytes read of one answer; default 8 MiB
	Rate    float64           // requests per second; 0: no limit
	Secrets []string          // cut out of every error text
	Base    http.RoundTripper // default: a new http.Transport
	OnAway  func(away bool)   // called when the server went away, or came back; may be nil
	Clock   func() time.Time  // the local clock; default time.Now
}

const (
	maxErrorBody = 4 << 10   // bytes of an error's body that are kept
	longestPause = time.Hour // that a server can ask for
)

// Client talks to one server. It is an http.Client whose transport limits and counts
// requests and reads the server's clock. It follows no redirect: a POST would become a
// GET, and credentials would go to another host.
type Client struct {
	*http.Client
	o        Options
	limit    *rate.Limiter
	gate     gate
	requests atomic.Int64
	down     atomic.Bool

	mu    sync.Mutex
	until time.Time // the server asked for a pause until then
	clock clock     // what is known of the server's clock
}

// New returns a Client. It does not touch the network.
func New(o Options) *Client {
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.MaxBody == 0 {
		o.MaxBody = 8 << 20
	}
	if o.Base == nil {
		t := http.DefaultTransport.(*http.Transport).Clone()
		t.MaxIdleConnsPerHost = 16
		o.Base = t
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	c := &Client{o: o, limit: rate.NewLimiter(rate.Inf, 1)}
	c.gate.onAway = o.OnAway
	if o.Rate > 0 {
		c.limit = rate.NewLimiter(rate.Limit(o.Rate), max(1, int(o.Rate/10)))
	}
	c.Client = &http.Client{
		Transport: c,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
	return c
}

// Requests returns how many requests were sent so far.
func (c *Client) Requests() int64 { return c.requests.Load() }

// Down reports whether the last request got no answer, or a status of 500 or more.
func (c *Client) Down() bool { return c.down.Load() }

// Away reports whether requests wait, because several in a row did not reach the server.
func (c *Client) Away() bool { return c.gate.closed() }

// RoundTrip waits for its turn, sends the request and buffers the answer, so that a
// caller that does not close the body (go-gerrit does not, on errors) leaks nothing.
func (c *Client) RoundTrip(r *http.Request) (*http.Response, error) {
	try, err := c.wait(r.Context())
	if err != nil {
		return nil, err
	}
	// The time limit begins here: it does not include the wait for the rate limit.
	ctx, cancel := context.WithTimeoutCause(r.Context(), c.o.Timeout, fmt.Errorf("no answer within %s", c.o.Timeout))
	defer cancel()
	c.requests.Add(1)
	sent := c.o.Clock()
	resp, err := c.o.Base.RoundTrip(r.WithContext(ctx))
	valid := r.Context().Err() == nil // else the caller gave up, which says nothing about the server
	if valid {
		c.down.Store(err != nil || resp.StatusCode >= 500)
	}
	c.gate.ended(try, valid, away(resp, err))
	if err != nil {
		return nil, cause(ctx, err)
	}
	from := resp.Body
	defer func() { _ = from.Close() }()
	c.readHeaders(resp, sent)
	got, err := c.read(ctx, r, resp)
	if err != nil {
		return nil, err
	}
	resp.Body = got
	return resp, nil
}

// cause returns the time limit as the cause, if that ended the request, else err.
func cause(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) && !errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	return err
}

// wait waits while the server is away or has asked for a pause, and for the rate limit. try:
// this request finds out whether the server is back.
func (c *Client) wait(ctx context.Context) (try bool, err error) {
	if err := c.pause(ctx); err != nil {
		return false, err
	}
	if try, err = c.gate.pass(ctx); err != nil {
		return false, err
	}
	if err := c.turn(ctx); err != nil {
		c.gate.ended(try, false, false)
		return false, err
	}
	return try, nil
}

// pause waits as long as the server has asked for.
func (c *Client) pause(ctx context.Context) error {
	for {
		c.mu.Lock()
		left := time.Until(c.until)
		c.mu.Unlock()
		if left <= 0 {
			return nil
		}
		t := time.NewTimer(left)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C: // another answer may have asked for more meanwhile
		}
	}
}

// turn waits for the rate limit, which is lower while the server has only just come back.
func (c *Client) turn(ctx context.Context) error {
	if c.o.Rate > 0 {
		now := rate.Limit(c.o.Rate)
		if c.gate.recovering() {
			now /= recovered
		}
		if c.limit.Limit() != now {
			c.limit.SetLimit(now)
		}
	}
	return c.limit.Wait(ctx)
}

// readHeaders reads the server's clock, and whether it asks for a pause.
func (c *Client) readHeaders(resp *http.Response, sent time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.readDate(resp, sent)
	if resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable {
		c.until = time.Now().Add(max(retryAfter(resp.Header), time.Second))
	}
}

// retryAfter returns how long a pause a server asks for: a number of seconds, or until a date on its clock.
func retryAfter(h http.Header) time.Duration {
	var d time.Duration
	after := h.Get("Retry-After")
	if s, err := strconv.ParseInt(after, 10, 64); err == nil {
		d = time.Duration(min(s, int64(longestPause/time.Second))) * time.Second
	} else if until, err := http.ParseTime(after); err == nil {
		now, err := http.ParseTime(h.Get("Date"))
		if err != nil {
			now = time.Now()
		}
		d = until.Sub(now)
	}
	return min(max(d, 0), longestPause)
}

// CloseIdleConnections closes idle connections.
func (c *Client) CloseIdleConnections() {
	if t, ok := c.o.Base.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// Redact replaces every secret in a text by ***.
func (c *Client) Redact(text string) string {
	for _, s := range c.o.Secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return text
}

// NewError makes the Error of a request without a usable answer. It reads the body of resp,
// which may be nil. hint may be empty. The class is Retry: only a caller that finds the
// server's own words in the answer may set another one.
func (c *Client) NewError(op string, resp *http.Response, err error, hint string) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Server: c.o.Server, Op: c.Redact(op), Hint: hint}
	if err != nil {
		e.Err = redacted{c.Redact(err.Error()), err}
	}
	if resp == nil {
		return e // network: retry
	}
	e.Status, e.After = resp.StatusCode, retryAfter(resp.Header)
	body, _ := io.ReadAll(io.LimitReader(resp.Body, maxErrorBody))
	e.Detail = Brief(c.Redact(string(body)))
	return e
}

// redacted is an error with secrets cut out of its text. It keeps the chain.
type redacted struct {
	text string
	err  error
}

func (r redacted) Error() string { return r.text }
func (r redacted) Unwrap() error { return r.err }

// Path returns the method and path of a request, without host and query.
func Path(r *http.Request) string { return r.Method + " " + r.URL.EscapedPath() }

// Brief makes a server's words one short line, without the text of an HTML page.
func Brief(body string) string {
	s := strings.Join(strings.Fields(body), " ")
	if strings.HasPrefix(s, "<") {
		return "a page of HTML instead of an answer"
	}
	if r := []rune(s); len(r) > 300 {
		s = string(r[:300]) + "…"
	}
	return s
}

// Package gerrit is a thin, typed client of Gerrit's REST API: the few reads that reviewsync
// needs, decoded into small structs of its own, and the one write that asks for a review.
//
// It uses go-gerrit (addresses, credentials, the prefix of the JSON) over a remote.Client
// (time limit, size limit, rate limit, classified errors). The structs are our own, because
// those of go-gerrit lack fields that matter here: meta_rev_id, the tag of a vote, the
// difference between no vote and a vote of 0.
//
// Queries read Gerrit's index, which may lag or contradict itself; Change reads the change's
// own record. So discover with Query or Each, and decide with Change.
//
// Stream and DecodeEvent only say which change to read again: events get lost.
//
// Every error that comes from an answer is a *remote.Error.
package gerrit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	api "github.com/andygrunwald/go-gerrit"

	"reviewsync/internal/remote"
)

// Options of a Client.
type Options struct {
	URL      string         // the server's address with its base path, e.g. https://gerrit.example.org/r
	User     string         // empty: anonymous
	Password string         // the HTTP password or token of User
	HTTP     *remote.Client // required
}

// Client asks one Gerrit server. It is safe for concurrent use.
type Client struct {
	api       *api.Client
	anonymous *api.Client // without credentials
	http      *remote.Client
	large     chan struct{} // full while a large answer is read
	user      string
}

// New returns a Client. It does not touch the network.
func New(o Options) (*Client, error) {
	if o.HTTP == nil {
		return nil, errors.New("gerrit: no http client given")
	}
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, errors.New("gerrit.url: not an address; write it like https://gerrit.example.org/r")
	}
	if strings.Contains(o.URL, "@") { // go-gerrit would use it, and it would get into logs
		return nil, errors.New("gerrit.url: must not hold credentials; use gerrit.user and gerrit.password_file")
	}
	if u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("gerrit.url: must end with the path; take out what follows ? or #")
	}
	out := &Client{http: o.HTTP, user: o.User, large: make(chan struct{}, 1)}
	for _, c := range []**api.Client{&out.api, &out.anonymous} {
		if *c, err = api.NewClient(context.Background(), o.URL, o.HTTP.Client); err != nil {
			return nil, fmt.Errorf("gerrit.url: %w", err)
		}
	}
	if o.User != "" {
		out.api.Authentication.SetBasicAuth(o.User, o.Password)
	}
	return out, nil
}

// HTTP returns the underlying client, which knows the server's clock.
func (c *Client) HTTP() *remote.Client { return c.http }

// Version returns the server's version, e.g. "3.10.2" (GET /config/server/version).
func (c *Client) Version(ctx context.Context) (string, error) {
	var v string
	err := c.get(ctx, "config/server/version", &v)
	return v, err
}

// get gets a path below the server's address and decodes the answer into v.
func (c *Client) get(ctx context.Context, path string, v any) error {
	op, _, _ := strings.Cut("GET /"+path, "?")
	req, err := c.api.NewRequest(ctx, http.MethodGet, path, nil)
	if err != nil {
		return &remote.Error{Class: remote.Blocked, Server: "gerrit", Op: op, Err: err}
	}
	var body bytes.Buffer // go-gerrit copies raw bytes into it, so that we can see what is not JSON
	resp, err := c.api.Do(req, &body)
	if err != nil {
		return c.failed(op, resp, err)
	}
	return c.decode(op, body.Bytes(), v)
}

// maxLarge is the largest answer of getLarge, in bytes.
const maxLarge = 64 << 20

// getLarge is get for an answer that may be much larger than others. If it is, it is requested
// again, one at a time: a few at once might not fit into memory.
func (c *Client) getLarge(ctx context.Context, path string, v any) error {
	err := c.get(ctx, path, v)
	if _, ok := errors.AsType[*remote.TooLarge](err); !ok {
		return err
	}
	select {
	case c.large <- struct{}{}:
		defer func() { <-c.large }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return c.get(remote.AllowLarge(ctx, maxLarge), path, v)
}

// decode decodes the JSON of an answer. JSON without Gerrit's prefix is not Gerrit's.
func (c *Client) decode(op string, body []byte, v any) error {
	text := api.RemoveMagicPrefixLine(body)
	err := json.Unmarshal(text, v)
	if err == nil && len(text) == len(body) {
		err = errForeign
	}
	if err != nil {
		return c.unreadable(op, string(body), err)
	}
	return nil
}

// errForeign is JSON that is not Gerrit's.
var errForeign = errors.New("JSON without the prefix that Gerrit writes")

func (c *Client) failed(op string, resp *api.Response, err error) error {
	if resp == nil { // resp.Response would panic
		return c.http.NewError(op, nil, err, "")
	}
	defer func() { _ = resp.Body.Close() }() // go-gerrit does not, and the request's timer runs until then
	text, _ := io.ReadAll(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(text))
	class := classOf(op, resp.Response, string(text))
	fix := hint(class, resp.StatusCode, string(text))
	if class == remote.Fatal && c.user != "" {
		fix += fmt.Sprintf("; Gerrit refuses an inactive account in the same words, so see whether %s is active", c.user)
	}
	e := c.http.NewError(op, resp.Response, err, fix)
	e.Class = class
	return e
}

const pageOfHTML = "a page of HTML instead of JSON"

// unreadable returns the error of an answer of status 200 that cannot be decoded. It does not
// show the answer, which may be a private change.
func (c *Client) unreadable(op, body string, err error) error {
	e := &remote.Error{Class: remote.Retry, Server: "gerrit", Op: op, Status: http.StatusOK, Err: err}
	var syntax *json.SyntaxError
	switch s := strings.TrimSpace(strings.TrimPrefix(body, ")]}'")); {
	case s == "":
		e.Detail = "an empty answer instead of JSON"
	case strings.HasPrefix(s, "<"):
		e.Detail = pageOfHTML
		e.Hint = hintFront
	case errors.As(err, &syntax) && strings.Contains(syntax.Error(), "unexpected end"):
		e.Detail = fmt.Sprintf("the JSON breaks off after %d bytes", len(body))
	case errors.As(err, &syntax):
		e.Detail = fmt.Sprintf("an answer that is no JSON, from byte %d", syntax.Offset)
	case errors.Is(err, errForeign):
		e.Detail, e.Hint = err.Error(), hintFront
	default:
		e.Detail = "JSON of another shape: " + err.Error()
	}
	return e
}

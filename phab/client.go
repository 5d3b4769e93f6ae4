package phab

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/uber/gonduit"
	"github.com/uber/gonduit/core"

	"reviewsync/internal/remote"
)

// Options of a Client. All are required.
type Options struct {
	URL   string // the server's phabricator.base-uri
	Token string // a Conduit API token
	HTTP  *remote.Client
}

// Client calls Conduit on one server, as one account. It is safe for concurrent use.
type Client struct {
	o Options

	mu   sync.Mutex
	conn *gonduit.Conn         // nil until the first call reached the server
	made map[string]madeWithin // our newest transactions, by PHID
}

// New returns a Client. It does not touch the network: the first call does, with one
// request more than its own (conduit.getcapabilities).
func New(o Options) (*Client, error) {
	u, err := url.Parse(o.URL)
	switch {
	case err != nil:
		return nil, fmt.Errorf("phabricator.url %q: %w", o.URL, err)
	case u.Scheme != "http" && u.Scheme != "https", u.Host == "":
		return nil, fmt.Errorf("phabricator.url %q: want something like https://phabricator.example.org", o.URL)
	case o.HTTP == nil:
		return nil, errors.New("phab: no HTTP client")
	}
	o.Token = strings.TrimSpace(o.Token)
	if o.Token == "" {
		return nil, errors.New("phabricator.token_file: the token is empty")
	}
	return &Client{o: o}, nil
}

// HTTP returns the underlying client, which knows the server's clock.
func (c *Client) HTTP() *remote.Client { return c.o.HTTP }

// call sends a request. params must be a new value that embeds requests.Request, into which
// gonduit writes the token. [] and null leave result untouched.
func (c *Client) call(ctx context.Context, method string, params, result any) error {
	conn, err := c.dial(ctx)
	if err == nil {
		err = conn.CallContext(ctx, method, params, result)
	}
	if err != nil {
		return c.fail(method, err)
	}
	return nil
}

// dial gets the server's capabilities once; after a failure the next call tries again.
func (c *Client) dial(ctx context.Context) (*gonduit.Conn, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		return c.conn, nil
	}
	conn, err := gonduit.DialContext(ctx, c.o.URL, &core.ClientOptions{APIToken: c.o.Token, Client: edge{c.o.HTTP}})
	if err != nil {
		return nil, err
	}
	c.conn = conn
	return conn, nil
}

// edge checks the HTTP status, which gonduit ignores. Conduit answers 200 even if it refuses
// a request. Any other status comes from a proxy, a rate limit or a crash, means nothing for
// the request, and is tried again.
type edge struct{ http *remote.Client }

func (e edge) Do(r *http.Request) (*http.Response, error) {
	resp, err := e.http.Do(r)
	if err != nil || resp.StatusCode == http.StatusOK {
		return resp, err
	}
	defer func() { _ = resp.Body.Close() }()
	method := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	return nil, e.http.NewError(method, resp, nil, hintOfStatus(resp.StatusCode))
}

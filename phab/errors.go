package phab

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/uber/gonduit/core"

	"reviewsync/internal/remote"
)

const server = "phabricator"

// hintToken says how to fix a refused token.
const hintToken = "put a Conduit API token of an account that is approved and not disabled into the file that phabricator.token_file names"

// The answer for an account that is disabled, not approved or a mailing list, or whose address is
// not verified although it must be. It does not say which.
const (
	noSession   = "not permitted to use the API"
	hintAccount = "as an administrator, look at the account under People: enable it if it is disabled, approve it, verify its address; or put the token of another account into the file that phabricator.token_file names"
)

// transient matches errors of the database in ERR-CONDUIT-CORE after which the same request may
// succeed: duplicate key and lost savepoint (two edits of a board at the same time), lock wait,
// deadlock, lost or refused connection, read-only mode.
func transient(info string) bool {
	return transientCodes.MatchString(info)
}

var transientCodes = regexp.MustCompile(`(?i)#(1040|1062|1205|1213|1305|2002|2003|2006|2013)\b|deadlock|lock wait|read-only`)

// fail makes the remote.Error of a call that failed.
func (c *Client) fail(method string, err error) error {
	conduit, ok := errors.AsType[*core.ConduitError](err)
	if !ok {
		return c.failTransport(method, err)
	}
	e := &remote.Error{Server: server, Op: method, Code: conduit.Code(), Class: remote.Blocked}
	switch info := conduit.Info(); {
	case conduit.Code() == "ERR-INVALID-AUTH" && strings.Contains(info, noSession):
		e.Class, e.Detail, e.Hint = remote.Fatal, "the API token is right, but its account may not sign in", hintAccount
	case conduit.Code() == "ERR-INVALID-AUTH":
		// Its text repeats the token.
		e.Class, e.Detail, e.Hint = remote.Fatal, "the server does not accept the API token", hintToken
	case conduit.Code() == "ERR-INVALID-SESSION":
		e.Class, e.Detail, e.Hint = remote.Fatal, "no API token reached the server", hintToken+", and let phabricator.url be the address that the server does not redirect"
	case conduit.Code() == "200":
		e.Class, e.Code, e.Detail = remote.Retry, "", notJSON(info)
	case conduit.Code() == "ERR-CONDUIT-CORE" && transient(info):
		e.Class, e.Detail = remote.Retry, c.redact(info)
	case conduit.Code() == "ERR-CONDUIT-CALL":
		e.Detail, e.Hint = c.redact(info), "the server is too old, or has the application switched off"
	default:
		e.Detail = c.redact(info)
	}
	e.Code = c.redact(e.Code) // a sentence, for some errors
	return e
}

// failTransport returns the error of a call that Conduit did not refuse: of the network, or of an
// answer of unknown shape.
func (c *Client) failTransport(method string, err error) error {
	var shape *json.UnmarshalTypeError
	if errors.As(err, &shape) || errors.Is(err, errShape) {
		return c.odd(method, err)
	}
	return c.o.HTTP.NewError(method, nil, err, "")
}

// errShape is in the chain of an error about JSON of an unknown shape.
var errShape = errors.New("unknown shape")

// tooLarge reports whether a smaller page may work.
func tooLarge(err error) bool {
	_, large := errors.AsType[*remote.TooLarge](err)
	return large
}

// odd returns the error for an answer without what its method promises. To try again would not help.
func (c *Client) odd(method string, err error) error {
	return &remote.Error{
		Class: remote.Blocked, Server: server, Op: method,
		Detail: "an answer that reviewsync does not understand: " + c.redact(err.Error()),
		Hint:   "report it with the version of the server", Err: err,
	}
}

// empty returns the error for a success without content.
func empty(method, what string) error {
	return &remote.Error{Class: remote.Retry, Server: server, Op: method, Detail: "an answer without " + what}
}

// hinted adds a hint to a refusal that has none yet.
func hinted(err error, hint string) error {
	if e, ok := errors.AsType[*remote.Error](err); ok && e.Class == remote.Blocked && e.Code != "" && e.Hint == "" {
		e.Hint = hint
	}
	return err
}

func (c *Client) redact(text string) string {
	return remote.Brief(c.o.HTTP.Redact(strings.ReplaceAll(text, c.o.Token, "***")))
}

// notJSON says what came instead of JSON, without its text: a truncated answer may be
// confidential.
func notJSON(body string) string {
	if strings.HasPrefix(strings.TrimSpace(body), "<") {
		return remote.Brief(body)
	}
	return fmt.Sprintf("an answer of %d bytes that is no JSON, or only the start of it", len(body))
}

func hintOfStatus(status int) string {
	switch {
	case status >= 300 && status < 400:
		return "the server redirects: put the address that it wants into phabricator.url"
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusProxyAuthRequired:
		return "something in front of the server refuses reviewsync: let it pass to /api/"
	case status == http.StatusNotFound:
		return "check phabricator.url"
	default:
		return ""
	}
}

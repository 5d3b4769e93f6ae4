package gerrit

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"reviewsync/internal/remote"
)

// Account is a person or a bot (AccountInfo). The zero Account is Gerrit itself.
type Account struct {
	ID       int    // never changes
	Name     string // free text
	Username string
	Inactive bool
	Service  bool // a member of the group "Service Users"
}

type accountJSON struct {
	ID       int      `json:"_account_id"`
	Name     string   `json:"name"`
	Username string   `json:"username"`
	Inactive bool     `json:"inactive"`
	Tags     []string `json:"tags"`
}

func (a accountJSON) account() Account {
	return Account{
		ID: a.ID, Name: a.Name, Username: a.Username, Inactive: a.Inactive,
		Service: slices.Contains(a.Tags, "SERVICE_USER"),
	}
}

// Self returns the account of the Client. It fails if the password is wrong.
func (c *Client) Self(ctx context.Context) (Account, error) {
	var a accountJSON
	err := c.get(ctx, "accounts/self", &a)
	return a.account(), err
}

// Account returns the account with this user name, even an inactive one, which Gerrit finds
// only with a second request. If there is none, the error is remote.NotFound. Only user names
// count; Gerrit itself would also accept a full name, an e-mail address or "self".
func (c *Client) Account(ctx context.Context, name string) (Account, error) {
	path := "accounts/" + url.PathEscape(name)
	var a accountJSON
	err := c.get(ctx, path, &a)
	if err == nil && strings.EqualFold(a.Username, name) {
		return a.account(), nil
	}
	if err != nil && !remote.NotFound(err) {
		return Account{}, err
	}
	var found []accountJSON
	q := url.Values{"q": {"username:" + Quote(name) + " is:inactive"}, "o": {"DETAILS"}}
	if err := c.get(ctx, "accounts/?"+q.Encode(), &found); err != nil {
		return Account{}, err
	}
	for _, f := range found {
		if strings.EqualFold(f.Username, name) {
			f.Inactive = true
			return f.account(), nil
		}
	}
	return Account{}, &remote.Error{
		Class: remote.Blocked, Server: "gerrit", Op: "GET /" + path, Status: http.StatusNotFound,
		Detail: "no account has this user name",
		Hint:   "use the user name of Settings > Profile, not the full name or the e-mail address",
	}
}

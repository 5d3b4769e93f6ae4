package phab

import (
	"context"
	"slices"

	"github.com/uber/gonduit/requests"
)

// User is an account on the server.
type User struct {
	PHID     string
	Username string
	Bot      bool // a bot account
	Disabled bool
}

// WhoAmI returns the account of the token.
func (c *Client) WhoAmI(ctx context.Context) (User, error) {
	var r struct {
		PHID     text       `json:"phid"`
		UserName text       `json:"userName"`
		Roles    list[text] `json:"roles"`
	}
	if err := c.call(ctx, "user.whoami", &struct{ requests.Request }{}, &r); err != nil {
		return User{}, err
	}
	if r.PHID == "" {
		return User{}, empty("user.whoami", "a PHID")
	}
	return User{
		PHID:     string(r.PHID),
		Username: string(r.UserName),
		Bot:      slices.Contains(r.Roles, "agent"),
		Disabled: slices.Contains(r.Roles, "disabled"),
	}, nil
}

// Users returns the accounts with these user names; unknown ones are left out. An account that may
// not browse the user directory finds only itself.
func (c *Client) Users(ctx context.Context, usernames []string) ([]User, error) {
	return c.users(ctx, "usernames", usernames)
}

// UsersByPHID returns the accounts with these PHIDs; unknown ones are left out.
func (c *Client) UsersByPHID(ctx context.Context, phids []string) ([]User, error) {
	return c.users(ctx, "phids", phids)
}

type userRow struct {
	PHID   text `json:"phid"`
	Fields struct {
		Username text       `json:"username"`
		Roles    list[text] `json:"roles"`
	} `json:"fields"`
}

func (c *Client) users(ctx context.Context, constraint string, values []string) ([]User, error) {
	rows, err := inChunks[userRow](ctx, c, "user.search", constraint, values, query{order: "oldest"})
	if err != nil {
		return nil, err
	}
	users := make([]User, 0, len(rows))
	for _, r := range rows {
		users = append(users, User{
			PHID:     string(r.PHID),
			Username: string(r.Fields.Username),
			Bot:      slices.Contains(r.Fields.Roles, "bot"),
			Disabled: slices.Contains(r.Fields.Roles, "disabled"),
		})
	}
	return users, nil
}

// Package account looks up the names of accounts on Phabricator.
package account

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"

	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// Names remembers the user names of PHIDs.
type Names struct {
	phab *phab.Client
	log  zerolog.Logger

	mu    sync.Mutex
	known map[string]string
}

// NewNames makes a Names for a server.
func NewNames(p *phab.Client, log zerolog.Logger) *Names {
	return &Names{phab: p, log: log, known: map[string]string{}}
}

// Put stores the name of a PHID.
func (n *Names) Put(phid, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[phid] = name
}

// Of returns the name of a PHID, or "somebody" if it is unknown.
func (n *Names) Of(phid string) string { return cmp.Or(n.Known(phid), "somebody") }

// Known returns the name of a PHID; empty: it is unknown.
func (n *Names) Known(phid string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.known[phid]
}

// Fetch reads the names of accounts from the server.
func (n *Names) Fetch(ctx context.Context, phids []string) error {
	users, err := n.phab.UsersByPHID(ctx, phids)
	for _, u := range users {
		n.Put(u.PHID, u.Username)
	}
	return err
}

// Lookup returns the names of accounts for sentences. It fetches those that are unknown.
func (n *Names) Lookup(ctx context.Context, accounts []string) tell.Names {
	if phids := n.unknown(accounts); len(phids) > 0 {
		if err := n.Fetch(ctx, phids); err != nil {
			n.log.Debug().Err(err).Strs("accounts", phids).Msg("names of accounts cannot be read; sentences say \"somebody\"")
		}
	}
	return n.Of
}

// unknown returns the accounts of people whose names are unknown.
func (n *Names) unknown(accounts []string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(accounts), func(phid string) bool {
		return !strings.HasPrefix(phid, "PHID-USER-") || n.known[phid] != ""
	})
}

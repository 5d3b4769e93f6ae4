// Package account knows the names of accounts on Phabricator.
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

// NewNames makes a Names that knows none, and asks this server.
func NewNames(p *phab.Client, log zerolog.Logger) *Names {
	return &Names{phab: p, log: log, known: map[string]string{}}
}

// Put notes the name of a PHID.
func (n *Names) Put(phid, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[phid] = name
}

// Of is the name of a PHID, or what stands for it as long as nobody asked.
func (n *Names) Of(phid string) string { return cmp.Or(n.Known(phid), "somebody") }

// Known is the name of a PHID; empty: nobody asked.
func (n *Names) Known(phid string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.known[phid]
}

// Ask asks for the names of accounts.
func (n *Names) Ask(ctx context.Context, phids []string) error {
	users, err := n.phab.UsersByPHID(ctx, phids)
	for _, u := range users {
		n.Put(u.PHID, u.Username)
	}
	return err
}

// Called gives the names of accounts, as sentences tell them. Whose name cannot be learned is somebody.
func (n *Names) Called(ctx context.Context, accounts []string) tell.Names {
	if phids := n.unknown(accounts); len(phids) > 0 {
		if err := n.Ask(ctx, phids); err != nil {
			n.log.Debug().Err(err).Strs("accounts", phids).Msg("the names are not known; sentences say somebody")
		}
	}
	return n.Of
}

// unknown lists those of the accounts that are people's and whose names nobody asked for.
func (n *Names) unknown(accounts []string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(accounts), func(phid string) bool {
		return !strings.HasPrefix(phid, "PHID-USER-") || n.known[phid] != ""
	})
}

package wiring

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// Clients makes the clients of the two servers.
func Clients(cfg *config.Config, o Options) (*gerrit.Client, *phab.Client, error) {
	password, token := cfg.Gerrit.Password.Reveal(), cfg.Phabricator.Token.Reveal()
	// Neither server's words may carry a secret of the other, nor a proxy's error what was sent.
	secrets := []string{password, token, base64.StdEncoding.EncodeToString([]byte(cfg.Gerrit.User + ":" + password))}
	g, err := gerrit.New(gerrit.Options{
		URL: cfg.Gerrit.URL, User: cfg.Gerrit.User, Password: password,
		HTTP: remote.New(remote.Options{Server: "gerrit", Rate: cfg.Gerrit.Rate, Secrets: secrets, Base: o.Gerrit, OnAway: turned(o.Log, "gerrit"), Clock: o.Clock}),
	})
	if err != nil {
		return nil, nil, err
	}
	p, err := phab.New(phab.Options{
		URL: cfg.Phabricator.URL, Token: token,
		HTTP: remote.New(remote.Options{
			Server: "phabricator", Rate: cfg.Phabricator.Rate, Secrets: secrets, Base: o.Phabricator, OnAway: turned(o.Log, "phabricator"), Clock: o.Clock,
		}),
	})
	return g, p, err
}

// turned logs when a server goes away, and when it is back.
func turned(log zerolog.Logger, server string) func(away bool) {
	return func(away bool) {
		if away {
			log.Warn().Msg(server + " does not answer; what there is to do waits, and is tried again")
		} else {
			log.Info().Msg(server + " answers again")
		}
	}
}

// Events is the way to Gerrit's stream-events, which the config must name.
func Events(cfg *config.Config, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*gerrit.Stream, error) {
	e := cfg.Gerrit.Events
	s, err := gerrit.NewStream(gerrit.StreamOptions{
		Address: e.SSH, User: e.User, Key: []byte(e.Key.Reveal()), KnownHosts: e.KnownHosts, Dial: dial,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	return s, nil
}

// TryEvents connects to stream-events and listens for a moment, since Gerrit refuses only after
// it has taken the command. It is nil if the config names none.
func TryEvents(cfg *config.Config) func(context.Context) error {
	if cfg.Gerrit.Events == nil {
		return nil
	}
	return func(ctx context.Context) error {
		s, err := Events(cfg, nil)
		if err != nil {
			return err
		}
		late := ctx
		ctx, leave := context.WithCancel(ctx)
		defer leave()
		err = s.Listen(ctx, gerrit.Listener{
			Started: func() { time.AfterFunc(time.Second, leave) },
			Event:   func(gerrit.Event) { leave() },
		})
		if err == nil {
			err = late.Err()
		}
		return err
	}
}

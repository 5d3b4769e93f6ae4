package service

import (
	"context"
	"fmt"
	"net"
	"slices"
	"time"

	"reviewsync/gerrit"
	"reviewsync/internal/config"
	"reviewsync/internal/hint"
	"reviewsync/mapping/review"
)

// newBox makes what gathers hints.
func (s *Service) newBox() *hint.Box {
	return hint.New(hint.Options{
		Changes: s.ingest.Hint,
		Tasks:   s.assess.Refresh,
		Covers:  s.cfg.Follows,
		Bot:     func(name string) bool { return name == s.cfg.Gerrit.User || slices.Contains(s.cfg.Gerrit.Bots, name) },
		Lost:    s.pollSoon,
		Log:     s.log,
	})
}

// newStream makes what listens to Gerrit's events; nil if the config names none.
func (s *Service) newStream() (*hint.Stream, error) {
	if s.cfg.Gerrit.Events == nil {
		return nil, nil
	}
	ssh, err := events(s.cfg, s.dial)
	if err != nil {
		return nil, err
	}
	return hint.NewStream(hint.StreamOptions{
		Listen: ssh.Listen, Box: s.box, Poll: s.pollSoon, Log: s.log,
		Offset: s.gerrit.HTTP().Ahead,
	}), nil
}

// events is the way to Gerrit's stream-events.
func events(cfg *config.Config, dial func(ctx context.Context, network, address string) (net.Conn, error)) (*gerrit.Stream, error) {
	e := cfg.Gerrit.Events
	s, err := gerrit.NewStream(gerrit.StreamOptions{
		Address: e.SSH, User: e.User, Key: []byte(e.Key.Reveal()), KnownHosts: e.KnownHosts, Dial: dial,
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cfg.Path, err)
	}
	return s, nil
}

// tryEvents is for check: it listens for a moment. Gerrit tells who may not only after it has taken the command.
func TryEvents(cfg *config.Config) func(context.Context) error {
	if cfg.Gerrit.Events == nil {
		return nil
	}
	return func(ctx context.Context) error {
		s, err := events(cfg, nil)
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

// saw is told of what a poll found that nobody had hinted at.
func (s *Service) saw(change review.Key, written time.Time) {
	if s.stream != nil {
		s.stream.Saw(change, written)
	}
}

// pollSoon has the next poll made at once.
func (s *Service) pollSoon() {
	soon(s.pollNow)
}

// soon has done what is due when a channel is full.
func soon(now chan struct{}) {
	select {
	case now <- struct{}{}:
	default:
	}
}

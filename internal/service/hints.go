package service

import (
	"context"
	"net"
	"slices"

	"reviewsync/internal/hint"
	"reviewsync/internal/wiring"
)

// newQueue makes what gathers hints. Where some were lost, a poll finds what they were about.
func newQueue(p *wiring.Parts, poll func()) *hint.Queue {
	return hint.New(hint.Options{
		Changes: p.Ingest.Hint,
		Tasks:   p.Sweeper.Refresh,
		Follows: p.Config.Follows,
		Bot: func(name string) bool {
			return name == p.Config.Gerrit.User || slices.Contains(p.Config.Gerrit.Bots, name)
		},
		Lost: poll,
		Log:  p.Log,
	})
}

// newStream makes what listens to Gerrit's events; nil if the config names none.
func newStream(p *wiring.Parts, dial func(ctx context.Context, network, address string) (net.Conn, error), queue *hint.Queue, poll func()) (*hint.Stream, error) {
	if p.Config.Gerrit.Events == nil {
		return nil, nil
	}
	ssh, err := wiring.Events(p.Config, dial)
	if err != nil {
		return nil, err
	}
	return hint.NewStream(hint.StreamOptions{Listen: ssh.Listen, Queue: queue, Poll: poll, Log: p.Log, Offset: p.Gerrit.HTTP().Offset}), nil
}

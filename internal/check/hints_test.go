package check

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/bind"
	"reviewsync/internal/config"
)

func TestEvents(t *testing.T) {
	here := &config.Events{SSH: "gerrit.example.org:29418", User: "streamer"}
	for name, c := range map[string]struct {
		config *config.Events
		try    func(context.Context) error
		want   []bind.Finding
	}{
		"not configured": {nil, func(context.Context) error { return errors.New("tried") }, nil},
		"connected": {here, func(context.Context) error { return nil }, []bind.Finding{
			{Level: bind.OK, Of: "stream-events", Text: "connected as streamer to gerrit.example.org:29418"},
		}},
		"refused": {here, func(context.Context) error { return errors.New("the host key is not in known_hosts; compare it") }, []bind.Finding{
			{Level: bind.Fail, Of: "stream-events", Text: "gerrit.example.org:29418: the host key is not in known_hosts; compare it, so changes would be heard of by polls only"},
		}},
		"silent": {here, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, []bind.Finding{
			{Level: bind.Fail, Of: "stream-events", Text: "gerrit.example.org:29418: no answer within 8s, so changes would be heard of by polls only; see whether gerrit.events.ssh in a.yaml is where Gerrit listens for SSH"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := &run{Options: Options{Config: &config.Config{Path: "a.yaml", Gerrit: config.Gerrit{Events: c.config}}, Events: c.try}}
				if d := cmp.Diff(c.want, r.events(t.Context())); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

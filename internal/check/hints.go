package check

import (
	"context"
	"errors"
	"net"

	"reviewsync/internal/bind"
	"reviewsync/internal/web"
)

// events checks that Gerrit's stream of events can be listened to.
func (r *run) events(ctx context.Context) []bind.Finding {
	e := r.Config.Gerrit.Events
	if e == nil || r.Events == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, firstContact)
	defer cancel()
	l := &lines{subject: "stream-events"}
	switch err := r.Events(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		l.say(bind.Fail, "%s: no answer within %s, so changes would be heard of by polls only; see whether gerrit.events.ssh in %s is where Gerrit listens for SSH", e.SSH, firstContact, r.Config.Path)
	case err != nil:
		l.say(bind.Fail, "%s: %v, so changes would be heard of by polls only", e.SSH, err)
	default:
		l.say(bind.OK, "connected as %s to %s", e.User, e.SSH)
	}
	return l.all
}

// webhooks says from where they can be sent.
func (r *run) webhooks(context.Context) []bind.Finding {
	h := r.Config.Web.Hooks
	if h.GerritPath.Reveal() == "" && h.PhabricatorKey.Reveal() == "" {
		return nil
	}
	l := &lines{subject: "web.webhooks"}
	if address := web.Address(r.Config.Web.Listen); loopback(address) {
		l.say(bind.Info, "%s can be reached from this machine only, so the servers need a proxy here that passes webhooks on to it, unless they run here too", address)
	}
	return l.all
}

func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

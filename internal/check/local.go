package check

import (
	"context"
	"errors"
	"net"
	"syscall"

	"reviewsync/internal/bind"
	"reviewsync/internal/store/backend"
	"reviewsync/internal/web"
)

// openStore checks that the store can be used, without making it.
func (r *run) openStore(ctx context.Context) []bind.Finding {
	l := &lines{subject: "store"}
	path := r.Config.Store.Path
	there, inUse, err := backend.Probe(r.Config.Store)
	if err != nil {
		l.say(bind.Fail, "%s, or correct store.path in %s", err, r.Config.Path)
		return l.all
	}
	r.running = inUse
	if r.store, err = backend.OpenCopy(ctx, r.Config.Store); err != nil {
		l.say(bind.Fail, "%s; or name another file as store.path in %s", err, r.Config.Path)
		return l.all
	}
	switch {
	case r.running:
		l.say(bind.OK, "%s is in use by a running reviewsync", path)
	case there:
		l.say(bind.OK, "%s can be used", path)
	default:
		l.say(bind.OK, "%s is not there yet, and can be made", path)
	}
	return l.all
}

// listen checks that the address for the service's own pages is free.
func (r *run) listen(ctx context.Context) []bind.Finding {
	address := web.Address(r.Config.Web.Listen)
	if address == "" {
		return nil
	}
	l := &lines{subject: "web.listen"}
	var lc net.ListenConfig
	listener, err := lc.Listen(ctx, "tcp", address)
	switch {
	case err == nil:
		_ = listener.Close()
		l.say(bind.OK, "%s is free", address)
	case errors.Is(err, syscall.EADDRINUSE) && r.running:
		l.say(bind.Info, "%s is taken, probably by the running reviewsync", address)
	case errors.Is(err, syscall.EADDRINUSE):
		l.say(bind.Fail, "%s is taken by another program; end that one, or name another port in %s", address, r.Config.Path)
	default:
		l.say(bind.Fail, "%s cannot be listened on: %s; name an address of this machine in %s", address, cause(err), r.Config.Path)
	}
	return l.all
}

// cause is an error of the system without what it was about.
func cause(err error) error {
	if e, ok := errors.AsType[syscall.Errno](err); ok {
		return e
	}
	return err
}

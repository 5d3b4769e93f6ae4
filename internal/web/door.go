package web

import (
	stdlog "log" //nolint:depguard // net/http takes no other
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
)

// How many clients may be connected at a time. A webhook takes milliseconds; a connection that
// lasts is idle, or an attack.
const (
	mostVisitors = 32
	mostOfOne    = 16          // from one address, except from this machine: it may be a proxy for many
	firstBytes   = time.Second // until a connection must have sent its first byte
)

// door limits the number of connections. A new one is always accepted: if there are too many,
// the one that has gone longest without a request is closed. So slow clients cannot shut out
// quick ones, not even from the same address or behind the same proxy.
type door struct {
	net.Listener
	left func() // called for each connection that is closed for another; may be nil

	mu     sync.Mutex
	inside map[*visitor]bool
}

func newDoor(l net.Listener, left func()) *door {
	return &door{Listener: l, left: left, inside: map[*visitor]bool{}}
}

// visitor is a connection.
type visitor struct {
	net.Conn
	door   *door
	peer   netip.Prefix // zero: mostOfOne does not apply
	silent *time.Timer  // closes a connection on which nothing comes
	since  time.Time    // when its newest request began, or it was accepted
}

// Accept waits for the next connection.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	v := &visitor{Conn: c, door: d, peer: peer(c.RemoteAddr()), since: time.Now()}
	d.mu.Lock()
	v.silent = time.AfterFunc(firstBytes, func() { _ = v.Close() }) // Close waits for the lock
	d.mu.Unlock()
	if late := d.enter(v); late != nil {
		_ = late.Close()
		if d.left != nil {
			d.left()
		}
	}
	return v, nil
}

// enter adds a connection, and returns the one to close for it, if any.
func (d *door) enter(v *visitor) *visitor {
	d.mu.Lock()
	defer d.mu.Unlock()
	ofOne := 0
	var late, lateOfOne *visitor
	for w := range d.inside {
		if late == nil || w.since.Before(late.since) {
			late = w
		}
		if v.peer.IsValid() && w.peer == v.peer {
			if ofOne++; lateOfOne == nil || w.since.Before(lateOfOne.since) {
				lateOfOne = w
			}
		}
	}
	d.inside[v] = true
	switch {
	case ofOne >= mostOfOne:
		return lateOfOne
	case len(d.inside) > mostVisitors:
		return late
	}
	return nil
}

// state is the ConnState hook of net/http.
func (d *door) state(c net.Conn, s http.ConnState) {
	if v, ok := c.(*visitor); ok && (s == http.StateActive || s == http.StateIdle) {
		d.mu.Lock()
		v.since = time.Now()
		d.mu.Unlock()
	}
}

func (v *visitor) Read(b []byte) (int, error) {
	n, err := v.Conn.Read(b)
	if n > 0 {
		v.silent.Stop()
	}
	return n, err
}

func (v *visitor) Close() error {
	v.door.mu.Lock()
	v.silent.Stop()
	delete(v.door.inside, v)
	v.door.mu.Unlock()
	return v.Conn.Close()
}

// peer is the address at the other end; in IPv6 its /64 network, which is one customer's. It is
// zero for this machine.
func peer(addr net.Addr) netip.Prefix {
	a, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{} // a unix socket
	}
	ip := a.Addr().Unmap().WithZone("")
	bits := 64
	if ip.Is4() {
		bits = 32
	}
	if ip.IsLoopback() {
		return netip.Prefix{}
	}
	p, _ := ip.Prefix(bits)
	return p
}

// errorLog passes on what net/http logs.
func errorLog(log zerolog.Logger) *stdlog.Logger { return stdlog.New(lines{log}, "", 0) }

type lines struct{ log zerolog.Logger }

func (l lines) Write(b []byte) (int, error) {
	l.log.Warn().Msg("web: " + strings.TrimSpace(string(b)))
	return len(b), nil
}

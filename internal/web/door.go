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

// How many may be connected at a time. A webhook takes milliseconds; all others wait, or mean
// no good.
const (
	mostVisitors = 32
	mostOfOne    = 16          // from one address, but for this machine: a proxy on it speaks for many
	firstBytes   = time.Second // until the first of them must be there
)

// door bounds who is connected. Who comes is never turned away: the one who has gone
// longest without a request must leave instead. So nobody who is quick is shut out by those
// who only hold on, be they from the same address or behind the same proxy.
type door struct {
	net.Listener
	left func() // called for each who had to leave; may be nil

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
	peer   netip.Prefix // zero: not bounded by itself
	silent *time.Timer  // cuts who says nothing at all
	since  time.Time    // of its newest request, or when it came
}

// Accept waits for the next one.
func (d *door) Accept() (net.Conn, error) {
	c, err := d.Listener.Accept()
	if err != nil {
		return nil, err
	}
	v := &visitor{Conn: c, door: d, peer: peer(c.RemoteAddr()), since: time.Now()}
	d.mu.Lock()
	v.silent = time.AfterFunc(firstBytes, func() { _ = v.Close() }) // which waits until it is noted here
	d.mu.Unlock()
	if late := d.enter(v); late != nil {
		_ = late.Close()
		if d.left != nil {
			d.left()
		}
	}
	return v, nil
}

// enter lets one in, and says who must leave for that.
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

// state is told what net/http does with a connection.
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

// peer is who is at the other end: an address, or the network that one customer has in IPv6.
// It is zero for this machine.
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

// errorLog takes the lines that net/http writes by itself.
func errorLog(log zerolog.Logger) *stdlog.Logger { return stdlog.New(lines{log}, "", 0) }

type lines struct{ log zerolog.Logger }

func (l lines) Write(b []byte) (int, error) {
	l.log.Warn().Msg("web: " + strings.TrimSpace(string(b)))
	return len(b), nil
}

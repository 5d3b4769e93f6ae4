package web

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"
)

// from is a connection from an address.
type from struct {
	net.Conn
	addr net.Addr
}

func (f from) RemoteAddr() net.Addr { return f.addr }

// dialFrom is dial from another address.
func (p *pipes) dialFrom(ip string) net.Conn {
	here, there := net.Pipe()
	p.conns <- from{there, &net.TCPAddr{IP: net.ParseIP(ip), Port: 4000}}
	return here
}

// hold sends the beginning of a request and then nothing, until it is closed.
func hold(c net.Conn, head string) {
	go func() {
		_, _ = io.WriteString(c, head)
		_, _ = io.Copy(io.Discard, c)
		_ = c.Close()
	}()
}

// request sends a whole request and returns the status of the answer; 0: no answer.
func request(c net.Conn, text string) int {
	defer func() { _ = c.Close() }()
	if _, err := io.WriteString(c, text); err != nil {
		return 0
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	_ = resp.Body.Close()
	return resp.StatusCode
}

// signedEdit is the nth edit, as Phabricator sends it.
func signedEdit(n int) string {
	body := edit(n)
	return fmt.Sprintf("POST %s HTTP/1.1\r\nHost: h\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", PhabricatorPath, signatureHeader, sign(body), len(body), body)
}

var attacks = map[string]string{
	"half a body": "POST " + PhabricatorPath + " HTTP/1.1\r\nHost: h\r\n" + signatureHeader + ": 00\r\nContent-Length: 1000\r\n\r\n{\"object\"",
	"half a head": "POST " + PhabricatorPath + " HTTP/1.1\r\nHost: h\r\nX-",
	"nothing":     "",
	"a byte":      "P",
	"no request":  "\x16\x03\x01\x02\x00",
	"keep-alive":  "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n",
	"Gerrit's":    "POST " + gerritPath + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n{",
}

// Slow clients shut nobody out, however many they are and wherever they come from: each
// webhook and /healthz are answered at once.
func TestThoseWhoHoldOnShutNobodyOut(t *testing.T) {
	for name, head := range attacks {
		for _, every := range []time.Duration{time.Second / 9, time.Second / 100} {
			for where, ip := range map[string]string{"behind a proxy here": "127.0.0.1", "one address": "192.0.2.7", "many addresses": ""} {
				t.Run(fmt.Sprintf("%s/%s/%s", name, every, where), func(t *testing.T) {
					serving(t, func(h *hooked, p *pipes) {
						attack, hint := time.NewTicker(every), time.NewTicker(time.Second/2)
						defer attack.Stop()
						defer hint.Stop()
						for n, sent := 0, 0; sent < 60; {
							select {
							case <-attack.C:
								from := ip
								if n++; from == "" {
									from = fmt.Sprintf("198.51.%d.%d", n/200, n%200)
								}
								hold(p.dialFrom(from), head)
							case <-hint.C:
								sent++
								began := time.Now()
								if s := request(p.dialFrom("127.0.0.1"), signedEdit(sent)); s != http.StatusNoContent {
									t.Fatalf("hint %d: status %d", sent, s)
								}
								if s := request(p.dialFrom("192.0.2.7"), "GET /healthz HTTP/1.1\r\nHost: h\r\n\r\n"); s != http.StatusOK {
									t.Fatalf("healthz: status %d", s)
								}
								if d := time.Since(began); d > 0 {
									t.Fatalf("it took %s", d)
								}
							}
						}
						if len(h.phab) != 60 {
							t.Errorf("%d of 60 hints were taken", len(h.phab))
						}
					})
				})
			}
		}
	}
}

// bounded is a server, and how many clients are connected to it.
func bounded(t *testing.T, do func(d *door, p *pipes)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		d := newDoor(p, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- serve(ctx, d, newHooked(t).Handler(), zerolog.Nop()) }()
		do(d, p)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func (d *door) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.inside)
}

func TestHowManyAreConnected(t *testing.T) {
	for _, tt := range []struct {
		where string // where the nth comes from
		want  int
	}{
		{"127.0.0.1", mostVisitors},
		{"::1", mostVisitors},
		{"192.0.2.1", mostOfOne},
		{"::ffff:192.0.2.1", mostOfOne},
		{"2001:db8::%x", mostOfOne}, // one customer has all of these
		{"2001:db8:0:%x::1", mostVisitors},
		{"198.51.100.%d", mostVisitors},
	} {
		t.Run(tt.where, func(t *testing.T) {
			bounded(t, func(d *door, p *pipes) {
				for n := range 120 {
					where := tt.where
					if strings.Contains(where, "%") {
						where = fmt.Sprintf(where, n+1)
					}
					hold(p.dialFrom(where), "P")
				}
				synctest.Wait()
				if n := d.count(); n != tt.want {
					t.Errorf("%d of 120 are connected, want %d", n, tt.want)
				}
				time.Sleep(answerTime + time.Second)
				if n := d.count(); n != 0 {
					t.Errorf("%d are still connected", n)
				}
			})
		})
	}
}

// A client that sends nothing is disconnected after a second; one that begins a request is not.
func TestTheFirstBytesHaveASecond(t *testing.T) {
	bounded(t, func(d *door, p *pipes) {
		hold(p.dial(), "")
		hold(p.dial(), "G")
		time.Sleep(firstBytes - time.Millisecond)
		if n := d.count(); n != 2 {
			t.Errorf("%d are connected before the second is over", n)
		}
		time.Sleep(2 * time.Millisecond)
		if n := d.count(); n != 1 {
			t.Errorf("%d are connected after it", n)
		}
	})
}

// A proxy's connection with webhooks stays open while others come and go.
func TestAConnectionInUseStays(t *testing.T) {
	bounded(t, func(_ *door, p *pipes) {
		c := p.dial()
		answers := bufio.NewReader(c)
		for n := range 200 {
			if _, err := io.WriteString(c, signedEdit(n)); err != nil {
				t.Fatalf("request %d: %v", n, err)
			}
			resp, err := http.ReadResponse(answers, nil)
			if err != nil {
				t.Fatalf("request %d: %v", n, err)
			}
			_ = resp.Body.Close()
			for range 10 {
				hold(p.dial(), "")
			}
			time.Sleep(100 * time.Millisecond)
		}
		_ = c.Close()
	})
}

// failing is a listener that has no descriptors left, once.
type failing struct {
	*pipes
	failed bool
}

type noDescriptors struct{}

func (noDescriptors) Error() string   { return "too many open files" }
func (noDescriptors) Timeout() bool   { return false }
func (noDescriptors) Temporary() bool { return true }

func (f *failing) Accept() (net.Conn, error) {
	if !f.failed {
		f.failed = true
		return nil, noDescriptors{}
	}
	return f.pipes.Accept()
}

// What net/http logs goes to the service's log, in its format.
func TestLinesOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(errors.New("out of range")) })
		go func() { ended <- serve(ctx, newDoor(&failing{pipes: p}, nil), panics, zerolog.New(&log)) }()
		if s := request(p.dial(), "GET / HTTP/1.1\r\nHost: h\r\n\r\n"); s != 0 {
			t.Errorf("status %d", s)
		}
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		said := strings.Split(strings.TrimSpace(log.String()), "\n")
		for i, want := range []string{"too many open files", "out of range"} {
			var line struct{ Level, Message string }
			if i >= len(said) || json.Unmarshal([]byte(said[i]), &line) != nil || line.Level != "warn" || !strings.Contains(line.Message, want) {
				t.Errorf("line %d: %q, want a warning of %q", i, said, want)
			}
		}
	})
}

// A connection that is closed for another is counted once; those that stay are answered that they are too slow.
func TestThoseWhoHadToLeaveAreCounted(t *testing.T) {
	serving(t, func(h *hooked, p *pipes) {
		for range mostVisitors + 8 {
			hold(p.dial(), attacks["half a body"])
			synctest.Wait()
		}
		time.Sleep(answerTime + time.Second)
		h.wantRefused(map[string]int64{"busy": 8, "slow": mostVisitors})
	})
}

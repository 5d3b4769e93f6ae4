package web

import (
	"bufio"
	"context"
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

// pipes is a listener whose connections stay in the process.
type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}
func (p *pipes) Close() error   { close(p.closed); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial() net.Conn {
	here, there := net.Pipe()
	p.conns <- there
	return here
}

// serving runs a server in virtual time while do runs.
func serving(t *testing.T, do func(h *hooked, p *pipes)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHooked(t)
		p := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- serve(ctx, newDoor(p, func() { h.hooks.refused.add(byBusy) }), h.Handler(), zerolog.Nop())
		}()
		do(h, p)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// A client that sends a byte now and then is answered and disconnected after a few seconds.
func TestSlowHintsAreCut(t *testing.T) {
	for _, head := range []string{
		"POST " + gerritPath + " HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n",
		"POST " + PhabricatorPath + " HTTP/1.1\r\nHost: h\r\n" + signatureHeader + ": 00\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
	} {
		serving(t, func(h *hooked, p *pipes) {
			c := p.dial()
			began := time.Now()
			if _, err := c.Write([]byte(head)); err != nil {
				t.Fatal(err)
			}
			stopped := trickle(c, "{")
			defer func() { _ = c.Close(); <-stopped }()
			resp, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if took := time.Since(began); resp.StatusCode != http.StatusRequestTimeout || took > answerTime+time.Second {
				t.Errorf("status %d after %s", resp.StatusCode, took)
			}
			if len(h.gerrit)+len(h.phab) > 0 {
				t.Error("taken all the same")
			}
			h.wantRefused(map[string]int64{"slow": 1})
		})
	}
}

// So is a client that does not end the head of a request.
func TestSlowHeadsAreCut(t *testing.T) {
	serving(t, func(h *hooked, p *pipes) {
		c := p.dial()
		stopped := trickle(c, "P")
		began := time.Now()
		_, _ = io.Copy(io.Discard, c)
		if took := time.Since(began); took > answerTime+time.Second {
			t.Errorf("cut after %s", took)
		}
		_ = c.Close()
		<-stopped
		h.wantRefused(map[string]int64{})
	})
}

// trickle sends a byte every half second, until it cannot.
func trickle(c net.Conn, b string) (stopped chan struct{}) {
	stopped = make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			if _, err := c.Write([]byte(b)); err != nil {
				return
			}
			time.Sleep(time.Second / 2)
		}
	}()
	return stopped
}

// A body that ends before its length is refused, even if it could be read without its end.
func TestTruncatedHint(t *testing.T) {
	h := newHooked(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, newDoor(l, nil), h.Handler(), zerolog.Nop()) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	body := string(edit(0))
	_, err = fmt.Fprintf(c, "POST %s HTTP/1.1\r\nHost: h\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s", PhabricatorPath, signatureHeader, sign([]byte(body)), len(body)+1, body)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	_ = c.Close()
	if resp.StatusCode != http.StatusBadRequest || len(h.phab) > 0 {
		t.Errorf("status %d, taken %+v", resp.StatusCode, h.phab)
	}
	h.wantRefused(map[string]int64{"truncated": 1})
	cancel()
	if err := <-ended; err != nil && !strings.Contains(err.Error(), "closed") {
		t.Error(err)
	}
}

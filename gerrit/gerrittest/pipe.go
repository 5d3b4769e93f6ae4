package gerrittest

import (
	"bytes"
	"io"
	"net"
	"os"
	"sync"
	"time"
)

// Pipe is a connection without a network. Unlike with net.Pipe, both ends may write first, as SSH
// does, because some writes are buffered. It has no deadlines.
func Pipe() (a, b net.Conn) {
	ab, ba := make(chan []byte, 16), make(chan []byte, 16)
	x := &pipeEnd{in: ba, out: ab, closed: make(chan struct{})}
	y := &pipeEnd{in: ab, out: ba, closed: make(chan struct{}), peer: x.closed}
	x.peer = y.closed
	return x, y
}

type pipeEnd struct {
	in           <-chan []byte
	out          chan<- []byte
	closed, peer chan struct{}
	once         sync.Once

	reading sync.Mutex
	rest    []byte
}

func (p *pipeEnd) Read(b []byte) (int, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	for len(p.rest) == 0 {
		select {
		case <-p.closed:
			return 0, io.ErrClosedPipe
		case p.rest = <-p.in:
		case <-p.peer:
			select { // what was written before the end was closed
			case p.rest = <-p.in:
			default:
				return 0, io.EOF
			}
		}
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

func (p *pipeEnd) Write(b []byte) (int, error) {
	select {
	case <-p.closed:
		return 0, io.ErrClosedPipe
	case <-p.peer:
		return 0, io.ErrClosedPipe
	default:
	}
	select {
	case <-p.closed:
	case <-p.peer:
	case p.out <- bytes.Clone(b):
		return len(b), nil
	}
	return 0, io.ErrClosedPipe
}

func (p *pipeEnd) Close() error {
	p.once.Do(func() { close(p.closed) })
	return nil
}

type pipeAddr struct{}

func (pipeAddr) Network() string { return "pipe" }
func (pipeAddr) String() string  { return "pipe" }

func (*pipeEnd) LocalAddr() net.Addr              { return pipeAddr{} }
func (*pipeEnd) RemoteAddr() net.Addr             { return pipeAddr{} }
func (*pipeEnd) SetDeadline(time.Time) error      { return os.ErrNoDeadline }
func (*pipeEnd) SetReadDeadline(time.Time) error  { return os.ErrNoDeadline }
func (*pipeEnd) SetWriteDeadline(time.Time) error { return os.ErrNoDeadline }

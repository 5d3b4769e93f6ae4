package gerrittest

import (
	"fmt"
	"sync"
	"time"
)

// queueLimit is how many events Gerrit keeps for a listener that does not read them
// (StreamEvents.java).
const queueLimit = 128

// listener streams events or gets them as webhooks.
type listener struct {
	account  *account
	webhooks bool // it sees everything, and misses nothing
	clock    func() time.Time

	mu    sync.Mutex
	queue [][]byte
	lost  bool
	more  chan struct{}
}

func (s *Server) listen(a *account, webhooks bool) *listener {
	l := &listener{account: a, webhooks: webhooks, clock: s.clock, more: make(chan struct{}, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, l)
	return l
}

func (s *Server) leave(l *listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, have := range s.listeners {
		if have == l {
			s.listeners = append(s.listeners[:i:i], s.listeners[i+1:]...)
			return
		}
	}
}

func (l *listener) put(line []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.webhooks && len(l.queue) >= queueLimit {
		l.lost = true
	} else {
		l.queue = append(l.queue, line)
	}
	select {
	case l.more <- struct{}{}:
	default:
	}
}

func (l *listener) take() []byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost { // as soon as there is room again, before what is in the queue
		l.lost = false
		return fmt.Appendf(nil, `{"type":"dropped-output","eventCreatedOn":%d}`, l.clock().Unix())
	}
	if len(l.queue) == 0 {
		return nil
	}
	line := l.queue[0]
	l.queue = l.queue[1:]
	return line
}

// next waits for an event. It is nil when done is closed.
func (l *listener) next(done <-chan struct{}) []byte {
	for {
		if line := l.take(); line != nil {
			return line
		}
		select {
		case <-l.more:
		case <-done:
			return nil
		}
	}
}

// Events returns the lines of stream-events that an account gets from now on, without line ends.
// As on Gerrit, some may be dropped, with an event that says so. stop ends them and closes lines.
func (s *Server) Events(user string) (lines <-chan []byte, stop func()) {
	s.mu.RLock()
	a := s.mustAccount(user)
	s.mu.RUnlock()
	out := make(chan []byte)
	return out, s.pump(s.listen(a, false), out, func(line []byte, done <-chan struct{}) {
		select {
		case out <- line:
		case <-done:
		}
	})
}

// Webhook calls deliver for everything that happens from now on, with the body that the webhooks
// plugin posts. Calls come one after the other, and do not block the Server. stop ends them, and
// waits for the current one.
func (s *Server) Webhook(deliver func(body []byte)) (stop func()) {
	return s.pump(s.listen(nil, true), nil, func(body []byte, _ <-chan struct{}) { deliver(body) })
}

func (s *Server) pump(l *listener, lines chan<- []byte, deliver func([]byte, <-chan struct{})) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		if lines != nil {
			defer close(lines)
		}
		for {
			line := l.next(done)
			if line == nil {
				return
			}
			deliver(line, done)
		}
	})
	return sync.OnceFunc(func() {
		s.leave(l)
		close(done)
		running.Wait()
	})
}

package sqlite

import (
	"sync/atomic"

	"reviewsync/internal/store"
)

// listener holds the listener of the agenda, if there is one.
type listener struct {
	f atomic.Pointer[func([]store.Wake)]
}

func (l *listener) call(wakes []store.Wake) {
	if f := l.f.Load(); f != nil && len(wakes) > 0 {
		(*f)(wakes)
	}
}

func (s agenda) Listen(f func([]store.Wake)) (stop func()) {
	s.listener.f.Store(&f)
	return func() { s.listener.f.CompareAndSwap(&f, nil) }
}

package sqlite

import (
	"sync/atomic"

	"reviewsync/internal/store"
)

// listener hears what has come onto the agenda.
type listener struct {
	told atomic.Pointer[func([]store.Wake)]
}

func (l *listener) tell(wakes []store.Wake) {
	if told := l.told.Load(); told != nil && len(wakes) > 0 {
		(*told)(wakes)
	}
}

func (s agenda) Listen(told func([]store.Wake)) (stop func()) {
	s.listener.told.Store(&told)
	return func() { s.listener.told.CompareAndSwap(&told, nil) }
}

package store

import (
	"sync/atomic"
	"time"
)

// Wake says that something is on the agenda.
type Wake struct {
	Kind, Key string
	Due       time.Time // zero: at once
	Urgent    bool      // a person waits for it
}

// listener is who is told what has come onto the agenda, or has another time there. Whichever
// transaction does that, nobody has to think of telling.
type listener struct {
	told atomic.Pointer[func([]Wake)]
}

func (l *listener) tell(wakes []Wake) {
	if told := l.told.Load(); told != nil && len(wakes) > 0 {
		(*told)(wakes)
	}
}

// Listen has one told from now on, instead of whoever was before, until stop is called. It must
// not block, nor use the store.
func (s *Store) Listen(told func([]Wake)) (stop func()) {
	s.listener.told.Store(&told)
	return func() { s.listener.told.CompareAndSwap(&told, nil) }
}

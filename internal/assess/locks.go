package assess

import (
	"context"
	"sync"
)

// locks are held by one worker at a time each, for as long as a server does not answer.
type locks[K comparable] struct {
	mu  sync.Mutex
	all map[K]*lock // that somebody holds or waits for
}

type lock struct {
	held  chan struct{} // full while it is
	users int
}

// hold waits for a lock, and holds it until release is called.
func (l *locks[K]) hold(ctx context.Context, key K) (release func(), err error) {
	l.mu.Lock()
	if l.all == nil {
		l.all = map[K]*lock{}
	}
	if l.all[key] == nil {
		l.all[key] = &lock{held: make(chan struct{}, 1)}
	}
	k := l.all[key]
	k.users++
	l.mu.Unlock()
	leave := func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if k.users--; k.users == 0 {
			delete(l.all, key)
		}
	}
	select {
	case k.held <- struct{}{}:
		return func() { <-k.held; leave() }, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}

package ingest

import (
	"context"
	"sync"
	"time"

	"reviewsync/mapping/review"
)

// How long a task waits for the changes that were found together with one of its own. A
// flood of changes takes longer to read and holds up nothing.
const (
	patience = 2 * time.Second        // found by a poll: what two people said in half a minute
	moment   = 300 * time.Millisecond // hinted at together: what happened in the same instant
	few      = 8                      // more than these, hinted at together, are a flood
)

// reading knows which changes were found and are not read yet, by the look that found
// them. Two changes of one task that were found in one look are decided on together: if
// the first alone did it, the card would jump there and back.
type reading struct {
	mu    sync.Mutex
	looks []*found
	of    map[string]*found
}

// found is what one look found.
type found struct {
	until  time.Time // tasks wait
	unread int
	read   chan struct{} // closed once all of it was read
}

// find looks, and notes the changes that were found and how long tasks wait for them. Whoever
// reads one of them comes to done after that.
func (r *reading) find(look func() ([]review.Key, time.Duration, error)) ([]review.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, wait, err := look()
	if err != nil {
		return nil, err
	}
	f := &found{until: time.Now().Add(wait), read: make(chan struct{})}
	for _, key := range keys {
		k := key.String()
		if r.of[k] == nil {
			if r.of == nil {
				r.of = map[string]*found{}
			}
			r.of[k] = f
			f.unread++
		}
	}
	if f.unread > 0 {
		r.looks = append(r.looks, f)
	}
	return keys, nil
}

// done notes that a change was read, or could not be.
func (r *reading) done(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.of[key]
	if f == nil {
		return
	}
	delete(r.of, key)
	if f.unread--; f.unread > 0 {
		return
	}
	close(f.read)
	for i := range r.looks {
		if r.looks[i] == f {
			r.looks = append(r.looks[:i:i], r.looks[i+1:]...)
			return
		}
	}
}

// wait returns once all that was found so far is read, or has taken too long.
func (r *reading) wait(ctx context.Context) {
	r.mu.Lock()
	looks := r.looks
	r.mu.Unlock()
	for _, f := range looks {
		t := time.NewTimer(time.Until(f.until))
		select {
		case <-f.read:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

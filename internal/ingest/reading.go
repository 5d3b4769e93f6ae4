package ingest

import (
	"context"
	"slices"
	"sync"
	"time"

	"reviewsync/mapping/review"
)

// How long a task waits for the changes that were found together with one of its own. A flood
// of changes takes longer to read, and tasks do not wait for all of it.
const (
	patience = 2 * time.Second        // found by a poll: what people did in half a minute
	moment   = 300 * time.Millisecond // found by hints: what happened at the same instant
	few      = 8                      // more hints than this at once are a flood
)

// reading knows which changes were found and are not read yet. Two changes of one task that
// were found together are decided on together: after the first alone, the card might jump
// there and back.
type reading struct {
	mu      sync.Mutex
	batches []*batch
	of      map[string]*batch // by the key of a change
}

// batch is a number of changes that were found together.
type batch struct {
	until  time.Time // until then tasks wait
	unread int
	read   chan struct{} // closed once all of it was read
}

// find calls discover, which returns the changes that it found and how long tasks wait for
// them. done is called for each after it was read.
func (r *reading) find(discover func() ([]review.Key, time.Duration, error)) ([]review.Key, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	keys, wait, err := discover()
	if err != nil {
		return nil, err
	}
	b := &batch{until: time.Now().Add(wait), read: make(chan struct{})}
	for _, key := range keys {
		k := key.String()
		if r.of[k] == nil {
			if r.of == nil {
				r.of = map[string]*batch{}
			}
			r.of[k] = b
			b.unread++
		}
	}
	if b.unread > 0 {
		r.batches = append(r.batches, b)
	}
	return keys, nil
}

// done notes that a change was read, or could not be.
func (r *reading) done(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	b := r.of[key]
	if b == nil {
		return
	}
	delete(r.of, key)
	if b.unread--; b.unread > 0 {
		return
	}
	close(b.read)
	i := slices.Index(r.batches, b)
	r.batches = slices.Concat(r.batches[:i], r.batches[i+1:]) // not in place: wait may be reading it
}

// wait waits until all that was found so far is read, or has taken too long.
func (r *reading) wait(ctx context.Context) {
	r.mu.Lock()
	batches := r.batches
	r.mu.Unlock()
	for _, b := range batches {
		t := time.NewTimer(time.Until(b.until))
		select {
		case <-b.read:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

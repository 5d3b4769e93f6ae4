package testworld

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Way is the way to one server, on which something can happen to a request.
type Way struct {
	Server http.RoundTripper

	mu   sync.Mutex
	trap func(r *http.Request) Trouble
	sent []time.Time // each request
}

// Trouble is what happens to a request instead of its answer. server is the one that it was sent to.
type Trouble func(r *http.Request, server http.RoundTripper) (*http.Response, error)

// Set puts a trap on the way: it is shown each request and may name its trouble; nil: no trap.
func (w *Way) Set(trap func(r *http.Request) Trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = trap
}

// RoundTrip sends a request to the server, or into its trouble.
func (w *Way) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	trap := w.trap
	w.sent = append(w.sent, time.Now())
	w.mu.Unlock()
	if trap != nil {
		if happens := trap(r); happens != nil {
			return happens(r, w.Server)
		}
	}
	return w.Server.RoundTrip(r)
}

// Since is how many requests were sent since then.
func (w *Way) Since(then time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent) - w.before(then)
}

func (w *Way) before(t time.Time) int {
	n, _ := slices.BinarySearchFunc(w.sent, t, time.Time.Compare)
	return n
}

// Busiest is how many requests were sent in the busiest second since then.
func (w *Way) Busiest(then time.Time) (most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := w.before(then); i < len(w.sent); i++ {
		most = max(most, w.before(w.sent[i].Add(time.Second))-i)
	}
	return most
}

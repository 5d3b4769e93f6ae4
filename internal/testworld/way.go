package testworld

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// Way is the transport to a server. Tests can make requests fail on it.
type Way struct {
	Server http.RoundTripper

	mu   sync.Mutex
	trap func(r *http.Request) Trouble // may be nil
	sent []time.Time                   // each request
}

// Trouble handles a request in place of the server that it was sent to.
type Trouble func(r *http.Request, server http.RoundTripper) (*http.Response, error)

// Set sets a trap: it is called for each request, and may return a Trouble for it. nil removes it.
func (w *Way) Set(trap func(r *http.Request) Trouble) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trap = trap
}

// RoundTrip sends a request to the server, or into its Trouble.
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

// Since returns how many requests were sent since then.
func (w *Way) Since(then time.Time) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sent) - w.before(then)
}

func (w *Way) before(t time.Time) int {
	n, _ := slices.BinarySearchFunc(w.sent, t, time.Time.Compare)
	return n
}

// Busiest returns how many requests were sent in the busiest second since then.
func (w *Way) Busiest(then time.Time) (most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := w.before(then); i < len(w.sent); i++ {
		most = max(most, w.before(w.sent[i].Add(time.Second))-i)
	}
	return most
}

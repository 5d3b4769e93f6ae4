package remote

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// When a server counts as away, and how it is tried.
const (
	trips     = 5                // failures in a row after which a server is away
	firstTry  = time.Second      // the first wait between two tries; doubled with each
	lastTry   = 15 * time.Second // the longest of these waits
	recovery  = time.Minute      // how long a server that is back gets only a part of the rate
	recovered = 4                // that part is a quarter
)

// gate holds requests back while a server is away. One at a time tries whether it is back,
// and the others wait, instead of failing one by one.
type gate struct {
	mu       sync.Mutex
	failures int           // in a row
	next     time.Time     // when the next one may try
	trying   bool          // a try is under way
	changed  chan struct{} // closed when a try has ended
	back     time.Time     // when the server came back

	onAway func(away bool) // may be nil
}

// pass waits until a request may be sent, and reports whether it is the one that tries.
func (g *gate) pass(ctx context.Context) (try bool, err error) {
	for {
		g.mu.Lock()
		if g.failures < trips {
			g.mu.Unlock()
			return false, nil
		}
		wait := time.Until(g.next)
		if !g.trying && wait <= 0 {
			g.trying = true
			g.mu.Unlock()
			return true, nil
		}
		if g.changed == nil {
			g.changed = make(chan struct{})
		}
		changed, alarm := g.changed, (<-chan time.Time)(nil)
		if !g.trying {
			t := time.NewTimer(wait)
			defer t.Stop() // in a loop, but it has few rounds
			alarm = t.C
		}
		g.mu.Unlock()
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-changed:
		case <-alarm:
		}
	}
}

// ended notes how a request ended. away counts only if valid.
func (g *gate) ended(try, valid, away bool) {
	if g.note(try, valid, away) && g.onAway != nil {
		g.onAway(away)
	}
}

// note is ended, and reports whether the server just went away or came back.
func (g *gate) note(try, valid, away bool) (turned bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !valid:
	case away:
		if g.failures++; g.failures >= trips {
			turned = g.failures == trips
			g.next = time.Now().Add(min(firstTry<<min(g.failures-trips, 10), lastTry))
		}
	default:
		if g.failures >= trips {
			g.back, turned = time.Now(), true
		}
		g.failures = 0
	}
	if try {
		g.trying = false
	}
	if g.changed != nil && (try || g.failures == 0) {
		close(g.changed)
		g.changed = nil
	}
	return turned
}

// closed reports whether the server is away.
func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures >= trips
}

// recovering reports whether the server has only just come back.
func (g *gate) recovering() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.back.IsZero() && time.Since(g.back) < recovery
}

// away reports whether the server could not be reached. A server that only cannot do this one
// thing is not away.
func away(resp *http.Response, err error) bool {
	if err != nil {
		return true
	}
	switch resp.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	default:
		return false
	}
}

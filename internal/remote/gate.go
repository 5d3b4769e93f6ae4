package remote

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// How the gate of a server works.
const (
	trips     = 5                // failures in a row after which a server is away
	firstTry  = time.Second      // between two tries while it is; doubled with each
	lastTry   = 15 * time.Second // the longest of these waits
	recovery  = time.Minute      // after it is back, in which it gets only a part of the rate
	recovered = 4                // that part: a quarter
)

// gate holds requests back while a server is away. One at a time tries whether it is back,
// and the others wait: what they are for is not lost, and does not fail one by one.
type gate struct {
	mu       sync.Mutex
	failures int           // in a row
	next     time.Time     // when the next one may try
	trying   bool          // one does
	changed  chan struct{} // closed when a try has ended
	back     time.Time     // when the server was back

	told func(away bool) // nil: nobody wants to know
}

// pass waits until a request may be sent, and says whether it is the one that tries.
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
			defer t.Stop() // there are few rounds
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

// ended notes how a request ended. told: the server, or the way to it, said something about itself.
func (g *gate) ended(try, told, away bool) {
	if g.note(try, told, away) && g.told != nil {
		g.told(away)
	}
}

// note says whether the server went away just now, or came back.
func (g *gate) note(try, told, away bool) (turned bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case !told:
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

// closed says whether the server is away.
func (g *gate) closed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.failures >= trips
}

// recovering says whether the server has only just come back.
func (g *gate) recovering() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.back.IsZero() && time.Since(g.back) < recovery
}

// away says whether an answer tells of a server that cannot be reached, not of one that
// cannot do this one thing.
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

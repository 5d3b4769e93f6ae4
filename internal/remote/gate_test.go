package remote

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// many keeps n workers sending requests to a server until ctx is done, each trying again after a second.
func many(ctx context.Context, c *Client, n int) (wait func()) {
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			for ctx.Err() == nil {
				req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://example.org/", nil)
				if resp, err := c.Do(req); err == nil {
					_ = resp.Body.Close()
					continue
				}
				select {
				case <-ctx.Done():
				case <-time.After(time.Second):
				}
			}
		})
	}
	return workers.Wait
}

// A server that is away is tried now and then by one request. Once it is back, it gets a part of its rate for a minute.
func TestAServerThatIsAway(t *testing.T) {
	for name, trouble := range map[string]func() (*http.Response, error){
		"no answer":   func() (*http.Response, error) { return nil, errors.New("connection refused") },
		"bad gateway": func() (*http.Response, error) { return reply(502, ""), nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var up atomic.Bool
				var sent, atOnce, most atomic.Int64
				c := New(Options{Server: "gerrit", Rate: 40, Base: roundTrip(func(*http.Request) (*http.Response, error) {
					sent.Add(1)
					if n := atOnce.Add(1); n > most.Load() {
						most.Store(n)
					}
					defer atOnce.Add(-1)
					time.Sleep(10 * time.Millisecond)
					if !up.Load() {
						return trouble()
					}
					return reply(200, ""), nil
				})})
				ctx, stop := context.WithCancel(t.Context())
				wait := many(ctx, c, 20)
				within := func(d time.Duration, least, atMost int64) {
					t.Helper()
					sent.Store(0)
					most.Store(0)
					time.Sleep(d)
					if n := sent.Load(); n < least || n > atMost {
						t.Errorf("%d requests in %s, want %d to %d", n, d, least, atMost)
					}
				}
				within(10*time.Second, 5, 40) // those that were on their way
				within(5*time.Minute, 18, 24) // one every 15 s
				if n := most.Load(); n > 1 {
					t.Errorf("%d tries at once", n)
				}
				if !c.Down() {
					t.Error("not down")
				}
				up.Store(true)
				time.Sleep(15 * time.Second)
				within(30*time.Second, 290, 310) // a quarter of 40 a second
				time.Sleep(30 * time.Second)
				within(30*time.Second, 1190, 1210)
				stop()
				wait()
			})
		})
	}
}

// A refused request does not hold up others.
func TestFaultsOfOneThingHoldUpNothing(t *testing.T) {
	for _, code := range []int{400, 403, 404, 409, 500} {
		synctest.Test(t, func(t *testing.T) {
			c := New(Options{Server: "gerrit", Base: always(code, "")})
			began := time.Now()
			for range 50 {
				status(t, c)
			}
			if d := time.Since(began); d > 0 {
				t.Errorf("status %d: took %s", code, d)
			}
		})
	}
}

// A request that waits for a server that is away can be cancelled.
func TestAWaitForAServerThatIsAwayEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{Server: "gerrit", Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, errors.New("connection refused") })})
		for range trips {
			_ = refusal(t, t.Context(), c, "http://example.org/")
		}
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := refusal(t, ctx, c, "http://example.org/"); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		time.Sleep(time.Second) // and the next one tries
		if err := refusal(t, t.Context(), c, "http://example.org/"); errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

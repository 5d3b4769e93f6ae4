package remote

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

func TestPause(t *testing.T) {
	for _, tt := range []struct {
		status     int
		retryAfter string
		want       time.Duration
	}{
		{429, "30", 30 * time.Second},
		{503, "30", 30 * time.Second},
		{503, "", time.Second},
		{429, "0", time.Second},
		{429, "-5", time.Second},
		{503, "600", 10 * time.Minute},
		{429, "3600", time.Hour},
		{503, "86400", time.Hour},
		{503, "99999999999999999999", time.Second},
		{503, "9999999999", time.Hour},
		{429, "1.5", time.Second},
		{503, "soon", time.Second},
		{500, "30", 0},
		{200, "30", 0},
	} {
		t.Run(fmt.Sprintf("%d after %q", tt.status, tt.retryAfter), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := New(Options{Server: "gerrit", Base: always(tt.status, "", "Retry-After", tt.retryAfter)})
				status(t, c)
				began := time.Now()
				status(t, c)
				if d := time.Since(began); d != tt.want {
					t.Errorf("paused for %s, want %s", d, tt.want)
				}
			})
		})
	}
}

// A date is on the server's clock.
func TestPauseUntilADate(t *testing.T) {
	for _, tt := range []struct {
		now, until, want time.Duration // from our clock
		undated          bool
	}{
		{0, 20 * time.Second, 20 * time.Second, false},
		{0, 10 * time.Minute, 10 * time.Minute, false},
		{time.Hour, time.Hour + 2*time.Minute, 2 * time.Minute, false},
		{-time.Hour, -time.Hour + 2*time.Minute, 2 * time.Minute, false},
		{0, 2 * time.Minute, 2 * time.Minute, true},
		{0, -time.Hour, time.Second, false},
		{0, 1000 * time.Hour, time.Hour, false},
	} {
		t.Run(fmt.Sprintf("until %s at %s", tt.until, tt.now), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
				headers := []string{"Retry-After", at(tt.until), "Date", at(tt.now)}
				if tt.undated {
					headers = headers[:2]
				}
				c := New(Options{Server: "gerrit", Base: always(429, "", headers...)})
				status(t, c)
				began := time.Now()
				status(t, c)
				if d := time.Since(began); d != tt.want {
					t.Errorf("paused for %s, want %s", d, tt.want)
				}
			})
		})
	}
}

// A request that waits for the end of a pause keeps waiting if another answer asks for a longer one.
func TestPauseThatGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		n := 0
		c := New(Options{Server: "gerrit", Base: roundTrip(func(*http.Request) (*http.Response, error) {
			switch n++; n {
			case 1:
				<-release
				return reply(503, "", "Retry-After", "60"), nil
			case 2:
				return reply(503, "", "Retry-After", "10"), nil
			}
			return reply(200, ""), nil
		})})
		began := time.Now()
		time.AfterFunc(5*time.Second, func() { close(release) })
		ask := func() {
			if resp, err := get(t, c, "http://example.org/"); err == nil {
				_ = resp.Body.Close()
			}
		}
		go ask()
		synctest.Wait()
		ask()
		ask()
		if d := time.Since(began); n != 3 || d != 65*time.Second {
			t.Errorf("%d requests in %s", n, d)
		}
	})
}

func TestPauseEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := New(Options{Server: "gerrit", Base: always(429, "", "Retry-After", "60")})
		status(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		began := time.Now()
		if err := refusal(t, ctx, c, "http://example.org/"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		if d := time.Since(began); d != 2*time.Second {
			t.Errorf("took %s", d)
		}
		if n := c.Requests(); n != 1 {
			t.Errorf("%d requests were sent", n)
		}
	})
}

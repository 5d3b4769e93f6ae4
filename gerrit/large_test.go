package gerrit_test

import (
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/gerrit"
	"reviewsync/internal/remote"
)

// spaces is an answer that begins with some JSON and goes on with blanks.
func spaces(begin string, size int64) io.Reader {
	return io.MultiReader(strings.NewReader(begin), io.LimitReader(blank{}, size-int64(len(begin))))
}

type blank struct{}

func (blank) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

// vast is a Client whose server sends answers of this size.
func vast(t *testing.T, begin string, size int64, sent *atomic.Int64) *gerrit.Client {
	t.Helper()
	c, err := gerrit.New(gerrit.Options{
		URL: "http://gerrit.test",
		HTTP: remote.New(remote.Options{Server: "gerrit", Base: roundTrip(func(r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return &http.Response{StatusCode: 200, Header: http.Header{}, Request: r, Body: io.NopCloser(spaces(begin, size)), ContentLength: -1}, nil
		})}),
	})
	ok(t, err)
	return c
}

// A change and its comments may be large; a query may not. What is too large is tried again.
func TestLargeAnswers(t *testing.T) {
	const mib = 1 << 20
	change := func(c *gerrit.Client) error { _, err := c.Change(t.Context(), "p", 7); return err }
	comments := func(c *gerrit.Client) error { _, err := c.Comments(t.Context(), "p", 7); return err }
	query := func(c *gerrit.Client) error { _, _, err := c.Query(t.Context(), "is:open", 9); return err }
	for name, tt := range map[string]struct {
		ask      func(*gerrit.Client) error
		begin    string
		size     int64
		requests int64
		says     string // empty: it is read
	}{
		"change":             {change, change7, 8 * mib, 1, ""},
		"large change":       {change, change7, 8*mib + 1, 2, ""},
		"largest change":     {change, change7, 64 * mib, 2, ""},
		"change too large":   {change, change7, 64*mib + 1, 2, "more than 64 MiB"},
		"large comments":     {comments, ")]}'\n{}", 9 * mib, 2, ""},
		"comments too large": {comments, ")]}'\n{}", 65 * mib, 2, "more than 64 MiB"},
		"query":              {query, ")]}'\n[]", 8 * mib, 1, ""},
		"query too large":    {query, ")]}'\n[]", 8*mib + 1, 1, "more than 8 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			err := tt.ask(vast(t, tt.begin, tt.size, &sent))
			if n := sent.Load(); n != tt.requests {
				t.Errorf("%d requests", n)
			}
			if tt.says == "" {
				ok(t, err)
				return
			}
			if _, large := errors.AsType[*remote.TooLarge](err); !large || remote.ClassOf(err) != remote.Retry || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s: %v", remote.ClassOf(err), err)
			}
		})
	}
}

// Eight answers without end at once stay far below what systemd lets the service have.
func TestMemoryOfAnswersWithoutEnd(t *testing.T) {
	var sent atomic.Int64
	c := vast(t, change7, 1<<40, &sent)
	peak := peakOfHeap(func() {
		var all errgroup.Group
		for range 8 {
			all.Go(func() error { _, err := c.Change(t.Context(), "p", 7); return err })
		}
		if err := all.Wait(); err == nil || remote.ClassOf(err) != remote.Retry {
			t.Errorf("%v", err)
		}
	})
	t.Logf("peak: %d MiB", peak>>20)
	if most := uint64(256 << 20); peak > most {
		t.Errorf("peak: %d MiB", peak>>20)
	}
}

// peakOfHeap is the most memory that the heap took from the system while do ran.
func peakOfHeap(do func()) (peak uint64) {
	runtime.GC()
	over, watched := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(watched)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapInuse)
			select {
			case <-over:
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(over)
	<-watched
	return peak
}

package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"modernc.org/sqlite"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/mapping"
)

// crash kills the service at one of its steps: before a request is sent, after the server
// did what it asks but before the answer is seen, before a transaction is stored. What the
// store's files hold at that moment is what the next service finds.
type crash struct {
	w    *world
	died chan struct{}

	mu     sync.Mutex
	steps  int
	stores int // steps that are transactions of the store
	at     int // the step to die at; 0: none
	dead   bool
	to     string // the store of the next one
}

var errKilled = errors.New("killed")

// step counts one, and says whether the service lives to see it done.
func (c *crash) step() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.dead {
		return false
	}
	c.steps++
	if c.steps != c.at {
		return true
	}
	c.dead = true
	c.to = filepath.Join(c.w.TempDir(), "reviewsync.db")
	for _, part := range []string{"", "-wal"} {
		text, err := os.ReadFile(c.w.Config.Store.Path + part)
		if err != nil && !os.IsNotExist(err) {
			c.w.Error(err)
		}
		if err == nil {
			c.w.OK(os.WriteFile(c.to+part, text, 0o600))
		}
	}
	close(c.died)
	return false
}

// kill kills the service at its next step.
func (c *crash) kill() {
	c.mu.Lock()
	c.at = c.steps + 1
	c.mu.Unlock()
	c.step()
}

// seen is how many steps there were so far, how many of them in the store, and whether it died.
func (c *crash) seen() (steps, stores int, dead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steps, c.stores, c.dead
}

func (c *crash) commit() {
	c.step()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stores++
}

func (c *crash) RoundTrip(r *http.Request) (*http.Response, error) {
	if !c.step() {
		return nil, errKilled
	}
	to := c.w.ToGerrit
	if strings.HasPrefix(r.URL.Path, "/api/") {
		to = c.w.ToPhab
	}
	resp, err := to.RoundTrip(r)
	if !c.step() {
		return nil, errKilled
	}
	return resp, err
}

// commits are who wants to know of each transaction of a store, by its path.
var commits sync.Map

func watchCommits() {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		path, _, _ := strings.Cut(strings.TrimPrefix(dsn, "file:"), "?")
		if c, ok := commits.Load(path); ok {
			conn.(sqlite.HookRegisterer).RegisterCommitHook(func() int32 {
				c.(*crash).commit()
				return 0
			})
		}
		return nil
	})
}

// runUntil runs a service that dies at its step n, and then one that does not. It returns
// how many steps the first one took. The second begins a second later.
func (w *world) runUntil(n int) (first *crash, stop func()) {
	first = &crash{w: w, at: n, died: make(chan struct{})}
	commits.Store(w.Config.Store.Path, first)
	w.Cleanup(func() { commits.Delete(w.Config.Store.Path) })
	o := w.options()
	o.Gerrit, o.Phabricator = first, first
	ctx, cancel := context.WithCancel(w.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		live, die := context.WithCancel(ctx)
		defer die()
		s, err := New(live, w.Config, o)
		if err == nil {
			w.running.Store(s)
			go func() {
				select {
				case <-first.died:
					die()
				case <-live.Done():
				}
			}()
			err = s.Run(live)
			s.Close()
		}
		if ctx.Err() != nil {
			return
		}
		select {
		case <-first.died:
		default:
			w.Errorf("the service ended with %v", err)
			return
		}
		time.Sleep(time.Second)
		cfg := *w.Config
		cfg.Store.Path = first.to
		s, err = New(ctx, &cfg, w.options())
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			w.Errorf("the store of the killed service cannot be used: %v", err)
			return
		}
		defer s.Close()
		w.running.Store(s)
		if err := s.Run(ctx); err != nil {
			w.Errorf("the second service ended with %v", err)
		}
	}()
	return first, func() {
		cancel()
		<-ended
	}
}

// killAtEach plays a story once for each step from first to last, by that stride, at which the
// service is killed.
func killAtEach(t *testing.T, first, last, stride int, story func(w *world, n int)) {
	t.Logf("killed at %d of %d steps", (last-first)/stride+1, last-first+1)
	for n := first; n <= last; n += stride {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) { story(w, n) })
		})
	}
}

// At whatever step the service is killed: in the end each card is right, and each move and
// each comment was made once.
func TestKilledAtEachStep(t *testing.T) {
	story := func(w *world, n int) (steps, stores int) {
		w.commenting()
		a, b, c := w.Task(external, "In Progress"), w.Task(external, "Review Completed"), w.Task(clinic, "Ready")
		one := w.Push("vol1", core, a, b)
		w.Wait(time.Minute)
		first, stop := w.runUntil(n)
		defer stop()
		pause := func() { w.Wait(45 * time.Second) }
		pause()
		two := w.Push("erin", core, c)
		_, err := w.Gerrit.Review("alice", one, gerrittest.ReviewInput{
			Labels:   map[string]int{"Code-Review": -1},
			Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: "Why?", Unresolved: true}},
		})
		w.OK(err)
		pause()
		w.Amend(one)
		w.Vote("bob", two, 2)
		pause()
		w.Phab.Drag("dave", b, external, "Parked")
		w.Vote("alice", one, 1)
		w.OK(w.Gerrit.Submit("bob", two))
		pause()
		revert, err := w.Gerrit.Revert("bob", two, "")
		w.OK(err)
		w.Vote("erin", revert, 2)
		w.OK(w.Gerrit.Submit("erin", revert))
		pause()
		steps, stores, _ = first.seen()
		w.Wait(10 * time.Minute)
		w.WantMoves(a, "Review Needed", "In Progress", "Review Needed", "Review Completed")
		w.WantMoves(b, "Review Needed", "In Progress", "Review Needed")
		w.Want(b, external, "Parked")
		w.WantMoves(c, "Waiting for Review", "Waiting for Deployment", "Doing")
		w.wantComments(a)
		w.wantComments(b)
		reported := mapping.CommentKeys(strings.Join(w.comments(c), "\n\n")) // two in one comment, if the first had to wait
		if want := []string{fmt.Sprintf("%d#reviewsync-linked", two), fmt.Sprintf("%d#reviewsync-merged", two), fmt.Sprintf("%d#reviewsync-reverted-by-%d", two, revert)}; !slices.Equal(reported, want) {
			w.Errorf("T%d has the comments %q, want %q", c, reported, want)
		}
		w.NoWaste()
		if _, _, dead := first.seen(); n > 0 && !dead {
			w.Errorf("the service was not killed at step %d: it took %d", n, steps)
		}
		return steps, stores
	}
	steps, stores := 0, 0
	inWorld(t, func(w *world) { steps, stores = story(w, 0) })
	if stores < 30 || steps-stores < 60 {
		t.Fatalf("only %d steps were seen, %d of them in the store", steps, stores)
	}
	steps -= 6 // how many polls there are until the end depends on the kill
	killAtEach(t, 1, steps, depth.Of(7, 1), func(w *world, n int) { story(w, n) })
}

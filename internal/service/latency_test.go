package service

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/wiring"
	"reviewsync/phab"
)

// delays are how long a real Gerrit 3.10 and Phorge took on one machine, by what is asked.
var delays = map[string]time.Duration{
	"change":                        12 * time.Millisecond,
	"maniphest.search":              40 * time.Millisecond,
	"maniphest.gettasktransactions": 15 * time.Millisecond,
	"maniphest.edit":                57 * time.Millisecond,
}

// slow is the way to a server that takes its time.
type slow struct{ http.RoundTripper }

func (s slow) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(delays[kind(r)])
	return s.RoundTripper.RoundTrip(r)
}

// BenchmarkVoteToCard is how long it takes from a vote until its card has moved, with
// events, against servers that take as long as real ones. It is given as a ratio to the
// floor: GET change, maniphest.search, transactions and maniphest.edit, one after the
// other, timed alone in the same run.
func BenchmarkVoteToCard(b *testing.B) {
	const votes = 200
	var now atomic.Int64 // both servers' clock
	now.Store(time.Now().Unix())
	w := newWorldAt(b, func() time.Time { return time.Unix(now.Load(), 0) })
	w.clock = func() time.Time { return time.Unix(now.Load(), 0) }
	w.events()
	w.ToGerrit.Server, w.ToPhab.Server = slow{w.ToGerrit.Server}, slow{w.ToPhab.Server}
	tasks := make([]int, 2*votes)
	for i := range tasks {
		now.Add(1)
		tasks[i] = w.Task(external, "Review Needed")
		w.Push("vol1", core, tasks[i])
	}
	w.beginBoards(time.Unix(now.Load(), 0))
	edited := make(chan time.Time, 10)
	o := w.options()
	o.Log = zerolog.Nop()
	s := w.service(o)
	defer s.Close()
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	until(b, func() bool {
		_, known, _ := s.Store.Watermark(ctx, "gerrit")
		return known && s.stream.State() == "connected"
	})
	until(b, func() bool { return w.Phab.Requests()["maniphest.search"] >= 4 })
	w.Phab.Webhook("key", func([]byte, string) { edited <- time.Now() })

	move := w.floor()
	var floor, took []time.Duration
	value, to, floorTo := -1, "In Progress", "Parked"
	for b.Loop() {
		for i := range votes {
			now.Add(60)
			began := time.Now()
			move(tasks[votes+i], votes+i+1, floorTo)
			floor = append(floor, (<-edited).Sub(began))
			began = time.Now()
			w.Vote("alice", i+1, value)
			select {
			case at := <-edited:
				took = append(took, at.Sub(began))
			case <-time.After(30 * time.Second):
				b.Fatal("the card does not move")
			}
			w.Want(tasks[i], external, to)
		}
		if value = -value; value > 0 {
			to, floorTo = "Review Completed", "Inbox"
		} else {
			to, floorTo = "In Progress", "Parked"
		}
	}
	slices.Sort(floor)
	slices.Sort(took)
	base := floor[len(floor)/2]
	median, worst := ratio(took[len(took)/2], base), ratio(took[len(took)*99/100], base)
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(float64(base.Milliseconds()), "floor-ms")
	b.ReportMetric(median, "median/floor")
	b.ReportMetric(worst, "p99/floor")
	if median > 1.5 || worst > 3 {
		b.Errorf("median %.2f, 99 %% %.2f times the floor; want 1.5 and 3 at most", median, worst)
	}
	cancel()
	if err := <-ended; err != nil {
		b.Error(err)
	}
	w.NoWaste()
}

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

// floor gives what makes the four requests of a move, one after the other.
func (w *world) floor() (move func(task, change int, to string)) {
	w.Helper()
	g, p, err := wiring.Clients(w.Config, w.options())
	w.OK(err)
	board, err := p.Project(w.Context(), external)
	w.OK(err)
	columns, err := p.Columns(w.Context(), board.PHID)
	w.OK(err)
	return func(task, change int, name string) {
		to := slices.IndexFunc(columns, func(c phab.Column) bool { return c.Name == name })
		_, err := g.Change(w.Context(), core, change)
		w.OK(err)
		_, err = p.Tasks(w.Context(), []int{task})
		w.OK(err)
		_, err = p.Transactions(w.Context(), []int{task})
		w.OK(err)
		_, err = p.Edit(w.Context(), task, []phab.Edit{phab.MoveTo(columns[to].PHID)})
		w.OK(err)
	}
}

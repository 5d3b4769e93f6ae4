package service

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/internal/depth"
	"reviewsync/internal/effect"
	"reviewsync/internal/testworld"
)

// BenchmarkTransitions is four votes on each of 500 changes, one after the other, with
// stand-ins that answer at once: poll, read, decide and write, for one task each.
func BenchmarkTransitions(b *testing.B) {
	const cards, rounds = 500, 4
	n := 0
	for b.Loop() {
		b.StopTimer()
		var now atomic.Int64 // both servers' clock
		now.Store(time.Now().Unix())
		w := newWorldAt(b, func() time.Time { return time.Unix(now.Load(), 0) })
		w.clock = func() time.Time { return time.Unix(now.Load(), 0) }
		for range cards {
			now.Add(1)
			w.Push("vol1", core, w.Task(external, "Review Needed"))
		}
		w.beginBoards(time.Unix(now.Load(), 0))
		var moved atomic.Int64
		o := w.options()
		o.Log, o.Listen = zerolog.Nop(), func(effect.Result) { moved.Add(1) }
		s := w.service(o)
		ctx, cancel := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		until(b, func() bool {
			_, known, _ := s.Store.Watermark(ctx, "gerrit")
			return known && w.Phab.Requests()["maniphest.search"] >= cards/100
		})
		for round := range rounds {
			now.Add(3600)
			for change := range cards {
				now.Add(1)
				w.Vote("alice", change+1, 2*(round%2)-1)
			}
			b.StartTimer()
			if err := s.Ingest.Poll(ctx); err != nil {
				b.Fatal(err)
			}
			until(b, func() bool { return moved.Load() >= int64(cards*(round+1)) })
			b.StopTimer()
		}
		n += cards * rounds
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
		s.Close()
		w.NoWaste()
		b.StartTimer()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "transitions/s")
}

func until(tb testing.TB, done func() bool) {
	tb.Helper()
	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			tb.Fatal("it takes more than a minute")
		}
	}
}

// beginBoards lets the boards begin now.
func (w *world) beginBoards(now time.Time) {
	for i := range w.Config.Boards {
		w.Config.Boards[i].Start = now
	}
}

// fill makes open changes, one a second, each naming one of the tasks; every other one has a comment.
func (w *world) fill(changes, tasks int, tick func()) {
	columns := []string{"Review Needed", "In Progress", "Review Completed"}
	for n := range tasks {
		w.Task(external, columns[n%len(columns)])
	}
	for n := range changes {
		tick()
		change := w.Push("vol1", core, n%tasks+1)
		if n%2 == 0 {
			_, err := w.Gerrit.Review("vol2", change, gerrittest.ReviewInput{
				Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: "Is this what the task asks for?"}},
			})
			w.OK(err)
		}
	}
	w.reset()
}

// The first sweep takes 25 queries at most for 10,000 open changes, one GET a change, two
// with comments, and one search for a hundred tasks.
func TestFirstSweepInFigures(t *testing.T) {
	changes, tasks, queries := depth.Of(2_000, 10_000), depth.Of(1_000, 5_000), depth.Of(7, 25)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(monday))
		w := newWorld(t)
		w.Config.Store.Path = ":memory:"
		w.fill(changes, tasks, func() { time.Sleep(time.Second) })
		w.beginBoards(time.Now())
		w.sync(false)
		asked := w.Gerrit.Requests()
		if asked["query"] > queries || asked["change"] != changes || asked["comments"] != changes/2 {
			t.Errorf("Gerrit was asked %v, want %d queries at most, %d changes and comments of half of them", asked, queries, changes)
		}
		phab := w.Phab.Requests()
		if phab["maniphest.search"] != tasks/100 || phab["maniphest.edit"] > 0 || phab["maniphest.gettasktransactions"] > 0 {
			t.Errorf("Phabricator was asked %v, want %d searches and no edit", phab, tasks/100)
		}
		t.Logf("Gerrit: %v, Phabricator: %v", asked, phab)
	})
}

// BenchmarkFirstSweep reads 10,000 open changes, half of them with comments, and looks at
// 5,000 tasks. The stand-ins are another process, so that the memory of this one is that
// of the service (with the test's own binary): VmHWM of /proc/self/status, reset before.
func BenchmarkFirstSweep(b *testing.B) {
	const changes, tasks = 10_000, 5_000
	address, token := standInsElsewhere(b, changes, tasks)
	cfg := testworld.Config(b)
	cfg.Gerrit.URL, cfg.Phabricator.URL = address+"/gerrit", address+"/phab"
	cfg.Phabricator.Token = config.NewSecret(token)
	cfg.Gerrit.Rate, cfg.Phabricator.Rate = 0, 0
	for i := range cfg.Boards {
		cfg.Boards[i].Start = time.Time{}
	}
	for n := 0; b.Loop(); n++ {
		cfg.Store.Path = fmt.Sprintf("%s/%d.db", b.TempDir(), n)
		forgetPeak(b)
		call(b, address+"/reset")
		s, err := New(b.Context(), cfg, Options{Log: zerolog.Nop()})
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Sync(b.Context()); err != nil {
			b.Fatal(err)
		}
		s.Close()
		b.ReportMetric(peak(b), "MiB-peak")
	}
	var asked map[string]int
	if err := json.Unmarshal([]byte(call(b, address+"/asked")), &asked); err != nil {
		b.Fatal(err)
	}
	for _, k := range []string{"query", "change", "comments", "maniphest.search"} {
		b.ReportMetric(float64(asked[k]), k)
	}
}

func call(tb testing.TB, url string) string {
	tb.Helper()
	resp, err := http.Get(url)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var text strings.Builder
	if _, err := bufio.NewReader(resp.Body).WriteTo(&text); err != nil {
		tb.Fatal(err)
	}
	return text.String()
}

// forgetPeak lets the kernel count the peak of this process's memory from now on.
func forgetPeak(tb testing.TB) {
	tb.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil {
		tb.Skipf("the peak of memory cannot be measured here: %v", err)
	}
}

// peak is the most memory that this process had since forgetPeak, in MiB.
func peak(tb testing.TB) float64 {
	tb.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		tb.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	kib, err := strconv.Atoi(strings.Fields(after)[0])
	if err != nil {
		tb.Fatal(err)
	}
	return float64(kib) / 1024
}

// standIns in the environment makes this binary the stand-ins: "CHANGES TASKS".
const standIns = "REVIEWSYNC_TEST_STAND_INS"

// standInsElsewhere starts this binary as stand-ins and returns their address and the token.
func standInsElsewhere(tb testing.TB, changes, tasks int) (address, token string) {
	tb.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestStandIns$")
	child.Env = append(os.Environ(), fmt.Sprintf("%s=%d %d", standIns, changes, tasks))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = child.Process.Kill()
		_ = child.Wait()
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if n, _ := fmt.Sscanf(lines.Text(), "ready %s %s", &address, &token); n == 2 {
			return address, token
		}
	}
	tb.Fatal("the stand-ins did not start")
	return "", ""
}

// TestStandIns is the other process of BenchmarkFirstSweep.
func TestStandIns(t *testing.T) {
	var changes, tasks int
	if n, _ := fmt.Sscanf(os.Getenv(standIns), "%d %d", &changes, &tasks); n != 2 {
		t.Skip("no test: BenchmarkFirstSweep runs it as its stand-ins")
	}
	now := time.Now().Add(-time.Duration(changes) * time.Second)
	filled := false
	w := newWorldAt(t, func() time.Time {
		if filled {
			return time.Now()
		}
		return now
	})
	w.fill(changes, tasks, func() { now = now.Add(time.Second) })
	filled = true
	mux := http.NewServeMux()
	mux.Handle("/gerrit/", http.StripPrefix("/gerrit", w.Gerrit))
	mux.Handle("/phab/", http.StripPrefix("/phab", w.Phab))
	mux.HandleFunc("/reset", func(http.ResponseWriter, *http.Request) { w.reset() })
	mux.HandleFunc("/asked", func(rw http.ResponseWriter, _ *http.Request) {
		all := w.Gerrit.Requests()
		maps.Copy(all, w.Phab.Requests())
		_ = json.NewEncoder(rw).Encode(all)
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	w.OK(err)
	fmt.Printf("ready http://%s %s\n", l.Addr(), w.Token)
	w.OK(http.Serve(l, mux))
}

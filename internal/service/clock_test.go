package service

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/internal/depth"
	"reviewsync/internal/store"
	"reviewsync/internal/testworld"
	"reviewsync/internal/web"
)

// Whatever the Date headers say, at a first start and later: a vote moves the card, a person's
// drag is left alone, and the next word moves the card again.
func TestWrongDatesStopNobody(t *testing.T) {
	eachWrongDate(t, func(w *world) {
		w.Config.Boards[0].Start = time.Time{} // when the board is first seen
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		w.Wait(time.Minute)
		w.run()
		w.Wait(time.Minute + time.Second)

		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")

		w.Wait(time.Minute)
		w.Vote("alice", change, 1)
		w.Wait(10 * time.Second) // until before the next poll
		w.Phab.Drag("dave", task, external, "Parked")
		w.Phab.Drag("dave", task, external, "Review Needed")
		w.Wait(2 * time.Minute)
		w.Want(task, external, "Review Needed")

		w.Wait(10 * time.Minute)
		w.Vote("bob", change, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")
		w.NoWaste()
	})
}

// Nothing that is kept forever lies ahead of the clock of this machine, and whatever happens
// to a task after a decision is seen once the dates are right again, and before.
func TestWrongDatesKeepNothing(t *testing.T) {
	eachWrongDate(t, func(w *world) {
		w.Config.Boards[0].Start = time.Time{}
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		w.Wait(time.Minute)
		w.run()
		w.Wait(time.Minute)
		w.Vote("alice", change, -1)
		w.Wait(within)
		s := w.running.Load()
		started, err := s.Store.BoardStart(w.Context(), s.Binder.Current().Boards[0].PHID, time.Time{})
		w.OK(err)
		mark, _, err := s.Store.Watermark(w.Context(), "gerrit")
		w.OK(err)
		settled, err := s.Store.Cards(w.Context(), task)
		w.OK(err)
		kept := map[string]time.Time{"created": s.Store.Created(), "start": started, "watermark": mark}
		for board, st := range settled {
			kept["settled on "+board] = st.Settled.At
		}
		for what, at := range kept {
			if at.After(time.Now()) {
				w.Errorf("%s: %s lies ahead of now, %s", what, at, time.Now())
			}
		}

		w.Phab.SetStatus("dave", task, "resolved")
		w.Phab.Drag("dave", task, external, "Review Completed")
		w.Wait(2 * time.Minute) // else it is placed where it is to stay
		w.Phab.SetStatus("dave", task, "open")
		w.OK(s.Store.Mark(w.Context(), store.KindTask, false, strconv.Itoa(task)))
		w.Wait(within)
		w.Want(task, external, "In Progress")
	})
}

// One row with a date that lies ahead stops no poll from finding what is written next, and no
// stream of events is taken for dead because it had no event of it.
func TestARowFromTheFuture(t *testing.T) {
	for _, ahead := range []time.Duration{3 * time.Second, time.Minute, time.Hour, 30 * 24 * time.Hour, 74 * 365 * 24 * time.Hour} {
		for _, events := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, events %t", ahead, events), func(t *testing.T) {
				t.Parallel()
				inWorld(t, func(w *world) {
					if events {
						w.events()
					}
					task := w.Task(external, "Review Needed")
					change := w.Push("vol1", core, task)
					stop := w.run()
					w.Wait(time.Minute)
					stop() // so that the first poll finds what the stream has no event of
					odd := w.Push("vol2", core)
					w.Wait(5 * time.Minute)
					w.ToGerrit.Set(updated(odd, time.Now().Add(ahead)))
					w.run()
					w.Wait(2 * time.Minute)
					w.ToGerrit.Set(nil)
					w.Vote("alice", change, -1)
					w.Wait(within)
					w.Want(task, external, "In Progress")
					if n := w.logged("warn", "it is dead"); n > 0 {
						w.Errorf("the stream was taken for dead\n%s", w.Log.Tail(5))
					}
				})
			})
		}
	}
}

// A watermark that lies ahead in the store, as an older version may have left it, is pulled back.
func TestAWatermarkFromTheFuture(t *testing.T) {
	for _, ahead := range []time.Duration{30 * time.Second, 30 * 24 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				task := w.Task(external, "Review Needed")
				change := w.Push("vol1", core, task)
				stop := w.run()
				w.Wait(time.Minute)
				stop()
				s := w.service(w.options())
				_, err := s.Store.Found(w.Context(), "gerrit", time.Now().Add(ahead), 0, nil)
				w.OK(err)
				s.Close()

				w.run()
				w.Wait(time.Minute + time.Second)
				if n := w.logged("warn", "lies ahead"); n != 1 {
					w.Errorf("%d warnings\n%s", n, w.Log.Tail(5))
				}
				w.Vote("alice", change, -1)
				w.Wait(within)
				w.Want(task, external, "In Progress")
			})
		})
	}
}

// The clocks of servers that are really wrong, with Date headers and data that agree.
func TestServersWithOtherClocks(t *testing.T) {
	for _, tt := range []struct{ gerrit, phab time.Duration }{
		{time.Hour, time.Hour},
		{-time.Hour, -time.Hour},
		{time.Hour, 0},
		{-time.Hour, 0},
		{0, time.Hour},
		{0, -time.Hour},
		{20 * time.Second, 0},
		{-20 * time.Second, 0},
		{0, 20 * time.Second},
		{0, -20 * time.Second},
		{time.Hour, -time.Hour},
	} {
		t.Run(fmt.Sprintf("gerrit %s, phabricator %s", tt.gerrit, tt.phab), func(t *testing.T) {
			t.Parallel()
			testworld.Bubble(t, func(t *testing.T) {
				clock := func(by time.Duration) func() time.Time { return func() time.Time { return time.Now().Add(by) } }
				w := &world{World: testworld.New(t, clock(tt.gerrit), clock(tt.phab))}
				task := w.Task(external, "Review Needed")
				change := w.Push("vol1", core, task)
				w.run()
				w.Wait(time.Minute + time.Second)
				w.Vote("alice", change, -1)
				w.Wait(within)
				w.Want(task, external, "In Progress")

				w.Vote("alice", change, 1)
				w.Wait(10 * time.Second)
				w.Phab.Drag("dave", task, external, "Parked")
				w.Phab.Drag("dave", task, external, "Review Needed")
				w.Wait(time.Minute)
				w.Want(task, external, "Review Needed")

				w.Wait(2 * time.Minute)
				w.Vote("bob", change, -1)
				w.Wait(within)
				w.Want(task, external, "In Progress")
				wantClock := tt.gerrit.Abs() > 10*time.Minute || tt.phab.Abs() > 10*time.Minute
				if got := strings.Contains(w.health(), `"clock":`); got != wantClock {
					w.Errorf("health: %s", w.health())
				}
			})
		})
	}
}

// health is what /healthz says.
func (w *world) health() string {
	s := w.running.Load()
	rec := httptest.NewRecorder()
	web.New("127.0.0.1:0", s.health, zerolog.Nop()).Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, "/healthz", nil))
	return rec.Body.String()
}

// An older version began a board, and settled a card, in 2100. Both are as of now, and what
// is said from then on counts.
func TestAStartFromTheFuture(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Config.Boards[0].Start = time.Time{}
		w.Config.Comments = nil
		task := w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		s := w.service(w.options())
		w.OK(tie(w.Context(), s.Parts))
		board := s.Binder.Current().Boards[0].PHID
		s.Close()
		w.OK(os.Remove(w.Config.Store.Path))
		s = w.service(w.options())
		future := time.Now().AddDate(74, 0, 0)
		_, err := s.Store.BoardStart(w.Context(), board, future)
		w.OK(err)
		_, err = s.Store.Born(w.Context(), future)
		w.OK(err)
		s.Close()

		w.run()
		w.Wait(time.Minute)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Want(task, external, "In Progress")
		if at := w.running.Load().Store.Created(); at.After(time.Now()) {
			w.Errorf("the store is made %s", at)
		}
	})
}

// The clock of a server is wrong for a moment, in which something is said or done. It is no
// newer than what comes next.
func TestAFactFromTheFuture(t *testing.T) {
	for _, tt := range []struct {
		name string
		done func(w *world, task, change int)
		then func(w *world, task, change int)
		want string
	}{
		{
			"a vote, and it is answered",
			func(w *world, _, change int) { w.Vote("alice", change, -1) },
			func(w *world, _, change int) { w.Amend(change) }, "Review Needed",
		},
		{
			"a vote, and somebody drags the card",
			func(w *world, _, change int) { w.Vote("alice", change, -1) },
			func(w *world, task, change int) {
				w.Phab.Drag("dave", task, external, "Review Completed")
				w.Wait(time.Minute)
				w.Reply("bob", change, "Interesting.")
			}, "Review Completed",
		},
		{
			"the task is reopened, and somebody drags the card",
			func(w *world, task, _ int) {
				w.Phab.SetStatus("dave", task, "resolved")
				w.Phab.SetStatus("dave", task, "open")
			},
			func(w *world, task, _ int) { w.Phab.Drag("dave", task, external, "In Progress") }, "In Progress",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			testworld.Bubble(t, func(t *testing.T) {
				var by atomic.Int64
				clock := func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
				w := &world{World: testworld.New(t, clock, clock)}
				task := w.Task(external, "Review Needed")
				change := w.Push("vol1", core, task)
				w.run()
				w.Wait(time.Minute + time.Second)
				by.Store(int64(74 * 365 * 24 * time.Hour))
				tt.done(w, task, change)
				by.Store(0)
				w.Wait(2 * time.Minute)
				tt.then(w, task, change)
				w.OK(w.running.Load().Store.Mark(w.Context(), store.KindTask, false, strconv.Itoa(task)))
				w.Wait(2 * time.Minute)
				w.Want(task, external, tt.want)
			})
		})
	}
}

// The clock of this machine is set, by hand or by NTP, while the service runs.
func TestAClockThatIsSet(t *testing.T) {
	for _, step := range []time.Duration{20 * time.Second, -20 * time.Second, 5 * time.Minute, -5 * time.Minute, time.Hour, -time.Hour, 20 * 365 * 24 * time.Hour, -20 * 365 * 24 * time.Hour} {
		t.Run(step.String(), func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				var by atomic.Int64
				w.clock = func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
				w.Config.Boards[0].Start = time.Time{}
				task := w.Task(external, "Review Needed")
				change := w.Push("vol1", core, task)
				stop := w.run()
				w.Wait(time.Minute + time.Second)
				for i, now := range []time.Duration{step, 0, step} {
					by.Store(int64(now))
					w.Vote("alice", change, -1)
					w.Wait(within)
					w.Want(task, external, "In Progress")
					w.Vote("alice", change, 1)
					w.Wait(10 * time.Second)
					w.Phab.Drag("dave", task, external, "Parked")
					w.Phab.Drag("dave", task, external, "Review Needed")
					w.Wait(2 * time.Minute)
					w.Want(task, external, "Review Needed")
					if i == 1 { // and while it does not run
						stop()
						by.Store(int64(step))
						stop = w.run()
						w.Wait(time.Minute)
					}
				}
				w.Wait(10 * time.Minute)
				w.Vote("bob", change, -1)
				w.Wait(within)
				w.Want(task, external, "In Progress")
			})
		})
	}
}

// A clock that is wrong by more than ten minutes is logged, once, and so is its end.
func TestAWrongClockIsTold(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.run()
		w.Wait(time.Minute)
		w.ToPhab.Set(off(-time.Hour))
		w.ToGerrit.Set(off(11 * time.Minute))
		for range 10 {
			w.Push("vol1", core, w.Task(external, "Review Needed"))
			w.Wait(time.Minute)
		}
		for _, want := range []string{
			`the clock of gerrit is 11m0s ahead of that of this machine`, `the clock of phabricator is 1h0m0s behind that of this machine`,
		} {
			if n := w.logged("warn", want); n != 1 {
				w.Errorf("%d warnings %q\n%s", n, want, w.Log.Tail(10))
			}
			if got := w.health(); !strings.Contains(got, `"status":"failing"`) || !strings.Contains(got, want) {
				w.Errorf("health: %s", got)
			}
		}
		w.ToPhab.Set(nil)
		w.ToGerrit.Set(nil)
		for range 5 {
			w.Push("vol1", core, w.Task(external, "Review Needed"))
			w.Wait(time.Minute)
		}
		if n := w.logged("info", "agree again"); n != 2 {
			w.Errorf("%d ends\n%s", n, w.Log.Tail(10))
		}
		if got := w.health(); strings.Contains(got, "clock") {
			w.Errorf("health: %s", got)
		}
	})
}

// Wrong dates change nobody's shift: neither who is a member, nor what is fixed.
func TestWrongDatesChangeNoShift(t *testing.T) {
	fixed := func(w *world) int {
		all, err := w.running.Load().Store.Shifts(w.Context())
		w.OK(err)
		return len(all)
	}
	for name, wrong := range wrongDates() {
		t.Run(name, func(t *testing.T) {
			depth.Variant(t)
			t.Parallel()
			inWorld(t, func(w *world) {
				w.Rotating()
				w.Config.Gerrit.Sweep = 5 * time.Minute
				w.until("2026-12-09 22:55") // the next shift is fixed at midnight
				stop := w.run()
				w.until("2026-12-09 23:11")
				before := fixed(w)
				w.ToPhab.Set(wrong)
				w.ToGerrit.Set(wrong)
				w.until("2026-12-09 23:59")
				if n := fixed(w); n != before {
					w.Errorf("%d shifts are fixed, there were %d", n, before)
				}
				stop()
				w.ToPhab.Set(nil)
				w.ToGerrit.Set(nil)

				w.until("2026-12-13 22:55") // and begins at midnight
				w.run()
				w.until("2026-12-13 23:11")
				w.members("alice", "bob")
				w.ToPhab.Set(wrong)
				w.until("2026-12-13 23:59")
				w.members("alice", "bob")
				w.ToPhab.Set(nil)
				w.until("2026-12-14 00:11")
				w.members("CarolX", "dave")
				w.ToPhab.Set(wrong)
				w.until("2026-12-14 00:59")
				w.members("CarolX", "dave")
			})
		})
	}
}

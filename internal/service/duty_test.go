package service

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/config"
	"reviewsync/internal/depth"
	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
	"reviewsync/internal/testworld"
	"reviewsync/mapping/duty"
)

const onCall = testworld.OnCall

// until waits for what a clock in Berlin shows, in winter.
func (w *world) until(clock string) {
	w.Helper()
	at, err := time.Parse("2006-01-02 15:04 -07", clock+" +01")
	w.OK(err)
	w.Wait(time.Until(at))
}

// members says who must be a member of the project.
func (w *world) members(names ...string) {
	w.Helper()
	got := w.Phab.Members(onCall)
	slices.Sort(got)
	if !slices.Equal(got, names) {
		w.Errorf("%s: members are %q, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), got, names, w.Log.Tail(12))
	}
}

func (w *world) memberEdits() int { return w.Phab.Requests()["project.edit"] }

// logged counts the lines of a level that have a text in them.
func (w *world) logged(level, text string) int {
	n := 0
	for _, line := range w.Log.All(level) {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// The members are who is on duty, from the minute at which the shift begins.
func TestWhoIsOnDutyIsAMember(t *testing.T) {
	t.Parallel()
	depth.Long(t)
	inWorld(t, func(w *world) {
		w.Rotating()
		w.Phab.SetMembers(onCall, "erin", "vol1") // erin takes turns; vol1 does not
		w.run()
		w.Wait(time.Minute)
		w.members("alice", "bob", "vol1")
		w.until("2026-12-13 23:59")
		w.members("alice", "bob", "vol1")
		w.Wait(2 * time.Minute)
		w.members("CarolX", "dave", "vol1")
		if n := w.memberEdits(); n != 2 {
			t.Errorf("%d edits of the members", n)
		}
		if n := w.logged("info", "#clinic-duty-on-call: carol, dave on duty; new: CarolX, dave; no longer: alice, bob"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, w.Log.Tail(20))
		}
		if said := w.Log.All("warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
		w.NoWaste()
	})
}

// When people join or leave, the plan changes, but not the shift that was announced.
func TestTheComingShiftStays(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		r := w.Rotating()
		w.until("2026-12-09 23:55")
		end := w.start()
		w.Wait(time.Hour) // the next shift is fixed since midnight
		if n := w.logged("info", "on duty Dec 14 to Dec 20: carol, dave; people who join or leave no longer change that"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, w.Log.Tail(20))
		}
		w.OK(end())
		w.Phab.AddUser("zoe", false)
		r.Members = append([]config.Member{{Gerrit: "zoe", Phabricator: "zoe"}}, r.Members...)
		r.People = []string{"zoe", "alice", "bob", "carol", "erin"} // dave is no more
		end = w.start()
		w.Wait(13 * time.Hour) // two sweeps
		want := "dave, on duty Dec 14 to Dec 20, is not in the rotation any more; write who takes over under rotation.swaps: {from: 2026-12-14, out: dave, in: zoe}"
		if n := w.logged("warn", want); n != 1 {
			t.Errorf("logged %d times: %s\n%s", n, want, w.Log.Tail(20))
		}
		w.OK(end())
		w.until("2026-12-14 08:00")
		end = w.start()
		w.Wait(time.Minute)
		w.members("CarolX")
		w.OK(end())
		w.until("2026-12-21 08:00")
		w.run()
		w.Wait(time.Minute)
		w.members("erin", "zoe")
	})
}

func TestASwapFillsTheHole(t *testing.T) {
	t.Parallel()
	depth.Long(t)
	inWorld(t, func(w *world) {
		r := w.Rotating()
		r.Absences = []duty.Absence{{Who: "carol", Days: duty.Days{From: w.Day("2026-12-16"), To: w.Day("2026-12-17")}}}
		w.until("2026-12-11 12:00")
		end := w.start()
		w.Wait(time.Minute)
		w.OK(end())
		r.Absences = append(r.Absences, duty.Absence{Who: "dave", Days: duty.Days{From: w.Day("2026-12-16"), To: w.Day("2026-12-17")}})
		end = w.start()
		w.Wait(13 * time.Hour)
		want := "dave, on duty Dec 14 to Dec 20, is away Dec 16 to Dec 17; write who takes over under rotation.swaps: {from: 2026-12-16, to: 2026-12-17, out: dave, in: alice}"
		if n := w.logged("warn", want); n != 1 {
			t.Errorf("logged %d times: %s\n%s", n, want, w.Log.Tail(20))
		}
		w.OK(end())
		w.Log.Clear()
		r.Swaps = []duty.Swap{{Days: duty.Days{From: w.Day("2026-12-16"), To: w.Day("2026-12-17")}, Out: "dave", In: "alice", Line: 95}}
		w.until("2026-12-15 23:30")
		w.run()
		w.Wait(29 * time.Minute)
		w.members("dave", "erin")
		w.until("2026-12-16 00:01")
		w.members("alice", "erin")
		w.until("2026-12-18 00:01")
		w.members("dave", "erin")
		if said := w.Log.All("warn", "error"); len(said) > 0 {
			t.Errorf("the log says %q", said)
		}
	})
}

// A person who goes away after the shift was fixed leaves a hole until they are back.
func TestAwayByTheCalendar(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating()
		w.until("2026-12-10 12:00")
		end := w.start()
		w.Wait(time.Minute)
		w.Phab.SetAway("CarolX", time.Date(2026, 12, 16, 20, 0, 0, 0, time.UTC))
		w.Wait(13 * time.Hour)
		want := "carol, on duty Dec 14 to Dec 20, is away until Dec 16 by the calendar; write who takes over under rotation.swaps: {from: 2026-12-14, to: 2026-12-16, out: carol, in: erin}"
		if n := w.logged("warn", want); n != 1 {
			t.Errorf("logged %d times: %s\n%s", n, want, w.Log.Tail(20))
		}
		w.OK(end())
		w.until("2026-12-15 08:00")
		w.run()
		w.Wait(time.Minute)
		w.members("CarolX", "dave") // it is for people to say who takes over
	})
}

func TestExclusiveMembers(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating().Exclusive = true
		w.Phab.SetMembers(onCall, "erin", "vol1", "reviewsync")
		w.run()
		w.Wait(time.Minute)
		w.members("alice", "bob", "reviewsync") // who could lose the right to edit
		if n := w.logged("info", "no longer: erin, vol1"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, w.Log.Tail(20))
		}
	})
}

// Before the first shift nobody is touched.
func TestBeforeTheFirstShift(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating().Starts = w.Day("2026-12-14")
		w.Phab.SetMembers(onCall, "erin")
		w.until("2026-12-13 23:30")
		w.run()
		w.Wait(29 * time.Minute)
		w.members("erin")
		w.until("2026-12-14 00:01")
		w.members("alice", "bob")
	})
}

// What the service may not do is logged once, and cards move all the same.
func TestMembersThatMayNotBeEdited(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating()
		w.Phab.SetMembersFixed(onCall)
		w.Config.Gerrit.Poll = 30 * time.Second
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Wait(13 * time.Hour)
		if n := w.logged("warn", "let the bot's account edit the project"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, w.Log.Tail(20))
		}
		w.members()
	})
}

// A crash after the members were edited, or before, leaves nothing to fix.
func TestADutyOpThatNobodyEnded(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating()
		s, err := sqlite.Open(w.Context(), w.Config.Store.Path)
		w.OK(err)
		_, err = s.BeginOps(w.Context(), []store.Op{{Key: "duty x 1", Kind: "duty"}})
		w.OK(err)
		w.OK(s.Close())
		end := w.start()
		w.Wait(time.Minute)
		w.members("alice", "bob")
		w.OK(end())
		s, err = sqlite.Open(w.Context(), w.Config.Store.Path)
		w.OK(err)
		defer s.Close()
		ops, err := s.Ops(w.Context(), 10)
		w.OK(err)
		if len(ops) != 2 || ops[0].State != store.OpDone || ops[1].State != store.OpUnknown {
			t.Errorf("ops are %+v", ops)
		}
	})
}

func TestDutyOfADryRun(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Rotating()
		if reported := w.sync(true); !slices.Contains(reported, "#clinic-duty-on-call: alice, bob on duty; new: alice, bob") {
			t.Errorf("a dry run prints %q", reported)
		}
		w.members()
		w.sync(false)
		w.members("alice", "bob")
		before := w.memberEdits()
		w.sync(false)
		if n := w.memberEdits() - before; n > 0 {
			t.Errorf("%d edits when nothing changed", n)
		}
	})
}

// A team that is a project takes turns by its members.
func TestARotationOfAProject(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		r := w.Rotating()
		w.Phab.AddProject("Core Platform", "cpt-team")
		w.Phab.SetMembers("cpt-team", "erin", "dave", "vol1")
		w.Config.Teams["cpt"] = config.Team{Name: "cpt", Project: "#cpt-team"}
		r.Members, r.People = nil, nil
		w.sync(false)
		w.members("dave", "erin")
	})
}

// Whom the service made a member is taken out again, even if nobody knows that name any
// more and the answer to the edit was lost.
func TestAMemberWhoLeftTheTeam(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		r := w.Rotating()
		lost := 0
		w.ToPhab.Set(func(q *http.Request) trouble {
			if !strings.HasSuffix(q.URL.Path, "/project.edit") || lost > 0 {
				return nil
			}
			lost++
			return applied(page(502))
		})
		end := w.start()
		w.Wait(2 * time.Minute)
		w.members("alice", "bob")
		if n := w.memberEdits(); n != 1 || lost != 1 {
			t.Errorf("%d edits, of which %d were lost", n, lost)
		}
		w.OK(end())
		r.Members = slices.DeleteFunc(slices.Clone(r.Members), func(m config.Member) bool { return m.Gerrit == "bob" })
		r.People = []string{"alice", "carol", "dave", "erin"}
		w.run()
		w.Wait(time.Minute)
		w.members("alice")
		if n := w.logged("info", "#clinic-duty-on-call: alice on duty; no longer: bob"); n != 1 {
			t.Errorf("logged %d times:\n%s", n, w.Log.Tail(20))
		}
	})
}

package storetest

import (
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/duty"
)

// What a wrong clock left in the store is pulled back to now, and what is right stays.
func TestWhatLiesAheadIsPulledBack(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	day := func(s string) duty.Day { return get(duty.ParseDay(s))(t) }
	now, ahead, past := monday, monday.AddDate(74, 0, 0), monday.Add(-time.Hour)

	get(s.Born(ctx, ahead))(t)
	get(s.BoardStart(ctx, "#ahead", ahead))(t)
	get(s.BoardStart(ctx, "#past", past))(t)
	get(s.CommentsBegin(ctx, "merged", ahead))(t)
	must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 1, Board: "#b", Since: ahead, Placed: past, Decided: ahead, Read: ahead, Settled: store.Settlement{Digest: "d", Column: "c", At: ahead}}}))
	must(t, s.Note(ctx, store.Decided{Card: store.Card{Task: 2, Board: "#b", Standing: there, Decided: ahead, Read: past, Settled: store.Settlement{Digest: "d", Column: "c", At: past}}}))
	must(t, s.Mark(ctx, store.KindDeployed, false, "core~1"))
	must(t, s.Later(ctx, store.KindDeployed, store.Item{Key: "core~1", Want: 1}, ahead.Add(10*time.Minute)))
	id := begin(t, s, store.Op{Key: "k", Task: 1, Created: ahead})
	must(t, s.FixShifts(ctx, []duty.FixedShift{
		{Days: duty.Days{From: day("2026-11-16"), To: day("2026-11-22")}, People: []string{"alice"}, Served: []string{"alice"}},
		{Days: duty.Days{From: day("2026-11-30"), To: day("2026-12-06")}, People: []string{"bob"}, Served: []string{"bob"}},
		{Days: duty.Days{From: day("2030-01-07"), To: day("2030-01-13")}, People: []string{"carol"}},
	}))

	for i, news := range []bool{true, false} {
		if got := get(s.PullBack(ctx, now))(t); got != news {
			t.Errorf("call %d: %t", i, got)
		}
		same(t, "created", s.Created(), now)
		same(t, "start", get(s.BoardStart(ctx, "#ahead", past))(t), now)
		same(t, "start that is right", get(s.BoardStart(ctx, "#past", now))(t), past)
		same(t, "comments", get(s.CommentsBegin(ctx, "merged", past))(t), now)
		same(t, "card", get(s.Cards(ctx, 1))(t)["#b"], store.Card{Task: 1, Board: "#b", Since: now, Placed: past, Decided: now, Read: now, Settled: store.Settlement{Digest: "d", Column: "c", At: now}})
		same(t, "settled that is right", get(s.Cards(ctx, 2))(t)["#b"].Settled.At, past)
		same(t, "history", get(s.History(ctx, 2))(t)[0].At, now)
		same(t, "on the agenda", behind(t, s, store.KindDeployed), []store.Item{{Key: "core~1", Want: 2}})
		same(t, "op", get(s.Pending(ctx, 1))(t), []store.Op{{ID: id, Key: "k", Task: 1, State: store.OpPending, Created: now}})
		same(t, "shifts", get(s.Shifts(ctx))(t), []duty.FixedShift{
			{Days: duty.Days{From: day("2026-11-16"), To: day("2026-11-22")}, People: []string{"alice"}, Served: []string{"alice"}},
			{Days: duty.Days{From: day("2026-11-30"), To: day("2026-12-06")}, People: []string{"bob"}},
		})
	}
}

// The clock of the machine was set back by hours while nobody looked: what failed does not wait for it.
func TestAClockThatWasSetBackMovesNoRetry(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	for _, task := range []int{1, 2, 3} {
		must(t, s.Mark(ctx, store.KindTask, false, strconv.Itoa(task)))
	}
	must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "1", Want: 1}, store.ClassRetry, "no answer", s.Now().Add(3*time.Hour)))
	must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "2", Want: 1}, store.ClassRetry, "no answer", s.Now().Add(time.Minute)))
	must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "3", Want: 1}, store.ClassBlocked, "no", time.Time{})) // due again in a while
	s = o.again(t, s)
	same(t, "due", get(s.Behind(ctx, store.KindTask, s.Now()))(t), []store.Item{{Key: "1", Want: 1, Attempts: 1, Class: store.ClassRetry}})
}

// An idle service writes something every minute.
func TestABeat(t *testing.T, o Opener) {
	synctest.Test(t, func(t *testing.T) {
		s := o.Open(t)
		began := time.Now()
		for range 4 {
			must(t, s.Beat(t.Context()))
			time.Sleep(30 * time.Second)
		}
		same(t, "written", s.Wrote().Sub(began), time.Minute)
		must(t, s.Beat(t.Context()))
		same(t, "written", s.Wrote().Sub(began), 2*time.Minute)
		same(t, "it is no first use", s.Created(), time.Time{})
	})
}

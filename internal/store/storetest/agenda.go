package storetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/internal/store"
)

func TestGenerations(t *testing.T, o Opener) {
	s := o.Open(t)
	ctx := t.Context()
	generation := func() [2]int64 {
		i, _, err := s.Open(ctx, store.KindTask, "5")
		must(t, err)
		return [2]int64{i.Want, int64(i.Attempts)}
	}
	same(t, "unknown", generation(), [2]int64{})
	must(t, s.Mark(ctx, store.KindTask, false, "5", "6"))
	same(t, "marked", generation(), [2]int64{1, 0})
	must(t, s.Mark(ctx, store.KindTask, false, "5"))
	must(t, s.Done(ctx, store.KindTask, store.Item{Key: "5", Want: 1}))
	same(t, "marked while worked on", generation(), [2]int64{2, 0})
	for _, gen := range []int64{2, 2, 1} { // said twice, and by an older worker who comes late
		must(t, s.Done(ctx, store.KindTask, store.Item{Key: "5", Want: gen}))
	}
	same(t, "done", generation(), [2]int64{})
	same(t, "the other", behind(t, s, store.KindTask), []store.Item{{Key: "6", Want: 1}})
}

func TestFailuresWaitAndAMarkLiftsThem(t *testing.T, o Opener) {
	synctest.Test(t, func(t *testing.T) { // for the date of the fault
		s := o.Open(t)
		ctx, now := t.Context(), time.Now()
		must(t, s.Mark(ctx, store.KindTask, false, "5", "6", "7"))
		must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "5", Want: 1}, store.ClassRetry, "status 503", now.Add(time.Minute)))
		must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "6", Want: 1}, store.ClassBlocked, "no permission", time.Time{}))
		must(t, s.Mark(ctx, store.KindTask, false, "7"))
		must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "7", Want: 1}, store.ClassBlocked, "was archived", time.Time{}))
		due := func(at time.Time) (keys []string) {
			for _, i := range get(s.Behind(ctx, store.KindTask, at))(t) {
				keys = append(keys, i.Key)
			}
			return keys
		}
		same(t, "7 was marked while it failed", due(now), []string{"7"})
		for key, want := range map[string]bool{"5": false, "6": false, "7": true, "8": false} {
			i, is, err := s.Open(ctx, store.KindTask, key)
			must(t, err)
			same(t, key+" is due", is && !i.Due.After(now), want)
		}
		same(t, "a minute later", due(now.Add(time.Minute)), []string{"7", "5"})
		same(t, "ten minutes later", due(now.Add(store.Again)), []string{"7", "5", "6"})

		time.Sleep(time.Hour)
		must(t, s.Failed(ctx, store.KindTask, store.Item{Key: "5", Want: 1}, store.ClassRetry, "status 500", now.Add(2*time.Hour)))
		same(t, "faults", get(s.Faults(ctx, 2))(t), []store.Fault{
			{Kind: store.KindTask, Key: "5", Class: store.ClassRetry, Error: "status 500", Since: now.UTC(), Next: now.Add(2 * time.Hour).UTC(), Attempts: 2},
			{Kind: store.KindTask, Key: "6", Class: store.ClassBlocked, Error: "no permission", Since: now.UTC(), Next: now.Add(store.Again).UTC(), Attempts: 1},
		})
		must(t, s.Mark(ctx, store.KindTask, false, "5", "6"))
		same(t, "marked again", due(now), []string{"5", "6", "7"})
		for _, k := range []string{"5", "6", "7"} {
			must(t, s.Done(ctx, store.KindTask, store.Item{Key: k, Want: 2}))
		}
		same(t, "no faults once done", get(s.Faults(ctx, 9))(t), []store.Fault(nil))
	})
}

// What is to be done again at a time waits for it, also when the service is killed, unless it is marked before.
func TestLater(t *testing.T, o Opener) {
	ctx, s := t.Context(), o.Open(t)
	read(t, s, core, "m")
	key, at := core.String(), monday.Add(time.Hour)
	due := func(s store.Store, at time.Time) []store.Item { return get(s.Behind(ctx, store.KindAsk, at))(t) }
	must(t, s.Mark(ctx, store.KindAsk, true, key))
	must(t, s.Later(ctx, store.KindAsk, store.Item{Key: key, Want: 1}, at.Add(time.Nanosecond)))
	at = at.Add(time.Millisecond) // never before it is
	left := o.again(t, s)
	same(t, "before its time", due(left, at.Add(-time.Millisecond)), []store.Item(nil))
	same(t, "at its time", due(left, at), []store.Item{{Key: key, Want: 2, Due: at}})
	must(t, left.Mark(ctx, store.KindAsk, false, key))
	same(t, "marked", due(left, monday), []store.Item{{Key: key, Want: 3}})
	must(t, left.Later(ctx, store.KindAsk, store.Item{Key: key, Want: 2}, at))
	same(t, "an older worker puts off no mark", due(left, monday), []store.Item{{Key: key, Want: 3}})

	must(t, s.DropChange(ctx, core, "private", 0))
	same(t, "of a change that is gone", due(s, at), []store.Item(nil))
	must(t, s.Later(ctx, store.KindAsk, store.Item{Key: key, Want: 2}, at)) // by who was at it
	same(t, "still", due(s, at), []store.Item(nil))
}

// Each transaction that puts something on the agenda, or gives it another time, says so once it is stored.
func TestWhoListensIsTold(t *testing.T, o Opener) {
	s, ctx := o.Open(t), t.Context()
	var told []store.Wake
	stop := s.Listen(func(all []store.Wake) { told = append(told, all...) })
	next := monday.Add(time.Hour)
	for i, step := range []struct {
		do   func() error
		want []store.Wake
	}{
		{func() error { return s.Mark(ctx, store.KindTask, false, "7", "8") }, []store.Wake{{Kind: store.KindTask, Key: "7"}, {Kind: store.KindTask, Key: "8"}}},
		{func() error { return s.Mark(ctx, store.KindTask, true, "7") }, []store.Wake{{Kind: store.KindTask, Key: "7", Urgent: true}}},
		{func() error {
			return s.Failed(ctx, store.KindTask, store.Item{Key: "7", Want: 2}, store.ClassRetry, "no answer", next)
		}, []store.Wake{{Kind: store.KindTask, Key: "7", Due: next}}},
		{func() error { return s.Done(ctx, store.KindTask, store.Item{Key: "8", Want: 1}) }, nil},
		{func() error { return s.Mark(ctx, store.KindChange, false, core.String()) }, []store.Wake{{Kind: store.KindChange, Key: core.String()}}},
		{func() error {
			return s.PutChange(ctx, store.ChangeRow{Key: core, Meta: "m", Open: true, Snapshot: []byte(`{}`), Tasks: []int{7}, Urgent: true, Ask: true}, 1)
		}, []store.Wake{{Kind: store.KindTask, Key: "7", Urgent: true}, {Kind: store.KindAsk, Key: core.String()}}},
		{func() error {
			if err := s.Note(ctx, store.SecondLook{Task: 9}, nil); !errors.Is(err, store.ErrNoNote) {
				return fmt.Errorf("noted: %w", err)
			}
			return nil
		}, nil},
	} {
		told = nil
		must(t, step.do())
		same(t, fmt.Sprint("step ", i), told, step.want)
	}
	stop()
	told = nil
	must(t, s.Mark(ctx, store.KindTask, false, "7"))
	same(t, "after the end", told, []store.Wake(nil))
}

func TestNothingIsBegunAfterTheEnd(t *testing.T, o Opener) {
	s := o.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Mark(ctx, store.KindTask, false, "5"); !errors.Is(err, context.Canceled) {
		t.Errorf("mark: %v", err)
	}
	if _, err := s.Changes(ctx, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	same(t, "behind", behind(t, s, store.KindTask), []store.Item(nil))
}

package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"
)

func TestGenerations(t *testing.T) {
	s := open(t, memory)
	ctx := t.Context()
	generation := func() [2]int64 {
		want, attempts, err := s.Generation(ctx, KindTask, "5")
		must(t, err)
		return [2]int64{want, int64(attempts)}
	}
	same(t, "unknown", generation(), [2]int64{})
	must(t, s.MarkTasks(ctx, []int{5, 6}))
	same(t, "marked", generation(), [2]int64{1, 0})
	must(t, s.MarkTask(ctx, 5))
	must(t, s.Done(ctx, KindTask, "5", 1))
	same(t, "marked while worked on", generation(), [2]int64{2, 0})
	for _, gen := range []int64{2, 2, 1} { // said twice, and by an older worker who comes late
		must(t, s.Done(ctx, KindTask, "5", gen))
	}
	same(t, "done", generation(), [2]int64{})
	same(t, "the other", behind(t, s, KindTask), []Item{{Key: "6", Want: 1}})
}

func TestFailuresWaitAndAMarkLiftsThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // for the date of the fault
		s, err := Open(t.Context(), memory)
		must(t, err)
		defer s.Close()
		ctx, now := t.Context(), time.Now()
		must(t, s.MarkTasks(ctx, []int{5, 6, 7}))
		must(t, s.Failed(ctx, KindTask, "5", 1, ClassRetry, "status 503", now.Add(time.Minute)))
		must(t, s.Failed(ctx, KindTask, "6", 1, ClassBlocked, "no permission", time.Time{}))
		must(t, s.MarkTask(ctx, 7))
		must(t, s.Failed(ctx, KindTask, "7", 1, ClassBlocked, "was archived", time.Time{}))
		due := func(at time.Time) (keys []string) {
			for _, i := range get(s.Behind(ctx, KindTask, at))(t) {
				keys = append(keys, i.Key)
			}
			return keys
		}
		same(t, "7 was marked while it failed", due(now), []string{"7"})
		for key, want := range map[string]bool{"5": false, "6": false, "7": true, "8": false} {
			i, is, err := s.Open(ctx, KindTask, key)
			must(t, err)
			same(t, key+" is due", is && !i.Due.After(now), want)
		}
		same(t, "a minute later", due(now.Add(time.Minute)), []string{"7", "5"})
		same(t, "ten minutes later", due(now.Add(Again)), []string{"7", "5", "6"})

		time.Sleep(time.Hour)
		must(t, s.Failed(ctx, KindTask, "5", 1, ClassRetry, "status 500", now.Add(2*time.Hour)))
		same(t, "faults", get(s.Faults(ctx, 2))(t), []Fault{
			{Kind: KindTask, Key: "5", Class: ClassRetry, Error: "status 500", Since: now.UTC(), Next: now.Add(2 * time.Hour).UTC(), Attempts: 2},
			{Kind: KindTask, Key: "6", Class: ClassBlocked, Error: "no permission", Since: now.UTC(), Next: now.Add(Again).UTC(), Attempts: 1},
		})
		must(t, s.MarkTasks(ctx, []int{5, 6}))
		same(t, "marked again", due(now), []string{"5", "6", "7"})
		for _, k := range []string{"5", "6", "7"} {
			must(t, s.Done(ctx, KindTask, k, 2))
		}
		same(t, "no faults once done", get(s.Faults(ctx, 9))(t), []Fault(nil))
	})
}

// What is to be done again at a time waits for it, also when the service is killed, unless it is marked before.
func TestLater(t *testing.T) {
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "reviewsync.db")
	s := open(t, path)
	read(t, s, core, "m")
	key, at := core.String(), monday.Add(time.Hour)
	due := func(s *Store, at time.Time) []Item { return get(s.Behind(ctx, KindAsk, at))(t) }
	must(t, s.Mark(ctx, KindAsk, key, true))
	must(t, s.Later(ctx, KindAsk, key, 1, at.Add(time.Nanosecond)))
	at = at.Add(time.Millisecond) // never before it is
	left := open(t, kill(t, path))
	same(t, "before its time", due(left, at.Add(-time.Millisecond)), []Item(nil))
	same(t, "at its time", due(left, at), []Item{{Key: key, Want: 2, Due: at}})
	must(t, left.Mark(ctx, KindAsk, key, false))
	same(t, "marked", due(left, monday), []Item{{Key: key, Want: 3}})
	must(t, left.Later(ctx, KindAsk, key, 2, at))
	same(t, "an older worker puts off no mark", due(left, monday), []Item{{Key: key, Want: 3}})

	must(t, s.DropChange(ctx, core, "private", 0))
	same(t, "of a change that is gone", due(s, at), []Item(nil))
	must(t, s.Later(ctx, KindAsk, key, 2, at)) // by who was at it
	same(t, "still", due(s, at), []Item(nil))
}

// Each transaction that puts something on the agenda, or gives it another time, says so once it is stored.
func TestWhoListensIsTold(t *testing.T) {
	s, ctx := open(t, memory), t.Context()
	var told []Wake
	stop := s.Listen(func(all []Wake) { told = append(told, all...) })
	next := monday.Add(time.Hour)
	for i, step := range []struct {
		do   func() error
		want []Wake
	}{
		{func() error { return s.MarkTasks(ctx, []int{7, 8}) }, []Wake{{Kind: KindTask, Key: "7"}, {Kind: KindTask, Key: "8"}}},
		{func() error { return s.Mark(ctx, KindTask, "7", true) }, []Wake{{Kind: KindTask, Key: "7", Urgent: true}}},
		{func() error { return s.Failed(ctx, KindTask, "7", 2, ClassRetry, "no answer", next) }, []Wake{{Kind: KindTask, Key: "7", Due: next}}},
		{func() error { return s.Done(ctx, KindTask, "8", 1) }, nil},
		{func() error { return s.Hint(ctx, false, core) }, []Wake{{Kind: KindChange, Key: core.String()}}},
		{func() error {
			return s.PutChange(ctx, ChangeRow{Key: core, Meta: "m", Open: true, Snapshot: []byte(`{}`), Tasks: []int{7}, Urgent: true, Ask: true}, 1)
		}, []Wake{{Kind: KindTask, Key: "7", Urgent: true}, {Kind: KindAsk, Key: core.String()}}},
		{func() error {
			err := s.change(ctx, "fail", func(ctx context.Context, t tx) error {
				return errors.Join(t.mark(ctx, KindTask, "9", false), errors.New("no"))
			})
			if err == nil {
				return errors.New("it went well")
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
	must(t, s.MarkTask(ctx, 7))
	same(t, "after the end", told, []Wake(nil))
}

func TestNothingIsBegunAfterTheEnd(t *testing.T) {
	s := open(t, memory)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.MarkTask(ctx, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("mark: %v", err)
	}
	if _, err := s.Changes(ctx, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	same(t, "behind", behind(t, s, KindTask), []Item(nil))
}

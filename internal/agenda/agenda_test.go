package agenda

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"reviewsync/internal/store"
	"reviewsync/internal/store/sqlite"
)

var (
	errDown    = errors.New("status 503")
	errBlocked = errors.New("no permission")
)

// bench is a store, an agenda of its tasks and what they left to see.
type bench struct {
	t      *testing.T
	store  store.Store
	agenda *Agenda
	log    bytes.Buffer // read it only when nothing runs

	mu   sync.Mutex
	runs []run
}

// run is one call of the handler.
type run struct {
	Key string
	At  time.Duration // since the test began
}

// inBubble runs f with a clock of its own.
func inBubble(t *testing.T, handle func(b *bench, ctx context.Context, i store.Item) error, f func(b *bench)) {
	synctest.Test(t, func(t *testing.T) {
		s, err := sqlite.Open(t.Context(), ":memory:")
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		b := &bench{t: t, store: s}
		began := time.Now()
		b.agenda = New(Options{
			Store: s, Log: zerolog.New(zerolog.SyncWriter(&b.log)).Level(zerolog.InfoLevel),
			Class: func(err error) string {
				if errors.Is(err, errBlocked) {
					return store.ClassBlocked
				}
				if _, paused := errors.AsType[*store.Paused](err); paused {
					return store.ClassPaused
				}
				return store.ClassRetry
			},
			Kinds: []Kind{{Name: store.KindTask, Workers: 2, Max: 5 * time.Minute, Handle: Once(func(ctx context.Context, i store.Item) error {
				b.mu.Lock()
				b.runs = append(b.runs, run{i.Key, time.Since(began)})
				b.mu.Unlock()
				return handle(b, ctx, i)
			})}},
		})
		f(b)
	})
}

func (b *bench) mark(tasks ...int) {
	b.t.Helper()
	var keys []string
	for _, n := range tasks {
		keys = append(keys, strconv.Itoa(n))
	}
	if err := b.store.Mark(context.WithoutCancel(b.t.Context()), store.KindTask, false, keys...); err != nil {
		b.t.Fatal(err)
	}
}

// whileRunning runs f beside Run and ends Run after it.
func (b *bench) whileRunning(f func()) {
	b.t.Helper()
	ctx, stop := context.WithCancel(b.t.Context())
	ended := make(chan error)
	go func() { ended <- b.agenda.Run(ctx) }()
	synctest.Wait()
	f()
	stop()
	if err := <-ended; err != nil {
		b.t.Errorf("Run: %v", err)
	}
}

// ran is the keys in the order in which they were run.
func (b *bench) ran() (keys []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, r := range b.runs {
		keys = append(keys, r.Key)
	}
	return keys
}

func (b *bench) same(what string, got, want any) {
	b.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		b.t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// behind is how many tasks are behind, due or not.
func (b *bench) behind() int {
	b.t.Helper()
	items, err := b.store.Behind(context.WithoutCancel(b.t.Context()), store.KindTask, time.Now().AddDate(10000, 0, 0))
	if err != nil {
		b.t.Fatal(err)
	}
	return len(items)
}

func (b *bench) logged(text string) int { return strings.Count(b.log.String(), text) }

func well(*bench, context.Context, store.Item) error { return nil }

func TestWorksOnWhatWasLeftAndWhatIsAdded(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		b.mark(1)
		b.whileRunning(func() {
			b.same("left by an earlier run", b.ran(), []string{"1"})
			b.mark(2)
			synctest.Wait()
			b.same("marked", b.ran(), []string{"1", "2"})
		})
		b.same("behind", b.behind(), 0)
		b.mark(3) // after the end
		synctest.Wait()
		b.same("behind", b.behind(), 1)
	})
}

// What a person waits for comes first, whatever marked it.
func TestUrgentComesFirst(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		b.agenda.kinds[store.KindTask].Workers = 1
		b.mark(1, 2)
		if err := b.store.Mark(b.t.Context(), store.KindTask, true, "7"); err != nil {
			b.t.Error(err)
		}
		b.mark(3, 7)
		b.whileRunning(func() {
			b.same("runs", b.ran(), []string{"7", "1", "2", "3"})
			b.mark(7)
			synctest.Wait()
		})
		item, _, err := b.store.Open(context.WithoutCancel(b.t.Context()), store.KindTask, "7")
		if err != nil || item.Urgent {
			b.t.Errorf("it is urgent still: %v, %v", item, err)
		}
	})
}

func TestAKeyMarkedWhileItRunsIsRunAgain(t *testing.T) {
	handle := func(b *bench, _ context.Context, i store.Item) error {
		if i.Want < 3 {
			b.mark(1) // without Add
		}
		return nil
	}
	inBubble(t, handle, func(b *bench) {
		b.mark(1)
		b.whileRunning(func() {
			b.same("runs", b.ran(), []string{"1", "1", "1"})
		})
	})
}

func TestFailuresComeBackSlowerAndSlower(t *testing.T) {
	fails := 25
	handle := func(*bench, context.Context, store.Item) error {
		if fails--; fails >= 0 {
			return errDown
		}
		return nil
	}
	inBubble(t, handle, func(b *bench) {
		b.mark(1)
		b.whileRunning(func() {
			time.Sleep(3 * time.Hour)
			synctest.Wait()
			b.same("runs", len(b.ran()), 26)
		})
		want := time.Second
		for i := 1; i < len(b.runs); i++ {
			if wait := b.runs[i].At - b.runs[i-1].At; wait < want/2 || wait > want {
				b.t.Errorf("wait %d was %v; want %v to %v", i, wait, want/2, want)
			}
			want = min(2*want, 5*time.Minute)
		}
		b.same("behind", b.behind(), 0)
		b.same("warnings", b.logged(`"level":"warn"`), 3) // 1st, 10th, 20th
		b.same("told that it is over", b.logged("went well"), 1)
	})
}

// What many keys fail for, such as a server that does not answer, is no news at each of them.
func TestTheSameTroubleOfManyKeysIsToldOnce(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	handle := func(_ *bench, _ context.Context, i store.Item) error {
		switch {
		case !down.Load():
			return nil
		case i.Key == "9":
			return errors.New("of another kind")
		}
		return errors.New("no answer")
	}
	inBubble(t, handle, func(b *bench) {
		b.mark(1, 2, 3, 4, 9)
		b.whileRunning(func() {
			time.Sleep(time.Minute)
			down.Store(false)
			time.Sleep(10 * time.Minute)
		})
		b.same("warnings", b.logged(`"warn"`), 2)
		b.same("told that it is over", b.logged("went well"), 2)
		b.same("behind", b.behind(), 0)
	})
}

// What is blocked is tried every ten minutes, and as soon as it is marked.
func TestBlockedIsTriedNowAndThen(t *testing.T) {
	var more atomic.Bool
	handle := func(b *bench, _ context.Context, i store.Item) error {
		switch {
		case i.Key == "1" && more.Load():
			return fmt.Errorf("%w to edit", errBlocked)
		case i.Key == "1":
			return errBlocked
		}
		return nil
	}
	inBubble(t, handle, func(b *bench) {
		b.mark(1, 2)
		b.whileRunning(func() {
			time.Sleep(store.Again - time.Second)
			b.same("runs", len(b.ran()), 2)
			time.Sleep(time.Second)
			synctest.Wait()
			b.same("runs after ten minutes", len(b.ran()), 3)
			b.mark(1)
			synctest.Wait()
			b.same("runs after a mark", len(b.ran()), 4)
			time.Sleep(store.Again)
			synctest.Wait()
			b.same("runs after ten minutes more", len(b.ran()), 5)
			b.same("told once", b.logged("no permission"), 1)
			more.Store(true)
			b.mark(1)
			synctest.Wait()
			b.same("told when it changes", b.logged("no permission to edit"), 1)
		})
		faults, err := b.store.Faults(b.t.Context(), 9)
		if err != nil || len(faults) != 1 || faults[0].Class != store.ClassBlocked {
			b.t.Errorf("faults %v, %v", faults, err)
		}
	})
}

func TestAPanicStopsOnlyItsKey(t *testing.T) {
	handle := func(_ *bench, _ context.Context, i store.Item) error {
		if i.Key == "1" {
			panic("index out of range")
		}
		return nil
	}
	inBubble(t, handle, func(b *bench) {
		b.mark(1, 2, 3)
		b.whileRunning(func() {
			time.Sleep(store.Again - time.Second)
			b.same("runs", len(b.ran()), 3)
		})
		b.same("behind", b.behind(), 1)
		b.same("told with its place", b.logged(`"stack":"`), 1)
		faults, err := b.store.Faults(b.t.Context(), 9)
		if err != nil || len(faults) != 1 || !strings.Contains(faults[0].Error, "index out of range") {
			b.t.Errorf("faults %v, %v", faults, err)
		}
	})
}

func TestTheEndWaitsForAWriteUnderWay(t *testing.T) {
	for name, test := range map[string]struct {
		write  time.Duration // how long the handler needs
		took   time.Duration // what the end takes
		behind int
	}{
		"finished":  {5 * time.Second, 5 * time.Second, 2},
		"cut short": {time.Hour, grace, 3},
	} {
		t.Run(name, func(t *testing.T) {
			handle := func(b *bench, ctx context.Context, i store.Item) error {
				wait := time.Hour
				if i.Key == "1" {
					wait = test.write
				}
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(wait):
					return nil
				}
			}
			inBubble(t, handle, func(b *bench) {
				if name == "finished" {
					b.agenda.kinds[store.KindTask].Workers = 1
				}
				b.mark(1, 2, 3)
				var end time.Time
				b.whileRunning(func() { end = time.Now() })
				b.same("the end took", time.Since(end), test.took)
				b.same("behind", b.behind(), test.behind)
				b.same("no failure of theirs", b.log.String(), "")
			})
		})
	}
}

// In a handover the work that runs has the time of a request, unless the service ends as well.
func TestAHandoverWaitsForWhatRuns(t *testing.T) {
	for name, c := range map[string]struct {
		takes, ends, want time.Duration // ends: when the service ends; 0: never
		behind            int
	}{
		"finished":           {45 * time.Second, 0, 45 * time.Second, 0},
		"cut short":          {time.Hour, 0, patience + grace, 1},
		"the service ends":   {time.Hour, 5 * time.Second, 5*time.Second + grace, 1},
		"it ends in between": {10 * time.Second, 5 * time.Second, 10 * time.Second, 0},
	} {
		t.Run(name, func(t *testing.T) {
			handle := func(_ *bench, ctx context.Context, _ store.Item) error {
				select {
				case <-time.After(c.takes):
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
			inBubble(t, handle, func(b *bench) {
				b.mark(1)
				end := make(chan struct{})
				ctx, stop := context.WithCancelCause(b.t.Context())
				ended := make(chan error, 1)
				go func() { ended <- b.agenda.Run(ctx) }()
				synctest.Wait()
				begin := time.Now()
				stop(&Handover{End: end})
				if c.ends > 0 {
					time.AfterFunc(c.ends, func() { close(end) })
				}
				if err := <-ended; err != nil {
					b.t.Error(err)
				}
				b.same("time until the end", time.Since(begin), c.want)
				b.same("behind", b.behind(), c.behind)
			})
		})
	}
}

func TestDrainEndsWhenNothingIsDue(t *testing.T) {
	first := true
	handle := func(b *bench, _ context.Context, i store.Item) error {
		switch {
		case i.Key == "1" && first:
			first = false
			b.mark(1, 50) // found while working
		case i.Key == "2":
			return errDown
		case i.Key == "3":
			return errBlocked
		}
		return nil
	}
	inBubble(t, handle, func(b *bench) {
		if err := b.agenda.Drain(b.t.Context(), store.KindTask); err != nil {
			b.t.Errorf("with nothing to do: %v", err)
		}
		b.mark(1, 2, 3, 4)
		err := b.agenda.Drain(b.t.Context(), store.KindTask)
		want := "1 could not be finished, and will be tried again: T2: status 503"
		if err == nil || err.Error() != want {
			b.t.Errorf("got  %v\nwant %s", err, want)
		}
		keys := b.ran()
		slices.Sort(keys)
		b.same("runs", keys, []string{"1", "1", "2", "3", "4", "50"})

		ctx, stop := context.WithCancel(b.t.Context())
		stop()
		b.mark(4)
		if err := b.agenda.Drain(ctx, store.KindTask); !errors.Is(err, context.Canceled) {
			b.t.Errorf("after its end: %v", err)
		}
		b.same("behind", b.behind(), 3)
	})
}

func TestManyEventsOnFewKeys(t *testing.T) {
	const keys, events = 50, 4000
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "reviewsync.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var facts, seen [keys]atomic.Int64 // what the server knows, and what a handler last read
	var busy [keys]atomic.Bool
	a := New(Options{Store: s, Kinds: []Kind{{Name: store.KindTask, Workers: 8, Handle: Once(func(_ context.Context, i store.Item) error {
		k, err := strconv.Atoi(i.Key)
		if err != nil {
			t.Error(err)
		}
		if busy[k].Swap(true) {
			t.Errorf("two handlers on %s", i.Key)
		}
		defer busy[k].Store(false)
		seen[k].Store(facts[k].Load())
		return nil
	})}}})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- a.Run(ctx) }()

	var tellers sync.WaitGroup
	for w := range 4 {
		tellers.Go(func() {
			for e := range events / 4 {
				k := (e*7 + w) % keys
				facts[k].Add(1)
				if err := s.Mark(t.Context(), store.KindTask, false, strconv.Itoa(k)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	tellers.Wait()
	for deadline := time.Now().Add(20 * time.Second); ; {
		items, err := s.Behind(t.Context(), store.KindTask, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if len(items) == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("still behind: %v", items)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	for k := range keys {
		if seen[k].Load() != facts[k].Load() {
			t.Errorf("key %d: saw fact %d of %d", k, seen[k].Load(), facts[k].Load())
		}
	}
}

// withKind makes an agenda of one kind on the bench's store.
func (b *bench) withKind(k Kind) {
	k.Name = store.KindTask
	b.agenda = New(Options{Store: b.store, Log: zerolog.Nop(), Kinds: []Kind{k}})
}

// What is to be done again at a time is done then, also by a service that was started meanwhile.
func TestAgainAtATime(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		var runs []time.Duration
		began := time.Now()
		b.withKind(Kind{Handle: func(_ context.Context, i store.Item) (time.Time, error) {
			runs = append(runs, time.Since(began))
			if len(runs) == 4 {
				return time.Time{}, nil
			}
			return b.store.Now().Add(time.Hour), nil
		}})
		b.mark(1)
		b.whileRunning(func() { time.Sleep(90 * time.Minute) })
		time.Sleep(15 * time.Minute)
		b.whileRunning(func() { time.Sleep(20 * time.Minute) })
		time.Sleep(2 * time.Hour)
		b.whileRunning(func() { time.Sleep(24 * time.Hour) })
		b.same("runs", runs, []time.Duration{0, time.Hour, 2 * time.Hour, 4*time.Hour + 5*time.Minute})
		b.same("behind", b.behind(), 0)
	})
}

// A mark comes before the time at which it would be done again.
func TestAMarkIsNotPutOff(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		var runs atomic.Int32
		b.withKind(Kind{Handle: func(context.Context, store.Item) (time.Time, error) {
			if runs.Add(1) == 1 {
				b.mark(1)
			}
			return b.store.Now().Add(time.Hour), nil
		}})
		b.mark(1)
		b.whileRunning(func() {
			b.same("runs, marked while it ran", runs.Load(), int32(2))
			b.mark(1)
			synctest.Wait()
			b.same("runs, marked after it ran", runs.Load(), int32(3))
			time.Sleep(time.Hour)
			synctest.Wait()
			b.same("runs after an hour", runs.Load(), int32(4))
		})
	})
}

// What is due at once is worked on together, and noted together.
func TestTogether(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		sizes := make(chan int, 10)
		var well atomic.Bool
		b.withKind(Kind{Together: func(_ context.Context, items []store.Item) error {
			sizes <- len(items)
			if !well.Load() {
				return errDown
			}
			return nil
		}})
		for task := range 150 {
			b.mark(task)
		}
		b.whileRunning(func() {
			b.same("runs", []int{<-sizes, <-sizes}, []int{100, 50})
			well.Store(true)
			time.Sleep(time.Hour)
			again := []int{<-sizes, <-sizes}
			slices.Sort(again)
			b.same("runs after they failed", again, []int{50, 100})
		})
		b.same("behind", b.behind(), 0)
	})
}

// What is not due yet, but soon, is worked on by who does not want to wait for it.
func TestDrainAhead(t *testing.T) {
	inBubble(t, well, func(b *bench) {
		b.mark(1, 2)
		for key, wait := range map[string]time.Duration{"1": time.Minute, "2": time.Hour} {
			if err := b.store.Later(b.t.Context(), store.KindTask, store.Item{Key: key, Want: 1}, b.store.Now().Add(wait)); err != nil {
				b.t.Error(err)
			}
		}
		if err := b.agenda.DrainAhead(b.t.Context(), store.KindTask, time.Minute); err != nil {
			b.t.Error(err)
		}
		b.same("runs", b.ran(), []string{"1"})
	})
}

// It is not tried again and again if it fails.
func TestDrainAheadOfWhatFails(t *testing.T) {
	handle := func(*bench, context.Context, store.Item) error { return errDown }
	inBubble(t, handle, func(b *bench) {
		b.mark(1)
		err := b.agenda.DrainAhead(b.t.Context(), store.KindTask, time.Hour)
		if err == nil || !strings.Contains(err.Error(), "status 503") {
			b.t.Errorf("got %v", err)
		}
		b.same("runs", b.ran(), []string{"1"})
	})
}

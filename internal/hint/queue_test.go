package hint

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"reviewsync/mapping/review"
)

// taken is what a Queue delivered, and when.
type taken struct {
	*Queue
	ctx     context.Context
	mu      sync.Mutex
	began   time.Time
	changes []string // "200ms core~1 m2 urgent"
	tasks   []string // "250ms [a b]"
	lost    int
	fail    error
}

func withQueue(t *testing.T, f func(*taken)) {
	synctest.Test(t, func(t *testing.T) {
		l := &taken{began: time.Now(), ctx: t.Context()}
		l.Queue = New(Options{
			Changes: l.deliverChanges, Tasks: l.deliverTasks,
			Follows: func(repository string) bool { return repository == "core" },
			Bot:     func(name string) bool { return name == "jenkins" },
			Lost:    func() { l.lost++ },
			Log:     zerolog.Nop(),
		})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { l.Run(ctx); close(done) }()
		defer func() { stop(); <-done }()
		f(l)
	})
}

func (l *taken) deliverChanges(_ context.Context, list []Change) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	slices.SortFunc(list, func(a, b Change) int { return a.Key.Number - b.Key.Number })
	for _, c := range list {
		text := fmt.Sprintf("%s %s %s", time.Since(l.began), c.Key, c.Meta)
		if c.Urgent {
			text += " urgent"
		}
		l.changes = append(l.changes, text)
	}
	return l.fail
}

func (l *taken) deliverTasks(_ context.Context, phids []string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tasks = append(l.tasks, fmt.Sprintf("%s %s", time.Since(l.began), phids))
	return l.fail
}

func (l *taken) hint(number int, meta, by string) {
	l.Change("test", Change{Key: review.Key{Project: "core", Number: number}, Meta: meta, By: by})
}

// of returns a copy of what was delivered so far.
func (l *taken) of(list *[]string) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(*list)
}

func wantList(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("delivered\n%q, want\n%q", got, want)
	}
}

func TestAHintIsDeliveredAtOnce(t *testing.T) {
	withQueue(t, func(l *taken) {
		l.hint(1, "m1", "alice")
		l.wait(time.Second)
		l.hint(1, "m2", "jenkins")
		l.wait(time.Second)
		l.hint(1, "m2", "alice") // the same, by another way
		l.hint(1, "", "")
		l.wait(time.Second)
		l.Change("test", Change{Key: review.Key{Project: "other", Number: 7}, Meta: "m9", By: "alice"})
		l.wait(time.Second)
		wantList(t, l.of(&l.changes), "0s core~1 m1 urgent", "1s core~1 m2", "2s core~1 ")
	})
}

// A thousand hints at one change are delivered as two: one at once, and one when it is quiet.
func TestManyHintsAtOneChange(t *testing.T) {
	for name, meta := range map[string]func(int) string{
		"no meta":     func(int) string { return "" },
		"other metas": func(i int) string { return fmt.Sprint("m", i) },
	} {
		t.Run(name, func(t *testing.T) {
			withQueue(t, func(l *taken) {
				for i := range 1000 {
					l.hint(1, meta(i), "alice")
					l.wait(time.Millisecond)
				}
				l.wait(time.Minute)
				wantList(t, l.of(&l.changes), "0s core~1 "+meta(0)+" urgent", "1.099s core~1 "+meta(999)+" urgent")
			})
		})
	}
}

// A change with hints all the time is delivered now and then.
func TestHintsThatNeverEnd(t *testing.T) {
	withQueue(t, func(l *taken) {
		for range 1000 {
			l.hint(1, "", "")
			l.wait(10 * time.Millisecond)
		}
		if n := len(l.of(&l.changes)); n < 5 || n > 6 {
			t.Errorf("%d deliveries in 10 s: %q", n, l.changes)
		}
	})
}

// An account that writes to many changes at once does not wait for each of them; a person who votes meanwhile does.
func TestWhoIsWaitedFor(t *testing.T) {
	withQueue(t, func(l *taken) {
		for i := range 100 {
			l.hint(i, fmt.Sprint("m", i), "alice")
		}
		l.hint(1000, "m", "bob")
		l.wait(time.Second)
		first := 0
		for _, text := range l.changes {
			if strings.HasSuffix(text, " urgent") {
				first++
			}
		}
		if last := l.changes[len(l.of(&l.changes))-1]; len(l.of(&l.changes)) != 101 || first != many+1 || last != "0s core~1000 m urgent" {
			t.Errorf("%d of %d first, %q", first, len(l.of(&l.changes)), last)
		}
		l.wait(time.Minute)
		l.hint(1, "n", "alice")
		l.wait(time.Second)
		if last := l.changes[len(l.of(&l.changes))-1]; last != "1m1s core~1 n urgent" {
			t.Error(last)
		}
	})
}

// The Queue is bounded: what does not fit is left to the poll.
func TestMoreHintsThanCanBeHeld(t *testing.T) {
	lost := 0
	b := New(Options{ // which does not run
		Follows: func(string) bool { return true }, Bot: func(string) bool { return false }, Lost: func() { lost++ },
	})
	for i := range most + 5 {
		b.Change("test", Change{Key: review.Key{Project: "core", Number: i}})
		b.Task("test", fmt.Sprint(i), []string{fmt.Sprint("x", i)})
	}
	changes := 0
	for list, _ := b.due(time.Now()); len(list) > 0; list, _ = b.due(time.Now()) {
		changes += len(list)
	}
	if changes != most || len(b.phids) != most || lost != 1 {
		t.Errorf("%d changes, %d tasks, %d lost", changes, len(b.phids), lost)
	}
	if n := b.Counts()["test"]; n != 2*(most+5) {
		t.Errorf("counted %d", n)
	}
}

// Hints at changes that cannot be stored are left to the poll.
func TestHintsThatCannotBeNoted(t *testing.T) {
	withQueue(t, func(l *taken) {
		l.fail = errors.New("the store is ill")
		l.hint(1, "", "")
		l.wait(time.Second)
		if len(l.of(&l.changes)) != 1 || l.lost != 1 {
			t.Errorf("%d deliveries, %d lost", len(l.of(&l.changes)), l.lost)
		}
	})
}

func TestTasks(t *testing.T) {
	withQueue(t, func(l *taken) {
		l.Task("hook", "T1", []string{"x1"})
		l.Task("hook", "T2", []string{"x2"})
		l.Task("hook", "T3", nil) // an edit without effect
		l.wait(time.Minute)
		l.Task("hook", "T1", []string{"x1"}) // sent again
		l.IgnoreTransactions([]string{"ours"})
		l.Task("hook", "T1", []string{"ours"})
		l.wait(time.Minute)
		l.Task("hook", "T1", []string{"late"}) // before the answer to our edit
		l.wait(100 * time.Millisecond)
		l.IgnoreTransactions([]string{"late"})
		l.wait(time.Minute)
		l.IgnoreTransactions([]string{"o2"})
		l.Task("hook", "T1", []string{"o2", "x3"}) // not all ours
		l.wait(time.Minute)
		wantList(t, l.of(&l.tasks), "250ms [T1 T2]", "3m0.35s [T1]")
		if l.Counts()["hook"] != 7 {
			t.Error(l.Counts())
		}
	})
}

// However many tasks are edited, a hundred are read at once, and once a second.
func TestAFloodOfTasks(t *testing.T) {
	withQueue(t, func(l *taken) {
		for i := range 1000 {
			l.Task("hook", fmt.Sprint("T", i), []string{fmt.Sprint("x", i)})
			l.wait(time.Millisecond)
		}
		l.wait(time.Minute)
		if n := len(l.of(&l.tasks)); n < 10 || n > 12 {
			t.Errorf("%d deliveries", n)
		}
	})
}

// A delivery that fails is made again.
func TestTasksThatCannotBeRead(t *testing.T) {
	withQueue(t, func(l *taken) {
		l.fail = errors.New("away")
		l.Task("hook", "T1", []string{"x1"})
		l.wait(7 * time.Second)
		l.mu.Lock()
		l.fail = nil
		l.mu.Unlock()
		l.Task("hook", "T2", []string{"x2"})
		l.wait(time.Minute)
		wantList(t, l.of(&l.tasks), "250ms [T1]", "5.25s [T1]", "10.25s [T1 T2]")
	})
}

// wait lets time pass until all that is due is done.
func (l *taken) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

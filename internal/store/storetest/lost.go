package storetest

import (
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/internal/store"
)

// A write whose answer was lost is on the agenda with its end, whatever comes between the two.
func TestALostAnswerIsRemembered(t *testing.T, o Opener) {
	ctx := t.Context()
	s := o.Open(t)
	ids := get(s.BeginOps(ctx, []store.Op{{Key: "move T5", Task: 5, Kind: "move"}, {Key: "duty", Kind: "duty"}}))(t)
	refused := get(s.BeginOps(ctx, []store.Op{{Key: "move T6", Task: 6, Kind: "move"}}))(t)
	must(t, s.EndOps(ctx, refused, store.OpEnd{State: store.OpFailed, Error: "no"}))
	must(t, s.EndOps(ctx, ids, store.OpEnd{State: store.OpUnknown, Error: "status 504"}))
	same(t, "state", get(s.Ops(ctx, 9))(t)[2].State, store.OpUnknown)

	left := o.again(t, s)
	i, lost, err := left.Open(ctx, store.KindLost, "5")
	must(t, err)
	if !lost || i.Class != store.ClassRetry || i.Due.IsZero() {
		t.Errorf("on the agenda: %v, %v", lost, i)
	}
	same(t, "of others", len(get(left.Behind(ctx, store.KindLost, monday.AddDate(1, 0, 0)))(t)), 1)

	must(t, left.Later(ctx, store.KindLost, i, monday))
	i, _, err = left.Open(ctx, store.KindLost, "5")
	must(t, err)
	same(t, "the server answers", i, store.Item{Key: "5", Want: 2, Due: monday})
	must(t, left.EndLost(ctx, i))
	_, lost, err = left.Open(ctx, store.KindLost, "5")
	must(t, err)
	same(t, "lost still", lost, false)
	same(t, "the task", behind(t, left, store.KindTask), []store.Item{{Key: "5", Want: 1}})
}

// The end of one lost answer is not that of another.
func TestTwoLostAnswers(t *testing.T, o Opener) {
	ctx, s := t.Context(), o.Open(t)
	lose := func() {
		must(t, s.EndOps(ctx, get(s.BeginOps(ctx, []store.Op{{Key: "move T5", Task: 5, Kind: "move"}}))(t), store.OpEnd{State: store.OpUnknown, Error: "status 504"}))
	}
	lose()
	first, _, err := s.Open(ctx, store.KindLost, "5")
	must(t, err)
	lose()
	second, _, err := s.Open(ctx, store.KindLost, "5")
	must(t, err)
	for what, end := range map[string]func() error{
		"the server answers": func() error { return s.Later(ctx, store.KindLost, store.Item{Key: "5", Want: first.Want}, monday) },
		"it had its time":    func() error { return s.EndLost(ctx, store.Item{Key: "5", Want: first.Want}) },
	} {
		must(t, end())
		i, lost, err := s.Open(ctx, store.KindLost, "5")
		must(t, err)
		if !lost || i.Want != second.Want || i.Class != store.ClassRetry {
			t.Errorf("%s: then on the agenda: %v, %v", what, lost, i)
		}
	}
}

func TestWhatIsWrittenInOneSecondIsLookedAtTogether(t *testing.T, o Opener) {
	synctest.Test(t, func(t *testing.T) {
		s := o.Open(t)
		ctx := t.Context()
		began := s.Now()
		for task := 1; task <= 3; task++ {
			must(t, s.EndOps(ctx, nil, store.OpEnd{State: store.OpDone}, store.SecondLook{Task: task}))
			time.Sleep(400 * time.Millisecond)
		}
		for _, i := range get(s.Behind(ctx, store.KindSecond, began.Add(time.Hour)))(t) {
			same(t, "due of T"+i.Key, i.Due.Sub(began.UTC()), 3*time.Second)
		}
		time.Sleep(200 * time.Millisecond)
		must(t, s.EndOps(ctx, nil, store.OpEnd{State: store.OpDone}, store.SecondLook{Task: 1}))
		i, _, err := s.Open(ctx, store.KindSecond, "1")
		must(t, err)
		same(t, "due once it is written to again", i.Due.Sub(began.UTC()), 4*time.Second)
	})
}

package mapping_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"reviewsync/mapping/review"
)

// reading is a change as it was read at some time.
type reading struct {
	at     time.Time
	line   string // of the story
	number int
	h      *review.History
}

// TestPropertyAsOf: the state of a change as of some time, since when and why, is what was
// found at that time from what was there then. It may not be only where Gerrit has forgotten
// something since (when somebody was on turn, or that a work in progress went on after a
// word), or where what it said then of its votes was more than its messages tell.
func TestPropertyAsOf(t *testing.T) {
	same, forgotten, live := 0, 0, 0
	forAll(t, everything, func(_ *rapid.T, s story) string {
		st := s.open(t)
		var readings []reading
		s.play(st, func(i int, now time.Time) {
			if now.Equal(st.clock) {
				return // more happens in this second
			}
			for _, number := range slices.Sorted(maps.Keys(st.world.gerrit.Changes)) {
				h := st.world.reader.Read(st.world.gerrit.Changes[number].Get())
				readings = append(readings, reading{st.clock, s.moments[i].line, number, h})
			}
		})
		for _, r := range readings {
			now := st.world.reader.Read(st.world.gerrit.Changes[r.number].Get())
			for _, w := range st.world.worlds {
				if wrong := asOf(&w.board.Policy, r, now); wrong != "" {
					return fmt.Sprintf("# as of %q, change %d on %s: %s", r.line, r.number, w.board.Tag, wrong)
				}
			}
			p := &st.world.board.Policy
			switch {
			case !sameFacts(p, r, now):
				forgotten++
			case review.NewTimeline(p, r.h, r.at).Now != (review.Phase{}):
				live++
			default:
				same++
			}
		}
		return ""
	})
	t.Logf("as then %d times, Gerrit forgot something %d times, and had said more %d times", same, forgotten, live)
	if forgotten == 0 || live == 0 || same < 2*(forgotten+live) {
		t.Error("that is too seldom")
	}
}

// asOf compares what was known of a change with what its history tells of that time.
func asOf(p *review.Policy, then reading, now *review.History) string {
	as := now.AsOf(then.at)
	if as == nil {
		return "it did not exist"
	}
	if cut := review.NewTimeline(p, now, then.at.AddDate(1, 0, 0)).AsOf(then.at); cmp.Diff(cut, review.NewTimeline(p, as, then.at)) != "" {
		return "the time line that is cut is not that of the history that is cut:\n" + cmp.Diff(cut, review.NewTimeline(p, as, then.at))
	}
	if !sameFacts(p, then, now) {
		return ""
	}
	was, is := review.NewTimeline(p, then.h, then.at), review.NewTimeline(p, as, then.at)
	if was.Now != (review.Phase{}) {
		was, then.h = was.AsOf(then.at), then.h.AsOf(then.at)
	}
	if was.Phase() != is.Phase() {
		return fmt.Sprintf("%+v, then %+v", is.Phase(), was.Phase())
	}
	return cmp.Diff(whyOf(review.See(p, then.h, then.at.Unix())), whyOf(review.See(p, as, then.at.Unix())))
}

// whyOf is why the change is in its state, by itself and by the newest word.
func whyOf(v *review.View) [2]review.Why { return [2]review.Why{v.Why(nil), v.Why(v.Newest())} }

// sameFacts says whether Gerrit still tells all that it told then.
func sameFacts(p *review.Policy, then reading, now *review.History) bool {
	was, is := review.NewTimeline(p, then.h, then.at), review.NewTimeline(p, now.AsOf(then.at), then.at)
	return slices.EqualFunc(was.Steps, is.Steps, func(x, y review.Step) bool {
		return x.At.Equal(y.At) && slices.Equal(x.Events, y.Events)
	})
}

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
// something since (that a work in progress went on after a word), or where what it said then
// of its votes was more than its messages say. It forgets turns, too; no story is known in
// which that makes a difference.
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
			case found(p, r.h, r.at) != found(p, r.h.AsOf(r.at), r.at):
				live++
			default:
				same++
			}
		}
		return ""
	})
	t.Logf("as then %d times, Gerrit forgot something %d times, and had said more %d times", same, forgotten, live)
	if same < 50*(forgotten+live) {
		t.Error("that is too often")
	}
}

// asOf compares what was known of a change with what its history says about that time.
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
	was, is := found(p, then.h, then.at), found(p, as, then.at)
	if replayed := found(p, then.h.AsOf(then.at), then.at); was != replayed {
		was = replayed // it was not, by the messages
	}
	return cmp.Diff(was, is)
}

// finding is what is known of the state of a change.
type finding struct {
	Phase review.Phase
	Word  review.Word // the newest
	Why   review.Why  // by itself
	By    review.Why  // by the newest word
}

func found(p *review.Policy, h *review.History, at time.Time) finding {
	v := review.See(p, h, at.Unix())
	f := finding{Phase: review.NewTimeline(p, h, at).Phase(), Why: v.Why(nil), By: v.Why(v.Newest())}
	if word := v.Newest(); word != nil {
		f.Word = v.Word(word, word.At)
	}
	if e := &f.Word.Event; e.Kind == review.TurnOn || e.Kind == review.ReviewerIn { // they come together, and Gerrit forgets one of them
		e.Kind, e.By, e.PatchSet = review.ReviewerIn, "", 0
	}
	return f
}

// sameFacts says whether Gerrit still has all the facts of then, except turns.
func sameFacts(p *review.Policy, then reading, now *review.History) bool {
	said := func(h *review.History) (all []string) {
		for _, s := range review.NewTimeline(p, h, then.at).Steps {
			for _, e := range s.Events {
				if e.Kind != review.TurnOn && e.Kind != review.TurnOff {
					all = append(all, fmt.Sprint(s.At, e))
				}
			}
		}
		return all
	}
	return slices.Equal(said(then.h), said(now.AsOf(then.at)))
}

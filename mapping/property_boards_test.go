package mapping_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Properties about where cards may go, and about boards next to each other.

func TestProperty6TargetsAndCardsTakenOff(t *testing.T) {
	adopted, obeyed, moved, untagged := 0, 0, 0, 0
	forAll(t, everything, func(_ *rapid.T, s story) (wrong string) {
		st := s.open(t)
		s.play(st, func(i int, now time.Time) {
			if st.away || wrong != "" {
				return
			}
			before := make([]Card, len(st.world.worlds))
			for b, w := range st.world.worlds {
				before[b] = w.card(1).Card
			}
			st.world.sync(now)
			for b, w := range st.world.worlds {
				card, was := w.card(1), before[b]
				off := takenOffByDan(card.history)
				switch last := card.last; {
				case off && !was.OnBoard && card.OnBoard:
					wrong = fmt.Sprintf("# after %q: put back although dan took it off: %s", s.moments[i].line, inWords(last))
				case last.Verdict != Move:
					if off {
						obeyed++
					}
				case !w.aims(last):
					wrong = fmt.Sprintf("# after %q: moved to %+v: %s", s.moments[i].line, last.To, inWords(last))
				case was.OnBoard && !slices.Contains(w.board.Named(), was.Column.Name):
					wrong = fmt.Sprintf("# after %q: taken from %s: %s", s.moments[i].line, was.Column.Name, inWords(last))
				case last.Target.TakesOff():
					untagged++
				case was.OnBoard:
					moved++
				default:
					adopted++
				}
			}
		})
		return wrong
	})
	t.Logf("%d cards were taken off by a rule", untagged)
	if adopted == 0 || obeyed == 0 || moved == 0 {
		t.Errorf("adopted or taken over %d, obeyed %d, moved %d: one of it never happened", adopted, obeyed, moved)
	}
}

// aims says whether a move goes where one of the rules says, and people see it.
func (w *world) aims(d Decision) bool {
	return slices.ContainsFunc(w.board.Rules, func(r Rule) bool {
		to := w.columns[r.Target.Column]
		return d.Target == r.Target && (r.Target == Target{Kind: Untag} || r.Target.Kind == ToColumn && to.Named() == d.To && !to.Hidden)
	})
}

// takenOffByDan says whether dan's newest word about the board itself was to take the card off.
func takenOffByDan(history []Event) bool {
	off := false
	for _, e := range history {
		if e.Person && (e.Kind == CardRemoved || e.Kind == CardAdded) {
			off = e.Kind == CardRemoved
		}
	}
	return off
}

// What people tagged stays tagged; what they untagged stays so until a change is linked,
// opened or restored; and only while a change is open is the tag put on.
func TestProperty6TagsOfPeopleWin(t *testing.T) {
	added, removed, obeyed := 0, 0, 0
	of := everything
	of.boards = []string{"duty", "own"}
	forAll(t, of, func(_ *rapid.T, s story) (wrong string) {
		st := s.open(t)
		opened := true // something was linked, opened or restored since dan's newest word about the tag
		open := openChanges(st.world)
		s.play(st, func(i int, now time.Time) {
			word := Newest(st.world.card(1).history, func(e Event) bool { return e.Tag == "#patch" })
			if word != nil && word.At.Equal(st.clock) && word.Person {
				opened = false
			}
			for number := range openChanges(st.world) {
				opened = opened || !open[number]
			}
			open = openChanges(st.world)
			if st.away {
				return
			}
			had := slices.Contains(st.world.card(1).Tags, "#patch")
			st.world.sync(now)
			has := slices.Contains(st.world.card(1).Tags, "#patch")
			switch obeys := word != nil && word.Person; {
			case has && !had:
				added++
				if obeys && !opened || len(open) == 0 {
					wrong = fmt.Sprintf("# after %q: tagged: %s", s.moments[i].line, st.world.card(1).tagged)
				}
			case had && !has:
				removed++
				if obeys || len(open) > 0 {
					wrong = fmt.Sprintf("# after %q: no longer tagged: %s", s.moments[i].line, st.world.card(1).tagged)
				}
			case obeys:
				obeyed++
			}
		})
		return wrong
	})
	if added == 0 || removed == 0 || obeyed == 0 {
		t.Errorf("added %d, removed %d, obeyed %d: one of it never happened", added, removed, obeyed)
	}
}

// openChanges are those that are linked to T1.
func openChanges(w *world) map[int]bool {
	open := map[int]bool{}
	for number, c := range w.gerrit.Changes {
		if c.Status == review.StatusNew && slices.Contains(slices.Concat(c.Tasks(), c.Inherited), 1) {
			open[number] = true
		}
	}
	return open
}

func TestProperty11AnotherBoardsRulesChangeNothingHere(t *testing.T) {
	others := 0
	of := everything
	of.boards = []string{"both"}
	forAll(t, of, func(d *rapid.T, s story) (wrong string) {
		plain, other := s.open(t), s.open(t)
		plain.world.board.Replaces, other.world.board.Replaces = nil, nil
		rules := rapid.SliceOfN(rapid.Custom(newRule), 1, 4).Draw(d, "rules")
		for _, r := range rules {
			r.change(other.world.worlds[1].board)
		}
		var decisions []Decision
		s.play(plain, func(_ int, now time.Time) {
			plain.look(now)
			decisions = append(decisions, plain.world.card(1).last)
		})
		s.play(other, func(i int, now time.Time) {
			other.look(now)
			want, got := decisions[i], other.world.card(1).last
			// The sentence of a card that stays may say more after the task was touched.
			same := (want.Verdict == Move) == (got.Verdict == Move) && want.State == got.State && want.To == got.To && want.Settle.Column == got.Settle.Column
			if wrong == "" && (!same || want.Verdict == Move && inWords(want) != inWords(got)) {
				wrong = fmt.Sprintf("# after %q: %s\n# with %v of the duty board: %s", s.moments[i].line, inWords(want), rules, inWords(got))
			}
		})
		others += max(other.world.worlds[1].writes-plain.world.worlds[1].writes, 0)
		return wrong
	})
	if others == 0 {
		t.Error("the rules of the other board never made a difference")
	}
}

// One that replaces the other asks what the other counts, but only to let the card leave it.
func TestProperty11AReplacedBoardsRulesDecideWhetherTheCardLeaves(t *testing.T) {
	left := 0
	of := everything
	of.boards, of.config, of.tasks = []string{"both"}, false, false
	forAll(t, of, func(d *rapid.T, s story) (wrong string) {
		st := s.open(t)
		s.play(st, func(int, time.Time) {})
		w, now := st.world, st.clock.Add(time.Hour)
		card := w.card(1)
		question := func() Question {
			q := w.question(card, now, w.histories())
			q.Card.Events, q.Card.EventsRead = card.history, true
			return q
		}
		before := Decide(question())
		rapid.Custom(newRule).Draw(d, "rule").change(w.worlds[1].board)
		after := Decide(question())
		if leavesBoard(before) != leavesBoard(after) {
			left++
			after.Effects = before.Effects
		}
		if fmt.Sprintf("%+v", before) != fmt.Sprintf("%+v", after) {
			wrong = fmt.Sprintf("# %+v\n# %+v", before, after)
		}
		return wrong
	})
	if left == 0 {
		t.Error("what the other board counts never made a difference")
	}
}

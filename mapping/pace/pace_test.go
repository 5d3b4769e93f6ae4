package pace_test

import (
	"fmt"
	"testing"
	"time"

	"reviewsync/mapping/pace"
	"reviewsync/mapping/review"
)

var noon = time.Date(2026, 12, 7, 12, 0, 0, 0, time.UTC)

func after(minutes float64) time.Time { return noon.Add(time.Duration(minutes * float64(time.Minute))) }

func change(n int) review.Key { return review.Key{Project: "mediawiki/core", Number: n} }

// waits are edits of so many cards that something causes, from a card on.
func waits(n, from int, c pace.Cause, said time.Time) []pace.Waiting {
	all := make([]pace.Waiting, n)
	for i := range all {
		all[i] = pace.Waiting{Cause: c, Card: fmt.Sprintf("%s T%04d", c.Board, from+i), Said: said}
	}
	return all
}

// madeOf are edits that were made.
func madeOf(n int, c pace.Cause, at time.Time) []pace.Edit {
	all := make([]pace.Edit, n)
	for i := range all {
		all[i] = pace.Edit{Cause: c, At: at}
	}
	return all
}

var (
	vol9 = pace.Cause{Board: "external", Change: change(4711), Person: "vol9"}
	anna = pace.Cause{Board: "external", Change: change(12), Person: "anna"}
	ours = pace.Cause{Board: "external"}
	live = pace.Cause{Board: "duty", Change: change(77), Person: "anna", Deployed: true}
)

func TestNext(t *testing.T) {
	for _, tc := range []struct {
		name    string
		made    []pace.Edit
		waiting []pace.Waiting
		now     int
		held    pace.Limit // what holds the first that is held
		first   float64    // until when, in minutes
		last    float64    // and the last
		shared  pace.Shared
	}{
		{name: "nothing waits"},
		{name: "a vote on a change that moves three cards", waiting: waits(3, 1, vol9, noon), now: 3},
		{
			name: "one change names 112 tasks: ten at once, one each minute", waiting: waits(112, 1, vol9, noon), now: 10,
			held: pace.OfChange, first: 1, last: 102, shared: pace.Shared{Change: change(4711), Person: "vol9", Edits: 102, Of: 102},
		},
		{
			name: "another change on the board is not held up by it", made: madeOf(10, vol9, noon),
			waiting: append(waits(100, 1, vol9, noon), waits(1, 200, anna, noon)...), now: 1,
			held: pace.OfChange, first: 1, last: 100, shared: pace.Shared{Change: change(4711), Person: "vol9", Edits: 100, Of: 100},
		},
		{
			name: "beyond the budget it goes on slowly", made: append(madeOf(10, vol9, noon.Add(-3*time.Minute)), madeOf(1, vol9, noon.Add(-time.Minute))...),
			waiting: waits(2, 20, vol9, noon), now: 1,
			held: pace.OfChange, first: 1, last: 1, shared: pace.Shared{Change: change(4711), Person: "vol9", Edits: 1, Of: 1},
		},
		{name: "the budget is there again after its time", made: madeOf(10, vol9, noon.Add(-10*time.Minute)), waiting: waits(10, 20, vol9, noon), now: 10},
		{name: "a deployment of 300 cards", made: madeOf(40, ours, noon), waiting: waits(300, 1, live, noon), now: 300},
		{
			name: "a deployment of 600 cards", waiting: waits(600, 1, live, noon), now: 500,
			held: pace.OfDeployed, first: 1, last: 2, shared: pace.Shared{Change: change(77), Person: "anna", Edits: 100, Of: 100},
		},
		{
			name: "a board is aligned: nobody said anything", waiting: waits(80, 1, ours, time.Time{}), now: 50,
			held: pace.OfBoard, first: 1, last: 6, shared: pace.Shared{Board: "external", Edits: 30, Of: 30},
		},
		{
			name: "what somebody said goes first", made: madeOf(45, ours, noon), waiting: append(waits(10, 1, ours, time.Time{}), waits(3, 50, anna, noon)...), now: 5,
			held: pace.OfBoard, first: 1, last: 2, shared: pace.Shared{Board: "external", Edits: 8, Of: 8},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := pace.Default().Next(tc.made, tc.waiting, noon)
			if len(p.Now) != tc.now || len(p.Now)+len(p.Held) != len(tc.waiting) {
				t.Fatalf("%d go now and %d are held, of %d; want %d now", len(p.Now), len(p.Held), len(tc.waiting), tc.now)
			}
			if p.Shared != tc.shared {
				t.Errorf("they share %+v, want %+v", p.Shared, tc.shared)
			}
			if len(p.Held) == 0 {
				return
			}
			first, last := p.Held[0], p.Held[len(p.Held)-1]
			if first.By != tc.held || !first.Until.Equal(after(tc.first)) || !last.Until.Equal(after(tc.last)) {
				t.Errorf("the first is held by %s until %s, the last until %s", first.By, first.Until, last.Until)
			}
			if !p.Braked("").Equal(noon) || !p.Braked(first.Board).Equal(noon) || !p.Braked("another").IsZero() {
				t.Errorf("braked since %s, on %s since %s", p.Braked(""), first.Board, p.Braked(first.Board))
			}
		})
	}
}

// Where two changes of one person and others wait, the cause is what most of them have in common.
func TestShared(t *testing.T) {
	other := pace.Cause{Board: "external", Change: change(4712), Person: "vol9"}
	p := pace.Default().Next(madeOf(30, vol9, noon), append(waits(40, 1, vol9, noon), waits(40, 50, other, noon)...), noon)
	if want := (pace.Shared{Person: "vol9", Edits: 80, Of: 80}); p.Shared != want {
		t.Errorf("they share %+v, want %+v", p.Shared, want)
	}
	p = pace.Default().Next(madeOf(200, pace.Cause{}, noon), append(waits(2, 1, vol9, noon), waits(2, 50, pace.Cause{Board: "duty", Change: change(9), Person: "anna"}, noon)...), noon)
	if p.Shared != (pace.Shared{}) || len(p.Held) != 4 {
		t.Errorf("they share %+v, and %d are held", p.Shared, len(p.Held))
	}
}

// What a person lets go is made at once, in its order.
func TestFreed(t *testing.T) {
	waiting := waits(100, 1, vol9, noon)
	for i := range 60 {
		waiting[i].Freed = true
	}
	p := pace.Default().Next(madeOf(10, vol9, noon), waiting, noon)
	if len(p.Now) != 60 || len(p.Held) != 40 {
		t.Errorf("%d go now, %d are held", len(p.Now), len(p.Held))
	}
}

// An edit does not overtake an earlier one of its card, whatever causes it.
func TestOneCard(t *testing.T) {
	card := func(c pace.Cause, said time.Time) pace.Waiting { return pace.Waiting{Cause: c, Card: "T1", Said: said} }
	p := pace.Default().Next(madeOf(10, vol9, noon), []pace.Waiting{card(vol9, noon.Add(-time.Hour)), card(anna, noon)}, noon)
	if len(p.Now) != 0 || p.Held[0].Change != vol9.Change || p.Held[1].By != "" || p.Held[1].Until != p.Held[0].Until {
		t.Errorf("%+v", p)
	}
}

func BenchmarkNext(b *testing.B) {
	made, waiting := madeOf(200, vol9, noon), waits(2000, 1, anna, noon)
	for b.Loop() {
		pace.Default().Next(made, waiting, noon)
	}
}

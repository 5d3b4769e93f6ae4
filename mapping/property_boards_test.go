package mapping

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// between puts deeds into a story at random places, each a minute after the one before it.
func (s *story) between(r *rand.Rand, name string, do func(w *world, now time.Time)) {
	d := deed{time.Minute, name, do}
	s.deeds = slices.Insert(s.deeds, r.IntN(len(s.deeds)+1), d)
}

// does is something that somebody does to T1 on the board of that name.
func does(by, board string, kind EventKind, column string) func(w *world, now time.Time) {
	return func(w *world, now time.Time) {
		for _, b := range w.worlds {
			card := b.card(1)
			if !strings.Contains(b.board.Tag, board) || (kind == CardAdded) == card.OnBoard || kind == CardMoved && card.Column.Name == column {
				continue
			}
			b.event(card, Event{Kind: kind, At: now, By: by, Person: by == "dan", Column: b.columns[column].ID})
		}
	}
}

// aroundTheBoards makes people and bots put T1 on both boards and take it off.
func (s *story) aroundTheBoards(r *rand.Rand) {
	for range 1 + r.IntN(6) {
		by := pick(r, "dan", "dan", "helper-bot")
		switch r.IntN(6) {
		case 0, 1:
			s.between(r, by+" takes T1 off external", does(by, "external", CardRemoved, ""))
		case 2:
			s.between(r, by+" adds T1 to external", does(by, "external", CardAdded, pick(r, "Inbox", "Review Needed", "Parked")))
		case 3:
			s.between(r, by+" adds T1 to duty", does(by, "duty", CardAdded, "External Code Reviews"))
		case 4:
			s.between(r, by+" moves T1 on duty", does(by, "duty", CardMoved, pick(r, "Doing", "External Code Reviews")))
		case 5:
			s.between(r, by+" takes T1 off duty", does(by, "duty", CardRemoved, ""))
		}
	}
}

func TestProperty6TargetsAndCardsTakenOff(t *testing.T) {
	adopted, obeyed, takenOver := 0, 0, 0
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		w := twoBoards(firstMonday)
		if r.IntN(3) > 0 {
			s.deeds = s.deeds[1:] // by which the card was put on the board
		}
		s.aroundTheBoards(r)
		for _, name := range []string{"Review Needed", "In Progress"} {
			if r.IntN(8) == 0 {
				s.between(r, name+" is hidden", func(w *world, _ time.Time) {
					w.columns[name] = Column{ID: w.columns[name].ID, Name: name, Hidden: true}
				})
			}
		}
		s.play(w, func(d deed, now time.Time) {
			card, before := w.card(1), w.card(1).Card
			old, off := w.old(1), takenOffByDan(w.card(1).history)
			w.sync(now)
			last := card.last
			switch {
			case off && !before.OnBoard && card.OnBoard:
				wrong += fmt.Sprintf("%s %s: put back although dan took it off: %s\n", now, d.name, last.Reason)
			case off:
				obeyed++
			}
			if last.Verdict != Move {
				return
			}
			if to := w.columns[last.To.Name]; to.Hidden || to != last.To || !slices.ContainsFunc(w.board.Rules, func(r Rule) bool { return r.To == to.Name }) {
				wrong += fmt.Sprintf("%s %s: moved to %+v: %s\n", now, d.name, last.To, last.Reason)
			}
			switch {
			case before.OnBoard:
				if !slices.Contains(w.board.Named(), before.Column.Name) {
					wrong += fmt.Sprintf("%s %s: taken from %s: %s\n", now, d.name, before.Column.Name, last.Reason)
				}
			case old != nil:
				takenOver++
			default:
				adopted++
			}
		})
		return wrong
	})
	if adopted == 0 || obeyed == 0 || takenOver == 0 {
		t.Errorf("adopted %d, obeyed %d, taken over %d: one of it never happened", adopted, obeyed, takenOver)
	}
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

func TestProperty11AnotherBoardsRulesChangeNothingHere(t *testing.T) {
	others, left := 0, 0
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		plain, other := twoBoards(firstMonday), twoBoards(firstMonday)
		replaces := r.IntN(2) == 0
		if !replaces {
			plain.board.Replaces, other.board.Replaces = nil, nil
		} else if r.IntN(2) == 0 {
			s.deeds = s.deeds[1:]
		}
		s.between(r, "dan adds T1 to duty", does("dan", "duty", CardAdded, pick(r, "Ready", "External Code Reviews")))
		s.aroundTheBoards(r)
		newRules(r, other.worlds[1].board)
		var decisions []Decision
		s.play(plain, func(_ deed, now time.Time) {
			plain.sync(now)
			decisions = append(decisions, plain.card(1).last)
		})
		i := 0
		s.play(other, func(d deed, now time.Time) {
			other.sync(now)
			want, got := decisions[i], other.card(1).last
			i++
			if replaces { // there the changes that it counts keep the card, and its moves are seen
				if got.Leave != want.Leave {
					left++
				}
				return
			}
			// The sentence of a card that stays may tell more after the task was touched.
			same := (want.Verdict == Move) == (got.Verdict == Move) && want.State == got.State && want.To == got.To && want.Settle.Column == got.Settle.Column
			if wrong == "" && (!same || want.Verdict == Move && want.Reason != got.Reason) {
				wrong = fmt.Sprintf("%s %s: %s\nwith other rules of the duty board: %s", now, d.name, want.Reason, got.Reason)
			}
		})
		others += max(other.worlds[1].writes-plain.worlds[1].writes, 0)
		return wrong
	})
	if others == 0 || left == 0 {
		t.Errorf("%d other moves, %d other departures: the rules of the other board never made a difference", others, left)
	}
}

// newRules gives a board other rules, another team and other changes to look at.
func newRules(r *rand.Rand, b *Board) {
	b.Count.Owners = [][]string{nil, {"outsiders"}, {"vol1"}}[r.IntN(3)]
	b.Team = shuffle(r, append(slices.Clone(outsiders), team...))[:r.IntN(8)]
	b.Review.Required = 1 + r.IntN(3)
	for i := range b.Rules {
		if b.Rules[i].To != "" && r.IntN(3) == 0 {
			b.Rules[i].To = pick(r, "Ready", "Doing", "Waiting for Review", "Done")
		}
	}
}

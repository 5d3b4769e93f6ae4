package mapping

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// The numbers are those of the design's properties.

func TestProperty1DecidingAgainGivesNothing(t *testing.T) {
	moves := 0
	forAll(t, true, func(_ *rand.Rand, s story) (wrong string) {
		w := externalWorld(firstMonday)
		s.play(w, func(d deed, now time.Time) {
			before := w.card(1).Column
			w.sync(now)
			card := w.card(1)
			if card.last.Verdict == Move && card.Column == before {
				wrong += fmt.Sprintf("%s %s: a move to where it is\n", now, d.name)
			}
			writes := w.writes
			w.sync(now)
			w.sync(now.Add(time.Minute))
			if w.writes != writes {
				wrong += fmt.Sprintf("%s %s: moved once more: %s\n", now, d.name, w)
			}
		})
		moves += w.writes
		return wrong
	})
	if moves == 0 {
		t.Error("no card ever moved")
	}
}

func TestProperty2OrderOfReadingDoesNotMatter(t *testing.T) {
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		w := externalWorld(firstMonday)
		now := s.play(w, func(_ deed, now time.Time) {
			if r.IntN(3) == 0 {
				w.sync(now)
			}
		})
		card := w.card(1)
		question := func(all []*History) Question {
			q := w.question(card, now.Add(time.Minute), all)
			q.Card.Events, q.Card.EventsRead = slices.Clone(card.history), true
			return q
		}
		first := Decide(question(w.histories()))
		var all []*History
		for _, c := range w.gerrit.changes {
			all = append(all, w.reader.Read(shuffled(r, c.get())))
		}
		q := question(all)
		r.Shuffle(len(q.Changes), func(i, j int) { q.Changes[i], q.Changes[j] = q.Changes[j], q.Changes[i] })
		r.Shuffle(len(q.Card.Events), func(i, j int) { q.Card.Events[i], q.Card.Events[j] = q.Card.Events[j], q.Card.Events[i] })
		return cmp.Diff(first, Decide(q))
	})
}

func shuffled(r *rand.Rand, c Change) Change {
	c.PatchSets, c.Messages, c.Comments = shuffle(r, c.PatchSets), shuffle(r, c.Messages), shuffle(r, c.Comments)
	c.Reviewers, c.OnTurn, c.OffTurn, c.Labels = shuffle(r, c.Reviewers), shuffle(r, c.OnTurn), shuffle(r, c.OffTurn), shuffle(r, c.Labels)
	for i := range c.Labels {
		c.Labels[i].Votes = shuffle(r, c.Labels[i].Votes)
	}
	return c
}

func shuffle[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func TestProperty3BotsAndRebasesChangeNothing(t *testing.T) {
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		plain, noisy := externalWorld(firstMonday), externalWorld(firstMonday)
		var columns []string
		s.play(plain, func(_ deed, now time.Time) {
			plain.sync(now)
			columns = append(columns, plain.card(1).Column.Name)
		})
		i := 0
		s.play(noisy, func(d deed, now time.Time) {
			noisy.sync(now)
			if got := noisy.card(1).Column.Name; got != columns[i] && wrong == "" {
				wrong = fmt.Sprintf("%s %s: %s with bots, %s without: %s", now, d.name, got, columns[i], noisy)
			}
			if i++; i < len(s.deeds) && s.deeds[i].after == 0 {
				return // what falls into one second stays together
			}
			writes := noisy.writes
			for range r.IntN(3) {
				botDeed(r, s.changes)(noisy, now.Add(time.Second))
			}
			noisy.sync(now.Add(time.Second))
			if noisy.writes != writes && wrong == "" {
				wrong = fmt.Sprintf("%s %s: bots moved it: %s", now, d.name, noisy)
			}
		})
		return wrong
	})
}

func TestProperty4APersonsMoveIsNeverUndone(t *testing.T) {
	held := 0
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		w := externalWorld(firstMonday)
		sometimes := r.IntN(4)
		now := s.play(w, func(_ deed, now time.Time) {
			if r.IntN(4) >= sometimes {
				w.sync(now)
			}
		}).Add(3 * time.Second)
		column := pick(r, "Inbox", "Review Needed", "In Progress", "Review Completed", "Parked")
		w.event(w.card(1), Event{Kind: CardMoved, At: now, By: "dan", Person: true, Column: w.columns[column].ID})
		for range 4 {
			now = now.Add(time.Duration(r.IntN(1000)) * time.Hour)
			if r.IntN(3) == 0 {
				w.card(1).Modified = now // somebody edits the task
			}
			if r.IntN(4) == 0 {
				w.card(1).Settled, w.born = Settlement{}, now
			}
			w.sync(now)
		}
		if w.card(1).last.Verdict == Held {
			held++
		}
		if got := w.card(1).Column.Name; got != column {
			return fmt.Sprintf("dan's move to %s was undone: %s", column, w)
		}
		return ""
	})
	if held == 0 {
		t.Error("no card was ever held")
	}
}

func TestProperty5WhatIsOldMovesNothing(t *testing.T) {
	forAll(t, true, func(r *rand.Rand, s story) string {
		w := externalWorld(firstMonday)
		now := s.play(w, func(deed, time.Time) {})
		w.start, w.born = now, now
		w.sync(now.Add(time.Second))
		w.sync(now.Add(time.Hour))
		if w.writes > 0 {
			return fmt.Sprintf("moved by what was said before the start: %s", w)
		}
		return ""
	})
}

func TestProperty5NewRulesMoveNothing(t *testing.T) {
	differ := 0
	forAll(t, true, func(r *rand.Rand, s story) string {
		w := externalWorld(firstMonday)
		now := s.play(w, func(_ deed, now time.Time) { w.sync(now) })
		writes := w.writes
		w.board.Team = shuffle(r, append(outsiders, team...))[:r.IntN(8)]
		w.board.Review.Required = 1 + r.IntN(3)
		w.board.Review.ThreadObjections = r.IntN(2) == 0
		w.board.Review.SelfApproval = r.IntN(2) == 0
		w.board.Count.Owners = [][]string{nil, {"outsiders"}, {"team"}, {"vol1"}}[r.IntN(4)]
		for i := range w.board.Rules {
			if r.IntN(3) == 0 && w.board.Rules[i].To != "" {
				w.board.Rules[i].To = pick(r, "Review Needed", "In Progress", "Review Completed", "Inbox")
			}
		}
		if r.IntN(2) == 0 {
			w.card(1).Modified = now.Add(time.Minute)
		}
		w.sync(now.Add(time.Hour))
		if w.card(1).last.Verdict == Known {
			differ++
		}
		if w.writes != writes {
			return fmt.Sprintf("moved by a change of the config: %s", w)
		}
		return ""
	})
	if differ == 0 {
		t.Error("no change of the rules ever made a difference")
	}
}

func TestProperty8VotesOfTheAuthorSideAndObjections(t *testing.T) {
	stood := 0
	forAll(t, false, func(r *rand.Rand, s story) (wrong string) {
		w := externalWorld(firstMonday)
		s.play(w, func(d deed, now time.Time) {
			w.sync(now)
			for _, c := range w.gerrit.changes {
				switch by := unansweredBy(c); {
				case by == "" || !linkedNow(c):
				case slices.Contains([]State{Reviewed, Approved, Merged}, w.card(1).last.State):
					wrong += fmt.Sprintf("%s %s: %s although %s objects to %d\n", now, d.name, w.card(1).last.State, by, c.Number)
				default:
					stood++
				}
			}
		})
		if s.changes > 1 || w.card(1).last.State != ReviewNeeded {
			return wrong
		}
		c := w.gerrit.changes[101]
		for _, who := range authorSide(c) {
			if slices.ContainsFunc(c.Messages, func(m Message) bool { return m.By.Username == who && strings.Contains(m.Text, ": Code-Review-") }) {
				continue // it is the end of an objection as well
			}
			at := w.card(1).Modified.AddDate(0, 1, 0)
			c.review(at, who, "", c.current(), "Code-Review", 1+r.IntN(2), "")
			w.sync(at)
			if state := w.card(1).last.State; state == Reviewed || state == Approved {
				wrong += fmt.Sprintf("%s by the vote of %s on their own change: %s\n", state, who, w)
			}
		}
		return wrong
	})
	if stood == 0 {
		t.Error("nobody ever objected")
	}
}

func authorSide(c *changeModel) []string {
	side := []string{c.Owner.Username}
	for _, p := range c.PatchSets {
		if p.Kind == rework && !slices.Contains(side, p.Uploader.Username) {
			side = append(side, p.Uploader.Username)
		}
	}
	return side
}

func linkedNow(c *changeModel) bool {
	return slices.Contains(Tasks(c.PatchSets[c.current()-1].Message, []string{"Bug"}), 1)
}

// unansweredBy names somebody whose negative vote on the current patch set of an open
// change is newer than all that the author side said or uploaded.
func unansweredBy(c *changeModel) string {
	author := authorSide(c)
	var newest time.Time
	for _, m := range c.Messages {
		if slices.Contains(author, m.By.Username) && m.Date.After(newest) {
			newest = m.Date
		}
	}
	for _, v := range c.votes {
		if c.Status == StatusNew && v.patchSet == c.current() && v.value < 0 && v.date.After(newest) && !slices.Contains(author, v.by) {
			return v.by
		}
	}
	return ""
}

func TestProperty9ReadAtOnceOrOneByOne(t *testing.T) {
	forAll(t, false, func(r *rand.Rand, s story) string {
		eager, lazy := externalWorld(firstMonday), externalWorld(firstMonday)
		s.play(eager, func(_ deed, now time.Time) { eager.sync(now) })
		now := s.play(lazy, func(_ deed, now time.Time) {
			if r.IntN(6) == 0 {
				lazy.sync(now)
			}
		})
		eager.sync(now.Add(time.Minute))
		lazy.sync(now.Add(time.Minute))
		if d := lazy.card(1).last; d.State == "" || d.State == Abandoned {
			return "" // no rule names a column for it
		}
		if eager.card(1).Column != lazy.card(1).Column {
			return fmt.Sprintf("one by one: %sat once: %s", eager, lazy)
		}
		return ""
	})
}

func TestProperty10ClocksAndReasons(t *testing.T) {
	forAll(t, true, func(r *rand.Rand, s story) (wrong string) {
		shift := time.Duration(r.IntN(200_000)-100_000) * time.Minute
		here, there := externalWorld(firstMonday), externalWorld(firstMonday.Add(shift))
		var decisions []Decision
		s.play(here, func(_ deed, now time.Time) {
			here.sync(now)
			decisions = append(decisions, here.card(1).last)
		})
		i := 0
		moved := cmp.Transformer("shift", func(d Decision) Decision {
			d.Reason, d.Settle = "", Settlement{}
			return d
		})
		s.play(there, func(d deed, now time.Time) {
			there.sync(now)
			got := there.card(1).last
			for _, at := range []*time.Time{&got.Since, &got.Placed} {
				if !at.IsZero() {
					*at = at.Add(-shift)
				}
			}
			if diff := cmp.Diff(decisions[i], got, moved, cmpopts.EquateEmpty()); diff != "" && wrong == "" {
				wrong = fmt.Sprintf("%s %s, shifted by %s: %s", now, d.name, shift, diff)
			}
			if reason := got.Reason; !strings.HasPrefix(reason, "T1") || !strings.Contains(reason, "change 10") && !strings.Contains(reason, there.board.Tag) && !strings.Contains(reason, "dan ") {
				wrong = fmt.Sprintf("a reason that names nothing: %s", reason)
			}
			i++
		})
		return wrong
	})
}

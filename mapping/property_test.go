package mapping_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// The numbers are those of docs/design.md, "What must always hold". Number 7, that a private or invisible
// change leaves every output as it is, is held where changes are read, since none of them
// becomes a Change: by TestAChangeTurnsPrivate of internal/service, TestExplainPrivate of
// cmd/reviewsync and TestAPrivateOrVanishedChangeLeavesNoTrace of internal/store.

func TestProperty1DecidingAgainGivesNothing(t *testing.T) {
	moves, tagged := 0, 0
	forAll(t, everything, func(_ *rapid.T, s story) (wrong string) {
		st := s.open(t)
		s.play(st, func(i int, now time.Time) {
			if st.away || wrong != "" {
				return
			}
			before := places(st.world)
			st.world.sync(now)
			for b, w := range st.world.worlds {
				for _, task := range []int{1, 2} {
					if c := w.card(task); c.last.Verdict == Move && c.OnBoard && c.Column.ID == before[place{b, task}] {
						wrong = fmt.Sprintf("# a move to where it is: %s", inWords(c.last))
					}
				}
				moves += w.writes
			}
			tagged += len(st.world.card(1).tagged)
			writes := allWrites(st.world)
			st.world.sync(now)
			if i+1 == len(s.moments) { // the clock alone changes nothing either
				st.world.sync(now.Add(time.Minute))
			}
			if allWrites(st.world) != writes {
				wrong = fmt.Sprintf("# after %q, looking again: %s", s.moments[i].line, st.world)
			}
		})
		return wrong
	})
	if moves == 0 || tagged == 0 {
		t.Errorf("%d moves, %d words about tags: nothing ever happened", moves, tagged)
	}
}

// place names a card: a board and a task.
type place struct{ board, task int }

// places says where the cards are.
func places(w *world) map[place]string {
	at := map[place]string{}
	for b, board := range w.worlds {
		for task, c := range board.cards {
			if c.OnBoard {
				at[place{b, task}] = c.Column.ID
			}
		}
	}
	return at
}

func allWrites(w *world) int {
	n := 0
	for _, b := range w.worlds {
		n += b.writes
	}
	return n
}

func TestProperty4APersonsMoveIsNeverUndone(t *testing.T) {
	held := 0
	forAll(t, everything, func(d *rapid.T, s story) string {
		st := s.live(t)
		card := st.world.card(1)
		if !card.OnBoard {
			s.moments = append(s.moments, moment{time.Hour, "dan adds T1 to " + anyColumn(d, st.world)})
			st.do(s.moments[len(s.moments)-1])
			st.look(st.clock.Add(time.Second))
		}
		column := anyColumn(d, st.world)
		if !card.OnBoard || card.Column.Name == column {
			return ""
		}
		for i := range 5 {
			m := moment{4 * time.Second, fmt.Sprintf("dan moves T1 to %s", column)}
			if i > 0 { // what happens after that is no word in Gerrit
				what := []string{"nothing happens", "dan edits T1", "the service starts", "the service stops", "the service loses its store", "3 days pass", "200 days pass", "bob joins the team", "vol1 joins the team", "alice leaves the team", "dan moves T1 to " + column}
				m = moment{rapid.SampledFrom(gaps).Draw(d, "after"), rapid.SampledFrom(what).Draw(d, "what")}
			}
			s.moments = append(s.moments, m)
			st.do(m)
			st.look(st.clock.Add(time.Second))
		}
		if card.last.Verdict == Held {
			held++
		}
		if got := card.Column.Name; got != column {
			return fmt.Sprintf("# dan's move to %s was undone: %s\n%s", column, st.world, s)
		}
		return ""
	})
	if held == 0 {
		t.Error("no card was ever held")
	}
}

func anyColumn(d *rapid.T, w *world) string {
	var names []string
	for name := range w.columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return rapid.SampledFrom(names).Draw(d, "column")
}

func TestProperty5WhatIsOldMovesNothing(t *testing.T) {
	forAll(t, everything, func(_ *rapid.T, s story) string {
		st := s.open(t)
		s.play(st, func(int, time.Time) {})
		for _, w := range st.world.worlds {
			w.start, w.born = st.clock, st.clock
		}
		st.world.sync(st.clock.Add(time.Second))
		st.world.sync(st.clock.Add(time.Hour))
		if allWrites(st.world) > 0 {
			return fmt.Sprintf("# the service starts only now, and yet: %s", st.world)
		}
		return ""
	})
}

func TestProperty5NewRulesMoveNothing(t *testing.T) {
	differ := 0
	of := everything
	of.config = false
	forAll(t, of, func(d *rapid.T, s story) string {
		st := s.live(t)
		st.away = false
		st.world.sync(st.clock.Add(time.Hour))
		writes := allWrites(st.world)
		rules := rapid.SliceOfN(rapid.Custom(newRule), 1, 4).Draw(d, "rules")
		for _, w := range st.world.worlds {
			for _, r := range rules {
				r.change(w.board)
			}
		}
		if rapid.Bool().Draw(d, "edited") {
			st.do(moment{2 * time.Hour, "dan edits T1"})
		}
		st.world.sync(st.clock.Add(3 * time.Hour))
		if st.world.card(1).last.Verdict == Known {
			differ++
		}
		if allWrites(st.world) != writes {
			return fmt.Sprintf("# %v makes it move: %s", rules, st.world)
		}
		return ""
	})
	if differ == 0 {
		t.Error("no change of the rules ever made a difference")
	}
}

// ruleChange is something that the owner of a board may do to its rules.
type ruleChange struct {
	what   string
	change func(b *Board)
}

func (r ruleChange) String() string   { return r.what }
func (r ruleChange) GoString() string { return r.what }

func newRule(d *rapid.T) ruleChange {
	switch n := rapid.IntRange(0, 6).Draw(d, "what"); n {
	case 0:
		size := rapid.IntRange(0, 7).Draw(d, "team")
		return ruleChange{fmt.Sprintf("another team of %d", size), func(b *Board) { b.Team = append([]string{"vol1", "vol2", "vol3"}, reviewtest.Team...)[:size] }}
	case 1:
		return ruleChange{"more votes required", func(b *Board) { b.Review.Required++ }}
	case 2:
		return ruleChange{"threads are no longer objections, or are", func(b *Board) { b.Review.ThreadObjections = !b.Review.ThreadObjections }}
	case 3:
		return ruleChange{"self approval", func(b *Board) { b.Review.SelfApproval = true }}
	case 4:
		owners := rapid.SampledFrom([][]string{nil, {"outsiders"}, {"team"}, {"vol1"}}).Draw(d, "owners")
		return ruleChange{fmt.Sprintf("only changes of %v", owners), func(b *Board) { b.Count.Owners = owners }}
	case 5:
		return ruleChange{"one rule less", func(b *Board) { b.Rules = b.Rules[1:] }}
	default:
		from, to := rapid.IntRange(0, 6).Draw(d, "rule"), rapid.IntRange(0, 6).Draw(d, "target")
		return ruleChange{fmt.Sprintf("rule %d goes where rule %d goes", from, to), func(b *Board) {
			rules := slices.Clone(b.Rules)
			f, t := from%len(rules), to%len(rules)
			rules[f].Target = rules[t].Target
			b.Rules = rules
		}}
	}
}

func TestProperty8VotesOfTheAuthorSideAndObjections(t *testing.T) {
	stood, own := 0, 0
	of := telling{boards: []string{"external", "duty"}, drags: true, tasks: true, service: true, past: true}
	forAll(t, of, func(d *rapid.T, s story) (wrong string) {
		st := s.open(t)
		w := st.world
		s.play(st, func(i int, now time.Time) {
			w.sync(now)
			for _, c := range w.gerrit.Changes {
				if by := unansweredBy(w.board, c); by != "" && slices.Contains(c.Tasks(), 1) && w.board.Sees(w.reader.Read(c.Get())) {
					if state := w.card(1).last.State; slices.Contains([]review.State{review.Reviewed, review.Approved, review.Merged, review.Deployed}, state) {
						wrong = fmt.Sprintf("# after %q: %s although %s objects to %d", s.moments[i].line, state, by, c.Number)
					}
					stood++
				}
			}
		})
		if wrong != "" || w.card(1).last.State != review.ReviewNeeded {
			return wrong
		}
		for _, c := range w.gerrit.Changes {
			for _, who := range c.AuthorSide() {
				if c.Status != review.StatusNew || c.Value(who, "Code-Review") < 0 || objected(c, who) {
					continue // the end of their own objection
				}
				own++
				s.moments = append(s.moments, moment{time.Hour, fmt.Sprintf("%s votes +2 on %d", who, c.Number)})
				st.do(s.moments[len(s.moments)-1])
				w.sync(st.clock.Add(time.Second))
				if state := w.card(1).last.State; state == review.Reviewed || state == review.Approved {
					return fmt.Sprintf("# %s by the vote of %s on their own change: %s\n%s", state, who, w, s)
				}
			}
		}
		return wrong
	})
	if stood == 0 || own == 0 {
		t.Errorf("%d objections stood, %d people voted on their own changes", stood, own)
	}
}

// objected says whether somebody ever voted negatively.
func objected(c *reviewtest.Change, who string) bool {
	return slices.ContainsFunc(c.Messages, func(m review.Message) bool { return m.By.Username == who && strings.Contains(m.Text, "Code-Review-") })
}

// unansweredBy names somebody who objects to an open change, by a negative vote or, of the
// team, by a thread, after all that the author side said or uploaded.
func unansweredBy(b *Board, c *reviewtest.Change) string {
	author := c.AuthorSide()
	var newest time.Time
	for _, m := range c.Messages {
		if slices.Contains(author, m.By.Username) && m.Date.After(newest) {
			newest = m.Date
		}
	}
	if c.Status != review.StatusNew {
		return ""
	}
	for _, v := range c.Votes {
		cast := slices.ContainsFunc(c.Messages, func(m review.Message) bool { // when it was cast, not copied
			return m.By.Username == v.By && m.Date.After(newest) && strings.Contains(m.Text, ": Code-Review-")
		})
		if v.PatchSet == c.Current() && v.Label == "Code-Review" && v.Value < 0 && cast && !slices.Contains(author, v.By) && !reviewtest.Account(v.By).Service {
			return v.By
		}
	}
	for _, k := range c.Comments {
		who := k.By.Username
		if k.InReplyTo == "" && k.Unresolved && k.Date.After(newest) && slices.Contains(b.Team, who) && !slices.Contains(author, who) && c.Value(who, "Code-Review") <= 0 && !answeredAtAll(c, k) && !votedPositively(c, who) {
			return who
		}
	}
	return ""
}

// answeredAtAll says whether anybody replied to a comment.
func answeredAtAll(c *reviewtest.Change, k review.Comment) bool {
	return slices.ContainsFunc(c.Comments, func(r review.Comment) bool { return r.InReplyTo == k.ID })
}

// votedPositively says whether somebody ever did, on whichever patch set.
func votedPositively(c *reviewtest.Change, who string) bool {
	return slices.ContainsFunc(c.Votes, func(v reviewtest.CastVote) bool { return v.By == who && v.Value > 0 })
}

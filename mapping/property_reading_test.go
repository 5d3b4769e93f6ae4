package mapping_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// Properties about when and how the facts are read.

func TestProperty2OrderOfReadingDoesNotMatter(t *testing.T) {
	forAll(t, everything, func(d *rapid.T, s story) (wrong string) {
		st := s.live(t)
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(d, "order"), 0))
		for _, w := range st.world.worlds {
			card, now := w.card(1), st.clock.Add(time.Minute)
			question := func(all []*review.History) Question {
				q := w.question(card, now, all)
				q.Card.Events, q.Card.EventsRead = slices.Clone(card.history), true
				return q
			}
			ordered, mixed := question(w.histories()), question(w.histories())
			mixed.Changes = nil
			for _, c := range w.gerrit.Changes {
				if h := w.reader.Read(reviewtest.Shuffled(r, c.Get())); slices.Contains(h.Tasks(), 1) {
					mixed.Changes = append(mixed.Changes, h)
				}
			}
			mixed.Changes, mixed.Card.Events = shuffle(r, mixed.Changes), shuffle(r, mixed.Card.Events)
			wrong += cmp.Diff(Decide(ordered), Decide(mixed)) + cmp.Diff(Align(ordered), Align(mixed)) + cmp.Diff(DecideTag(aboutTag(ordered)), DecideTag(aboutTag(mixed)))
		}
		return wrong
	})
}

// aboutTag is the question about a tag of the same task.
func aboutTag(q Question) TagQuestion {
	return TagQuestion{
		Tag: "#patch", Task: 1, Has: slices.Contains(q.Card.Tags, "#patch"), Start: q.Start,
		Changes: q.Changes, Events: q.Card.Events, EventsRead: true,
	}
}

func shuffle[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

func TestProperty3BotsAndRebasesChangeNothing(t *testing.T) {
	of := everything
	of.past = false // a rebase makes the current patch set a past one
	forAll(t, of, func(d *rapid.T, s story) (wrong string) {
		var columns []string
		plain := s.open(t)
		s.play(plain, func(_ int, now time.Time) {
			plain.look(now)
			columns = append(columns, whereAll(plain.world))
		})
		noisy, told := s.open(t), s
		told.moments = nil
		s.play(noisy, func(i int, now time.Time) {
			noisy.look(now)
			told.moments = append(told.moments, s.moments[i])
			if got := whereAll(noisy.world); got != columns[i] && wrong == "" {
				wrong = fmt.Sprintf("# after %q: with the noise %s, without it %s: %s\n%s", s.moments[i].line, got, columns[i], noisy.world, told)
			}
			if i+1 < len(s.moments) && s.moments[i+1].after < time.Minute {
				return // what is said within a minute stays together
			}
			writes := allWrites(noisy.world)
			for _, line := range rapid.SliceOfN(rapid.Custom(noise), 0, 3).Draw(d, "noise") {
				if m := (moment{0, line}); canBeNoise(noisy.world, line) {
					noisy.do(m)
					told.moments = append(told.moments, m)
				}
			}
			noisy.look(noisy.clock.Add(2 * time.Second))
			if allWrites(noisy.world) != writes && wrong == "" {
				wrong = fmt.Sprintf("# the noise moves it: %s\n%s", noisy.world, told)
			}
		})
		return wrong
	})
}

// whereAll is where T1 is on all boards, and how it is tagged.
func whereAll(w *world) string {
	var at []string
	for _, b := range w.worlds {
		at = append(at, b.card(1).Column.Name)
	}
	tags := slices.Clone(w.card(1).Tags)
	slices.Sort(tags)
	return strings.Join(append(at, tags...), ", ")
}

// noise draws something that changes nothing.
func noise(d *rapid.T) string {
	n := rapid.SampledFrom([]int{101, 102, 103}).Draw(d, "change")
	bot := rapid.SampledFrom([]string{"ci-bot", "build-bot"}).Draw(d, "bot")
	return rapid.SampledFrom([]string{
		fmt.Sprintf("%s votes -1 on %d", bot, n), fmt.Sprintf("%s votes +2 on %d", bot, n), fmt.Sprintf(`%s says "recheck" on %d`, bot, n),
		fmt.Sprintf("vol1 rebases %d", n), fmt.Sprintf("dave rebases %d", n), fmt.Sprintf("ci-bot rebases %d", n), "dan reorders T1",
	}).Draw(d, "noise")
}

var ofChange = regexp.MustCompile(`10\d$`)

// canBeNoise leaves out what says something after all.
func canBeNoise(w *world, line string) bool {
	number := 0
	_, _ = fmt.Sscan(ofChange.FindString(line), &number)
	c := w.gerrit.Changes[number]
	switch {
	case number == 0:
		return true
	case c == nil || c.Status != review.StatusNew:
		return false
	}
	heeded := slices.ContainsFunc(w.worlds, func(b *world) bool { return b.board.Review.Labels["Verified"] == review.ByBots })
	unready := c.Unmarked                                                                                       // the tag of the next push is then the first to say that it is ready
	verified := slices.ContainsFunc(c.Votes, func(v reviewtest.CastVote) bool { return v.Label == "Verified" }) // which a rebase takes away
	says := heeded && (strings.Contains(line, " votes ") || verified && strings.Contains(line, " rebases ")) || unready && strings.Contains(line, " rebases ")
	return !says
}

func TestProperty9ReadAtOnceOrOneByOne(t *testing.T) {
	compared := 0
	// Not where rules on tags and on reviews stand side by side: the first to match wins, and each is dated by its own facts.
	of := telling{boards: []string{"external", "duty", "both"}, adds: true, tasks: true, past: true}
	forAll(t, of, func(d *rapid.T, s story) string {
		eager, lazy := s.live(t), s.open(t)
		told := s
		told.moments = nil
		began := map[int]bool{} // on which boards the card was then, or in a column that one replaces
		s.play(lazy, func(i int, now time.Time) {
			for b, w := range lazy.world.worlds {
				if legacy := w.columns["External Code Reviews"]; i == 0 {
					began[b] = w.old(1) != nil || w.card(1).OnBoard && w.card(1).Column != legacy
				}
			}
			told.moments = append(told.moments, s.moments[i])
			if up := rapid.IntRange(0, 3).Draw(d, "looks") == 3; up && i > 0 {
				read := rapid.IntRange(1, 7).Draw(d, "which changes")
				lazy.world.readOnly(func(number int) bool { return read&(1<<(number-101)) != 0 })
				told.moments = append(told.moments, moment{0, fmt.Sprintf("# the service looks, at changes %03b", read)})
				lazy.look(now)
			}
		})
		end := eager.clock.Add(time.Minute)
		lazy.world.readOnly(func(int) bool { return true })
		eager.world.sync(end)
		lazy.world.sync(end)
		for b, w := range lazy.world.worlds {
			last, at := w.card(1).last, eager.world.worlds[b].card(1)
			if !began[b] {
				continue
			}
			if w.card(1).Closed || last.Verdict == Stays || last.State == "" {
				continue // no rule names where it has to be
			}
			compared++
			if at.Column != w.card(1).Column {
				return fmt.Sprintf("# looking at each: %s\n# looking now and then: %s\n%s", inWords(at.last), inWords(last), told)
			}
		}
		return ""
	})
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

func TestProperty10ClocksAndReasons(t *testing.T) {
	forAll(t, everything, func(d *rapid.T, s story) (wrong string) {
		shift := time.Duration(rapid.IntRange(-100_000, 100_000).Draw(d, "shift")) * time.Minute
		here, there := s.open(t), s.open(t)
		there.clock = there.clock.Add(shift)
		for _, w := range there.world.worlds {
			w.start, w.born = w.start.Add(shift), w.born.Add(shift)
		}
		var decisions [][]Decision
		s.play(here, func(_ int, now time.Time) {
			here.look(now)
			decisions = append(decisions, lastOfAll(here.world))
		})
		s.play(there, func(i int, now time.Time) {
			there.look(now)
			got := lastOfAll(there.world)
			for b, w := range there.world.worlds {
				want, got := decisions[i][b], got[b]
				if reason := inWords(got); got.Verdict != "" && !namesSomething(w.board, reason) {
					wrong = fmt.Sprintf("# a reason that names nothing: %s", reason)
				}
				if diff := cmp.Diff(setBack(t, want, 0), setBack(t, got, shift)); diff != "" && wrong == "" {
					wrong = fmt.Sprintf("# after %q, all clocks shifted by %s: %s", s.moments[i].line, shift, diff)
				}
			}
		})
		return wrong
	})
}

// lastOfAll are the newest decisions about T1.
func lastOfAll(w *world) []Decision {
	var all []Decision
	for _, b := range w.worlds {
		all = append(all, b.card(1).last)
	}
	return all
}

var dates = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`)

// setBack is a decision with its dates on clocks set back. A digest has dates as well, but not as such.
func setBack(t *testing.T, d Decision, back time.Duration) string {
	d.Settle.Digest = ""
	text, err := json.MarshalIndent(d, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return dates.ReplaceAllStringFunc(string(text), func(date string) string {
		at, err := time.Parse(time.RFC3339, strings.Trim(date, `"`))
		if err != nil {
			t.Fatal(err)
		}
		return at.Add(-back).UTC().Format(time.RFC3339)
	})
}

// namesSomething: a reason begins with the task, and names a change, a person, a tag, a
// column, or a key of the config.
func namesSomething(b *Board, reason string) bool {
	if !strings.HasPrefix(reason, "T1") {
		return false
	}
	return slices.ContainsFunc([]string{"change 10", b.Tag, "dan ", "helper-bot ", "reviewsync, ", "it is tagged #", "the task is "}, func(name string) bool { return strings.Contains(reason, name) })
}

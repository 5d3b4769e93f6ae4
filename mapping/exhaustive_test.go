package mapping_test

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"reviewsync/internal/depth"
	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

// longest is the number of events of the longest histories in full depth.
const longest = 6

// alphabet is what can happen in the histories of one part of the exhaustive check.
type alphabet struct {
	name    string
	before  []string // what has happened when they begin
	letters []string // each one hour after the one before it
	want    int      // histories of one to six letters, as counted when this was written
}

// A letter about a change is possible while that change is open: "merges" ends it. All
// others always are, so that the number of histories follows from the letters alone.
var alphabets = []alphabet{
	{
		name:   "one change",
		before: []string{"dan adds T1 to In Progress", "vol1 pushes 101 for T1"},
		letters: []string{
			"vol1 uploads new code to 101", `vol1 says "It is meant so." on 101`,
			"alice votes +1 on 101", "alice votes -1 on 101", "bob votes +2 on 101",
			"vol2 votes -1 on 101", "bob merges 101",
		},
		want: 65_317,
	},
	{
		name:   "two changes",
		before: []string{"dan adds T1 to In Progress", "vol1 pushes 101 for T1", "vol2 pushes 102 for T1"},
		letters: []string{
			"vol1 uploads new code to 101", "alice votes -1 on 101", "alice votes +1 on 101", "bob merges 101",
			"vol2 uploads new code to 102", "bob votes -1 on 102", "vol1 votes +1 on 102", "alice merges 102",
		},
		want: 98_560,
	},
	{
		name:   "one who drags",
		before: []string{"dan adds T1 to Review Needed", "vol1 pushes 101 for T1"},
		letters: []string{
			"vol1 uploads new code to 101", "alice votes -1 on 101", "bob votes +1 on 101",
			"dan moves T1 to In Progress", "dan moves T1 to Review Completed", "dan moves T1 to Parked",
		},
		want: 55_986,
	},
}

// TestExhaustive checks each property on every history of up to six letters, in a sample of up
// to five. Number 7 is about what is read, number 11 about several boards: a decision on one knows
// nothing of others.
func TestExhaustive(t *testing.T) {
	for _, a := range alphabets {
		t.Run(strings.ReplaceAll(a.name, " ", "_"), func(t *testing.T) {
			w := a.walker(t)
			seen, err := w.all()
			if err != nil {
				t.Fatal(err)
			}
			if want := a.count(w.longest); int(seen) != want {
				t.Errorf("%d histories were checked, %d are possible", seen, want)
			}
			if all := a.count(longest); all != a.want {
				t.Errorf("%d histories of up to %d events are possible, and there were %d when this was written", all, longest, a.want)
			}
			t.Logf("%d histories of up to %d events, of %d letters", seen, w.longest, len(a.letters))
		})
	}
}

// count is the number of histories: of words of at most n letters in which no letter of
// a change follows its merge.
func (a alphabet) count(longest int) int {
	total := 0
	words := map[string]int{"": 1} // how many there are, by the changes that are merged in them
	for range longest {
		longer := map[string]int{}
		for merged, n := range words {
			for _, l := range a.letters {
				about := ofChange.FindString(l)
				switch {
				case about == "":
					longer[merged] += n
				case strings.Contains(merged, about):
				case strings.Contains(l, "merges"):
					both := strings.Fields(merged + " " + about)
					slices.Sort(both)
					longer[strings.Join(both, " ")] += n
				default:
					longer[merged] += n
				}
			}
		}
		for _, n := range longer {
			total += n
		}
		words = longer
	}
	return total
}

// walker walks through all histories, the beginnings that they share once.
type walker struct {
	alphabet
	t       *testing.T
	longest int
	do      []func(*stage)
	about   []int // number of the change that a letter is about; 0: none
	seen    atomic.Int64
	other   *Board // with other rules, and another team
	first   *node  // when the histories begin
}

// node is one history, and what comes of it.
type node struct {
	*stage
	letters []int
	whole   Question // about the card as it stands
	fresh   Decision // by a service that remembers nothing
}

func (a alphabet) walker(t *testing.T) *walker {
	w := &walker{alphabet: a, t: t, longest: depth.Of(longest-1, longest)}
	for _, l := range a.letters {
		about := 0
		_, _ = fmt.Sscan(ofChange.FindString(l), &about)
		play, err := sentence(l)
		if err != nil {
			t.Fatal(err)
		}
		w.do, w.about = append(w.do, play), append(w.about, about)
	}
	w.other = externalBoard()
	w.other.Team, w.other.Count.Owners = []string{"bob", "vol1", "vol2"}, nil
	w.other.Review = review.Voting{Required: 2, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}, SelfApproval: true}
	w.other.Rules[0].Target, w.other.Rules[2].Target = To("In Progress"), To("Review Needed")
	return w
}

// all walks through the histories in as many goroutines as there are processors.
func (w *walker) all() (int64, error) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	root := &node{stage: w.begin()}
	w.first = root
	var each errgroup.Group
	each.SetLimit(runtime.GOMAXPROCS(0))
	for i := range w.letters {
		first, err := w.next(root, i)
		if err != nil || first == nil {
			return 0, errors.Join(err, fmt.Errorf("%s is not possible at first", w.letters[i]))
		}
		for j := range w.letters {
			each.Go(func() error {
				second, err := w.next(first, j)
				if err != nil || second == nil {
					return err
				}
				return w.below(second)
			})
		}
	}
	err := each.Wait()
	return w.seen.Load(), err
}

// begin is the stage when the histories begin.
func (w *walker) begin() *stage {
	s := story{board: []string{"board external"}}
	for _, line := range w.before {
		s.moments = append(s.moments, moment{time.Hour, line})
	}
	st := s.open(w.t)
	return s.play(st, func(_ int, now time.Time) { st.world.sync(now) })
}

// below walks through all that can follow.
func (w *walker) below(n *node) error {
	if len(n.letters) == w.longest {
		return nil
	}
	for i := range w.letters {
		after, err := w.next(n, i)
		if err != nil {
			return err
		}
		if after == nil {
			continue
		}
		if err := w.below(after); err != nil {
			return err
		}
	}
	return nil
}

// next lets one more event happen and checks what comes of it; nil if it cannot happen.
func (w *walker) next(n *node, letter int) (*node, error) {
	about := w.about[letter]
	if c := n.world.gerrit.Changes[about]; c != nil && c.Status != review.StatusNew {
		return nil, nil
	}
	after := &node{stage: n.copy(), letters: append(slices.Clip(n.letters), letter)}
	after.world.reads = func(number int) bool { return number == about }
	after.clock = after.clock.Add(time.Hour)
	w.do[letter](after.stage)
	after.world.settle(after.world.card(1), after.clock.Add(time.Second), after.world.histories())
	w.seen.Add(1)
	if wrong := w.check(after); wrong != "" {
		return nil, fmt.Errorf("# %s\n%s", wrong, w.story(after.letters))
	}
	return after, nil
}

// story is a history as a scenario.
func (w *walker) story(letters []int) story {
	s := story{board: []string{"board external"}}
	for _, line := range w.before {
		s.moments = append(s.moments, moment{time.Hour, line})
	}
	for _, l := range letters {
		s.moments = append(s.moments, moment{time.Hour, w.letters[l]})
	}
	return s
}

// copy is a stage on which something else can go on.
func (s *stage) copy() *stage {
	st, w := *s, *s.world
	st.world = &w
	w.worlds = []*world{&w}
	w.gerrit = s.world.gerrit.Copy()
	w.known = maps.Clone(w.known)
	w.cards = map[int]*cardModel{}
	for task, c := range s.world.cards {
		card := *c
		card.history = slices.Clip(c.history)
		w.cards[task] = &card
	}
	return &st
}

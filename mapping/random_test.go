package mapping

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// deed is something that happens in a random story.
type deed struct {
	after time.Duration
	name  string
	do    func(w *world, now time.Time)
}

// story is a random history of one or two changes of T1.
type story struct {
	changes int
	deeds   []deed
}

var outsiders = []string{"vol1", "vol2", "vol3"}

// on makes a deed about an open change.
func on(number int, do func(c *changeModel, now time.Time)) func(*world, time.Time) {
	return func(w *world, now time.Time) {
		if c := w.gerrit.changes[number]; c != nil && c.Status == StatusNew {
			do(c, now)
		}
	}
}

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

// randomStory begins with the card on the board and a change; people drag the card only if they may.
func randomStory(r *rand.Rand, length int, drags bool) story {
	s := story{changes: 1 + r.IntN(2)}
	column := pick(r, "Review Needed", "In Progress", "Review Completed")
	s.add(time.Minute, "dan adds T1 to "+column, func(w *world, now time.Time) {
		w.event(w.card(1), Event{Kind: CardAdded, At: now, By: "dan", Person: true, Column: w.columns[column].ID})
	})
	for i := range s.changes {
		number, owner, wip := 101+i, outsiders[i], r.IntN(6) == 0
		s.add(time.Minute, fmt.Sprint(owner, " pushes ", number, " wip ", wip), func(w *world, now time.Time) {
			w.gerrit.push(now, number, owner, "mediawiki/core", []int{1}, wip)
		})
	}
	for range length {
		s.random(r, drags)
	}
	return s
}

func (s *story) add(after time.Duration, name string, do func(*world, time.Time)) {
	s.deeds = append(s.deeds, deed{after, name, do})
}

// random adds something that people do; now and then it falls into the second of what was before.
func (s *story) random(r *rand.Rand, drags bool) {
	after := time.Duration(r.IntN(7200)) * time.Second
	if r.IntN(8) == 0 {
		after = 0
	}
	number := 101 + r.IntN(s.changes)
	owner, person := outsiders[number-101], pick(r, append(outsiders, team...)...)
	value, flip := []int{-2, -1, -1, 1, 1, 2}[r.IntN(6)], r.IntN(2) == 0
	add := func(name string, do func(c *changeModel, now time.Time)) {
		s.add(after, fmt.Sprintf("%s (%s, %s, %+d, %v)", name, owner, person, value, flip), on(number, do))
	}
	switch r.IntN(19) {
	case 0, 1, 2, 3:
		add("vote", func(c *changeModel, now time.Time) {
			c.review(now, person, "", c.current(), "Code-Review", value, map[bool]string{true: "Because."}[flip])
		})
	case 4:
		add("withdraw", func(c *changeModel, now time.Time) {
			if c.value(person, "Code-Review") != 0 {
				c.review(now, person, "", c.current(), "Code-Review", 0, "")
			}
		})
	case 5:
		add("remove vote", func(c *changeModel, now time.Time) { c.unvote(now, "dave", person) })
	case 6, 7:
		add("new code", func(c *changeModel, now time.Time) { c.upload(now, owner, rework, []int{1}, nil) })
	case 8:
		add("new code of another", func(c *changeModel, now time.Time) { c.upload(now, person, rework, []int{1}, nil) })
	case 9:
		tasks := [][]int{{1}, {1}, {1, 2}, {2}}[r.IntN(4)]
		add("reword", func(c *changeModel, now time.Time) { c.upload(now, owner, "NO_CODE_CHANGE", tasks, nil) })
	case 10, 11:
		add("author speaks", func(c *changeModel, now time.Time) { c.review(now, owner, "", c.current(), "", 0, "It is meant so.") })
	case 12:
		add("person speaks", func(c *changeModel, now time.Time) { c.review(now, person, "", c.current(), "", 0, "Hm.") })
	case 13:
		add("thread", func(c *changeModel, now time.Time) { c.comment(now, person, nil, true, "This leaks.") })
	case 14:
		add("reply in thread", func(c *changeModel, now time.Time) {
			if last := c.lastComment(person); last != nil {
				c.comment(now, owner, last, flip, "Done")
			}
		})
	case 15:
		add("wip or ready", func(c *changeModel, now time.Time) { c.setWIP(now, owner, !c.WorkInProgress, flip) })
	case 16:
		asked := pick(r, team...)
		add("ask "+asked, func(c *changeModel, now time.Time) { c.reviewer(now, person, asked) })
	case 17:
		s.add(after, "close or restore", func(w *world, now time.Time) {
			switch c := w.gerrit.changes[number]; {
			case c.Status == StatusAbandoned:
				c.restore(now, owner)
			case c.Status == StatusNew && flip:
				c.close(now, owner, StatusAbandoned)
			case c.Status == StatusNew && value > 1:
				c.close(now, owner, StatusMerged)
			}
		})
	case 18:
		column := pick(r, "Review Needed", "In Progress", "Review Completed", "Parked")
		if drags {
			s.add(after, "dan moves T1 to "+column, func(w *world, now time.Time) {
				if w.card(1).Column.Name != column {
					w.event(w.card(1), Event{Kind: CardMoved, At: now, By: "dan", Person: true, Column: w.columns[column].ID})
				}
			})
		}
	}
}

// botDeed is something that changes nothing.
func botDeed(r *rand.Rand, changes int) func(w *world, now time.Time) {
	number, kind, bot, value := 101+r.IntN(changes), r.IntN(4), pick(r, "ci-bot", "build-bot"), []int{-1, 1}[r.IntN(2)]
	return on(number, func(c *changeModel, now time.Time) {
		switch kind {
		case 0:
			c.review(now, bot, "autogenerated:ci-test", c.current(), "Verified", value, "Done.")
		case 1:
			c.review(now, bot, "", c.current(), "Code-Review", value, "I am a bot.")
		case 2:
			c.review(now, bot, "", c.current(), "", 0, "recheck")
		default:
			if c.unmarked {
				return // the tag of the next push is then the first to tell that it is ready
			}
			c.upload(now, c.Owner.Username, "TRIVIAL_REBASE", Tasks(c.PatchSets[c.current()-1].Message, []string{"Bug"}), nil)
		}
	})
}

// play lets a story happen; each is called after each deed.
func (s story) play(w *world, each func(d deed, now time.Time)) time.Time {
	now := w.start
	for _, d := range s.deeds {
		now = now.Add(d.after)
		d.do(w, now)
		each(d, now)
	}
	return now
}

func (s story) String() string {
	text, now := "", firstMonday
	for _, d := range s.deeds {
		now = now.Add(d.after)
		text += now.Format("\n\tMon 15:04:05 ") + d.name
	}
	return text
}

func externalWorld(base time.Time) *world { return newWorld(externalBoard(), externalColumns(), base) }

// forAll plays many stories; what fails is printed with its seed.
func forAll(t *testing.T, drags bool, check func(r *rand.Rand, s story) string) {
	t.Helper()
	stories := 600
	if n, err := strconv.Atoi(os.Getenv("REVIEWSYNC_TEST_STORIES")); err == nil {
		stories = n
	}
	if testing.Short() {
		stories = 300
	}
	for seed := range uint64(stories) {
		r := rand.New(rand.NewPCG(seed, 7))
		s := randomStory(r, 2+r.IntN(22), drags)
		if wrong := check(r, s); wrong != "" {
			t.Fatalf("seed %d: %s%s", seed, strings.TrimSpace(wrong), s)
		}
	}
}

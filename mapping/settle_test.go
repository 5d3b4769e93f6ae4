package mapping_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// settles are how long a card waits until nothing is said about it; at most three times as long.
var settles = []time.Duration{0, 20 * time.Second, 90 * time.Second, 5 * time.Minute}

// TestSettleStudy says how many edits are saved, and how much later cards move, if they move once
// nothing was said for some time. It replays testdata/month.txt and, if REVIEWSYNC_TEST_REVIEWS names
// files, the reviews in them: JSON lists of review.Change. It asserts nothing but that it runs.
func TestSettleStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("a study, to be read with -v")
	}
	sources := map[string][]review.Change{"month.txt": monthOfReviews(t)}
	for name := range strings.FieldsSeq(os.Getenv("REVIEWSYNC_TEST_REVIEWS")) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var list []review.Change
		if err := json.Unmarshal(text, &list); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		sources[name] = list
	}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		for _, board := range []*Board{dutyBoard(), externalBoard(), columnPerState()} {
			board.Count = review.Count{}
			board.Team = peopleOf(sources[name])
			var all [][]wanted
			for _, c := range sources[name] {
				all = append(all, wants(board, c))
			}
			for _, settle := range settles {
				r := replaySettled(all, settle)
				t.Logf("%-26s %-24s %4d changes, settle %5s: %4d moves, median delay %5s, 99th percentile %6s; most in ten minutes: %d of a change, %d of a person, %d of the board", name, board.Tag, len(all), settle,
					len(r.delays), r.delays[len(r.delays)/2], r.delays[len(r.delays)*99/100], busiest(r.ofChange), busiest(r.ofPerson), busiest(r.ofBoard))
			}
		}
	}
}

// columnPerState is a board on which each review state has a column: what moves most.
func columnPerState() *Board {
	b := externalBoard()
	b.Tag, b.Rules = "a column per state", nil
	for _, s := range review.States() {
		b.Rules = append(b.Rules, Rule{Target: To(string(s)), When: When{Review: []review.State{s}}})
	}
	return b
}

// peopleOf are all who take part and are no bots.
func peopleOf(changes []review.Change) []string {
	people := map[string]bool{}
	for _, c := range changes {
		for _, m := range c.Messages {
			people[m.By.Username] = people[m.By.Username] || !m.By.Service
		}
	}
	maps.DeleteFunc(people, func(name string, is bool) bool { return !is || name == "" })
	return slices.Collect(maps.Keys(people))
}

// wanted is the column that the rules want after something was said; empty: whichever.
type wanted struct {
	at     time.Time
	column string
	who    string // said it
}

// wants are the columns that the card of one change should be in, whenever people said something.
func wants(board *Board, c review.Change) []wanted {
	h := review.Reader{Footers: []string{"Bug"}, CICommands: reviewtest.CICommands}.Read(c)
	times := map[int64]string{}
	for _, f := range h.Facts {
		switch {
		case f.Bot:
		case f.By >= 0:
			times[f.At] = h.People[f.By].Username
		default: // a merge, of which the facts do not name who did it
			times[f.At] += ""
		}
	}
	var list []wanted
	for _, at := range slices.Sorted(maps.Keys(times)) {
		w := wanted{at: time.Unix(at, 0), who: times[at]}
		if as := h.AsOf(w.at); as != nil {
			state := Replay(board, 1, []*review.History{as}, at).State
			for _, r := range board.Rules {
				if slices.Contains(r.When.Review, state) && len(r.When.Repositories) == 0 {
					w.column = r.Target.Column
					break
				}
			}
		}
		list = append(list, w)
	}
	return list
}

// move is one of a card.
type move struct {
	at    time.Time
	delay time.Duration // since the word that wants it
	who   string        // said that
}

// settled are the moves of a card.
func settled(list []wanted, settle time.Duration) (moves []move) {
	here, target := "", ""
	var first time.Time // since when another column is wanted
	var asks wanted     // the word that wants the one that is wanted now
	for i, w := range list {
		switch {
		case w.column == "" || w.column == here: // the move is not needed any more
			target, first = "", time.Time{}
			continue
		case w.column != target:
			target, asks = w.column, w
			if first.IsZero() {
				first = w.at
			}
		}
		due := w.at.Add(settle)
		if latest := first.Add(3 * settle); latest.Before(due) {
			due = latest
		}
		if i+1 < len(list) && list[i+1].at.Before(due) {
			continue
		}
		moves = append(moves, move{due, due.Sub(asks.at), asks.who})
		here, target, first = w.column, "", time.Time{}
	}
	return moves
}

// replayed are the moves of all cards.
type replayed struct {
	delays                      []time.Duration
	ofChange, ofPerson, ofBoard map[string][]time.Time
}

func replaySettled(all [][]wanted, settle time.Duration) replayed {
	r := replayed{ofChange: map[string][]time.Time{}, ofPerson: map[string][]time.Time{}, ofBoard: map[string][]time.Time{}}
	for n, list := range all {
		for _, m := range settled(list, settle) {
			r.delays = append(r.delays, m.delay)
			change := strconv.Itoa(n)
			r.ofChange[change] = append(r.ofChange[change], m.at)
			r.ofPerson[m.who] = append(r.ofPerson[m.who], m.at)
			r.ofBoard[""] = append(r.ofBoard[""], m.at)
		}
	}
	slices.Sort(r.delays)
	return r
}

// busiest is how many moves there are in ten minutes, at most, of one of them.
func busiest(of map[string][]time.Time) int {
	most := 0
	for _, at := range of {
		slices.SortFunc(at, time.Time.Compare)
		from := 0
		for i := range at {
			for at[i].Sub(at[from]) >= 10*time.Minute {
				from++
			}
			most = max(most, i-from+1)
		}
	}
	return most
}

// monthOfReviews are the reviews of testdata/month.txt, without those who are asked by the service.
func monthOfReviews(t *testing.T) []review.Change {
	t.Helper()
	f, err := os.Open("../testdata/month.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	g := reviewtest.New()
	for in := bufio.NewScanner(f); in.Scan(); {
		words := append(strings.Fields(in.Text()), "", "")
		at, err := time.Parse("2006-01-02T15:04", words[0])
		if err != nil {
			continue // not what somebody does
		}
		number, _ := strconv.Atoi(words[1])
		who, what, more := words[2], words[3], words[4]
		if what == "push" {
			g.Push(at, number, who, more, []int{1}, false)
			continue
		}
		c := g.Changes[number]
		if c.Status != review.StatusNew {
			continue
		}
		switch what {
		case "upload":
			c.Upload(at, who, "REWORK", []int{1}, nil)
		case "vote":
			value, _ := strconv.Atoi(more)
			c.Review(at, who, "", c.Current(), "Code-Review", value, "")
		case "say":
			c.Review(at, who, "", c.Current(), "", 0, more)
		case "wip", "ready":
			c.SetWIP(at, who, what == "wip", true)
		case "merge":
			c.Close(at, who, review.StatusMerged)
		}
	}
	var all []review.Change
	for _, number := range slices.Sorted(maps.Keys(g.Changes)) {
		all = append(all, g.Changes[number].Get())
	}
	return all
}

// A +2 and its merge are one edit, and so is a -1 that is taken back; more words put a move off three times as long at most.
func TestSettled(t *testing.T) {
	want := func(seconds int, column string) wanted { return wanted{time.Unix(int64(seconds), 0), column, "anna"} }
	for name, tc := range map[string]struct {
		list []wanted
		want string
	}{
		"one word":               {[]wanted{want(100, "a")}, "[120] [20s]"},
		"a +2 and its merge":     {[]wanted{want(100, "a"), want(105, "b")}, "[125] [20s]"},
		"two moves":              {[]wanted{want(100, "a"), want(130, "b")}, "[120 150] [20s 20s]"},
		"there and back":         {[]wanted{want(100, "a"), want(130, "b"), want(140, "a")}, "[120] [20s]"},
		"a word for the same":    {[]wanted{want(100, "a"), want(110, "a")}, "[130] [30s]"},
		"it never stops":         {[]wanted{want(100, "a"), want(115, "b"), want(130, "a"), want(145, "b"), want(161, "b")}, "[160] [15s]"},
		"a state without a rule": {[]wanted{want(100, "")}, "[] []"},
	} {
		at, delays := []int64{}, []time.Duration{}
		for _, m := range settled(tc.list, 20*time.Second) {
			at, delays = append(at, m.at.Unix()), append(delays, m.delay)
		}
		if got := fmt.Sprint(at, delays); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}

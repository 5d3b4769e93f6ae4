package service

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// board is the PHID of a board of the service that runs.
func (w *world) board(slug string) string {
	w.Helper()
	for _, b := range w.running.Load().Binder.Current().Boards {
		if b.Tag == "#"+slug {
			return b.PHID
		}
	}
	w.Fatalf("no board %s", slug)
	return ""
}

// card is what the store has of a task on a board.
func (w *world) card(task int, slug string) store.Card {
	w.Helper()
	cards, err := w.running.Load().Store.Cards(w.Context(), task)
	w.OK(err)
	return cards[w.board(slug)]
}

// wantCard says where the store must have a card, and why.
func (w *world) wantCard(task int, slug, column, state, verdict string, why mapping.WhyCode) {
	w.Helper()
	c := w.card(task, slug)
	var reason mapping.Why
	w.OK(json.Unmarshal([]byte(c.Reason), &reason))
	if c.Column.Name != column || string(c.State) != state || c.Verdict != verdict || c.Why != string(why) || reason.Code != why || c.Decided.IsZero() {
		w.Errorf("%s: T%d on %s is kept as %+v, want it in %q, %s, %s because %q", time.Now().UTC().Format("Mon 15:04:05"), task, slug, c, column, state, verdict, why)
	}
}

// turns is the history of a card, a line each.
func (w *world) turns(task int, slug string) []string {
	w.Helper()
	all, err := w.running.Load().Store.History(w.Context(), task)
	w.OK(err)
	var lines []string
	for _, s := range all {
		if s.Board != w.board(slug) {
			continue
		}
		by := strings.TrimSpace(string(s.By.Kind) + " " + s.By.Who.Name)
		line := []string{s.At.UTC().Format("15:04"), s.To.Column.Name, string(s.To.State), s.To.Verdict, by}
		if s.From.Column.ID != s.To.Column.ID {
			line[1] = s.From.Column.Name + " -> " + line[1]
		}
		lines = append(lines, strings.Join(line, "; "))
	}
	return lines
}

// The history of a card has what became another, and by whom, however often anybody looks at it.
func TestHistoryIsOfChangesNotOfLooks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		stop := w.start()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.wantCard(task, external, "Review Needed", "review-needed", "there", mapping.WhyThere)
		w.Vote("alice", change, -1)
		w.Wait(within)
		w.Phab.Drag("dave", task, external, "Review Completed")
		w.Wait(time.Minute)
		w.poke("T1")
		w.Wait(time.Minute)
		w.wantCard(task, external, "Review Completed", "needs-work", "held", mapping.WhyHeld)
		want := []string{
			"09:01; In Progress -> Review Needed; review-needed; there; us",
			"09:02; Review Needed -> In Progress; needs-work; there; us",
			"09:03; In Progress -> Review Completed; needs-work; held; person dave",
		}
		same := func(what string) {
			t.Helper()
			if d := cmp.Diff(want, w.turns(task, external)); d != "" {
				t.Errorf("%s (-want +got):\n%s", what, d)
			}
		}
		same("as it was")

		w.Phab.Reorder("dave", task, external)
		w.Phab.Comment("CommunityTechBot", task, "Still open.")
		_, err := w.Gerrit.Review("jenkins-bot", change, gerrittest.ReviewInput{Message: "Build failed."})
		w.OK(err)
		for range 5 {
			w.poke("T1")
			w.Wait(2 * w.Config.Gerrit.Sweep)
		}
		w.OK(stop())
		w.run()
		w.Wait(2 * w.Config.Gerrit.Sweep)
		same("after many looks")
		w.wantCard(task, external, "Review Completed", "needs-work", "held", mapping.WhyHeld)

		w.Reply("vol1", change, "That is on purpose.")
		w.Wait(within)
		want = append(want, "09:04; Review Completed -> Review Needed; review-needed; there; us")
		same("a word")
		w.Phab.RemoveTag("dave", task, external)
		w.Wait(w.Config.Gerrit.Sweep)
		want = append(want, "15:04; Review Needed -> ; review-needed; off; person dave")
		same("off the board")
	})
}

// What stops a card is kept as well, and what it was settled on stays.
func TestWhatStopsACardIsKept(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		refused, hidden, old, bots := w.Task(external, "In Progress"), w.Task(external, "Review Completed"), w.Task(clinic, "External Code Reviews"), w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		changes := map[int]int{}
		for _, task := range []int{refused, hidden, old, bots} {
			changes[task] = w.Push("vol1", core, task)
		}
		w.Wait(within)
		w.wantCard(old, external, "Review Needed", "review-needed", "there", mapping.WhyThere)
		w.wantCard(old, clinic, "", "", "no-change", mapping.WhyNoChange)
		settled := w.card(hidden, external).Settled
		w.Phab.SetNotEditable(refused)
		w.Phab.HideColumn(external, "In Progress", true)
		w.Vote("alice", changes[hidden], -1)
		w.Wait(within)
		w.wantCard(hidden, external, "Review Needed", "needs-work", "fault", mapping.WhyNoColumn)
		if now := w.card(hidden, external).Settled; now != settled {
			t.Errorf("settled on %+v, was on %+v", now, settled)
		}
		w.Vote("alice", changes[refused], 1)
		w.Wait(3 * time.Hour) // which tries it many times
		w.wantCard(refused, external, "Review Needed", "reviewed", "move", mapping.WhySaid)
		w.Phab.HideColumn(external, "In Progress", false)
		w.Phab.SetOpen(refused)
		w.Phab.Drag("CommunityTechBot", bots, external, "Parked")
		w.poke("T4") // a sweep would not ask who it was
		w.Wait(4 * time.Hour)
		for task, want := range map[int][]string{
			refused: {"In Progress -> Review Needed; review-needed; there; us", "Review Needed; reviewed; move;", "Review Needed -> Review Completed; reviewed; there; us"},
			hidden:  {"Review Completed -> Review Needed; review-needed; there; us", "Review Needed; needs-work; fault;", "Review Needed -> In Progress; needs-work; there; us"},
			bots:    {"In Progress -> Review Needed; review-needed; there; us", "Review Needed -> Parked; review-needed; peoples; bot CommunityTechBot"},
		} {
			var got []string
			for _, line := range w.turns(task, external) {
				_, after, _ := strings.Cut(line, "; ")
				got = append(got, strings.TrimSpace(after))
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("T%d (-want +got):\n%s", task, d)
			}
		}
	})
}

// A sweep that finds nothing new writes nothing for the cards that it looks at.
func TestASweepOfWhatIsKnownWritesNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		counter := &crash{w: w, died: make(chan struct{})}
		commits.Store(w.Config.Store.Path, counter)
		w.Cleanup(func() { commits.Delete(w.Config.Store.Path) })
		columns := []string{"Review Needed", "In Progress", "Review Completed", "Parked", "Inbox"}
		for i := range 100 {
			w.Push("vol1", core, w.Task(external, columns[i%len(columns)]))
		}
		w.beginBoards(time.Now())
		w.Config.Gerrit.Poll = time.Hour
		w.run()
		w.Wait(w.Config.Gerrit.Sweep + time.Minute) // a second sweep has nothing that was not looked at before
		_, before, _ := counter.seen()
		w.Wait(w.Config.Gerrit.Sweep)
		_, after, _ := counter.seen()
		if n := after - before; n > 30 {
			t.Errorf("%d transactions in a sweep of 100 cards", n)
		}
		w.wantCard(1, external, "Review Needed", "review-needed", "there", mapping.WhyThere)
		w.wantCard(2, external, "In Progress", "review-needed", "held", mapping.WhyBeforeStart)
		w.wantCard(4, external, "Parked", "review-needed", "peoples", mapping.WhyPeoples)
		var all []string
		for task := range 100 {
			all = append(all, w.turns(task+1, external)...)
		}
		if slices.Sort(all); len(all) != 100 {
			t.Errorf("the history of 100 cards has %d rows: %q", len(all), all)
		}
	})
}

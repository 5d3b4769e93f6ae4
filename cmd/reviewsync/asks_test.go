package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/depth"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// asking lets the external board ask for reviews.
func (w *world) asking(requests review.Requests, rules mapping.Ask) {
	rules.Decline = regexp.MustCompile(`(?i)^not me\b`)
	w.cfg.Boards[0].Requests, w.cfg.Boards[0].Ask, w.cfg.Boards[0].AskTotal = requests, &rules, 3
	w.cfg.Boards[0].Start = time.Now()
}

// asked lists who was asked on a change, as its messages tell.
func (w *world) asked(change int) []string {
	var who []string
	for _, text := range w.messages(change) {
		if _, key, found := strings.Cut(text, "[reviewsync ask "); found {
			words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(key), "]"))
			who = append(who, words[len(words)-1])
		}
	}
	return who
}

func (w *world) wantAsked(change int, who ...string) {
	w.Helper()
	if got := w.asked(change); !slices.Equal(got, who) {
		w.Errorf("%s: asked %q on change %d, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), got, change, who, w.log.tail(15))
	}
}

func TestAHashtagAsksOneMoreReviewer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, mapping.Ask{Cap: 3})
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.vote("alice", change, 1)
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.wantAsked(change)

		w.ok(w.gerrit.Hashtags("alice", change, []string{"second-review"}, nil))
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.wantAsked(change, "bob")
		w.wait(6 * time.Hour)
		w.wantAsked(change, "bob")

		w.vote("bob", change, 1)
		w.wait(within)
		w.want(task, external, "Review Completed")
		w.wait(6 * time.Hour)
		w.wantAsked(change, "bob")
		w.noWaste()
	})
}

// Who declines is not asked again; the next one is asked at once.
func TestWhoDeclinesIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Line: regexp.MustCompile(`(?i)^second review please`)}, mapping.Ask{})
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core)
		w.reply("vol1", change, "Second review please!")
		w.wait(within)
		w.wantAsked(change, "alice")
		w.reply("alice", change, "Not me, sorry.")
		w.wait(within)
		w.wantAsked(change, "alice", "bob")
		w.ok(w.gerrit.RemoveReviewer("vol1", change, "bob")) // undone: final
		w.wait(6 * time.Hour)
		w.wantAsked(change, "alice", "bob")
	})
}

// Time alone asks, reminds once and asks one other, counted in working time; nothing old is asked for.
func TestTimeAsksAndReminds(t *testing.T) {
	t.Parallel()
	depth.Long(t)
	inWorld(t, func(w *world) {
		w.cfg.Gerrit.Poll = 10 * time.Minute
		old := w.push("vol2", core) // before the start
		w.wait(time.Hour)
		w.asking(review.Requests{}, mapping.Ask{After: 16 * time.Hour, RemindAfter: 8 * time.Hour}) // two days, and one
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core) // Monday 10:01
		w.wait(47 * time.Hour)         // Wednesday, 9:01
		w.wantAsked(change)
		w.wait(time.Hour + time.Minute)
		w.wantAsked(change, "alice")
		w.wait(24*time.Hour + time.Minute)
		if n := len(w.reminders(change)); n != 1 {
			t.Errorf("%d reminders\n%s", n, w.log.tail(10))
		}
		w.wait(6 * 24 * time.Hour) // one other person, and nobody after
		w.wantAsked(change, "alice", "bob")
		if n := len(w.reminders(change)); n != 1 {
			t.Errorf("%d reminders", n)
		}
		w.wantAsked(old)
	})
}

// A board asks a few people at a time by time alone, however many changes wait. Whoever is next, and when, is told.
func TestFewAreAskedAtATime(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, mapping.Ask{Nobody: time.Hour})
		stop := w.start()
		w.wait(time.Minute)
		w.ok(stop())
		task := w.task(external, "Review Needed")
		var changes []int
		for range 8 {
			changes = append(changes, w.push("vol1", core, task))
		}
		w.wait(2 * time.Hour)
		w.run()
		all := func() (n int) {
			for _, c := range changes {
				n += len(w.asked(c))
			}
			return n
		}
		w.wait(2 * time.Minute)
		if n := all(); n != 3 {
			t.Errorf("%d asks at once, want 3\n%s", n, w.log.tail(10))
		}
		text, err := w.explain(fmt.Sprintf("T%d", task))
		w.ok(err)
		text = strings.Join(strings.Fields(text), " ")
		if want := "asks: dave, at 11:11 (3 asks in ten minutes): nobody of the team has taken part since Dec 7 09:01 UTC"; !strings.Contains(text, want) {
			t.Errorf("explain does not say %q:\n%s", want, text)
		}

		// What somebody asks for waits for nothing, and keeps nobody else waiting.
		w.reset()
		for _, c := range changes[5:] {
			w.ok(w.gerrit.Hashtags("vol1", c, []string{"second-review"}, nil))
		}
		w.wait(2 * within)
		if n := all(); n != 6 {
			t.Errorf("%d asks, want the 3 that somebody wants besides\n%s", n, w.log.tail(10))
		}
		w.wait(6 * time.Minute)
		if n := all(); n != 6 {
			t.Errorf("%d asks within ten minutes, want 6", n)
		}
		w.wait(4 * time.Minute)
		if n := all(); n != 8 {
			t.Errorf("%d asks after that, want 8\n%s", n, w.log.tail(10))
		}
	})
}

// Whom Gerrit refuses is not insisted on.
func TestWhoCannotSeeTheChangeIsNotAsked(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.gerrit.SetInactive("alice", true)
		w.asking(review.Requests{Hashtag: "second-review"}, mapping.Ask{})
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core)
		w.ok(w.gerrit.Hashtags("vol1", change, []string{"second-review"}, nil))
		w.wait(within)
		w.wantAsked(change, "bob")
	})
}

// An ask takes the look at the change, and the write.
func TestAnAskIsTwoRequests(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, mapping.Ask{})
		w.run()
		w.wait(time.Minute)
		first, second := w.push("vol1", core), w.push("vol1", core)
		w.ok(w.gerrit.Hashtags("vol1", first, []string{"second-review"}, nil)) // so that it is known who is there
		w.wait(3 * within)                                                     // the poll reads what was written
		w.wantAsked(first, "alice")
		w.reset()
		w.ok(w.gerrit.Hashtags("vol1", second, []string{"second-review"}, nil))
		w.wait(w.cfg.Gerrit.Poll + time.Second)
		w.wantRequests("an ask", map[string]int{"query": 1, "change": 2, "review": 1}, map[string]int{})
		w.wantAsked(second, "bob")
	})
}

func (w *world) reminders(change int) []string {
	return slices.DeleteFunc(w.messages(change), func(text string) bool { return !strings.Contains(text, "[reviewsync reminder ") })
}

// messages are those of a change.
func (w *world) messages(change int) []string {
	w.Helper()
	g, _, err := clients(w.cfg, w.options())
	w.ok(err)
	c, err := g.Change(w.Context(), core, change)
	w.ok(err)
	var texts []string
	for _, m := range c.Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

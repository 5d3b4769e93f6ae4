package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/depth"
	"reviewsync/internal/wiring"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// asking lets the external board ask for reviews.
func (w *world) asking(requests review.Requests, rules ask.Rules) {
	rules.Decline = regexp.MustCompile(`(?i)^not me\b`)
	w.Config.Boards[0].Requests, w.Config.Boards[0].Ask, w.Config.Boards[0].AskTotal = requests, &rules, 3
	w.Config.Boards[0].Start = time.Now()
}

// asked lists the people who were asked on a change, by its messages.
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
		w.Errorf("%s: asked %q on change %d, want %q\n%s", time.Now().UTC().Format("Mon 15:04:05"), got, change, who, w.Log.Tail(15))
	}
}

func TestAHashtagAsksOneMoreReviewer(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{Cap: 3})
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Vote("alice", change, 1)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.wantAsked(change)

		w.OK(w.Gerrit.Hashtags("alice", change, []string{"second-review"}, nil))
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.wantAsked(change, "bob")
		w.Wait(6 * time.Hour)
		w.wantAsked(change, "bob")

		w.Vote("bob", change, 1)
		w.Wait(within)
		w.Want(task, external, "Review Completed")
		w.Wait(6 * time.Hour)
		w.wantAsked(change, "bob")
		w.NoWaste()
	})
}

// A person who declines is not asked again; the next one is asked at once.
func TestWhoDeclinesIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Line: regexp.MustCompile(`(?i)^second review please`)}, ask.Rules{})
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core)
		w.Reply("vol1", change, "Second review please!")
		w.Wait(within)
		w.wantAsked(change, "alice")
		w.Reply("alice", change, "Not me, sorry.")
		w.Wait(within)
		w.wantAsked(change, "alice", "bob")
		w.OK(w.Gerrit.RemoveReviewer("vol1", change, "bob")) // undone: final
		w.Wait(6 * time.Hour)
		w.wantAsked(change, "alice", "bob")
	})
}

// Time alone asks, reminds once and asks one other, counted in working time; nothing old is asked for.
func TestTimeAsksAndReminds(t *testing.T) {
	t.Parallel()
	depth.Long(t)
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Poll = 10 * time.Minute
		old := w.Push("vol2", core) // before the start
		w.Wait(time.Hour)
		w.asking(review.Requests{}, ask.Rules{After: 16 * time.Hour, RemindAfter: 8 * time.Hour}) // two days, and one
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core) // Monday 10:01
		w.Wait(47 * time.Hour)         // Wednesday, 9:01
		w.wantAsked(change)
		w.Wait(time.Hour + time.Minute)
		w.wantAsked(change, "alice")
		w.Wait(24*time.Hour + time.Minute)
		if n := len(w.reminders(change)); n != 1 {
			t.Errorf("%d reminders\n%s", n, w.Log.Tail(10))
		}
		w.Wait(6 * 24 * time.Hour) // one other person, and nobody after
		w.wantAsked(change, "alice", "bob")
		if n := len(w.reminders(change)); n != 1 {
			t.Errorf("%d reminders", n)
		}
		w.wantAsked(old)
	})
}

// A board asks a few people at a time by time alone, however many changes wait. It says who is next, and when.
func TestFewAreAskedAtATime(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{Nobody: time.Hour})
		stop := w.start()
		w.Wait(time.Minute)
		w.OK(stop())
		task := w.Task(external, "Review Needed")
		var changes []int
		for range 8 {
			changes = append(changes, w.Push("vol1", core, task))
		}
		w.Wait(2 * time.Hour)
		w.run()
		all := func() (n int) {
			for _, c := range changes {
				n += len(w.asked(c))
			}
			return n
		}
		w.Wait(2 * time.Minute)
		if n := all(); n != 3 {
			t.Errorf("%d asks at once, want 3\n%s", n, w.Log.Tail(10))
		}
		text, err := w.explain(fmt.Sprintf("T%d", task))
		w.OK(err)
		text = strings.Join(strings.Fields(text), " ")
		if want := "asks: dave, at 11:11 (3 asks in ten minutes): nobody of the team has taken part since Dec 7 09:01 UTC"; !strings.Contains(text, want) {
			t.Errorf("explain does not say %q:\n%s", want, text)
		}

		// What somebody asks for waits for nothing, and keeps nobody else waiting.
		w.reset()
		for _, c := range changes[5:] {
			w.OK(w.Gerrit.Hashtags("vol1", c, []string{"second-review"}, nil))
		}
		w.Wait(2 * within)
		if n := all(); n != 6 {
			t.Errorf("%d asks, want the 3 that somebody wants besides\n%s", n, w.Log.Tail(10))
		}
		w.Wait(6 * time.Minute)
		if n := all(); n != 6 {
			t.Errorf("%d asks within ten minutes, want 6", n)
		}
		w.Wait(4 * time.Minute)
		if n := all(); n != 8 {
			t.Errorf("%d asks after that, want 8\n%s", n, w.Log.Tail(10))
		}
	})
}

// Whom Gerrit refuses is not insisted on.
func TestWhoCannotSeeTheChangeIsNotAsked(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Gerrit.SetInactive("alice", true)
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{})
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core)
		w.OK(w.Gerrit.Hashtags("vol1", change, []string{"second-review"}, nil))
		w.Wait(within)
		w.wantAsked(change, "bob")
	})
}

// An ask takes the look at the change, and the write.
func TestAnAskIsTwoRequests(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.asking(review.Requests{Hashtag: "second-review"}, ask.Rules{})
		w.run()
		w.Wait(time.Minute)
		first, second := w.Push("vol1", core), w.Push("vol1", core)
		w.OK(w.Gerrit.Hashtags("vol1", first, []string{"second-review"}, nil)) // so that it is known who is there
		w.Wait(3 * within)                                                     // the poll reads what was written
		w.wantAsked(first, "alice")
		w.reset()
		w.OK(w.Gerrit.Hashtags("vol1", second, []string{"second-review"}, nil))
		w.Wait(w.Config.Gerrit.Poll + time.Second)
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
	g, _, err := wiring.Clients(w.Config, w.options())
	w.OK(err)
	c, err := g.Change(w.Context(), core, change)
	w.OK(err)
	var texts []string
	for _, m := range c.Messages {
		texts = append(texts, m.Text)
	}
	return texts
}

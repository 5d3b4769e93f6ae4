package service

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping"
	"reviewsync/mapping/ask"
)

// yesterday is what the service of an earlier version had to do with: a task for each thing that
// its store has to remember, and the changes.
type yesterday struct {
	reviewed, held, parked, both, merged, target, adopted, legacy, takenOff, deployed, reverted int

	unsure  int // the answer to an edit was lost
	refused int // may not be edited
	done    int // the edit was made when the service ended, and it did not know
	sent    int // it was not made
	broken  int // the change cannot be read
	asked   int // somebody else was asked; it is the last one

	changes map[int]int // by task
	undone  int         // the change that reverts that of reverted
}

// configure lets boards ask, comment, tag and take turns: all that the store remembers.
func (p *past) configure() {
	r := p.Rotating()
	r.Length, r.Notice = 1, 24*time.Hour
	p.Config.Gerrit.Poll = 30 * time.Second
	p.tagging()
	p.commenting()
	p.commentAs(mapping.CommentAsked, mapping.DefaultComment(mapping.CommentAsked))
	p.Config.Boards[0].Ask, p.Config.Boards[0].AskTotal = &ask.Rules{RemindAfter: 6 * time.Hour, Cap: 3}, 3
	p.Config.Boards[0].Requests.Hashtag = "second-review"
	p.Config.Boards[0].AskComment = true
}

// submit merges a change that somebody approved.
func (p *past) submit(change int) {
	p.Helper()
	p.Vote("bob", change, 2)
	p.wait(time.Second)
	p.OK(p.Gerrit.Submit("bob", change))
}

// live is a day of the service, up to the moment at which it ends in the middle of four things.
func (p *past) live() (y yesterday) {
	on := p.Task
	y.reviewed, y.held, y.parked = on(external, "In Progress"), on(external, "In Progress"), on(external, "Parked")
	y.both = on(clinic, "Ready")
	p.Phab.AddToBoard("dave", y.both, external, "Inbox")
	y.merged, y.target = on(external, "In Progress"), on(external, "Review Completed")
	y.adopted, y.legacy = p.Phab.NewTask("dave", "On no board"), on(clinic, "External Code Reviews")
	y.takenOff, y.deployed, y.reverted = on(external, "In Progress"), on(clinic, "Doing"), on(external, "In Progress")
	y.unsure, y.refused, y.done, y.sent = on(external, "In Progress"), on(external, "In Progress"), on(external, "In Progress"), on(clinic, "Ready")
	y.broken, y.asked = on(external, "In Progress"), on(external, "In Progress")
	p.begin()
	p.wait(time.Minute)

	y.changes = map[int]int{}
	for _, t := range []int{y.reviewed, y.held, y.parked, y.merged, y.adopted, y.legacy, y.takenOff, y.reverted, y.unsure, y.refused, y.done, y.broken, y.asked} {
		y.changes[t] = p.Push("vol1", core, t)
	}
	for _, t := range []int{y.both, y.deployed, y.sent} {
		y.changes[t] = p.Push("erin", core, t)
	}
	p.Push("vol2", core, 4711)
	p.wait(within)
	_, err := p.Gerrit.Review("alice", y.changes[y.reviewed], gerrittest.ReviewInput{
		Labels:   map[string]int{"Code-Review": -1},
		Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: "Why?", Unresolved: true}},
	})
	p.OK(err)
	p.submit(y.changes[y.deployed])
	p.submit(y.changes[y.reverted])
	p.Vote("alice", y.changes[y.asked], 1)
	p.Phab.RemoveTag("dave", y.takenOff, external)
	p.wait(within)
	p.Amend(y.changes[y.reviewed])
	p.Phab.Drag("dave", y.held, external, "Review Completed")
	p.Phab.Merge("dave", y.merged, y.target)
	p.secondReview(y.changes[y.asked])
	y.undone, err = p.Gerrit.Revert("bob", y.changes[y.reverted], "")
	p.OK(err)
	p.wait(within)
	p.Vote("alice", y.changes[y.reviewed], 1)
	p.Vote("alice", y.changes[y.merged], -1)
	p.wait(within)
	p.ToPhab.Set(func(r *http.Request) trouble {
		if kind(r) == "maniphest.edit" && about(r, y.unsure) {
			p.ToPhab.Set(nil)
			return applied(reset)
		}
		return nil
	})
	p.submit(y.changes[y.unsure])
	p.wait(within)
	p.wait(6 * time.Hour) // a sweep looks at all of it
	p.Phab.SetNotEditable(y.refused)
	p.Vote("alice", y.changes[y.refused], -1)
	p.secondReview(y.changes[y.legacy])
	p.wait(within)

	p.ToGerrit.Set(func(r *http.Request) trouble {
		switch {
		case kind(r) == "change" && about(r, y.changes[y.broken]):
			return text(http.StatusInternalServerError)
		case r.Method == http.MethodPost:
			return applied(held)
		}
		return nil
	})
	p.ToPhab.Set(func(r *http.Request) trouble {
		switch {
		case kind(r) != "maniphest.edit":
			return nil
		case about(r, y.done):
			return applied(held)
		case about(r, y.sent):
			return held
		}
		return nil
	})
	p.Vote("alice", y.changes[y.broken], -1)
	p.submit(y.changes[y.done])
	p.Vote("alice", y.changes[y.sent], -1)
	p.secondReview(y.changes[y.reviewed])
	p.wait(within)
	p.leave()
	return y
}

// goOn is the next day, with a service of today.
func (p *past) goOn(y yesterday) {
	p.reset()
	p.wait(10 * time.Minute)
	p.Vote("alice", y.changes[y.adopted], 1) // while nobody looks
	p.Config.Gerrit.Poll = 2 * time.Minute
	p.run()
	p.wait(2 * time.Minute)
	p.WantMoves(y.done, "Review Needed", "Review Completed")
	p.WantMoves(y.sent, "Waiting for Review", "Doing")
	p.WantMoves(y.broken, "Review Needed", "In Progress")
	p.WantMoves(y.adopted, "Review Needed", "Review Completed")
	p.WantMoves(y.refused, "Review Needed")
	if n := p.edits(); n != 5 { // these, one that is refused, and the comment on who was asked
		p.Errorf("%d edits\n%s", n, p.Log.Tail(100))
	}
	if n := p.Gerrit.Requests()["change"]; n > 5 {
		p.Errorf("%d changes were read, though most are known", n)
	}
	p.wait(p.Config.Gerrit.Sweep)
	p.allKept(y.asked)
	p.Phab.SetOpen(y.refused)
	p.wait(11 * time.Minute)
	p.WantMoves(y.refused, "Review Needed", "In Progress")

	p.until("2026-12-08 11:00")
	p.members("CarolX", "dave")
	before := p.edits()
	p.Vote("alice", y.changes[y.held], -1)
	p.Vote("alice", y.changes[y.takenOff], -1)
	p.Vote("alice", y.changes[y.parked], -1)
	p.Amend(y.changes[y.merged])
	p.OK(p.Gerrit.CreateBranch("alice", core, "wmf/1.47.0-wmf.1", "master"))
	p.submit(y.undone)
	p.wait(11 * time.Minute)
	p.WantMoves(y.reviewed, "Review Needed", "In Progress", "Review Needed", "Review Completed", "Review Needed")
	p.WantMoves(y.held, "Review Needed", "In Progress")
	p.WantMoves(y.parked)
	p.WantMoves(y.both, "Waiting for Review")
	p.WantMoves(y.merged, "Review Needed")
	p.WantMoves(y.target, "In Progress", "Review Needed")
	p.WantMoves(y.legacy, "Review Needed")
	p.WantMoves(y.takenOff, "Review Needed")
	p.WantMoves(y.deployed, "Waiting for Review", "Waiting for Deployment", "Done")
	p.WantMoves(y.reverted, "Review Needed", "Review Completed", "In Progress")
	p.WantMoves(y.unsure, "Review Needed", "Review Completed")
	p.WantMoves(y.asked, "Review Needed", "Review Completed", "Review Needed")
	if n := p.edits() - before; n != 4 {
		p.Errorf("%d edits for four moves\n%s", n, p.Log.Tail(100))
	}
	p.wait(4 * time.Hour) // six hours of work since each ask, and since the first reminder
	p.wantAsked(y.changes[y.reviewed], "bob")
	p.wantAsked(y.changes[y.legacy], "alice")
	p.wantAsked(y.changes[y.asked], "bob", "carol")
	for _, task := range []int{y.reviewed, y.legacy, y.asked} {
		p.wantReminders(y.changes[task], 1)
	}
	for task := 1; task <= y.asked; task++ {
		reported := mapping.CommentKeys(strings.Join(p.comments(task), "\n\n"))
		slices.Sort(reported)
		if len(slices.Compact(slices.Clone(reported))) < len(reported) {
			p.Errorf("T%d has the comments %q", task, reported)
		}
	}
	if n := p.warned(another); n > 0 {
		p.Errorf("the service does not know its own edits:\n%s", p.Log.Tail(20))
	}
	p.NoWaste()
}

// allKept says that each card has a row, and where the card is.
func (p *past) allKept(last int) {
	p.Helper()
	n := 0
	for task := 1; task <= last; task++ {
		for _, slug := range []string{external, clinic} {
			column, on := p.Phab.Where(task)[slug]
			if c := p.card(task, slug); on && (c.Column.Name != column || c.Verdict == "" || c.Why == "" || len(c.Reason) < 10) {
				p.Errorf("T%d is in %s of %s, and the store has %+v", task, column, slug, c)
			}
			if on {
				n++
			}
		}
	}
	if n < last {
		p.Errorf("there are only %d cards", n)
	}
}

// TestAnOlderStore: a store that an earlier version left is gone on with. What was made is not made
// again, what was begun is ended, what is said next moves its card.
func TestAnOlderStore(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"v8"} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				p := newPast(w, name)
				p.configure()
				p.goOn(p.live())
			})
		})
	}
}

package demo

import (
	"errors"
	"fmt"
	"strconv"

	"reviewsync/gerrit/gerrittest"
)

// event is one thing that somebody does.
type event struct {
	at        string // "Mon 09:10"
	who, what string
	do        func() error
	task      int    // whose card it is about
	want      string // the column in which the process wants the card afterwards
}

// secondReview is when a second review is asked for.
const secondReview = "Thu 15:20"

// asked are the people whom the process wants asked for a review after an event.
func (e event) asked() (people []string) {
	if e.at == secondReview {
		people = append(people, "alice")
	}
	return people
}

// week is the story. Each event says in which column the process wants the card then.
func (w *World) week() []event {
	var week []event
	for _, day := range [][]event{w.onMonday(), w.onTuesday(), w.onWednesday(), w.onThursday(), w.onFriday()} {
		week = append(week, day...)
	}
	return week
}

func (w *World) onMonday() []event {
	return []event{
		{
			"Mon 09:10", "vol1", "pushes change 501 for " + w.title(1) + `; its commit message says "Bug: T1"`,
			w.push("vol1", core, "Sort Special:Log by the date shown", 1), 1, "Review Needed",
		},
		{"Mon 10:05", "carol", "pushes change 502 as work in progress, for " + w.title(4), func() error {
			_, err := w.gerrit.Push("carol", core, "master", gerrittest.PushInput{Subject: "Stop retrying after a timeout", Footers: bug(4), WIP: true})
			return err
		}, 4, "Doing"},
		{"Mon 11:20", "bob", `votes -1 on 501: "Please add a test."`, w.vote("bob", 501, -1, "Please add a test."), 1, "In Progress"},
		{"Mon 14:00", "carol", "marks 502 as ready for review", func() error { return w.gerrit.SetReady("carol", 502, "") }, 4, "Waiting for Review"},
		{"Mon 15:30", "dave", `votes -1 on 502: "Wait a little before the last try."`, w.vote("dave", 502, -1, "Wait a little before the last try."), 4, "Doing"},
		{"Mon 16:10", "vol2", "pushes change 503 for " + w.title(2), w.push("vol2", echo, "Write the digest in the reader's language", 2), 2, "Review Needed"},
	}
}

func (w *World) onTuesday() []event {
	return []event{
		{"Tue 09:15", "vol1", "answers with patch set 2 of 501", w.amend("vol1", 501), 1, "Review Needed"},
		{"Tue 09:25", bot, "votes Verified -1 on 501; bots move nothing", w.verify(501, -1), 1, "Review Needed"},
		{"Tue 10:40", "carol", "pushes patch set 2 of 502", w.amend("carol", 502), 4, "Waiting for Review"},
		{"Tue 11:00", "bob", `votes -1 on 503: "Which language do guests get?"`, w.vote("bob", 503, -1, "Which language do guests get?"), 2, "In Progress"},
		{"Tue 13:30", "bob", "votes +1 on 501", w.vote("bob", 501, 1, ""), 1, "Review Completed"},
		{"Tue 15:00", "vol2", `answers on 503: "The site's. Guests get no digest."`, w.vote("vol2", 503, 0, "The site's. Guests get no digest."), 2, "Review Needed"},
		{"Tue 16:00", "erin", "votes +2 on 502", w.vote("erin", 502, 2, ""), 4, "Waiting for Deployment"},
	}
}

func (w *World) onWednesday() []event {
	return []event{
		{
			"Wed 09:30", "dave", "drags T1 back to Review Needed by hand: he wants to look as well",
			w.onBoard(func() { w.phab.Drag("dave", 1, external, "Review Needed") }), 1, "Review Needed",
		},
		{"Wed 09:45", bot, "votes Verified +1 on 501; the dragged card stays where dave put it", w.verify(501, 1), 1, "Review Needed"},
		{"Wed 10:20", "bob", `insists on 503: "They do get one. Please look again."`, w.vote("bob", 503, 0, "They do get one. Please look again."), 2, "In Progress"},
		{"Wed 11:30", "erin", "pushes change 504 for " + w.title(5), w.push("erin", core, "Upgrade the mail library to 3.0", 5), 5, "Waiting for Review"},
		{
			"Wed 14:00", "erin", "drags T5 to Blocked Externally: 3.0 is not released yet",
			w.onBoard(func() { w.phab.Drag("erin", 5, duty, "Blocked Externally") }), 5, "Blocked Externally",
		},
		{"Wed 15:00", "alice", "votes +1 on 504", w.vote("alice", 504, 1, ""), 5, "Blocked Externally"},
		{"Wed 16:00", "dave", "votes +2 on 501: newer than his drag, so it counts", w.vote("dave", 501, 2, ""), 1, "Review Completed"},
	}
}

func (w *World) onThursday() []event {
	var thread []string
	return []event{
		{"Thu 09:05", "vol2", "pushes patch set 2 of 503", w.amend("vol2", 503), 2, "Review Needed"},
		{"Thu 09:30", "vol1", "votes +1 on 503; only the team's votes complete a review", w.vote("vol1", 503, 1, ""), 2, "Review Needed"},
		{"Thu 10:00", "vol1", "pushes changes 505 and 506, to two repositories, for " + w.title(3), func() error {
			return errors.Join(w.push("vol1", core, "Keep the old name of a file", 3)(), w.push("vol1", echo, "Show previews by the old name", 3)())
		}, 3, "Review Needed"},
		{"Thu 11:00", "alice", "votes +1 on 505; T3 waits for both of its changes", w.vote("alice", 505, 1, ""), 3, "Review Needed"},
		{"Thu 13:00", "carol", `begins a thread on a line of 506: "What if there are two?"`, func() (err error) {
			thread, err = w.gerrit.Review("carol", 506, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{
				{Path: "src/Preview.php", Line: 12, Text: "What if there are two?", Unresolved: true},
			}})
			return err
		}, 3, "In Progress"},
		{"Thu 14:30", "vol1", `resolves it: "The newest counts."`, func() error {
			_, err := w.gerrit.Review("vol1", 506, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{
				{Path: "src/Preview.php", Line: 12, Text: "The newest counts.", InReplyTo: thread[0]},
			}})
			return err
		}, 3, "Review Needed"},
		{"Thu 15:00", "bob", "votes +1 on 503", w.vote("bob", 503, 1, ""), 2, "Review Completed"},
		{secondReview, "bob", "adds the hashtag second-review to 503: somebody else should look as well", func() error {
			return w.gerrit.Hashtags("bob", 503, []string{"second-review"}, nil)
		}, 2, "Review Needed"},
		{"Thu 16:30", "carol", "votes +1 on 506", w.vote("carol", 506, 1, ""), 3, "Review Completed"},
	}
}

func (w *World) onFriday() []event {
	return []event{
		{"Fri 09:00", "dave", "merges 501", w.submit("dave", 501), 1, "Review Completed"},
		{"Fri 09:20", "erin", "merges 502, which rides the next train", w.submit("erin", 502), 4, "Waiting for Deployment"},
		{"Fri 09:40", "alice", "votes +1 on 503", w.vote("alice", 503, 1, ""), 2, "Review Completed"},
		{"Fri 10:00", "bob", "pushes change 507 to " + stats + " for " + w.title(6), w.push("bob", stats, "Do not count Sundays", 6), 6, "Waiting for Review"},
		{"Fri 11:00", "alice", "votes +2 on 507", w.vote("alice", 507, 2, ""), 6, "Waiting for Deployment"},
		{"Fri 11:05", "alice", "merges 507; by the rules there is nothing to deploy in labs/*", w.submit("alice", 507), 6, "Done"},
		{"Fri 15:00", "vol2", "pushes change 508 for " + w.title(8), w.push("vol2", echo, "A larger button on phones", 8), 8, "Review Needed"},
		{
			"Fri 15:30", "vol1", "pushes change 509 for " + w.title(9) + ", whose card still stands where patches from outside used to: on Clinic Duty",
			w.push("vol1", core, "Let wide tables scroll", 9), 9, "Review Needed",
		},
	}
}

// title introduces a task.
func (w *World) title(task int) string { return fmt.Sprintf("T%d (%s)", task, w.tasks[task-1].title) }

func bug(task int) []string { return []string{"Bug: T" + strconv.Itoa(task)} }

func (w *World) push(who, project, subject string, task int) func() error {
	return func() error {
		_, err := w.gerrit.Push(who, project, "master", gerrittest.PushInput{Subject: subject, Footers: bug(task)})
		return err
	}
}

func (w *World) amend(who string, change int) func() error {
	return func() error { return w.gerrit.Amend(who, change, gerrittest.Rework, gerrittest.AmendInput{}) }
}

// vote is a review with a vote, or with a message only if the vote is 0.
func (w *World) vote(who string, change, value int, message string) func() error {
	in := gerrittest.ReviewInput{Message: message}
	if value != 0 {
		in.Labels = map[string]int{"Code-Review": value}
	}
	return func() error { _, err := w.gerrit.Review(who, change, in); return err }
}

func (w *World) verify(change, value int) func() error {
	in := gerrittest.ReviewInput{Labels: map[string]int{"Verified": value}, Tag: "autogenerated:jenkins"}
	return func() error { _, err := w.gerrit.Review(bot, change, in); return err }
}

func (w *World) submit(who string, change int) func() error {
	return func() error { return w.gerrit.Submit(who, change) }
}

func (w *World) onBoard(do func()) func() error {
	return func() error { do(); return nil }
}

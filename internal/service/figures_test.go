package service

import (
	"maps"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping"
)

// How many requests things take, as the stand-ins count them.

func (w *world) reset() {
	w.Gerrit.ResetRequests()
	w.Phab.Reset()
}

// wantRequests compares what both servers were asked since reset.
func (w *world) wantRequests(what string, gerrit, phab map[string]int) {
	w.Helper()
	if got := w.Gerrit.Requests(); !maps.Equal(got, gerrit) {
		w.Errorf("%s: Gerrit was asked %v, want %v", what, got, gerrit)
	}
	if got := w.Phab.Requests(); !maps.Equal(got, phab) {
		w.Errorf("%s: Phabricator was asked %v, want %v", what, got, phab)
	}
}

func TestAnIdlePollIsOneRequest(t *testing.T) {
	inWorld(t, func(w *world) {
		for range 30 {
			w.Push("vol1", core, w.Task(external, "In Progress"))
		}
		w.run()
		w.Wait(5*time.Minute + time.Second)
		w.reset()
		w.Wait(20 * w.Config.Gerrit.Poll)
		w.wantRequests("20 idle polls", map[string]int{"query": 20}, map[string]int{})
	})
}

// Four requests, and one for the columns of the board, beside that for what happened to the task: people
// rename and make columns. Moves of one moment share it.
func TestATransitionIsFiveRequests(t *testing.T) {
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(time.Minute)

		w.reset()
		w.Vote("alice", change, -1)
		w.Wait(60 * time.Second) // two polls; a card that moves alone needs no second look
		w.Want(task, external, "In Progress")
		w.wantRequests("a vote", map[string]int{"query": 2, "change": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})

		w.Wait(time.Minute)
		_, err := w.Gerrit.Review("vol1", change, gerrittest.ReviewInput{
			Comments: []gerrittest.CommentInput{{Path: "a.txt", Line: 1, Text: "It is meant so."}},
		})
		w.OK(err)
		w.reset()
		w.Wait(30 * time.Second)
		w.Want(task, external, "Review Needed")
		w.wantRequests("a comment", map[string]int{"query": 1, "change": 1, "comments": 1},
			map[string]int{"maniphest.search": 1, "project.column.search": 1, "maniphest.gettasktransactions": 1, "maniphest.edit": 1})

		// A word that moves nothing is not written.
		w.Wait(time.Minute)
		w.reset()
		w.Reply("vol2", change, "I would like to have this.")
		w.Wait(30 * time.Second)
		if n := w.Phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("%d edits for a word that moves nothing", n)
		}
	})
}

// The second look at what was written is one search for all of it.
func TestSecondLooksGoTogether(t *testing.T) {
	inWorld(t, func(w *world) {
		var changes []int
		for range 20 {
			changes = append(changes, w.Push("vol1", core, w.Task(external, "Review Needed")))
		}
		w.run()
		w.Wait(4*time.Minute - time.Second)
		w.reset()
		for _, c := range changes {
			w.Vote("alice", c, -1)
		}
		w.Wait(1500 * time.Millisecond)
		w.wantRequests("20 votes", map[string]int{"query": 1, "change": 20},
			map[string]int{"maniphest.search": 20, "project.column.search": 1, "maniphest.gettasktransactions": 20, "maniphest.edit": 20})
		w.Wait(10 * time.Second)
		w.wantRequests("20 votes and the second look", map[string]int{"query": 1, "change": 20},
			map[string]int{"maniphest.search": 21, "project.column.search": 1, "maniphest.gettasktransactions": 20, "maniphest.edit": 20})
	})
}

func TestASecondSweepWritesNothing(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Config.Gerrit.Sweep = time.Hour
		columns := []string{"Inbox", "Review Needed", "In Progress", "Review Completed", "Parked"}
		for i := range 150 {
			task := w.Task(external, columns[i%5])
			change := w.Push("vol1", core, task)
			w.Vote("alice", change, i%4-1)
		}
		w.run()
		w.Wait(5 * time.Minute)
		if w.Phab.Requests()["maniphest.edit"] == 0 {
			t.Fatal("the first sweep had nothing to write")
		}
		w.reset()
		w.Wait(time.Hour)
		asked := w.Phab.Requests()
		if asked["maniphest.edit"] > 0 || asked["maniphest.gettasktransactions"] > 0 {
			t.Errorf("the second sweep asked %v", asked)
		}
		if asked["maniphest.search"] != 2 {
			t.Errorf("a sweep of 150 tasks took %d searches, want one a hundred", asked["maniphest.search"])
		}
		if asked := w.Gerrit.Requests(); asked["change"] > 0 {
			t.Errorf("the second sweep read %d changes again", asked["change"])
		}
	})
}

// A board of 2,000 cards costs a search a hundred, and one look at what happened to each card that would move.
func TestASweepReadsWhatMovesOnce(t *testing.T) {
	const cards, tagged = 2000, 60
	inWorld(t, func(w *world) {
		w.Config.Boards[0].Rules = []mapping.Rule{{Target: mapping.To("In Progress"), When: mapping.When{Tags: []string{"#sprint"}}}}
		w.Config.Boards[0].From = []string{"Review Needed"}
		w.Config.Boards = w.Config.Boards[:1]
		w.Config.Gerrit.Sweep = time.Hour
		w.Phab.AddProject("Sprint", "sprint")
		var tasks []int
		for range cards {
			tasks = append(tasks, w.Task(external, "Review Needed"))
		}
		w.run()
		w.Wait(time.Minute)
		for _, task := range tasks[:tagged] {
			w.Phab.AddTag("dave", task, "sprint")
		}
		w.Wait(time.Minute)
		w.reset()
		w.Wait(time.Hour)
		w.Want(tasks[0], external, "In Progress")
		asked := w.Phab.Requests()
		second := asked["maniphest.search"] - cards/100 // what was written is looked at again, once for each second of writing
		if second < 0 || second > 4 || asked["maniphest.gettasktransactions"] != tagged || asked["maniphest.edit"] != tagged {
			t.Errorf("a sweep of %d cards, of which %d move, asked %v", cards, tagged, asked)
		}
	})
}

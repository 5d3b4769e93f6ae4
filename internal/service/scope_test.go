package service

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

const foo = "mediawiki/extensions/Foo" // which the board counts and does not adopt

// scoped is one board, which counts what outsiders push to mediawiki/*, with a tag and comments.
func (w *world) scoped() {
	w.tagging()
	w.commenting()
	w.Config.Boards = w.Config.Boards[:1]
	w.Config.Boards[0].Replaces = nil
}

// marked says how many comments are on a task, and whether it has the tag.
func (w *world) marked(task, comments int, tag bool) {
	w.Helper()
	w.tagged(task, patch, tag)
	if got := w.comments(task); len(got) != comments {
		w.Errorf("T%d has %d comments, want %d: %q", task, len(got), comments, got)
	}
}

// By default tags and comments are for changes that a board counts or whose repository it names, and for tasks on a board.
func TestTagsAndCommentsKeepToTheBoards(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		counted, named, elsewhere := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Task(external, "In Progress")
		loose, adopted := w.Phab.NewTask("dave", "On no board"), w.Phab.NewTask("dave", "To be adopted")
		w.run()
		w.Wait(time.Minute)
		w.Gerrit.ResetRequests()
		w.Push("vol1", core, counted)
		w.Push("alice", foo, named) // which is not counted
		w.Push("vol1", "labs/tools", elsewhere)
		w.Push("vol1", foo, loose)
		before := w.edits()
		w.Push("vol1", core, adopted)
		w.Wait(within)
		w.marked(counted, 1, true)
		w.marked(named, 1, true)
		w.marked(elsewhere, 0, false)
		w.marked(loose, 0, false)
		w.Want(adopted, external, "Review Needed")
		w.marked(adopted, 1, true)
		if n := w.edits() - before; n != 3 {
			t.Errorf("a move, a tag with a comment, and an adoption took %d edits", n)
		}
		if n := w.Gerrit.Requests()["change"]; n != 4+3 { // the changes of mediawiki/*, and for each comment whether its change is public
			t.Errorf("%d changes were read, want those of mediawiki/* only", n)
		}
		w.Wait(7 * time.Hour)
		w.marked(elsewhere, 0, false)
		w.marked(loose, 0, false)
		w.NoWaste()
	})
}

// A task that comes onto a board later gets the tag, and no comment on what is long past.
func TestATaskThatComesOntoABoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.Config.Gerrit.Sweep = time.Hour
		task := w.Phab.NewTask("dave", "Not yet on a board")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", foo, task)
		w.Wait(10 * time.Minute)
		w.Phab.AddToBoard("dave", task, external, "In Progress")
		w.Wait(2 * time.Hour)
		w.marked(task, 0, true)
		w.merge(change)
		w.Wait(within)
		w.marked(task, 1, false)
		w.NoWaste()
	})
}

// What the service itself put on a task is taken off, wherever the task is by then.
func TestATagOfATaskThatLeftItsBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", foo, task)
		w.Wait(within)
		w.marked(task, 1, true)
		w.Phab.RemoveTag("dave", task, external)
		w.Wait(time.Minute)
		w.merge(change)
		w.Wait(within)
		w.marked(task, 1, false)
		w.NoWaste()
	})
}

// With repositories of their own they look at changes there and nowhere else, whatever task is named.
func TestTagsAndCommentsOfTheirOwnRepositories(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.Config.Tags[0].Repositories = []string{"labs/*"}
		w.Config.CommentRepositories = []string{core}
		loose, card, both := w.Phab.NewTask("dave", "On no board"), w.Task(external, "In Progress"), w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		labs := w.Push("erin", "labs/tools", loose)
		w.Push("vol1", foo, card)
		inBoth := w.Push("vol1", "labs/tools", both)
		w.Push("alice", core, both)
		w.Wait(within)
		w.marked(loose, 0, true)
		w.marked(card, 0, false)
		w.marked(both, 1, true)
		w.merge(labs)
		w.merge(inBoth)
		w.Wait(within)
		w.marked(loose, 0, false)
		w.marked(both, 1, false) // core is not what the tag is about
		w.NoWaste()
	})
}

// Another scope, such as that of an older version, which looked at the whole server, changes
// nothing by itself, and costs no look at what it does not have.
func TestAnotherScopeChangesNothingByItself(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		wide := func() { w.Config.Tags[0].Repositories, w.Config.CommentRepositories = []string{"*/*"}, []string{"*/*"} }
		narrow := func() { w.Config.Tags[0].Repositories, w.Config.CommentRepositories = nil, nil }
		card, elsewhere, loose := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Phab.NewTask("dave", "On no board")
		wide()
		end := w.start()
		w.Wait(time.Minute)
		w.Push("vol1", foo, card)
		w.Push("vol1", "labs/tools", elsewhere)
		outside := w.Push("vol1", foo, loose)
		w.Wait(within)
		for _, task := range []int{card, elsewhere, loose} {
			w.marked(task, 1, true)
		}
		again := func(change func()) {
			w.OK(end())
			change()
			w.reset()
			end = w.start()
			w.Wait(7 * time.Hour) // two sweeps
			if n := w.Phab.Requests()["maniphest.edit"]; n > 0 {
				t.Errorf("%d edits after nothing was said\n%s", n, w.Log.Tail(20))
			}
			if n := w.Gerrit.Requests()["change"]; n > 0 {
				t.Errorf("%d changes were read again", n)
			}
		}
		again(narrow)
		unseen := w.Push("vol1", "labs/tools", elsewhere, loose)
		w.merge(outside)
		w.Wait(within)
		w.marked(loose, 1, false) // the service had put it on
		w.marked(elsewhere, 1, true)
		w.OK(end())
		wide() // by now an open change is in the scope that was not
		end = w.start()
		w.reset()
		w.Wait(7 * time.Hour)
		if n := w.Phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("%d edits after nothing was said\n%s", n, w.Log.Tail(20))
		}
		w.merge(unseen)
		w.Wait(within)
		w.marked(loose, 2, false)
		w.OK(end())
		w.NoWaste()
	})
}

// A tag that is new in the config is put on no task for what was opened before.
func TestANewTagTagsNothingOld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		tags := w.Config.Tags
		w.Config.Tags = nil
		old := w.Task(external, "In Progress")
		end := w.start()
		w.Wait(time.Minute)
		w.Push("vol1", core, old)
		w.Wait(time.Hour)
		w.OK(end())
		w.Config.Tags = tags
		w.run()
		w.Wait(7 * time.Hour)
		w.tagged(old, patch, false)
		w.Push("vol2", core, old)
		w.Wait(within)
		w.tagged(old, patch, true)
	})
}

// The warning about tasks that do not exist is for the same changes.
func TestTasksThatDoNotExistOutsideTheScope(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.run()
		w.Wait(time.Minute)
		w.Push("vol1", "labs/tools", 4711)
		w.Push("alice", foo, 4712)
		w.Wait(7 * time.Hour)
		reported := strings.Join(w.Log.All("warn"), "\n")
		if strings.Contains(reported, "4711") || !strings.Contains(reported, "4712") {
			t.Errorf("the log says\n%s", reported)
		}
	})
}

// A board that counts every repository brings tags only to tasks that are on a board.
func TestTagsOfABoardThatCountsAll(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.Config.Boards[0].Count, w.Config.Boards[0].Adopt = review.Count{}, mapping.Adopt{}
		card, loose := w.Task(external, "In Progress"), w.Phab.NewTask("dave", "Of another team")
		w.run()
		w.Wait(time.Minute)
		w.Push("erin", "labs/tools", card)
		w.Push("erin", "labs/tools", loose)
		w.Wait(7 * time.Hour)
		w.marked(card, 1, true)
		w.marked(loose, 0, false)
		if n := len(slices.DeleteFunc(w.Log.All("warn"), func(s string) bool { return !strings.Contains(s, "do not exist") })); n > 0 {
			t.Error(w.Log.Tail(5))
		}
	})
}

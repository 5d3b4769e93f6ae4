package main

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
	w.cfg.Boards = w.cfg.Boards[:1]
	w.cfg.Boards[0].Replaces = nil
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
		counted, named, elsewhere := w.task(external, "In Progress"), w.task(external, "In Progress"), w.task(external, "In Progress")
		loose, adopted := w.phab.NewTask("dave", "On no board"), w.phab.NewTask("dave", "To be adopted")
		w.run()
		w.wait(time.Minute)
		w.gerrit.ResetRequests()
		w.push("vol1", core, counted)
		w.push("alice", foo, named) // which is not counted
		w.push("vol1", "labs/tools", elsewhere)
		w.push("vol1", foo, loose)
		before := w.edits()
		w.push("vol1", core, adopted)
		w.wait(within)
		w.marked(counted, 1, true)
		w.marked(named, 1, true)
		w.marked(elsewhere, 0, false)
		w.marked(loose, 0, false)
		w.want(adopted, external, "Review Needed")
		w.marked(adopted, 1, true)
		if n := w.edits() - before; n != 3 {
			t.Errorf("a move, a tag with a comment, and an adoption took %d edits", n)
		}
		if n := w.gerrit.Requests()["change"]; n != 4+3 { // the changes of mediawiki/*, and for each comment whether its change is public
			t.Errorf("%d changes were read, want those of mediawiki/* only", n)
		}
		w.wait(7 * time.Hour)
		w.marked(elsewhere, 0, false)
		w.marked(loose, 0, false)
		w.noWaste()
	})
}

// A task that comes onto a board later gets the tag, and no comment on what is long past.
func TestATaskThatComesOntoABoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.cfg.Gerrit.Sweep = time.Hour
		task := w.phab.NewTask("dave", "Not yet on a board")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", foo, task)
		w.wait(10 * time.Minute)
		w.phab.AddToBoard("dave", task, external, "In Progress")
		w.wait(2 * time.Hour)
		w.marked(task, 0, true)
		w.merge(change)
		w.wait(within)
		w.marked(task, 1, false)
		w.noWaste()
	})
}

// What the service itself put on a task is taken off, wherever the task is by then.
func TestATagOfATaskThatLeftItsBoard(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", foo, task)
		w.wait(within)
		w.marked(task, 1, true)
		w.phab.RemoveTag("dave", task, external)
		w.wait(time.Minute)
		w.merge(change)
		w.wait(within)
		w.marked(task, 1, false)
		w.noWaste()
	})
}

// With repositories of their own they look at changes there and nowhere else, whatever task is named.
func TestTagsAndCommentsOfTheirOwnRepositories(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.cfg.Tags[0].Repositories = []string{"labs/*"}
		w.cfg.CommentedIn = []string{core}
		loose, card, both := w.phab.NewTask("dave", "On no board"), w.task(external, "In Progress"), w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		labs := w.push("erin", "labs/tools", loose)
		w.push("vol1", foo, card)
		inBoth := w.push("vol1", "labs/tools", both)
		w.push("alice", core, both)
		w.wait(within)
		w.marked(loose, 0, true)
		w.marked(card, 0, false)
		w.marked(both, 1, true)
		w.merge(labs)
		w.merge(inBoth)
		w.wait(within)
		w.marked(loose, 0, false)
		w.marked(both, 1, false) // core is not what the tag is about
		w.noWaste()
	})
}

// Another scope, such as that of an older version, which looked at the whole server, changes
// nothing by itself, and costs no look at what it does not have.
func TestAnotherScopeChangesNothingByItself(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		wide := func() { w.cfg.Tags[0].Repositories, w.cfg.CommentedIn = []string{"*/*"}, []string{"*/*"} }
		narrow := func() { w.cfg.Tags[0].Repositories, w.cfg.CommentedIn = nil, nil }
		card, elsewhere, loose := w.task(external, "In Progress"), w.task(external, "In Progress"), w.phab.NewTask("dave", "On no board")
		wide()
		end := w.start()
		w.wait(time.Minute)
		w.push("vol1", foo, card)
		w.push("vol1", "labs/tools", elsewhere)
		outside := w.push("vol1", foo, loose)
		w.wait(within)
		for _, task := range []int{card, elsewhere, loose} {
			w.marked(task, 1, true)
		}
		again := func(change func()) {
			w.ok(end())
			change()
			w.reset()
			end = w.start()
			w.wait(7 * time.Hour) // two sweeps
			if n := w.phab.Requests()["maniphest.edit"]; n > 0 {
				t.Errorf("%d edits after nothing was said\n%s", n, w.log.tail(20))
			}
			if n := w.gerrit.Requests()["change"]; n > 0 {
				t.Errorf("%d changes were read again", n)
			}
		}
		again(narrow)
		unseen := w.push("vol1", "labs/tools", elsewhere, loose)
		w.merge(outside)
		w.wait(within)
		w.marked(loose, 1, false) // the service had put it on
		w.marked(elsewhere, 1, true)
		w.ok(end())
		wide() // by now an open change is in the scope that was not
		end = w.start()
		w.reset()
		w.wait(7 * time.Hour)
		if n := w.phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("%d edits after nothing was said\n%s", n, w.log.tail(20))
		}
		w.merge(unseen)
		w.wait(within)
		w.marked(loose, 2, false)
		w.ok(end())
		w.noWaste()
	})
}

// A tag that is new in the config is put on no task for what was opened before.
func TestANewTagTagsNothingOld(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		tags := w.cfg.Tags
		w.cfg.Tags = nil
		old := w.task(external, "In Progress")
		end := w.start()
		w.wait(time.Minute)
		w.push("vol1", core, old)
		w.wait(time.Hour)
		w.ok(end())
		w.cfg.Tags = tags
		w.run()
		w.wait(7 * time.Hour)
		w.tagged(old, patch, false)
		w.push("vol2", core, old)
		w.wait(within)
		w.tagged(old, patch, true)
	})
}

// The warning about tasks that do not exist is for the same changes.
func TestTasksThatDoNotExistOutsideTheScope(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.run()
		w.wait(time.Minute)
		w.push("vol1", "labs/tools", 4711)
		w.push("alice", foo, 4712)
		w.wait(7 * time.Hour)
		told := strings.Join(w.log.all("warn"), "\n")
		if strings.Contains(told, "4711") || !strings.Contains(told, "4712") {
			t.Errorf("the log says\n%s", told)
		}
	})
}

// A board that counts every repository brings tags only to tasks that are on a board.
func TestTagsOfABoardThatCountsAll(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.scoped()
		w.cfg.Boards[0].Count, w.cfg.Boards[0].Adopt = review.Count{}, mapping.Adopt{}
		card, loose := w.task(external, "In Progress"), w.phab.NewTask("dave", "Of another team")
		w.run()
		w.wait(time.Minute)
		w.push("erin", "labs/tools", card)
		w.push("erin", "labs/tools", loose)
		w.wait(7 * time.Hour)
		w.marked(card, 1, true)
		w.marked(loose, 0, false)
		if n := len(slices.DeleteFunc(w.log.all("warn"), func(s string) bool { return !strings.Contains(s, "do not exist") })); n > 0 {
			t.Error(w.log.tail(5))
		}
	})
}

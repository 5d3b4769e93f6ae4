package service

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/internal/testworld"
	"reviewsync/mapping"
)

// commenting is a config that makes comments of all kinds, with the default texts.
func (w *world) commenting() {
	w.Config.Comments = config.Comments{}
	for _, kind := range []mapping.CommentKind{mapping.CommentLinked, mapping.CommentMerged, mapping.CommentReverted} {
		w.commentAs(kind, mapping.DefaultComment(kind))
	}
}

func (w *world) commentAs(kind mapping.CommentKind, text string) {
	w.Helper()
	t, err := mapping.ParseComment(kind, text)
	w.OK(err)
	w.Config.Comments[kind] = t
}

// comments are those that the service made on a task, oldest first.
func (w *world) comments(task int) []string {
	var texts []string
	for _, e := range w.Phab.History(task) {
		if e.Comment != "" && e.Author == "reviewsync" {
			texts = append(texts, e.Comment)
		}
	}
	return texts
}

func (w *world) wantComments(task int, texts ...string) {
	w.Helper()
	if got := w.comments(task); !slices.Equal(got, texts) {
		w.Errorf("on T%d it says\n\t%s\nwant\n\t%s\n%s", task, strings.Join(got, "\n\t"), strings.Join(texts, "\n\t"), w.Log.Tail(20))
	}
}

// at is the address of a change as a comment shows it.
func at(change int, what string) string {
	return fmt.Sprintf("[[http://gerrit.example.org/%d#reviewsync-%s | %d]]", change, what, change)
}

const fixIt = ": `Fix it` (mediawiki/core, master)"

// What happens to a change is said once, in the edit that moves the card where one does.
func TestCommentsOnATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.Config.Gerrit.Sweep, w.Config.CommentRepositories = time.Hour, []string{"*/*"}
		card, loose := w.Task(external, "In Progress"), w.Phab.NewTask("dave", "On no board")
		w.run()
		w.Wait(time.Minute)
		before := w.edits()
		change, other := w.Push("vol1", core, card), w.Push("erin", "labs/tools", loose)
		w.Wait(within)
		w.Want(card, external, "Review Needed")
		linked := "Change " + at(change, "linked") + " by vol1 was linked" + fixIt
		otherLinked := "Change " + at(other, "linked") + " by erin was linked: `Fix it` (labs/tools, master)"
		w.wantComments(card, linked)
		w.wantComments(loose, otherLinked)
		if n := w.edits() - before; n != 2 {
			t.Errorf("a comment with a move and one without took %d edits", n)
		}

		before = w.edits()
		w.Amend(change)
		w.Vote("alice", change, 2)
		w.OK(w.Gerrit.Submit("alice", change))
		w.OK(w.Gerrit.Abandon("erin", other, "not now"))
		w.Wait(within)
		w.Want(card, external, "Review Completed")
		merged := "Change " + at(change, "merged") + " by vol1 was merged" + fixIt
		w.wantComments(card, linked, merged)
		if n := w.edits() - before; n != 1 {
			t.Errorf("the merge took %d edits", n)
		}
		if last := w.Phab.History(card); last[len(last)-1].Group != last[len(last)-2].Group {
			t.Error("the move and the comment are two edits")
		}

		w.Phab.SetStatus("dave", card, "resolved")
		revert, err := w.Gerrit.Revert("bob", change, "")
		w.OK(err)
		w.Wait(within)
		w.Vote("alice", revert, 2)
		w.OK(w.Gerrit.Submit("alice", revert))
		w.Wait(within)
		undone := "Change " + at(revert, "linked") + " by bob was linked: `Revert \"Fix it\"` (mediawiki/core, master)"
		reverted := fmt.Sprintf("Change %s by vol1 was reverted by change [[http://gerrit.example.org/%d | %d]]%s", at(change, fmt.Sprintf("reverted-by-%d", revert)), revert, revert, fixIt)
		w.wantComments(card, linked, merged, undone, reverted)
		w.Wait(13 * time.Hour)
		w.wantComments(card, linked, merged, undone, reverted)
		w.wantComments(loose, otherLinked)
		if log := strings.Join(w.Log.All("info"), "\n"); !strings.Contains(log, fmt.Sprintf("T%d: commented that change %d was merged", card, change)) ||
			!strings.Contains(log, fmt.Sprintf("T%d: commented that change %d was reverted by change %d", card, change, revert)) || strings.Contains(log, "Fix it") {
			t.Errorf("the log says\n%s", log)
		}
		w.NoWaste()
	})
}

// Nothing old is said when comments are switched on, nor when they are again.
func TestCommentsBeginWithWhatIsNew(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "In Progress")
		old, older := w.Push("vol1", core, task), w.Push("vol2", core, task)
		submit := func(change int) {
			w.Vote("alice", change, 2)
			w.OK(w.Gerrit.Submit("alice", change))
		}
		submit(older)
		end := w.start()
		w.Wait(time.Hour)
		again := func(change func()) {
			w.OK(end())
			w.Wait(time.Minute)
			change()
			end = w.start()
			w.Wait(7 * time.Hour)
		}
		again(w.commenting)
		w.wantComments(task)
		merged := "Change " + at(old, "merged") + " by vol1 was merged" + fixIt
		again(func() { submit(old) }) // while the service is down
		w.wantComments(task, merged)

		again(func() { w.Config.Comments = nil })
		unsaid := w.Push("vol1", core, task)
		w.Wait(time.Minute)
		again(w.commenting)
		w.wantComments(task, merged)
		submit(unsaid)
		w.Wait(within)
		w.wantComments(task, merged, "Change "+at(unsaid, "merged")+" by vol1 was merged"+fixIt)
		w.OK(end())
	})
}

// Neither a new text, nor a link that comes and goes, nor a lost store makes a comment again.
func TestACommentIsMadeOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task, other := w.Task(external, "In Progress"), w.Phab.NewTask("dave", "Another one")
		end := w.start()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		linked := "Change " + at(change, "linked") + " by vol1 was linked" + fixIt
		w.wantComments(task, linked)
		message := func(tasks ...int) {
			w.OK(w.Gerrit.Amend("vol1", change, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: "Fix it at last\n\n" + strings.Join(testworld.Bugs(tasks...), "\n")}))
			w.Wait(within)
		}
		message(other)
		otherLinked := "Change " + at(change, "linked") + " by vol1 was linked: `Fix it at last` (mediawiki/core, master)"
		w.wantComments(other, otherLinked)
		message(task)
		message(task, other)
		w.OK(end())
		w.commentAs(mapping.CommentLinked, "{{.URL}} is new")
		end = w.start()
		w.Wait(7 * time.Hour)
		w.OK(w.Gerrit.Abandon("vol1", change, "no"))
		w.Wait(within)
		w.OK(w.Gerrit.Restore("vol1", change, "yes"))
		w.Wait(within)
		w.wantComments(task, linked)
		w.wantComments(other, otherLinked)
		w.OK(end())

		w.Config.Store.Path = ":memory:" // a new one
		end = w.start()
		w.Wait(time.Minute)
		message(other)
		message(task) // linked anew since the new store's beginning
		w.Wait(7 * time.Hour)
		w.wantComments(task, linked)
		w.wantComments(other, otherLinked)
		w.OK(end())
		w.NoWaste()
	})
}

// A change that is no longer open when we come is said to be what it is; of one that lost its link nothing is said.
func TestCommentsAfterDowntime(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		a, b, c := w.Task(external, "In Progress"), w.Task(external, "In Progress"), w.Phab.NewTask("dave", "Another one")
		w.OK(w.start()())
		w.Wait(time.Minute)
		end := w.start()
		w.Wait(time.Minute)
		w.OK(end())
		one, two := w.Push("vol1", core, a), w.Push("vol2", core, a)
		lost := w.Push("vol1", core, b)
		w.Wait(time.Minute)
		w.Vote("alice", one, 2)
		w.OK(w.Gerrit.Submit("alice", one))
		w.OK(w.Gerrit.Amend("vol1", lost, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: "Fix it\n\n" + testworld.Bugs(c)[0]}))
		wip, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(c), WIP: true})
		w.OK(err)
		w.run()
		w.Wait(time.Hour)
		w.wantComments(a, "Change "+at(two, "linked")+" by vol2 was linked"+fixIt+"\n\n"+
			"Change "+at(one, "merged")+" by vol1 was merged"+fixIt)
		w.wantComments(b)
		lostLinked := "Change " + at(lost, "linked") + " by vol1 was linked" + fixIt
		w.wantComments(c, lostLinked)
		w.OK(w.Gerrit.SetReady("vol1", wip, ""))
		w.Wait(within)
		w.wantComments(c, lostLinked, "Change "+at(wip, "linked")+" by vol1 was linked"+fixIt)
	})
}

// Of a change that not everybody can read, nothing but its number is said; of a private one nothing.
func TestCommentsOnWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.Gerrit.AddProject("ops/secret", gerrittest.ProjectOptions{Readers: []string{"erin", "reviewsync"}})
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Gerrit.ResetRequests()
		change := w.Push("erin", "ops/secret", task)
		private, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), Private: true})
		w.OK(err)
		w.Wait(time.Hour)
		w.wantComments(task, "Change "+at(change, "linked")+" was linked")
		for _, e := range w.Phab.History(task) {
			if text := e.Comment + e.Title; strings.Contains(text, "ops") || strings.Contains(text, fmt.Sprint("/", private)) {
				t.Errorf("on the task it says %q", text)
			}
		}
		w.OK(w.Gerrit.SetPrivate("vol1", private, false))
		w.Wait(within)
		w.wantComments(task, "Change "+at(change, "linked")+" was linked", "Change "+at(private, "linked")+" by vol1 was linked"+fixIt)
	})
}

// If nobody can know whether a change is public, the comment waits, and nothing else does.
func TestACommentWaitsForGerrit(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.ToGerrit.Set(func(r *http.Request) trouble {
			if kind(r) == "public" {
				return page(502)
			}
			return nil
		})
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.Want(task, external, "Review Needed")
		w.Wait(time.Minute)
		w.wantComments(task)
		w.ToGerrit.Set(nil)
		w.Wait(time.Minute)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
	})
}

// A task that may be seen but not edited gets its comments all the same.
func TestACommentNeedsNoRightToEdit(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.tagging()
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		w.Phab.SetNotEditable(task)
		change := w.Push("vol1", core, task)
		w.Wait(13 * time.Hour)
		w.Want(task, external, "In Progress")
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
	})
}

// A template that does not go well with a change is replaced by the default text.
func TestATemplateThatFails(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.commentAs(mapping.CommentLinked, `{{.URL}}: {{if eq .Branch "master"}}see{{.Subject}}{{end}}`)
		task := w.Task(external, "In Progress")
		w.run()
		w.Wait(time.Minute)
		change := w.Push("vol1", core, task)
		w.Wait(within)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
		if said := strings.Join(w.Log.All("warn"), "\n"); !strings.Contains(said, fmt.Sprintf("comments.linked: for change %d the template has a letter or a backtick", change)) {
			t.Errorf("the log says\n%s", said)
		}
	})
}

func TestCommentsOfADryRun(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task, loose := w.Task(external, "In Progress"), w.Phab.NewTask("dave", "On no board")
		w.sync(false)
		w.Wait(time.Minute)
		change, other := w.Push("vol1", core, task), w.Push("vol1", core, loose)
		w.Wait(time.Minute)
		before := w.edits()
		reported := w.sync(true)
		for _, want := range []string{
			fmt.Sprintf("T%d: commented that change %d was linked", task, change), fmt.Sprintf("T%d: commented that change %d was linked", loose, other),
		} {
			if n := len(slices.DeleteFunc(slices.Clone(reported), func(line string) bool { return line != want })); n != 1 {
				t.Errorf("a dry run prints %d times %q:\n%s", n, want, strings.Join(reported, "\n"))
			}
		}
		if n := w.edits() - before; n > 0 {
			t.Errorf("a dry run made %d edits", n)
		}
		w.sync(false)
		w.sync(false)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
		w.wantComments(loose, "Change "+at(other, "linked")+" by vol1 was linked"+fixIt)
		w.NoWaste()
	})
}

// A write whose answer was lost may still be under way when the task is looked at again.
func TestACommentThatComesLate(t *testing.T) {
	for _, board := range []string{"", external} {
		t.Run(board, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.commenting()
				task := w.Phab.NewTask("dave", "On no board")
				if board != "" {
					task = w.Task(board, "In Progress")
				}
				w.run()
				w.Wait(time.Minute)
				edits := 0
				w.ToPhab.Set(func(r *http.Request) trouble {
					if kind(r) != "maniphest.edit" {
						return nil
					}
					if edits++; edits == 1 {
						return afterwards(70 * time.Second) // ten seconds after nobody waits for it any more
					}
					return nil
				})
				change := w.Push("vol1", core, task)
				w.Wait(5 * time.Minute)
				w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+fixIt)
				if edits == 0 {
					t.Error("nothing was written")
				}
			})
		})
	}
}

package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/mapping"
)

// commenting is a config that makes comments of all kinds, with the default texts.
func (w *world) commenting() {
	w.cfg.Comments = config.Comments{}
	for _, kind := range []mapping.CommentKind{mapping.CommentLinked, mapping.CommentMerged, mapping.CommentReverted} {
		w.commentAs(kind, mapping.DefaultComment(kind))
	}
}

func (w *world) commentAs(kind mapping.CommentKind, text string) {
	w.Helper()
	t, err := mapping.ParseComment(kind, text)
	w.ok(err)
	w.cfg.Comments[kind] = t
}

// comments are those that the service made on a task, oldest first.
func (w *world) comments(task int) []string {
	var texts []string
	for _, e := range w.phab.History(task) {
		if e.Comment != "" && e.Author == "reviewsync" {
			texts = append(texts, e.Comment)
		}
	}
	return texts
}

func (w *world) wantComments(task int, texts ...string) {
	w.Helper()
	if got := w.comments(task); !slices.Equal(got, texts) {
		w.Errorf("on T%d it says\n\t%s\nwant\n\t%s\n%s", task, strings.Join(got, "\n\t"), strings.Join(texts, "\n\t"), w.log.tail(20))
	}
}

// at is the address of a change as a comment shows it.
func at(change int, what string) string {
	return fmt.Sprintf("[[http://gerrit.example.org/%d#reviewsync-%s | %d]]", change, what, change)
}

const mendIt = ": `Mend it` (mediawiki/core, master)"

// What happens to a change is told once, in the edit that moves the card where one does.
func TestCommentsOnATask(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.cfg.Gerrit.Sweep, w.cfg.CommentedIn = time.Hour, []string{"*/*"}
		card, loose := w.task(external, "In Progress"), w.phab.NewTask("dave", "On no board")
		w.run()
		w.wait(time.Minute)
		before := w.edits()
		change, other := w.push("vol1", core, card), w.push("erin", "labs/tools", loose)
		w.wait(within)
		w.want(card, external, "Review Needed")
		linked := "Change " + at(change, "linked") + " by vol1 was linked" + mendIt
		otherLinked := "Change " + at(other, "linked") + " by erin was linked: `Mend it` (labs/tools, master)"
		w.wantComments(card, linked)
		w.wantComments(loose, otherLinked)
		if n := w.edits() - before; n != 2 {
			t.Errorf("a comment with a move and one without took %d edits", n)
		}

		before = w.edits()
		w.amend(change)
		w.vote("alice", change, 2)
		w.ok(w.gerrit.Submit("alice", change))
		w.ok(w.gerrit.Abandon("erin", other, "not now"))
		w.wait(within)
		w.want(card, external, "Review Completed")
		merged := "Change " + at(change, "merged") + " by vol1 was merged" + mendIt
		w.wantComments(card, linked, merged)
		if n := w.edits() - before; n != 1 {
			t.Errorf("the merge took %d edits", n)
		}
		if last := w.phab.History(card); last[len(last)-1].Group != last[len(last)-2].Group {
			t.Error("the move and the comment are two edits")
		}

		w.phab.SetStatus("dave", card, "resolved")
		revert, err := w.gerrit.Revert("bob", change, "")
		w.ok(err)
		w.wait(within)
		w.vote("alice", revert, 2)
		w.ok(w.gerrit.Submit("alice", revert))
		w.wait(within)
		undone := "Change " + at(revert, "linked") + " by bob was linked: `Revert \"Mend it\"` (mediawiki/core, master)"
		reverted := fmt.Sprintf("Change %s by vol1 was reverted by change [[http://gerrit.example.org/%d | %d]]%s", at(change, fmt.Sprintf("reverted-by-%d", revert)), revert, revert, mendIt)
		w.wantComments(card, linked, merged, undone, reverted)
		w.wait(13 * time.Hour)
		w.wantComments(card, linked, merged, undone, reverted)
		w.wantComments(loose, otherLinked)
		if log := strings.Join(w.log.all("info"), "\n"); !strings.Contains(log, fmt.Sprintf("T%d: commented that change %d was merged", card, change)) ||
			!strings.Contains(log, fmt.Sprintf("T%d: commented that change %d was reverted by change %d", card, change, revert)) || strings.Contains(log, "Mend it") {
			t.Errorf("the log says\n%s", log)
		}
		w.noWaste()
	})
}

// Nothing old is told when comments are switched on, nor when they are again.
func TestCommentsBeginWithWhatIsNew(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.task(external, "In Progress")
		old, older := w.push("vol1", core, task), w.push("vol2", core, task)
		submit := func(change int) {
			w.vote("alice", change, 2)
			w.ok(w.gerrit.Submit("alice", change))
		}
		submit(older)
		end := w.start()
		w.wait(time.Hour)
		again := func(change func()) {
			w.ok(end())
			w.wait(time.Minute)
			change()
			end = w.start()
			w.wait(7 * time.Hour)
		}
		again(w.commenting)
		w.wantComments(task)
		merged := "Change " + at(old, "merged") + " by vol1 was merged" + mendIt
		again(func() { submit(old) }) // while the service is down
		w.wantComments(task, merged)

		again(func() { w.cfg.Comments = nil })
		unsaid := w.push("vol1", core, task)
		w.wait(time.Minute)
		again(w.commenting)
		w.wantComments(task, merged)
		submit(unsaid)
		w.wait(within)
		w.wantComments(task, merged, "Change "+at(unsaid, "merged")+" by vol1 was merged"+mendIt)
		w.ok(end())
	})
}

// Neither a new text, nor a link that comes and goes, nor a lost store makes a comment again.
func TestACommentIsMadeOnce(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task, other := w.task(external, "In Progress"), w.phab.NewTask("dave", "Another one")
		end := w.start()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(within)
		linked := "Change " + at(change, "linked") + " by vol1 was linked" + mendIt
		w.wantComments(task, linked)
		message := func(tasks ...int) {
			w.ok(w.gerrit.Amend("vol1", change, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: "Mend it at last\n\n" + strings.Join(bugs(tasks...), "\n")}))
			w.wait(within)
		}
		message(other)
		otherLinked := "Change " + at(change, "linked") + " by vol1 was linked: `Mend it at last` (mediawiki/core, master)"
		w.wantComments(other, otherLinked)
		message(task)
		message(task, other)
		w.ok(end())
		w.commentAs(mapping.CommentLinked, "{{.URL}} is new")
		end = w.start()
		w.wait(7 * time.Hour)
		w.ok(w.gerrit.Abandon("vol1", change, "no"))
		w.wait(within)
		w.ok(w.gerrit.Restore("vol1", change, "yes"))
		w.wait(within)
		w.wantComments(task, linked)
		w.wantComments(other, otherLinked)
		w.ok(end())

		w.cfg.Store.Path = ":memory:" // a new one
		end = w.start()
		w.wait(time.Minute)
		message(other)
		message(task) // linked anew since the new store's beginning
		w.wait(7 * time.Hour)
		w.wantComments(task, linked)
		w.wantComments(other, otherLinked)
		w.ok(end())
		w.noWaste()
	})
}

// A change that is no longer open when we come is told as what it is; one that lost its link is not told.
func TestCommentsAfterDowntime(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		a, b, c := w.task(external, "In Progress"), w.task(external, "In Progress"), w.phab.NewTask("dave", "Another one")
		w.ok(w.start()())
		w.wait(time.Minute)
		end := w.start()
		w.wait(time.Minute)
		w.ok(end())
		one, two := w.push("vol1", core, a), w.push("vol2", core, a)
		lost := w.push("vol1", core, b)
		w.wait(time.Minute)
		w.vote("alice", one, 2)
		w.ok(w.gerrit.Submit("alice", one))
		w.ok(w.gerrit.Amend("vol1", lost, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: "Mend it\n\n" + bugs(c)[0]}))
		wip, err := w.gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Mend it", Footers: bugs(c), WIP: true})
		w.ok(err)
		w.run()
		w.wait(time.Hour)
		w.wantComments(a, "Change "+at(two, "linked")+" by vol2 was linked"+mendIt+"\n\n"+
			"Change "+at(one, "merged")+" by vol1 was merged"+mendIt)
		w.wantComments(b)
		lostLinked := "Change " + at(lost, "linked") + " by vol1 was linked" + mendIt
		w.wantComments(c, lostLinked)
		w.ok(w.gerrit.SetReady("vol1", wip, ""))
		w.wait(within)
		w.wantComments(c, lostLinked, "Change "+at(wip, "linked")+" by vol1 was linked"+mendIt)
	})
}

// Of a change that not everybody can read, nothing but its number is told; of a private one nothing.
func TestCommentsOnWhatIsNotPublic(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.gerrit.AddProject("ops/secret", gerrittest.ProjectOptions{Readers: []string{"erin", "reviewsync"}})
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.gerrit.ResetRequests()
		change := w.push("erin", "ops/secret", task)
		private, err := w.gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Mend it", Footers: bugs(task), Private: true})
		w.ok(err)
		w.wait(time.Hour)
		w.wantComments(task, "Change "+at(change, "linked")+" was linked")
		for _, e := range w.phab.History(task) {
			if text := e.Comment + e.Title; strings.Contains(text, "ops") || strings.Contains(text, fmt.Sprint("/", private)) {
				t.Errorf("on the task it says %q", text)
			}
		}
		w.ok(w.gerrit.SetPrivate("vol1", private, false))
		w.wait(within)
		w.wantComments(task, "Change "+at(change, "linked")+" was linked", "Change "+at(private, "linked")+" by vol1 was linked"+mendIt)
	})
}

// If nobody can tell whether a change is public, the comment waits, and nothing else does.
func TestACommentWaitsForGerrit(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.toGerrit.set(func(r *http.Request) trouble {
			if kind(r) == "public" {
				return page(502)
			}
			return nil
		})
		change := w.push("vol1", core, task)
		w.wait(within)
		w.want(task, external, "Review Needed")
		w.wait(time.Minute)
		w.wantComments(task)
		w.toGerrit.set(nil)
		w.wait(time.Minute)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+mendIt)
	})
}

// A task that may be seen but not edited gets its comments all the same.
func TestACommentNeedsNoRightToEdit(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.tagging()
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		w.phab.SetNotEditable(task)
		change := w.push("vol1", core, task)
		w.wait(13 * time.Hour)
		w.want(task, external, "In Progress")
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+mendIt)
	})
}

// A template that does not go well with a change is replaced by the default text.
func TestATemplateThatFails(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		w.commentAs(mapping.CommentLinked, `{{.URL}}: {{if eq .Branch "master"}}see{{.Subject}}{{end}}`)
		task := w.task(external, "In Progress")
		w.run()
		w.wait(time.Minute)
		change := w.push("vol1", core, task)
		w.wait(within)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+mendIt)
		if said := strings.Join(w.log.all("warn"), "\n"); !strings.Contains(said, fmt.Sprintf("comments.linked: for change %d the template has a letter or a backtick", change)) {
			t.Errorf("the log says\n%s", said)
		}
	})
}

func TestCommentsOfADryRun(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.commenting()
		task, loose := w.task(external, "In Progress"), w.phab.NewTask("dave", "On no board")
		w.sync(false)
		w.wait(time.Minute)
		change, other := w.push("vol1", core, task), w.push("vol1", core, loose)
		w.wait(time.Minute)
		before := w.edits()
		told := w.sync(true)
		for _, want := range []string{
			fmt.Sprintf("T%d: commented that change %d was linked", task, change), fmt.Sprintf("T%d: commented that change %d was linked", loose, other),
		} {
			if n := len(slices.DeleteFunc(slices.Clone(told), func(line string) bool { return line != want })); n != 1 {
				t.Errorf("a dry run tells %d times %q:\n%s", n, want, strings.Join(told, "\n"))
			}
		}
		if n := w.edits() - before; n > 0 {
			t.Errorf("a dry run made %d edits", n)
		}
		w.sync(false)
		w.sync(false)
		w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+mendIt)
		w.wantComments(loose, "Change "+at(other, "linked")+" by vol1 was linked"+mendIt)
		w.noWaste()
	})
}

// A write whose answer was lost may still be under way when the task is looked at again.
func TestACommentThatComesLate(t *testing.T) {
	for _, board := range []string{"", external} {
		t.Run(board, func(t *testing.T) {
			t.Parallel()
			inWorld(t, func(w *world) {
				w.commenting()
				task := w.phab.NewTask("dave", "On no board")
				if board != "" {
					task = w.task(board, "In Progress")
				}
				w.run()
				w.wait(time.Minute)
				edits := 0
				w.toPhab.set(func(r *http.Request) trouble {
					if kind(r) != "maniphest.edit" {
						return nil
					}
					if edits++; edits == 1 {
						return afterwards(70 * time.Second) // ten seconds after nobody waits for it any more
					}
					return nil
				})
				change := w.push("vol1", core, task)
				w.wait(5 * time.Minute)
				w.wantComments(task, "Change "+at(change, "linked")+" by vol1 was linked"+mendIt)
				if edits == 0 {
					t.Error("nothing was written")
				}
			})
		})
	}
}

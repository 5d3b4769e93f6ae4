package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/explain"
)

// explain is `reviewsync explain`.
func (w *world) explain(what ...string) (string, error) {
	w.Helper()
	return w.explained(&explainCommand{What: what})
}

func (w *world) explained(c *explainCommand) (string, error) {
	var text bytes.Buffer
	o := w.options()
	err := explainTo(w.Context(), w.Config, o, output{out: &text, log: o.Log}, c)
	return text.String(), err
}

// says compares what is explained with a text, in which the first line is empty.
func (w *world) says(c *explainCommand, want string) {
	w.Helper()
	got, err := w.explained(c)
	w.OK(err)
	if diff := cmp.Diff(strings.TrimPrefix(want, "\n"), got); diff != "" {
		w.Errorf("%v (-want +got):\n%s\n%s", c.What, diff, got)
	}
	for line := range strings.Lines(got) {
		if len([]rune(line)) > 97 {
			w.Errorf("longer than 96: %s", line)
		}
	}
}

func TestExplain(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		w.sync()
		w.Wait(time.Hour)
		n := w.Push("vol1", core, task)
		w.Wait(time.Hour)
		w.Amend(n)
		w.Wait(time.Minute)
		w.Vote("bob", n, -1)
		w.Wait(time.Minute)
		w.Amend(n)
		w.Wait(time.Hour)
		w.Vote("alice", n, -1)
		w.sync()
		w.Want(task, external, "In Progress")
		w.Wait(time.Hour)
		w.says(&explainCommand{What: []string{"T1"}}, needsWork)
		w.says(&explainCommand{What: []string{"change", fmt.Sprint(n)}}, needsWork)
		w.says(&explainCommand{What: []string{"T1"}, All: true}, strings.Replace(needsWork, folded, unfolded, 1))

		w.Phab.Drag("dave", task, external, "Review Completed")
		w.Wait(time.Minute)
		got, err := w.explain("https://phabricator.example.org/T1")
		w.OK(err)
		for _, part := range []string{
			"#external-code-reviews: Review Completed\n  T1 stays in Review Completed: dave moved it here",
			"  placed   dave moved it here Mon 13:02\n",
			"  next     -> In Progress: another word of alice on change 1\n           -> Review Needed: an answer of vol1 to alice",
		} {
			if !strings.Contains(got, part) {
				w.Errorf("says nothing of %q:\n%s", part, got)
			}
		}
	})
}

const (
	needsWork = `
T1 is open                                                    https://phabricator.example.org/T1

#external-code-reviews: In Progress
  T1 stays in In Progress: alice voted -1 on patch set 3 of change 1 (Mon 12:02); vol1 has not
  answered yet

  placed   no person has moved it since the rules of this board began (Dec 1 09:00); reviewsync
           moved it here Mon 12:02
  said     alice's -1, Mon 12:02
  next     -> Review Needed: an answer of vol1 to alice on change 1: new code, or a reply
           -> Review Completed: the merge of change 1
  rules    Review Needed     if review-needed: no, it is needs-work
         > In Progress       if needs-work, draft or reverted: yes, it is needs-work
           Review Completed  if reviewed, approved, merged or deployed: no, it is needs-work
           stay              if abandoned: no, it is needs-work

  change 1  needs-work since Mon Dec  7 12:02
    - bob's -1 on patch set 2 (Mon 11:01) was answered by patch set 3
    - alice's -1 on patch set 3 (Mon 12:02) is not answered

It is not on #clinic-duty-team, and no change of it is counted there.

Change 1 of vol1 in mediawiki/core (master), open
  http://gerrit.example.org/c/mediawiki/core/+/1
  ...               4 older facts (--all shows them)
  Mon Dec  7 12:02  alice voted -1 on patch set 3

Read from the servers, and a copy of the store, at 2026-12-07 13:02. Times are UTC.
`

	folded   = "  ...               4 older facts (--all shows them)\n"
	unfolded = `  Mon Dec  7 10:00  vol1 uploaded patch set 1, which names T1
  Mon Dec  7 11:00  vol1 uploaded patch set 2
  Mon Dec  7 11:01  bob voted -1 on patch set 2
  Mon Dec  7 11:02  vol1 uploaded patch set 3
`
)

// TestExplainWritesNothing: neither to a server nor to the store, be there one or not.
func TestExplainWritesNothing(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		w.Config.Boards[0].Start = time.Time{}
		w.Vote("alice", w.Push("vol1", core, task), -1)
		got, err := w.explain("T1")
		w.OK(err)
		for _, part := range []string{"T1: Review Needed -> In Progress: dave put it on the board (Mon 09:00), and alice voted -1", "the config gives no start for #external-code-reviews", "without a store"} {
			if !strings.Contains(strings.Join(strings.Fields(got), " "), strings.Join(strings.Fields(part), " ")) {
				w.Errorf("says nothing of %q:\n%s", part, got)
			}
		}
		if _, err := os.Stat(w.Config.Store.Path); !os.IsNotExist(err) {
			w.Errorf("made a store: %v", err)
		}
		w.sync()
		before, err := os.ReadFile(w.Config.Store.Path)
		w.OK(err)
		edits := w.Phab.Requests()["maniphest.edit"]
		if _, err := w.explain("T1"); err != nil {
			w.Error(err)
		}
		if after, err := os.ReadFile(w.Config.Store.Path); err != nil || !bytes.Equal(before, after) {
			w.Errorf("the store was written to (%v)", err)
		}
		if n := w.Phab.Requests()["maniphest.edit"]; n != edits {
			w.Errorf("%d edits", n-edits)
		}
		w.Want(task, external, "Review Needed")
	})
}

// TestExplainBesideABoardThatIsLeftOut: what is said of a board is not meant for another one.
func TestExplainBesideABoardThatIsLeftOut(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task("clinic-duty-team", "Doing")
		w.Config.Boards[0].Start, w.Config.Boards[1].Start = time.Time{}, time.Now()
		w.Push("erin", core, task)
		w.Phab.HideProject(external, true)
		got, err := w.explain("T1")
		w.OK(err)
		if strings.Contains(got, "gives no start") || !strings.Contains(got, "#clinic-duty-team") {
			w.Errorf("it says\n%s", got)
		}
	})
}

// TestExplainPrivate: private changes and tasks that cannot be seen leave every byte the same.
func TestExplainPrivate(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, hidden := w.Task(external, "Review Needed"), w.Task(external, "Review Needed")
		open := w.Push("vol1", core, task, hidden)
		w.sync()
		w.Phab.SetInvisible(hidden)
		without, err := w.explained(&explainCommand{What: []string{"T1"}, JSON: true})
		w.OK(err)
		secret := w.Push("vol1", core, task)
		w.Vote("alice", secret, -1)
		w.OK(w.Gerrit.SetPrivate("vol1", secret, true))
		with, err := w.explained(&explainCommand{What: []string{"T1"}, JSON: true})
		w.OK(err)
		if diff := cmp.Diff(without, with); diff != "" {
			w.Errorf("a private change makes a difference:\n%s", diff)
		}
		for _, c := range []explainCommand{{All: true}, {JSON: true}} {
			c.What = []string{fmt.Sprint(open)}
			text, err := w.explained(&c)
			w.OK(err)
			for _, reported := range []string{fmt.Sprintf("T%d", hidden), fmt.Sprintf(`"task": %d`, hidden), fmt.Sprint(secret, " "), fmt.Sprintf(`: %d,`, secret)} {
				if strings.Contains(text, reported) {
					w.Errorf("%q is shown:\n%s", reported, text)
				}
			}
		}
		for _, what := range []string{fmt.Sprint(secret), fmt.Sprintf("%s~%d", core, secret), "9999", fmt.Sprintf("T%d", hidden), "T9999"} {
			text, err := w.explain(what)
			if err == nil || !strings.Contains(err.Error(), "or reviewsync may not see it") || text != "" {
				w.Errorf("%s: %v\n%s", what, err, text)
			}
		}
	})
}

// TestExplainLinks: a name in the middle of a message is no link, a link that was lost is
// known to the store alone, and for a change without a task it says so.
func TestExplainLinks(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task := w.Task(external, "Review Needed")
		lost := w.Push("vol1", core, task)
		w.sync()
		w.OK(w.Gerrit.Amend("vol1", lost, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: "Fix it\n\nChange-Id: I1\n"}))
		_, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Body: "As T1 says."})
		w.OK(err)
		w.Wait(time.Minute)
		text, err := w.explained(&explainCommand{What: []string{"T1"}, JSON: true})
		w.OK(err)
		var r explain.Report
		w.OK(json.Unmarshal([]byte(text), &r))
		if len(r.Tasks) != 1 || len(r.Tasks[0].Boards) != 2 || len(r.Tasks[0].Boards[0].Changes) != 1 {
			w.Fatalf("%s", text)
		}
		b := r.Tasks[0].Boards[0]
		if c := b.Changes[0]; c.Linked || !c.Counted || c.Ignored != "its current patch set does not name T1 any more" || b.Verdict != "no-change" {
			w.Errorf("%s", text)
		}
		other := w.Task(external, "Review Needed")
		_, err = w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: []string{fmt.Sprintf("bug:T%d", other)}})
		w.OK(err)
		if text, err = w.explain(fmt.Sprintf("T%d", other)); err != nil || !strings.Contains(text, "needs-work since") && !strings.Contains(text, "review-needed since") {
			w.Errorf("a footer without a blank: %v\n%s", err, text)
		}
		mere := w.Push("vol1", core)
		text, err = w.explain("change", fmt.Sprint(mere))
		w.OK(err)
		if !strings.Contains(text, fmt.Sprintf("change %d names no task", mere)) {
			w.Errorf("%s", text)
		}
	})
}

// TestExplainDoc: the examples of docs/commands.md are what is answered.
func TestExplainDoc(t *testing.T) {
	text := documents(t)["docs/commands.md"]
	if diff := cmp.Diff(strings.TrimPrefix(needsWork, "\n"), block(t, text, "text")); diff != "" {
		t.Error(diff)
	}
	var r explain.Report
	d := json.NewDecoder(strings.NewReader(block(t, text, "json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	var short bytes.Buffer
	if err := json.Compact(&short, []byte(block(t, text, "json"))); err != nil || short.String() != string(again) {
		t.Errorf("%v; written again, the example is\n%s", err, again)
	}
}

package service

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/explain"
	"reviewsync/internal/testworld"
)

// explain is what explain says, with all facts.
func (w *world) explain(what ...string) (string, error) {
	w.Helper()
	report, err := w.explained(what...)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	err = report.Text(&text, w.Config, true)
	return text.String(), err
}

func (w *world) explained(what ...string) (*explain.Report, error) {
	w.Helper()
	targets, err := explain.ParseTargets(what, w.Config)
	if err != nil {
		return nil, err
	}
	return explain.Run(w.Context(), w.Config, w.options(), targets)
}

// explains gives what explain says as one line, without its folding.
func (w *world) explains(what ...string) string {
	w.Helper()
	text, err := w.explain(what...)
	w.OK(err)
	return strings.Join(strings.Fields(text), " ")
}

func (w *world) wantExplained(text string, parts ...string) {
	w.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			w.Errorf("explain does not say %q:\n%s", part, text)
		}
	}
	for _, never := range []string{"0001-01-01", "1970", "patch set 0", "change 0"} {
		if strings.Contains(text, never) {
			w.Errorf("explain says %q:\n%s", never, text)
		}
	}
}

// What is said of changes that Gerrit made, and of those that a board does not count.
func TestExplainWhatGerritMade(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.OK(w.Gerrit.CreateBranch("alice", core, "REL1_47", "master"))
		const id = "I0123456789012345678901234567890123456789"
		task := w.Task(external, "Review Needed")
		w.run()
		w.Wait(time.Minute)
		change, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), ChangeID: id})
		w.OK(err)
		pick, err := w.Gerrit.Push("vol1", core, "REL1_47", gerrittest.PushInput{Subject: "Fix it", Footers: testworld.Bugs(task), ChangeID: id})
		w.OK(err)
		w.merge(pick)
		w.merge(change)
		revert, err := w.Gerrit.Revert("vol2", change, "")
		w.OK(err)
		w.Wait(within)
		w.wantExplained(w.explains("T1"),
			fmt.Sprintf("change %d review-needed since Mon", revert),
			fmt.Sprintf("vol2 made it; it belongs to T%d, as what it reverts does", task),
		)
		w.merge(revert)
		w.Wait(within)
		w.wantExplained(w.explains("T1"),
			"said the merge of change 3, Mon 09:07",
			fmt.Sprintf("change %d not counted: it is a revert that was merged, which counts only for what it undid", revert),
		)
		w.wantExplained(w.explains(fmt.Sprint(revert)), "T1 is open")
	})
}

// Several are explained at once; what is not there is named, and is no error unless nothing is.
func TestExplainSeveral(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		first, second := w.Task(external, "Review Needed"), w.Task(external, "Review Needed")
		w.Push("vol1", core, first)
		b := w.Push("vol1", core, second)
		c := w.Push("vol1", core, first, second)
		w.Wait(time.Minute)
		for _, what := range [][]string{
			{"T1", "T2"},
			{"T1", "change", fmt.Sprint(b)},
			{fmt.Sprint(c)},
			{"T1", "T2", "T1", "change", fmt.Sprint(c)},
			{"https://phabricator.example.org/T1", fmt.Sprintf("%s~%d", core, b)},
			{"T1", "T99", "T2"},
			{"T1", "T2", "change", "4711"},
		} {
			text := w.explains(what...)
			w.wantExplained(text, "T1 is open", "T2 is open")
			if n := strings.Count(text, " is open http"); n != 2 {
				t.Errorf("%v: %d tasks", what, n)
			}
			for _, gone := range []string{"T99", "change 4711"} {
				if named := strings.Contains(strings.Join(what, " "), gone); named != strings.Contains(text, "there is no "+gone+", or reviewsync may not see it") {
					t.Errorf("%v: %s", what, text)
				}
			}
		}
		if _, err := w.explain("T98", "T99"); err == nil || !strings.Contains(err.Error(), "there is no T98") || !strings.Contains(err.Error(), "there is no T99") {
			t.Errorf("the error is %v", err)
		}
		if _, err := w.explain("T1", "nonsense"); err == nil || !strings.Contains(err.Error(), `"nonsense" is neither a task nor a change`) {
			t.Errorf("the error is %v", err)
		}
		report, err := w.explained("T1", "T2")
		w.OK(err)
		if report.Asked != "T1, T2" || len(report.Tasks) != 2 {
			t.Errorf("asked %q, %d tasks", report.Asked, len(report.Tasks))
		}
	})
}

// A change is found by its number in whatever repository; only a private one is not.
func TestExplainAChangeOfAnotherProject(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		change := w.Push("vol1", core, w.Task(external, "Review Needed"))
		private, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Secret", Footers: testworld.Bugs(1), Private: true})
		w.OK(err)
		w.Wait(time.Minute)
		for _, what := range []string{fmt.Sprintf("labs/tools~%d", change), fmt.Sprintf("http://gerrit.example.org/c/labs/tools/+/%d", change), fmt.Sprintf("no/such~%d", change)} {
			w.wantExplained(w.explains(what), "T1 is open", fmt.Sprintf("note: change %d is in mediawiki/core, not in ", change))
		}
		for _, what := range []string{fmt.Sprintf("labs/tools~%d", private), fmt.Sprintf("%s~%d", core, private), "labs/tools~4711"} {
			if text, err := w.explain(what); err == nil || !strings.Contains(err.Error(), "there is no change") || strings.Contains(err.Error(), "mediawiki") {
				t.Errorf("%s: %v %s", what, err, text)
			}
		}
	})
}

// Where the workboard is off, no tag helps: it is said, and nothing is written.
func TestAWorkboardThatIsOff(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		task, other := w.Task(external, "Review Needed"), w.Task(external, "Review Needed")
		change := w.Push("vol1", core, task)
		w.Push("vol1", core, other)
		w.run()
		w.Wait(time.Minute)
		w.Phab.DisableBoard(external, true)
		w.Vote("alice", change, -1)
		w.Wait(within)
		const off = "it has the tag #external-code-reviews, but the workboard of that project is off, so it has no column; turn the workboard on"
		w.wantSaid(off)
		w.wantExplained(w.explains("T1"), "T1 stays as it is: "+off)
		w.reset()
		w.Wait(13 * time.Hour)
		if n := w.Phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("%d edits", n)
		}
		if reported, _, all := w.align(external, 0); all != 0 {
			t.Errorf("align says %q", reported)
		}
		w.Phab.DisableBoard(external, false)
		w.Wait(7 * time.Hour)
		w.Want(task, external, "In Progress")
	})
}

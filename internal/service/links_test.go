package service

import (
	"fmt"
	"strings"
	"testing"

	"reviewsync/gerrit/gerrittest"
)

// TestExplainSaysWhyALineIsNoFooter: that there is an empty line between Bug and Change-Id is said
// for the task and for the change, and whether it can still be corrected.
func TestExplainSaysWhyALineIsNoFooter(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		w.Task(external, "Review Needed")
		n, err := w.Gerrit.Push("vol1", core, "master", gerrittest.PushInput{Subject: "Fix it", Body: "Bug: T1"})
		w.OK(err)
		w.sync(false)
		says := func(what, want string) {
			w.Helper()
			text, err := w.explain(strings.Fields(what)...)
			w.OK(err)
			if got := strings.Join(strings.Fields(text), " "); !strings.Contains(got, want) {
				w.Errorf("explain %s says nothing of %q:\n%s", what, want, text)
			}
		}
		why := fmt.Sprintf("note: change %d is not linked to T1, since its line 'Bug: T1' is no footer; ", n)
		fix := "put it among the last lines, with no empty line between it and the Change-Id"
		says("T1", why+fix)
		says(fmt.Sprintf("change %d", n), why+fix)
		w.merge(n)
		says("T1", why+fix+"; now that it is merged, move the card by hand")
		says("T1", "a 'Bug: T1' footer in a commit message links one")
	})
}

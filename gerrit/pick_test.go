package gerrit_test

import (
	"fmt"
	"strings"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/mapping/review"
)

// TestPickOfARevert: what was picked from a revert to another branch has its Change-Id and its
// words; that it reverts something, Gerrit says only of the revert itself.
func TestPickOfARevert(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, project := clientOf(t, s, sync), s.ProjectNames().plain
		read := func(n int) (*gerrit.Change, string) {
			t.Helper()
			change, err := c.Change(t.Context(), project, n)
			ok(t, err)
			return change, change.Revisions[len(change.Revisions)-1].CommitMessage
		}
		n := push(t, s, project)
		reviews(t, s, alice, n, gerrittest.ReviewInput{Labels: codeReview(2)})
		ok(t, s.Submit(alice, n))
		merged, _ := read(n)
		ok(t, s.CreateBranch(alice, project, "wmf/1.47", "master"))
		number, err := s.Revert(alice, n, "")
		ok(t, err)
		revert, words := read(number)
		pick, err := s.Pick(alice, number, "wmf/1.47")
		ok(t, err)
		picked, pickedWords := read(pick)

		if revert.RevertOf != n || picked.RevertOf != 0 {
			t.Errorf("change %d reverts %d, its pick %d", number, revert.RevertOf, picked.RevertOf)
		}
		if picked.ChangeID != revert.ChangeID || picked.Branch != "wmf/1.47" || picked.Status != "NEW" {
			t.Errorf("picked: %+v", picked)
		}
		line := fmt.Sprintf("This reverts commit %s.", merged.CurrentRevision)
		for _, message := range []string{words, pickedWords} {
			if !strings.Contains(message, line) || len(review.RevertedCommits(message)) != 1 {
				t.Errorf("no line %q in\n%s", line, message)
			}
		}
	})
}

package gerrit_test

import (
	"fmt"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
)

// TestQueryCommit: commit: finds a change by the SHA of any of its patch sets, abbreviated or not.
func TestQueryCommit(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, project := clientOf(t, s, sync), s.ProjectNames().plain
		n := push(t, s, project)
		ok(t, s.Amend(vol, n, gerrittest.Rework, gerrittest.AmendInput{}))
		change, err := c.Change(t.Context(), project, n)
		ok(t, err)
		finds := func(project, sha string) bool {
			t.Helper()
			rows, _, err := c.Query(t.Context(), fmt.Sprintf("project:%s commit:%s", gerrit.Quote(project), sha), 10)
			ok(t, err)
			return len(rows) == 1 && rows[0].Number == n
		}
		for _, r := range change.Revisions {
			for _, sha := range []string{r.SHA, r.SHA[:12], r.SHA[:7]} {
				if !finds(project, sha) {
					t.Errorf("patch set %d is not found by %s", r.Number, sha)
				}
			}
			if finds(s.ProjectNames().core, r.SHA) || finds(project, r.SHA[:39]+flip(r.SHA[39:])) {
				t.Errorf("commit %s is found where it is not", r.SHA)
			}
		}
	})
}

// flip is another hexadecimal digit.
func flip(digit string) string {
	if digit == "0" {
		return "1"
	}
	return "0"
}

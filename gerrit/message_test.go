package gerrit_test

import (
	"fmt"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
)

// TestQueryMessage: message: finds whole words of the current commit message, in any case.
func TestQueryMessage(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, project := clientOf(t, s, sync), s.ProjectNames().plain
		n, err := s.Push(vol, project, "master", gerrittest.PushInput{Subject: "Fix it", Footers: []string{"Bug: T4711, T12", "Bug:T77", "Bug: https://phab.example.org/T78,T79."}})
		ok(t, err)
		finds := func(text string) bool {
			t.Helper()
			rows, _, err := c.Query(t.Context(), fmt.Sprintf("change:%d message:%s", n, gerrit.Quote(text)), 10)
			ok(t, err)
			return len(rows) == 1
		}
		for text, want := range map[string]bool{
			"T4711": true, "t4711": true, "T12": true, "T78": true, "T79": true, "Bug: T4711": true, "Fix it": true,
			"T77": false, "Bug:T77": true, "bug:t77": true, // one word, by the rules of Unicode (UAX 29)
			"T471": false, "T47111": false, "4711": false, "T4711 Bug": false, "it Fix": false,
		} {
			if got := finds(text); got != want {
				t.Errorf("message:%q: %t", text, got)
			}
		}
		ok(t, s.Amend(vol, n, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: fmt.Sprintf("Fix it\n\nBug: T13\nChange-Id: %s\n", idOf(t, c, project, n))}))
		if finds("T4711") || !finds("T13") {
			t.Error("an older patch set is searched")
		}
	})
}

func idOf(t *testing.T, c *gerrit.Client, project string, n int) string {
	t.Helper()
	change, err := c.Change(t.Context(), project, n)
	ok(t, err)
	return change.ChangeID
}

package mapping_test

import (
	"testing"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
)

func TestRuleRepositories(t *testing.T) {
	b := dutyBoard()
	for _, tc := range []struct {
		repositories []string // of merged changes
		open         bool     // and one more that is open
		want         string
	}{
		{[]string{"labs/tools"}, false, "Done"},
		{[]string{"labs/tools", "labs/x/y"}, false, "Done"},
		{[]string{"labs/tools", "mediawiki/core"}, false, "Waiting for Deployment"},
		{[]string{"labs/tools"}, true, "Waiting for Review"},
	} {
		w := newWorld(b, dutyColumns(), firstMonday)
		for i, r := range tc.repositories {
			w.gerrit.Push(at(9, 0, 0), i+1, "alice", r, []int{1}, false).Close(at(10, i, 0), "bob", review.StatusMerged)
		}
		if tc.open {
			w.gerrit.Push(at(9, 0, 0), 50, "alice", "mediawiki/core", []int{1}, false)
		}
		c := Replay(b, 1, w.histories(), review.Never)
		if r := c.Rule(&Card{}); r == nil || r.Target.Column != tc.want {
			t.Errorf("%+v: %+v", tc, r)
		}
	}
}

package gerrit_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

func TestRecordedIncluded(t *testing.T) {
	for _, v := range versions {
		for name, want := range map[string][]string{
			"in-merged":                {"refs/heads/master"},
			"in-merged-tag-and-branch": {"refs/heads/master", "refs/heads/wmf/1.43.0", "refs/tags/1.43.0-rc.1"},
			"in-open":                  {},
		} {
			refs, err := replay(t, v, name).Included(t.Context(), "mediawiki/core", 18)
			ok(t, err)
			if diff := cmp.Diff(want, refs); diff != "" {
				t.Errorf("%s %s:\n%s", v, name, diff)
			}
		}
	}
}

func included(t *testing.T, c *gerrit.Client, project string, number int) []string {
	t.Helper()
	refs, err := c.Included(t.Context(), project, number)
	ok(t, err)
	return refs
}

func submit(t *testing.T, s server, number int) {
	t.Helper()
	reviews(t, s, alice, number, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": 2, "Verified": 2}})
	ok(t, s.Submit(alice, number))
}

func TestIncluded(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, p := clientOf(t, s, sync), s.ProjectNames()
		n := push(t, s, p.core)
		is := func(after string, number int, want ...string) {
			t.Helper()
			if got := included(t, c, p.core, number); !slices.Equal(got, want) {
				t.Errorf("after %s: %q, want %q", after, got, want)
			}
		}
		is("push", n)
		ok(t, s.CreateBranch(alice, p.core, "wmf/1.45.0-wmf.1", "master"))
		ok(t, s.CreateTag(alice, p.core, "cut-early", "master"))
		submit(t, s, n)
		is("the merge, a branch having been cut before", n, "refs/heads/master")
		ok(t, s.CreateBranch(alice, p.core, "wmf/1.45.0-wmf.2", "master"))
		is("a branch was cut", n, "refs/heads/master", "refs/heads/wmf/1.45.0-wmf.2")
		ok(t, s.CreateTag(alice, p.core, "1.45.0-rc.1", "refs/heads/wmf/1.45.0-wmf.2"))
		all := []string{"refs/heads/master", "refs/heads/wmf/1.45.0-wmf.2", "refs/tags/1.45.0-rc.1"}
		is("a tag was set", n, all...)
		later := push(t, s, p.core)
		submit(t, s, later)
		is("the merge", later, "refs/heads/master")
		is("another merge", n, all...)
		gone := push(t, s, p.core)
		ok(t, s.Abandon(vol, gone, ""))
		is("being abandoned", gone)
	})
}

// TestIncludedOfACherryPick: a change that went to another branch is another change with
// the same Change-Id, and each is only where it was merged.
func TestIncludedOfACherryPick(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c, p := clientOf(t, s, sync), s.ProjectNames()
		n := push(t, s, p.core)
		change, err := c.Change(t.Context(), p.core, n)
		ok(t, err)
		pick, err := s.Push(alice, p.core, "REL1_43", gerrittest.PushInput{Subject: "Fix the job queue", ChangeID: change.ChangeID})
		ok(t, err)
		submit(t, s, pick)
		picked, err := c.Change(t.Context(), p.core, pick)
		ok(t, err)
		if picked.ChangeID != change.ChangeID || picked.Branch != "REL1_43" || pick == n {
			t.Errorf("picked %d is %s on %s, of %s", pick, picked.ChangeID, picked.Branch, change.ChangeID)
		}
		if got := included(t, c, p.core, pick); !slices.Equal(got, []string{"refs/heads/REL1_43"}) {
			t.Errorf("the cherry-pick is in %q", got)
		}
		if got := included(t, c, p.core, n); len(got) > 0 {
			t.Errorf("the open change is in %q", got)
		}
		rows, _, err := c.Query(t.Context(), "change:"+change.ChangeID, 10)
		ok(t, err)
		var found []int
		for _, r := range rows {
			found = append(found, r.Number)
		}
		slices.Sort(found)
		if !slices.Equal(found, []int{n, pick}) {
			t.Errorf("with the Change-Id: %v, want %d and %d", found, n, pick)
		}
	})
}

func TestIncludedOfWhatIsNotSeen(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		p := s.ProjectNames()
		hidden, err := s.Push(alice, p.hidden, "master", gerrittest.PushInput{Subject: "Secret"})
		ok(t, err)
		if _, err := clientOf(t, s, sync).Included(t.Context(), p.hidden, hidden); !remote.NotFound(err) {
			t.Errorf("of a change that it may not see: %v", err)
		}
	})
}

func TestRefsAreRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		p := s.ProjectNames()
		ok(t, s.CreateTag(alice, p.core, "once", "master"))
		for what, err := range map[string]error{
			"a branch that is there":         s.CreateBranch(alice, p.core, "REL1_43", "master"),
			"a tag that is there":            s.CreateTag(alice, p.core, "once", "master"),
			"a branch from nothing":          s.CreateBranch(alice, p.core, "other", "no-such-branch"),
			"a branch by one who may not":    s.CreateBranch(vol, p.core, "other", "master"),
			"a branch of an unknown project": s.CreateBranch(alice, "no/such", "other", "master"),
		} {
			if err == nil {
				t.Errorf("%s: made", what)
			}
		}
	})
}

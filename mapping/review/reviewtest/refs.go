package reviewtest

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Branches, cherry-picks and reverts of the small Gerrit, and the service's looks at where
// a merged change is.

// Cut makes a branch that has all that was merged to master of a repository.
func (g *Gerrit) Cut(branch, repository string) {
	for _, c := range g.Changes {
		if c.Project == repository && c.Branch == "master" && c.Status == review.StatusMerged {
			c.Branches = append(c.Branches, branch)
		}
	}
}

// Pick makes another change with the Change-Id and the words of one, for another branch.
func (g *Gerrit) Pick(now time.Time, by string, from *Change, branch string, number int, tasks []int) {
	c := g.PushWith(from.Body, now, number, by, from.Project, tasks, false)
	c.Branch, c.ChangeID = branch, from.ChangeID
	if from.Body != "" { // a revert's
		c.Inherited = from.Inherited
	}
}

// Revert makes a change that reverts one, as Gerrit does.
func (g *Gerrit) Revert(now time.Time, by string, of *Change, number int) {
	g.PushRevert(now, by, of, number, nil)
	g.Changes[number].RevertOf = of.Number
}

// PushRevert pushes a revert that git made, which Gerrit does not take for one. Both inherit
// the links of what they revert.
func (g *Gerrit) PushRevert(now time.Time, by string, of *Change, number int, tasks []int) {
	body := fmt.Sprintf("This reverts commit %s.\n\n", of.PatchSets[of.Current()-1].SHA)
	c := g.PushWith(body, now, number, by, of.Project, tasks, false)
	c.Inherited = slices.Concat(of.Tasks(), of.Inherited)
	c.Branch = of.Branch
}

// Look is what the service finds out at now: in which branches each merged change is.
func (g *Gerrit) Look(now time.Time) {
	for _, c := range g.Changes {
		for _, branch := range c.Branches {
			name, since := "refs/heads/"+branch, c.Submitted
			if c.seen { // it was not there when it was last seen
				since = now
			}
			if !slices.ContainsFunc(c.Found, func(r review.Ref) bool { return r.Name == name }) {
				c.Found = append(c.Found, review.Ref{Name: name, Since: since})
			}
		}
		c.seen = true
	}
}

// refs are the branches that have a merged change, or one with its Change-Id, as the service knows.
func (c *Change) refs() []review.Ref {
	var refs []review.Ref
	for _, twin := range c.host.Changes {
		if c.Status == review.StatusMerged && twin.Status == review.StatusMerged && twin.ChangeID == c.ChangeID && twin.Project == c.Project {
			refs = append(append(refs, review.Ref{Name: "refs/heads/" + twin.Branch, Since: twin.Submitted}), twin.Found...)
		}
	}
	return refs
}

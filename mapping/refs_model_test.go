package mapping

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// Branches, cherry-picks and reverts of the small Gerrit, and the service's looks at where
// a merged change is.

// cut makes a branch that has all that was merged to master of a repository.
func (g *gerritModel) cut(branch, repository string) {
	for _, c := range g.changes {
		if c.Project == repository && c.Branch == "master" && c.Status == review.StatusMerged {
			c.branches = append(c.branches, branch)
		}
	}
}

// pick makes another change with the Change-Id and the words of one, for another branch.
func (g *gerritModel) pick(now time.Time, by string, from *changeModel, branch string, number int, tasks []int) {
	c := g.pushWith(from.body, now, number, by, from.Project, tasks, false)
	c.Branch, c.ChangeID = branch, from.ChangeID
	if from.body != "" { // a revert's
		c.Inherited = from.Inherited
	}
}

// revert makes a change that reverts one, as Gerrit does.
func (g *gerritModel) revert(now time.Time, by string, of *changeModel, number int) {
	g.pushRevert(now, by, of, number, nil)
	g.changes[number].RevertOf = of.Number
}

// pushRevert pushes a revert that git made, which Gerrit does not take for one. Both inherit
// the links of what they revert.
func (g *gerritModel) pushRevert(now time.Time, by string, of *changeModel, number int, tasks []int) {
	body := fmt.Sprintf("This reverts commit %s.\n\n", of.PatchSets[of.current()-1].SHA)
	c := g.pushWith(body, now, number, by, of.Project, tasks, false)
	c.Inherited = slices.Concat(of.tasks(), of.Inherited)
	c.Branch = of.Branch
}

// look is what the service finds out at now: in which branches each merged change is.
func (g *gerritModel) look(now time.Time) {
	for _, c := range g.changes {
		for _, branch := range c.branches {
			name, since := "refs/heads/"+branch, c.Submitted
			if c.seen { // it was not there when it was last seen
				since = now
			}
			if !slices.ContainsFunc(c.found, func(r review.Ref) bool { return r.Name == name }) {
				c.found = append(c.found, review.Ref{Name: name, Since: since})
			}
		}
		c.seen = true
	}
}

// refs are the branches that have a merged change, or one with its Change-Id, as the service knows.
func (c *changeModel) refs() []review.Ref {
	var refs []review.Ref
	for _, twin := range c.host.changes {
		if c.Status == review.StatusMerged && twin.Status == review.StatusMerged && twin.ChangeID == c.ChangeID && twin.Project == c.Project {
			refs = append(append(refs, review.Ref{Name: "refs/heads/" + twin.Branch, Since: twin.Submitted}), twin.found...)
		}
	}
	return refs
}

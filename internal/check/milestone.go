package check

import (
	"context"
	"strings"

	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// project finds the project of a board: the one with its tag, or the current milestone
// of one. It says what it did not find.
func (r *run) project(ctx context.Context, b *board) (project phab.Project, found bool) {
	l, tag := &b.lines, b.Tag
	if b.MilestoneOf != "" {
		tag = b.MilestoneOf
	}
	project, err := r.Phab.Project(ctx, tag)
	switch {
	case remote.NotFound(err):
		l.say(Fail, "no project has this tag, or %s may not see it; correct the tag (%s), or let the account see the project", r.self.Username, r.at(b.Line))
		return project, false
	case err != nil:
		l.failed("the project", err)
		return project, false
	case b.MilestoneOf == "":
		return project, true
	}
	milestones, err := r.Phab.Milestones(ctx, project.PHID)
	if err != nil {
		l.failed("the milestones of "+b.MilestoneOf, err)
		return project, false
	}
	project, found = phab.CurrentMilestone(milestones)
	switch {
	case found:
	case len(milestones) == 0:
		l.say(Fail, "%s has no milestone that %s can see; make one, with a workboard and the columns %s, or name a board by its own hashtag (%s)",
			b.MilestoneOf, r.self.Username, strings.Join(b.quoted(), ", "), r.at(b.Line))
	default:
		l.say(Fail, "all milestones of %s are archived (%d, the last is %s); make a new one, or bring the last one back (%s)",
			b.MilestoneOf, len(milestones), milestones[len(milestones)-1].Name, r.at(b.Line))
	}
	return project, found
}

// kind is what the board is on the server.
func (b *board) kind() string {
	if b.MilestoneOf != "" {
		return "milestone"
	}
	return "project"
}

package check

import (
	"context"
	"slices"

	"reviewsync/internal/bind"
	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// rotation checks the project whose members are the people on duty. The people who take turns are
// in a team, which teams checks.
func (r *run) rotation(ctx context.Context) []bind.Finding {
	rot := r.Config.Rotation
	if rot == nil || rot.Project == "" || r.noPhab {
		return nil
	}
	l := &lines{subject: "rotation.project " + rot.Project}
	project, err := r.binder.Project(ctx, rot.Project)
	switch {
	case remote.NotFound(err):
		l.say(bind.Fail, "no project has this tag, or %s may not see it; correct the tag (%s), or let the account see the project", r.self.Username, r.at(rot.Line))
		return l.all
	case err != nil:
		l.failed("the project", err)
		return l.all
	case project.Archived:
		l.say(bind.Warn, "project %q is archived; bring it back, or take the tag out (%s)", project.Name, r.at(rot.Line))
	}
	below, err := r.Phab.Descendants(ctx, project.PHID)
	switch {
	case err != nil:
		l.failed("what is below "+rot.Project, err)
	case project.Milestone:
		l.say(bind.Fail, "is a milestone, which has no members of its own; name a project (%s)", r.at(rot.Line))
	case slices.ContainsFunc(below, func(p phab.Project) bool { return !p.Milestone && p.Parent == project.PHID }):
		l.say(bind.Fail, "has subprojects, and so no members of its own; name one of these, or another project (%s)", r.at(rot.Line))
	default:
		l.say(bind.OK, "is project %q; %s must be allowed to edit it, which only the first change of its members shows", project.Name, r.self.Username)
	}
	return l.all
}

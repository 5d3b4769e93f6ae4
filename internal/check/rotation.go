package check

import (
	"context"
	"slices"

	"reviewsync/phab"
)

// rotation looks at the project whose members are who is on duty. Who takes turns is in
// a team, and looked at there.
func (r *run) rotation(ctx context.Context) []Line {
	rot := r.Config.Rotation
	if rot == nil || rot.Project == "" || r.noPhab {
		return nil
	}
	l := &lines{subject: "rotation.project " + rot.Project}
	project, found := r.tag(ctx, l, "", rot.Project, rot.Line)
	if !found {
		return l.all
	}
	below, err := r.Phab.Descendants(ctx, project.PHID)
	switch {
	case err != nil:
		l.failed("what is below "+rot.Project, err)
	case project.Milestone:
		l.say(Fail, "is a milestone, which has no members of its own; name a project (%s)", r.at(rot.Line))
	case slices.ContainsFunc(below, func(p phab.Project) bool { return !p.Milestone && p.Parent == project.PHID }):
		l.say(Fail, "has subprojects, and so no members of its own; name one of these, or another project (%s)", r.at(rot.Line))
	default:
		l.say(OK, "is project %q; %s must be allowed to edit it, which only the first change of its members shows", project.Name, r.self.Username)
	}
	return l.all
}

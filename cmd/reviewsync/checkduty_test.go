package main

import (
	"slices"
	"strings"
	"testing"
)

// The project of those on duty is looked for, and whether it can have members.
func TestCheckTheProjectOfTheRotation(t *testing.T) {
	for project, c := range map[string]struct {
		want   string
		status int
	}{
		"#on-call": {`ok    rotation.project #on-call: is project "On Call"; reviewsync must be allowed to edit it, which only the first change of its members shows`, 0},
		"#on-cal":  {`fail  rotation.project #on-cal: no project has this tag, or reviewsync may not see it; correct the tag (FILE:20), or let the account see the project`, 1},
		"#above":   {`fail  rotation.project #above: has subprojects, and so no members of its own; name one of these, or another project (FILE:20)`, 1},
		"#sprints": {`ok    rotation.project #sprints: is project "Sprints"; reviewsync must be allowed to edit it, which only the first change of its members shows`, 0},
	} {
		t.Run(project, func(t *testing.T) {
			checked := newChecked(t)
			checked.phab.AddProject("On Call", "on-call")
			checked.phab.AddProject("Above", "above")
			checked.phab.AddSubproject("above", "Below", "below")
			checked.phab.AddProject("Sprints", "sprints")
			checked.phab.AddMilestone("sprints", "Sprint 1")
			checked.replace("store:", "rotation: {team: cpt, size: 1, starts: 2026-12-07, project: \""+project+"\"}\nstore:")
			lines, status := checked.run()
			if !slices.Contains(lines, c.want) || status != c.status {
				t.Errorf("exit status %d, want %d and\n%s\nin\n%s", status, c.status, c.want, strings.Join(lines, "\n"))
			}
		})
	}
}

package main

import (
	"slices"
	"strings"
	"testing"
)

const milestoneBoard = `  - board: {milestone_of: "#sprints", current: true}
    team: cpt
    from: [Inbox]
    rules: [{to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, merged, reverted, deployed, abandoned]}}]
`

func TestCheckOfMilestones(t *testing.T) {
	for name, c := range map[string]struct {
		do     func(c *checked)
		want   []string
		status int
	}{
		"well": {func(c *checked) { c.milestone("Sprint 1"); c.milestone("Sprint 2") }, []string{
			`ok    board #sprints (current milestone): is now "Sprint 2", the milestone with the highest number of those that are active (2)`,
			`ok    board #sprints (current milestone): has the columns "Done", "Inbox"`,
		}, 0},
		"the last one is archived": {func(c *checked) {
			c.milestone("Sprint 1")
			c.milestone("Sprint 2")
			c.phab.ArchiveProject("sprints/Sprint 2", true)
		}, []string{`ok    board #sprints (current milestone): is now "Sprint 1", the milestone with the highest number of those that are active (1)`}, 0},
		"none": {func(*checked) {}, []string{
			`fail  board #sprints (current milestone): #sprints has no milestone that reviewsync can see; make one, with a workboard and the columns "Done", "Inbox", or name a board by its own hashtag (FILE:20)`,
		}, 1},
		"all archived": {func(c *checked) {
			c.milestone("Sprint 1")
			c.phab.ArchiveProject("sprints/Sprint 1", true)
		}, []string{
			`fail  board #sprints (current milestone): all milestones of #sprints are archived (1, the last is Sprint 1); make a new one, or bring the last one back (FILE:20)`,
		}, 1},
		"no workboard": {func(c *checked) { c.phab.AddMilestone("sprints", "Sprint 1") }, []string{
			`fail  board #sprints (current milestone): has no workboard; make one on the page of the milestone, with the columns "Done", "Inbox"`,
		}, 1},
		"no such project": {func(c *checked) { c.replace(`"#sprints"`, `"#sprnts"`) }, []string{
			`fail  board #sprnts (current milestone): no project has this tag, or reviewsync may not see it; correct the tag (FILE:20), or let the account see the project`,
		}, 1},
		"its project by another tag is a board": {func(c *checked) {
			c.milestone("Sprint 1")
			c.phab.AddColumns("sprints", "Inbox", "Done")
			c.replace("store:", "  - {board: \"#all_sprints\", team: cpt, rules: [{stay: true, when: {repositories: \"*\"}}]}\nstore:")
		}, []string{
			`fail  board #sprints (current milestone): board #all_sprints is above it, and a task cannot be on both; keep one of them (FILE:20, FILE:24)`,
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			checked := newChecked(t)
			checked.phab.AddProject("All Sprints", "sprints")
			checked.replace("store:", milestoneBoard+"store:")
			c.do(checked)
			lines, status := checked.run()
			for _, want := range c.want {
				if !slices.Contains(lines, want) {
					t.Errorf("no line\n%s\nin\n%s", want, strings.Join(lines, "\n"))
				}
			}
			if status != c.status {
				t.Errorf("exit status %d, want %d:\n%s", status, c.status, strings.Join(lines, "\n"))
			}
		})
	}
}

// milestone makes one of #sprints, with a workboard.
func (c *checked) milestone(name string) {
	c.phab.AddMilestone("sprints", name)
	c.phab.AddColumns("sprints/"+name, "Inbox", "Done")
}

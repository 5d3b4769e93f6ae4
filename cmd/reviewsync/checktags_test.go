package main

import (
	"slices"
	"strings"
	"testing"

	"reviewsync/internal/testworld"
)

// What rules name of tasks, and the tags to keep, are looked for on the server.
func TestCheckTagsAndStatuses(t *testing.T) {
	const rule = `      - {stay: true, when: {review: abandoned}}`
	for name, c := range map[string]struct {
		rule   string // more of them
		tags   string
		want   []string
		status int
	}{
		"all there": {`{to: Done, when: {status: [resolved, invalid], tags: ["#sprint"]}}`, `{tag: "#has-patch", when: open-change}`, []string{
			`ok    board #code-reviews: the tags of its rules are there: #sprint`,
			`ok    board #code-reviews: the statuses of its rules are there: resolved, invalid`,
			`ok    tag #has-patch: is project "Has-Patch"`,
			`ok    tag #has-patch: covers 2 repositories with 2 open changes, of tasks that are on a board`,
		}, 0},
		"a tag of more repositories": {`{to: Done, when: {status: resolved}}`, `{tag: "#has-patch", when: open-change, repositories: ["tools/*", nowhere]}`, []string{
			`warn  repository nowhere: no such project on Gerrit, or reviewsync may not see it; correct the repositories of tag #has-patch (FILE:21), or let the account read the project`,
			`ok    tag #has-patch: covers 1 repository with 1 open change, of any task`,
		}, 0},
		"a tag of no repository": {`{to: Done, when: {status: resolved}}`, `{tag: "#has-patch", when: open-change, repositories: nowhere}`, []string{
			`warn  tag #has-patch: covers no repository that reviewsync can see on Gerrit; correct its repositories (FILE:21)`,
		}, 0},
		"no such tag": {`{to: Done, when: {tags: ["#sprint", "#sprnt"]}}`, "", []string{
			`fail  board #code-reviews: tag #sprnt of its rules: no project has this tag, or reviewsync may not see it; correct the tag (FILE:20), or let the account see the project`,
			`ok    board #code-reviews: the tags of its rules are there: #sprint`,
		}, 1},
		"no such status": {`{to: Done, when: {status: closed}}`, "", []string{
			`fail  board #code-reviews: tasks have no status "closed"; write one of open, resolved, wontfix, invalid, duplicate, spite (FILE:20)`,
		}, 1},
		"archived": {`{to: Done, when: {tags: "#old-sprint"}}`, "", []string{
			`warn  board #code-reviews: tag #old-sprint of its rules: project "Old Sprint" is archived; bring it back, or take the tag out (FILE:20)`,
		}, 0},
		"no tag to keep": {`{to: Done, when: {status: resolved}}`, `{tag: "#nowhere", when: open-change}`, []string{
			`fail  tag #nowhere: no project has this tag, or reviewsync may not see it; correct the tag (FILE:21), or let the account see the project`,
		}, 1},
		"a board's own": {`{to: Done, when: {status: resolved}}`, `{tag: "#code_reviews_of_cpt", when: open-change}`, []string{
			`fail  tag #code_reviews_of_cpt: is the same project as board #code-reviews; use adopt and untag there (FILE:21)`,
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			checked := newChecked(t)
			checked.phab.AddProject("Sprint", "sprint")
			checked.phab.AddProject("Old Sprint", "old-sprint")
			checked.phab.ArchiveProject("old-sprint", true)
			checked.phab.AddProject("Has-Patch", "has-patch")
			checked.replace(rule, rule+"\n      - "+c.rule)
			if c.tags != "" {
				checked.replace("store:", "tags: ["+c.tags+"]\nstore:")
			}
			lines, status := checked.run()
			for _, want := range c.want {
				if !slices.Contains(lines, want) {
					t.Errorf("no line\n%s\nin\n%s", want, strings.Join(lines, "\n"))
				}
			}
			if status != c.status {
				t.Errorf("exit status %d, want %d", status, c.status)
			}
		})
	}
}

// A rule on a tag that no card of the board can have is refused.
func TestTagBelowTheBoard(t *testing.T) {
	c := newChecked(t)
	c.phab.OnRequest(testworld.Below(c.phab.AddProject("Sprint 3", "sprint-3")))
	c.replace(`      - {stay: true, when: {review: abandoned}}`, `      - {stay: true, when: {review: abandoned}}
      - {to: Done, when: {tags: "#sprint-3"}}`)
	want := `fail  board #code-reviews: tag #sprint-3 of its rules (Sprint 3) is below it, and a task cannot have both, so the rule can never match; take the tag out (FILE:20)`
	if lines, status := c.run(); status != 1 || !slices.Contains(lines, want) {
		t.Errorf("exit status %d, want 1, and the line\n%s\nin\n%s", status, want, strings.Join(lines, "\n"))
	}
}

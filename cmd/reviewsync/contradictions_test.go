package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/phab/phabtest"
)

// ends runs a command on the config and gives all that it wrote and its exit status. FILE
// stands for the name of the config.
func (c *checked) ends(command string) (text string, status int) {
	c.t.Helper()
	yaml := c.yaml
	for name, address := range c.address {
		yaml = strings.ReplaceAll(yaml, name, address)
	}
	c.write("reviewsync.yaml", yaml)
	file := filepath.Join(c.dir, "reviewsync.yaml")
	var out, log bytes.Buffer
	status = run(c.t.Context(), []string{command, "--config", file}, &out, &log)
	return strings.NewReplacer(file, "FILE", `\"`, `"`).Replace(out.String() + log.String()), status
}

// rule adds one after those of the board, on line 20.
func (c *checked) rule(rule string) {
	c.replace("store:", "      - "+rule+"\nstore:")
}

// more adds a board, on line 20.
func (c *checked) more(board string) { c.replace("store:", "  - "+board+"\nstore:") }

// What contradicts itself, or can come to nothing, is refused by the check and at the
// start, each with its line and how to fix it.
func TestContradictionsAreRefused(t *testing.T) {
	const stays = `rules: [{stay: true, when: {status: open}}]}`
	for name, c := range map[string]struct {
		do   func(c *checked)
		want []string // what both must say, in pieces
	}{
		// Rules that can never match.
		"the same rule to another column": {func(c *checked) { c.rule("{to: Done, when: {review: review-needed}}") }, []string{
			"FILE:20: boards[0].rules[4]: can never match: review-needed is taken by the rule on line 16; take this rule out or put it before",
		}},
		"the special behind the general": {func(c *checked) { c.rule(`{to: Done, when: {review: merged, repositories: "labs/*"}}`) }, []string{
			"FILE:20: boards[0].rules[4]: can never match: merged is taken by the rule on line 18; take this rule out or put it before",
		}},
		"taken by two rules together": {func(c *checked) {
			c.rule("{to: Done, when: {status: resolved}}\n      - {to: Inbox, when: {status: invalid}}\n      - {to: In Progress, when: {status: [resolved, invalid]}}")
		}, []string{
			"FILE:22: boards[0].rules[6]: can never match: the rules on lines 20 and 21 take all of its cards; take this rule out or put it before",
		}},
		"an open status behind all open ones": {func(c *checked) { c.rule("{to: Done, when: {review: merged, status: open}}") }, []string{
			"the rule on line 20 can never match: the rule on line 18 takes all of its cards; take this rule out or put it before", "FILE:20",
		}},
		"two hashtags of one project": {func(c *checked) {
			c.phab.AddProject("Sprint One", "sprint")
			c.rule(`{to: Done, when: {tags: "#sprint", status: resolved}}` + "\n      - " + `{to: Inbox, when: {tags: "#sprint_one", status: resolved}}`)
		}, []string{"the rule on line 21 can never match: the rule on line 20 takes all of its cards; take this rule out or put it before", "FILE:21"}},
		"repositories that do not count": {func(c *checked) {
			c.replace("review: review-needed}", `review: review-needed, repositories: [labs/tools]}`)
		}, []string{
			"FILE:16: boards[0].rules[0].when.repositories: can never match: count.repositories lets no change of labs/tools through; add it there, or take the rule out",
		}},
		"the board's own tag": {func(c *checked) { c.rule(`{to: Done, when: {tags: "#Code-Reviews"}}`) }, []string{
			"FILE:20: boards[0].rules[4].when.tags: every card of the board has #Code-Reviews; take it out",
		}},
		"the board's own tag by another name": {func(c *checked) { c.rule(`{to: Done, when: {tags: "#code_reviews_of_cpt"}}`) }, []string{
			"#code_reviews_of_cpt", "the project of the board itself, which every card of it has; take the tag out", "FILE:20",
		}},
		"the tag of a subproject": {func(c *checked) {
			c.phab.AddSubproject("code-reviews", "Of vendors", "of-vendors")
			c.rule(`{to: Done, when: {tags: "#of-vendors"}}`)
		}, []string{"below", "a task cannot have both, so the rule can never match; take the tag out", "FILE:20"}},
		"the tag of the project above": {func(c *checked) {
			c.above()
			c.rule(`{to: Done, when: {tags: "#above"}}`)
		}, []string{"above", "a task cannot have both, so the rule can never match; take the tag out", "FILE:20"}},
		"another milestone's tag": {func(c *checked) {
			c.phab.AddProject("All Sprints", "sprints")
			c.milestone("Sprint 1")
			c.milestone("Sprint 2")
			c.phab.AddHashtag("sprints/Sprint 1", "sprint-1")
			c.more(`{board: {milestone_of: "#sprints", current: true}, rules: [{to: Done, when: {tags: "#sprint-1"}}]}`)
		}, []string{"#sprint-1", "another milestone beside", "a task cannot have both, so the rule can never match; take the tag out", "FILE:20"}},
		"the tag of the milestone's project": {func(c *checked) {
			c.more(`{board: {milestone_of: "#sprints", current: true}, rules: [{to: Done, when: {tags: "#sprints"}}]}`)
		}, []string{"FILE:20: boards[1].rules[0].when.tags: no task in a milestone of #sprints has that tag itself, so the rule can never match; take it out"}},

		// Boards that exclude each other.
		"a board twice": {func(c *checked) { c.more(`{board: "#Code-reviews", ` + stays) }, []string{
			"FILE:20: boards[1]: board #Code-reviews is there twice, first on line 11; put its rules together",
		}},
		"a board by two hashtags": {func(c *checked) { c.more(`{board: "#code_reviews_of_cpt", ` + stays) }, []string{
			"the same project as board #code", "put their rules together", "FILE:20",
		}},
		"a board below another": {func(c *checked) {
			c.phab.AddSubproject("code-reviews", "Of vendors", "of-vendors", "Done")
			c.more(`{board: "#of-vendors", ` + stays)
		}, []string{"below", "a task cannot be on both; keep one of them", "FILE:20"}},
		"a board above another": {func(c *checked) {
			c.above()
			c.more(`{board: "#above", ` + stays)
		}, []string{"above", "a task cannot be on both; keep one of them", "FILE:20"}},
		"a project and its milestone": {func(c *checked) {
			c.more(`{board: {milestone_of: "#code-reviews", current: true}, ` + stays)
		}, []string{"FILE:20: boards[1].board: #code-reviews is a board too (line 11), and a task cannot be on both; keep one of them"}},
		"two milestones of a project": {func(c *checked) {
			c.phab.AddProject("All Sprints", "sprints")
			c.milestone("Sprint 1")
			c.milestone("Sprint 2")
			c.phab.AddHashtag("sprints/Sprint 1", "sprint-1")
			c.more(`{board: "#sprint-1", ` + stays + "\n  - " + `{board: {milestone_of: "#sprints", current: true}, ` + stays)
		}, []string{"another milestone beside", "a task cannot be on both; keep one of them", "FILE:21"}},

		// Columns to take cards from.
		"a legacy column that its own board names": {func(c *checked) {
			c.replaces(`"#old": [Doing]`)
			c.more(`{board: "#old", rules: [{to: Doing, when: {status: open}}]}`)
		}, []string{"FILE:15: boards[0].replaces.#old: column Doing is in the rules or 'from' of board #old too (line 22), so its cards would go back and forth; take it out there or here"}},
		"the same by another hashtag": {func(c *checked) {
			c.phab.AddProject("The Old Board", "old", "Doing")
			c.replaces(`"#old": [Doing]`)
			c.more(`{board: "#the_old_board", rules: [{to: Doing, when: {status: open}}]}`)
		}, []string{`column "Doing" is in the rules or 'from' of board #the_old_board`, "so its cards would go back and forth; take it out there or here", "FILE:15"}},
		"columns of the board itself": {func(c *checked) { c.replaces(`"#code_reviews_of_cpt": [Inbox]`) }, []string{
			"the same project", "cannot replace itself; name the board that cards come from", "FILE:15",
		}},
		"columns of a board below": {func(c *checked) {
			c.phab.AddSubproject("code-reviews", "Of vendors", "of-vendors", "Doing")
			c.replaces(`"#of-vendors": [Doing]`)
		}, []string{"below #code-reviews, and a task cannot be on both, so no card would come from there; take it out", "FILE:15"}},

		// Tags to keep.
		"a board to keep on tasks": {func(c *checked) { c.tag("#code-reviews") }, []string{"FILE:20: tags: #code-reviews is a board too; use adopt and untag there"}},
		"a tag that takes cards off": {func(c *checked) {
			c.above()
			c.tag("#above")
		}, []string{"above board #code-reviews, and a task cannot have both, so it would take cards off the board; name another tag", "FILE:20"}},

		// What is not there.
		"an unknown column": {func(c *checked) { c.rule("{to: Dnoe, when: {status: resolved}}") }, []string{
			`it has no visible column "Dnoe"; its columns are "Inbox", "Review Needed", "In Progress", "Done"`, "FILE:20",
		}},
		"two columns in one": {func(c *checked) { c.replace("from: [Inbox]", "from: [Inbox Done]") }, []string{
			`it has no visible column "Inbox Done"; its columns are "Inbox", "Review Needed", "In Progress", "Done"`, "FILE:11",
		}},
		"an unknown legacy column": {func(c *checked) {
			c.phab.AddProject("The Old Board", "old", "Doing")
			c.replaces(`"#old": [Dong]`)
		}, []string{`it has no visible column "Dong"; its columns are "Doing"`, "FILE:15"}},
		"an unknown board":       {func(c *checked) { c.more(`{board: "#nowhere", ` + stays) }, []string{"board #nowhere: ", " the tag ", "FILE:20"}},
		"an unknown tag":         {func(c *checked) { c.rule(`{to: Done, when: {tags: "#nowhere"}}`) }, []string{"#nowhere", " the tag ", "FILE:20"}},
		"an unknown tag to keep": {func(c *checked) { c.tag("#nowhere") }, []string{"#nowhere", " the tag ", "FILE:20"}},
		"an unknown status": {func(c *checked) { c.rule("{to: Done, when: {status: done}}") }, []string{
			`tasks have no status "done"; write one of open, resolved, wontfix, invalid, duplicate, spite`, "FILE:20",
		}},

		// Lists whose commas or quotes went wrong.
		"tags without a comma": {func(c *checked) { c.rule(`{to: Done, when: {tags: ["#a" "#b"]}}`) }, []string{
			"FILE:20: not YAML: did not find expected ',' or ']'", "put a comma between two elements",
		}},
		"tags without quotes": {func(c *checked) { c.rule(`{to: Done, when: {tags: [#a, #b]}}`) }, []string{
			"FILE:20: not YAML: ", `a # begins a comment unless it is in quotes, so the rest of this line is not read; write "#a"`,
		}},
		"the second tag without quotes": {func(c *checked) { c.rule(`{to: Done, when: {tags: ["#a", #b]}}`) }, []string{
			"FILE:20: not YAML: ", `a # begins a comment unless it is in quotes, so the rest of this line is not read; write "#b"`,
		}},
		"tags in one pair of quotes": {func(c *checked) { c.rule(`{to: Done, when: {tags: "#a, #b"}}`) }, []string{
			`FILE:20: boards[0].rules[4].when.tags: "#a, #b" is no hashtag; if several are meant, write a list with a comma between them, such as ["#a", "#b"]`,
		}},
		"tags that run together": {func(c *checked) { c.rule(`{to: Done, when: {tags: ["#a#b"]}}`) }, []string{
			`FILE:20: boards[0].rules[4].when.tags[0]: #a#b is no hashtag; if several are meant, write a list with a comma between them, such as ["#a", "#b"]`,
		}},
		"statuses without a comma": {func(c *checked) { c.rule(`{to: Done, when: {status: [resolved invalid]}}`) }, []string{
			`FILE:20: boards[0].rules[4].when.status[0]: "resolved invalid" is no status; if several are meant, write a list with a comma between them, such as [resolved, invalid]`,
		}},
		"states without a comma": {func(c *checked) { c.rule(`{to: Done, when: {review: [merged deployed]}}`) }, []string{
			`FILE:20: boards[0].rules[4].when.review[0]: no review state "merged deployed"; write one of review-needed`,
		}},
		"a tag twice": {func(c *checked) { c.rule(`{to: Done, when: {tags: ["#a", A]}}`) }, []string{
			"FILE:20: boards[0].rules[4].when.tags[1]: A is there twice, first on line 20; keep one",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			depth.Variant(t)
			t.Parallel()
			for _, command := range []string{"check", "sync"} {
				checked := newChecked(t)
				c.do(checked)
				text, status := checked.ends(command)
				if status == 0 {
					t.Errorf("%s ends well:\n%s", command, text)
				}
				for _, part := range c.want {
					if !strings.Contains(text, part) {
						t.Errorf("%s lacks %q:\n%s", command, part, text)
					}
				}
				if n := checked.phab.Requests()["maniphest.edit"]; n > 0 {
					t.Errorf("%s wrote %d times", command, n)
				}
			}
		})
	}
}

// above makes a project above that of the board.
func (c *checked) above() {
	c.phab.AddProject("Above", "above", "Inbox")
	c.phab.SetParent("code-reviews", "above")
}

// tag keeps one on tasks, on line 20.
func (c *checked) tag(tag string) {
	c.replace("store:", `tags: [{tag: "`+tag+`", when: open-change}]`+"\nstore:")
}

// Only the check knows what matches a pattern: it warns.
func TestCheckOfRulesForOtherRepositories(t *testing.T) {
	c := newChecked(t)
	c.gerrit.AddProject("labs/tools", gerrittest.ProjectOptions{})
	c.replace("review: review-needed}", `review: review-needed, repositories: "labs/*"}`)
	want := `warn  board #code-reviews: the rule on line 16 is for labs/*, but count.repositories lets no change of it through, so it can never match; add it there, or take the rule out (FILE:16)`
	if lines, _ := c.run(); !slices.Contains(lines, want) {
		t.Errorf("no line\n%s\nin\n%s", want, strings.Join(lines, "\n"))
	}
}

// A rule that may still match is none of these.
func TestRulesThatMayMatch(t *testing.T) {
	for name, rule := range map[string]string{
		"a closed status behind the open ones": "{to: Done, when: {review: merged, status: resolved}}",
		"one of two statuses is left":          "{to: Done, when: {status: resolved}}\n      - {to: Inbox, when: {status: [resolved, invalid]}}",
		"a tag and a status":                   "{to: Done, when: {tags: \"#sprint\"}}\n      - {to: Inbox, when: {tags: \"#sprint\", status: resolved}}",
		"a repository of a pattern":            `{to: Done, when: {review: merged, status: resolved, repositories: ["mediawiki/*", labs/tools]}}`,
	} {
		t.Run(name, func(t *testing.T) {
			checked := newChecked(t)
			checked.phab.AddProject("Sprint", "sprint")
			checked.phab.NewTask("alice", "A closed one", phabtest.On("code-reviews", "Done"))
			checked.rule(rule)
			for _, command := range []string{"check", "sync"} {
				if text, status := checked.ends(command); status != 0 {
					t.Errorf("%s ends with %d:\n%s", command, status, text)
				}
			}
		})
	}
}

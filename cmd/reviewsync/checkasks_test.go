package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// If a board asks for reviews, the account that asks and the people to ask are checked.
func TestCheckAsks(t *testing.T) {
	const pools = `{pools: [{paths: "db/*", people: [bob]}]}`
	const project = `{project: "#cpt"}`
	members := func(names ...string) func(c *checked) {
		return func(c *checked) {
			c.phab.AddProject("CPT", "cpt")
			c.phab.SetMembers("cpt", names...)
			c.replace("{members: [alice, bob]}", project)
		}
	}
	for name, c := range map[string]struct {
		ask    string
		do     func(c *checked)
		want   []string // lines about it, or that are not ok
		status int
	}{
		"all is well":      {pools, nil, []string{`ok    board #code-reviews: may ask for reviews: alice, bob`}, 0},
		"nobody asks":      {"", nil, nil, 0},
		"a project's team": {pools, members("alice", "bob"), []string{`ok    board #code-reviews: may ask for reviews: alice, bob`}, 0},
		"no Service User": {"{}", func(c *checked) {
			c.gerrit.AddAccount("person", false)
			c.replace("user: reviewsync", "user: person")
			c.write("password", c.gerrit.Password("person"))
		}, []string{
			`fail  gerrit: person is not in the group "Service Users", so Gerrit takes it for a person, and each review that board #code-reviews asks for would put the owner on turn; let an administrator of Gerrit add it under Browse > Groups`,
			`ok    board #code-reviews: may ask for reviews: alice, bob`,
		}, 1},
		"somebody left": {pools, func(c *checked) { c.gerrit.SetInactive("bob", true) }, []string{
			`warn  team cpt: bob (account 1000003) is inactive on Gerrit and cannot vote; take people who have left out of the team`,
			`warn  board #code-reviews: never asked for a review: bob (inactive on Gerrit); fix that, or take them out of team cpt`,
			`ok    board #code-reviews: may ask for reviews: alice`,
			`fail  board #code-reviews: nobody in pool 1 of ask (FILE:11) can be asked for a review, so nobody is for its changes; name another member of the team`,
		}, 1},
		"all left": {"{}", func(c *checked) { c.gerrit.SetInactive("alice", true); c.replace("  user:", "  bots: [bob]\n  user:") }, []string{
			`warn  team cpt: alice (account 1000002) is inactive on Gerrit and cannot vote; take people who have left out of the team`,
			`warn  team cpt: bob (account 1000003) is a bot on Gerrit, so its votes are not those of a member; take it out of the team`,
			`fail  board #code-reviews: no member of team cpt can be asked for a review: alice (inactive on Gerrit), bob (a bot on Gerrit); fix that, or take ask out (FILE:12)`,
		}, 1},
		"a pool of others": {`{pools: [{people: [alice, carol]}]}`, members("alice", "bob"), []string{
			`ok    board #code-reviews: may ask for reviews: alice, bob`,
			`fail  board #code-reviews: carol is in pool 1 of ask (FILE:11), but not in the team, and so never asked; correct the name, or let them join the team`,
		}, 1},
		"no account of that name": {"{}", func(c *checked) { c.phab.AddUser("eve", false); members("alice", "eve")(c) }, []string{
			`warn  team cpt: no account "eve" on Gerrit; list the team under teams.cpt.members in FILE, with {gerrit: NAME, phabricator: NAME} where the names differ`,
			`warn  board #code-reviews: never asked for a review: eve (no account on Gerrit); fix that, or take them out of team cpt`,
			`ok    board #code-reviews: may ask for reviews: alice`,
		}, 0},
		"no repository of a pool": {`{pools: [{repositories: mediawiki/cors, people: [alice]}]}`, nil, []string{
			`warn  repository mediawiki/cors: no such project on Gerrit, or reviewsync may not see it; correct ask.pools of board #code-reviews (FILE:11), or let the account read the project`,
			`ok    board #code-reviews: may ask for reviews: alice, bob`,
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			checked := newChecked(t)
			if c.ask != "" {
				checked.replace("    team: cpt", "    team: cpt\n    ask: "+c.ask)
			}
			if c.do != nil {
				c.do(checked)
			}
			lines, status := checked.run()
			got := slices.DeleteFunc(slices.Clone(lines), func(l string) bool { return strings.HasPrefix(l, "ok ") && !strings.Contains(l, "may ask") })
			if diff := cmp.Diff(c.want, got); diff != "" && len(c.want)+len(got) > 0 || status != c.status {
				t.Errorf("exit status %d, want %d; lines (-want +got):\n%s", status, c.status, diff)
			}
		})
	}
}

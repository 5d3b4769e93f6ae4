package main

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/internal/store/sqlite"
	"reviewsync/phab/phabtest"
)

func TestCheckSaysThatAllIsWell(t *testing.T) {
	c := newChecked(t)
	lines, status := c.run()
	want := []string{
		`ok    gerrit: GERRIT answers as reviewsync (account 1000001), a Service User`,
		`ok    phabricator: PHAB answers as reviewsync, a bot account`,
		`ok    store: DIR/reviewsync.db is not there yet, and can be made`,
		`ok    clocks: those of Gerrit and Phabricator are within 3s of each other`,
		`ok    team cpt: on Gerrit: alice, bob`,
		`ok    team cpt: on Phabricator: alice, bob`,
		`ok    repository mediawiki/*: fits 1 that reviewsync can see, and changes can be read (such as mediawiki/core~1)`,
		`ok    repository tools/linter: is there, and changes can be read (such as tools/linter~2)`,
		`ok    board #code-reviews: label Code-Review is in mediawiki/core, tools/linter`,
		`ok    board #code-reviews: is project "Code Reviews of CPT"`,
		`ok    board #code-reviews: has the columns "Done", "In Progress", "Inbox", "Review Needed"`,
		`ok    board #code-reviews: newest open cards that reviewsync can see: 1; by their policies, all may be edited`,
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
	if left, err := filepath.Glob(filepath.Join(c.dir, "*reviewsync*")); err != nil || len(left) != 1 {
		t.Errorf("besides the config it left %v (%v)", left, err)
	}
}

// Each of these breaks one thing, and one line reports it.
func TestCheckFindsWhatIsWrong(t *testing.T) {
	for _, broken := range []struct {
		name string
		do   func(c *checked)
		want []string // lines that are not "ok"; the exit status is 1 if one is "fail"
	}{
		// The servers.
		{"password", func(c *checked) { c.write("password", "wrong") }, []string{
			`fail  gerrit: GERRIT does not let reviewsync in: GET /accounts/self: status 401: Unauthorized (check gerrit.user and gerrit.password_file; an HTTP password or auth token is made under Settings > HTTP credentials; Gerrit refuses an inactive account in the same words, so see whether reviewsync is active)`,
			`info  gerrit: team members, bots, repositories and labels could not be checked there`,
		}},
		{"token", func(c *checked) { c.write("token", "api-"+strings.Repeat("x", 28)) }, []string{
			`fail  phabricator: PHAB does not let reviewsync in: user.whoami: ERR-INVALID-AUTH: the server does not accept the API token (put a Conduit API token of an account that is approved and not disabled into the file that phabricator.token_file names)`,
			`info  phabricator: boards, team members and bots could not be checked there`,
		}},
		{"token of somebody disabled", func(c *checked) { c.phab.DisableUser("reviewsync") }, []string{
			`fail  phabricator: PHAB does not let reviewsync in: user.whoami: ERR-INVALID-AUTH: the API token is right, but its account may not sign in (as an administrator, look at the account under People: enable it if it is disabled, approve it, verify its address; or put the token of another account into the file that phabricator.token_file names)`,
			`info  phabricator: boards, team members and bots could not be checked there`,
		}},
		{"both servers down", func(c *checked) { c.address["GERRIT"], c.address["PHAB"] = deadAddress(c.t), deadAddress(c.t) }, []string{
			`fail  gerrit: GERRIT does not answer: dial tcp HOST: connect: connection refused; see whether the server runs, and whether gerrit.url in FILE is its address`,
			`info  gerrit: team members, bots, repositories and labels could not be checked there`,
			`fail  phabricator: PHAB does not answer: dial tcp HOST: connect: connection refused; see whether the server runs, and whether phabricator.url in FILE is its address`,
			`info  phabricator: boards, team members and bots could not be checked there`,
		}},
		{"base path", func(c *checked) { c.replace("GERRIT", "GERRIT/r") }, []string{
			`fail  gerrit: GERRIT/r answers, but not as it should: GET /accounts/self: status 404: Not Found; see whether the server is well, what stands in front of it, and whether gerrit.url in FILE is the address under which it knows itself, with its base path if it has one`,
			`info  gerrit: team members, bots, repositories and labels could not be checked there`,
		}},
		{"a proxy that wants a password", func(c *checked) {
			c.gerrit.SetFault(func(*http.Request) (int, string, bool) { return 401, "<html>Sign in</html>", true })
			c.phab.OnRequest(func(phabtest.Request) *phabtest.Fault { return phabtest.HTML(403) })
		}, []string{
			`fail  gerrit: GERRIT answers, but not as it should: GET /accounts/self: status 401: a page of HTML instead of an answer; see whether the server is well, what stands in front of it, and whether gerrit.url in FILE is the address under which it knows itself, with its base path if it has one`,
			`info  gerrit: team members, bots, repositories and labels could not be checked there`,
			`fail  phabricator: PHAB answers, but not as it should: conduit.getcapabilities: status 403: a page of HTML instead of an answer; see whether the server is well, what stands in front of it, and whether phabricator.url in FILE is the address under which it knows itself, with its base path if it has one`,
			`info  phabricator: boards, team members and bots could not be checked there`,
		}},
		{"login page", func(c *checked) {
			c.phab.OnRequest(func(phabtest.Request) *phabtest.Fault { return phabtest.HTML(500) })
		}, []string{
			`fail  phabricator: PHAB answers, but not as it should: conduit.getcapabilities: status 500: a page of HTML instead of an answer; see whether the server is well, what stands in front of it, and whether phabricator.url in FILE is the address under which it knows itself, with its base path if it has one`,
			`info  phabricator: boards, team members and bots could not be checked there`,
		}},
		{"no Service User", func(c *checked) {
			c.gerrit.AddAccount("person", false)
			c.replace("user: reviewsync", "user: person")
			c.write("password", c.gerrit.Password("person"))
		}, []string{
			`warn  gerrit: person is not in the group "Service Users", so Gerrit takes it for a person; let an administrator of Gerrit add it under Browse > Groups`,
		}},
		{"token of a person", func(c *checked) {
			_, token := c.phab.AddUser("person", false)
			c.write("token", token)
		}, []string{
			`warn  phabricator: person is the account of a person, whose own moves of cards would be taken for those of reviewsync; let an administrator make a bot account, and put its token into phabricator.token_file`,
		}},
		{"clocks", func(c *checked) { c.skew = -time.Hour + time.Second }, []string{ // as it may look by two Date headers
			`warn  clocks: that of Gerrit is 1h0m0s behind that of Phabricator; reviewsync corrects times by this, but let both servers set theirs by NTP`,
		}},

		// People.
		{"member", func(c *checked) { c.replace("bob]", "bobb]") }, []string{
			`fail  team cpt: no account "bobb" on Gerrit; correct teams.cpt.members in FILE, or write {gerrit: NAME, phabricator: NAME} if the names differ`,
			`warn  team cpt: no account "bobb" on Phabricator (votes count all the same); correct teams.cpt.members in FILE, or write {gerrit: NAME, phabricator: NAME} if the names differ`,
		}},
		{"member with two names", func(c *checked) { c.replace("bob]", "{gerrit: bob, phabricator: robert}]") }, []string{
			`warn  team cpt: no account "robert" on Phabricator (votes count all the same); correct teams.cpt.members in FILE, or write {gerrit: NAME, phabricator: NAME} if the names differ`,
		}},
		{"member who left", func(c *checked) { c.gerrit.SetInactive("bob", true); c.phab.DisableUser("bob") }, []string{
			`warn  team cpt: bob (account 1000003) is inactive on Gerrit and cannot vote; take people who have left out of the team`,
			`warn  team cpt: bob is disabled on Phabricator; take people who have left out of teams.cpt.members in FILE`,
		}},
		{"member that is a bot", func(c *checked) {
			c.gerrit.AddAccount("ci", true)
			c.phab.AddUser("ci", true)
			c.replace("bob]", "ci]")
		}, []string{
			`warn  team cpt: ci (account 1000005) is a bot on Gerrit, so its votes are not those of a member; take it out of the team`,
		}},
		{"bots", func(c *checked) {
			c.replace("  user:", "  bots: [jenkins]\n  user:")
			c.replace("  token_file:", "  bots: [gerritbot]\n  token_file:")
		}, []string{
			`warn  gerrit.bots: no account "jenkins" on Gerrit; correct it in FILE, or take it out`,
			`warn  phabricator.bots: no account "gerritbot" on Phabricator; correct it in FILE, or take it out`,
		}},
		{"owner", func(c *checked) { c.replace("count: {", "count: {owners: [outsiders, carrol], ") }, []string{
			`fail  board #code-reviews: no account "carrol" on Gerrit, whose changes it should count; correct count.owners (FILE:11)`,
		}},
		{"no project for a team", func(c *checked) { c.replace("{members: [alice, bob]}", `{project: "#cpt"}`) }, []string{
			`fail  team cpt: no project #cpt, or reviewsync may not see it; correct teams.cpt.project in FILE, or let the account see the project`,
		}},
		{"members of a project", func(c *checked) {
			c.phab.AddUser("eve", false)
			c.phab.AddProject("CPT", "cpt")
			c.phab.SetMembers("cpt", "alice", "eve", "reviewsync")
			c.replace("{members: [alice, bob]}", `{project: "#cpt"}`)
			c.replace("    team: cpt", "    team: cpt\n    review: {required: 3}")
		}, []string{
			`warn  team cpt: board #code-reviews wants 3 votes of a team of 2, so no change will be reviewed; lower review.required (FILE:11)`,
			`warn  team cpt: no account "eve" on Gerrit; list the team under teams.cpt.members in FILE, with {gerrit: NAME, phabricator: NAME} where the names differ`,
		}},
		{"project without members", func(c *checked) {
			c.phab.AddProject("CPT", "cpt")
			c.replace("{members: [alice, bob]}", `{project: "#cpt"}`)
		}, []string{
			`fail  team cpt: project #cpt has no members but bots and disabled accounts, so no vote counts; let the team join it`,
		}},

		// Repositories.
		{"repository", func(c *checked) { c.replace("tools/linter", "tools/lint") }, []string{
			`fail  repository tools/lint: no such project on Gerrit, or reviewsync may not see it; correct count.repositories of board #code-reviews (FILE:11), or let the account read the project`,
		}},
		{"pattern", func(c *checked) { c.replace("mediawiki/*", "mediawikki/*") }, []string{
			`fail  repository mediawikki/*: fits no project that reviewsync can see on Gerrit; correct count.repositories of board #code-reviews (FILE:11), or let the account read the projects`,
		}},
		{"pattern of a rule", func(c *checked) {
			c.replace("- {to: Done", "- {to: Done, when: {repositories: nowhere/*}}\n      - {to: Done")
		}, []string{
			`warn  repository nowhere/*: fits no project that reviewsync can see on Gerrit; correct the rule of board #code-reviews (FILE:18), or let the account read the projects`,
		}},
		{"unreadable project", func(c *checked) {
			c.gerrit.AddProject("tools/new", gerrittest.ProjectOptions{})
			c.gerrit.SetFault(func(r *http.Request) (int, string, bool) {
				return 403, "not permitted: read on refs/heads/master", strings.HasSuffix(r.URL.Path, "/HEAD")
			})
			c.replace("tools/linter", "tools/new")
		}, []string{
			`fail  repository tools/new: is there, but no change can be seen, and the branches of tools/new cannot be read either, so changes would stay unseen; let reviewsync have Read on refs/heads/* there`,
		}},
		{"label", func(c *checked) {
			c.replace("    team: cpt", "    team: cpt\n    review: {labels: {Verifed: {by: bots}}}")
		}, []string{
			`warn  board #code-reviews: label Verifed is not in mediawiki/core, tools/linter, where no vote on it can count; the labels of mediawiki/core are Code-Review, Verified; correct review.labels (FILE:11)`,
		}},

		{"adopted repository", func(c *checked) {
			c.replace("    team: cpt", "    team: cpt\n    adopt: {repositories: [mediawiki/core, tools/lint]}")
		}, []string{
			`fail  repository tools/lint: no such project on Gerrit, or reviewsync may not see it; correct adopt.repositories of board #code-reviews (FILE:11), or let the account read the project`,
		}},
		{"adopted, but not counted", func(c *checked) {
			c.gerrit.AddProject("labs/tools", gerrittest.ProjectOptions{})
			if _, err := c.gerrit.Push("carol", "labs/tools", "master", gerrittest.PushInput{Subject: "Fix it"}); err != nil {
				c.t.Fatal(err)
			}
			c.replace("    team: cpt", "    team: cpt\n    adopt: {repositories: [tools/*, labs/*, labs/tools]}")
		}, []string{
			`warn  board #code-reviews: adopts from labs/*, but count.repositories lets no change of it through; add it there, or take it out of adopt.repositories (FILE:11)`,
			`warn  board #code-reviews: adopts from labs/tools, but count.repositories lets no change of it through; add it there, or take it out of adopt.repositories (FILE:11)`,
		}},

		// Boards.
		{"board", func(c *checked) { c.replace("#code-reviews", "#code-review") }, []string{
			`fail  board #code-review: no project has this tag, or reviewsync may not see it; correct the tag (FILE:11), or let the account see the project`,
		}},
		{"archived board", func(c *checked) { c.phab.ArchiveProject("code-reviews", true) }, []string{
			`warn  board #code-reviews: project "Code Reviews of CPT" is archived; bring it back, or take the board out of the config (FILE:11)`,
		}},
		{"no workboard", func(c *checked) { c.phab.AddProject("Plain", "plain"); c.replace("#code-reviews", "#plain") }, []string{
			`fail  board #plain: has no workboard; make one on the page of the project, with the columns "Done", "In Progress", "Inbox", "Review Needed"`,
		}},
		{"column", func(c *checked) { c.phab.RenameColumn("code-reviews", "In Progress", "Doing") }, []string{
			`fail  board #code-reviews: it has no visible column "In Progress"; its columns are "Inbox", "Review Needed", "Doing", "Done"; correct the name (FILE:17)`,
		}},
		{"column renamed later", func(c *checked) {
			c.bind("In Progress")
			c.phab.RenameColumn("code-reviews", "In Progress", "Doing")
		}, []string{
			`warn  board #code-reviews: column "In Progress" is now called "Doing"; it is still used: write its new name (FILE:17)`,
		}},
		{"hidden column", func(c *checked) { c.phab.HideColumn("code-reviews", "Inbox", true) }, []string{
			`fail  board #code-reviews: column "Inbox" is hidden; show it, or change the rules (FILE:11)`,
		}},
		{"column hidden later", func(c *checked) {
			c.bind("Inbox")
			c.phab.HideColumn("code-reviews", "Inbox", true)
		}, []string{
			`fail  board #code-reviews: column "Inbox" is hidden; no card is moved there: show it, or change the rules (FILE:11)`,
		}},
		{"two columns of one name", func(c *checked) { c.phab.RenameColumn("code-reviews", "Inbox", "Done") }, []string{
			`fail  board #code-reviews: it has 2 columns called "Done"; rename all but one (FILE:18)`,
			`fail  board #code-reviews: it has no visible column "Inbox"; its columns are "Done", "Review Needed", "In Progress", "Done"; correct the name (FILE:11)`,
		}},
		{"replaced board", func(c *checked) { c.replaces(`"#duty": [Inbox]`) }, []string{
			`fail  board #duty, replaced by #code-reviews: no project has this tag, or reviewsync may not see it; correct the tag, or take it out if the board is gone (FILE:15), or let the account see the project`,
		}},
		{"columns of a replaced board", func(c *checked) {
			c.phab.AddProject("Duty", "duty", "Inbox", "Patches", "Patch", "Reviews")
			c.phab.HideColumn("duty", "Reviews", true)
			c.phab.RenameColumn("duty", "Patch", "Patches")
			c.replaces(`"#duty": [Inbox, Patches, Reviews]`)
		}, []string{
			`fail  board #duty, replaced by #code-reviews: it has 2 columns called "Patches"; rename all but one (FILE:15)`,
			`fail  board #duty, replaced by #code-reviews: it has no visible column "Reviews"; its columns are "Inbox", "Patches", "Patches"; correct the name (FILE:15)`,
		}},
		{"columns of a replaced board that changed later", func(c *checked) {
			duty := c.phab.AddProject("Duty", "duty", "Inbox", "Patches", "Reviews")
			c.bindOn(duty, "Patches", c.phab.ColumnPHID("duty", "Patches"))
			c.bindOn(duty, "Reviews", c.phab.ColumnPHID("duty", "Reviews"))
			c.bindOn(duty, "Gone", "PHID-PCOL-gone")
			c.phab.HideColumn("duty", "Patches", true)
			c.phab.RenameColumn("duty", "Reviews", "Old reviews")
			c.replaces(`"#duty": [Inbox, Patches, Reviews, Gone]`)
		}, []string{
			`warn  board #duty, replaced by #code-reviews: column "Reviews" is now called "Old reviews"; it is still used: write its new name (FILE:15)`,
			`warn  board #duty, replaced by #code-reviews: column "Gone" is gone; no card can come from there: take it out (FILE:15)`,
		}},
		{"a board that replaces itself by another tag", func(c *checked) { c.replaces(`"#code_reviews_of_cpt": [Inbox]`) }, []string{
			`fail  board #code_reviews_of_cpt, replaced by #code-reviews: is the same project, and cannot replace itself; name the board that cards come from (FILE:15)`,
		}},
		{"a replaced column in the rules of its board, by another tag", func(c *checked) {
			c.phab.AddProject("Duty of CPT", "duty", "Inbox", "Done")
			c.phab.NewTask("alice", "Another", phabtest.On("duty", "Inbox"))
			c.replaces(`"#duty_of_cpt": [Inbox, Done]`)
			c.replace("store:", `  - {board: "#duty", team: cpt, rules: [{to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned]}}]}`+"\nstore:")
		}, []string{
			`fail  board #duty_of_cpt, replaced by #code-reviews: column "Done" is in the rules or 'from' of board #duty, which is the same project, so its cards would go back and forth; take it out there or here (FILE:22, FILE:15)`,
		}},
		{"one project by two tags", func(c *checked) {
			c.replace("store:", `  - {board: "#code_reviews_of_cpt", team: cpt, rules: [{to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned]}}]}`+"\nstore:")
		}, []string{
			`fail  board #code-reviews: is the same project as board #code_reviews_of_cpt; put their rules together (FILE:11, FILE:20)`,
		}},
		{"a board below another", func(c *checked) {
			child := c.phab.AddProject("Sprint", "sprint", "Done")
			c.phab.OnRequest(func(r phabtest.Request) *phabtest.Fault {
				if where, _ := r.Params["constraints"].(map[string]any); fmt.Sprint(where["ancestors"]) != "["+c.board+"]" {
					return nil
				}
				return phabtest.JSON(`{"result":{"data":[{"id":9,"phid":"` + child + `","fields":{"name":"Sprint"}}],"cursor":{"after":null}},"error_code":null,"error_info":null}`)
			})
			c.replace("store:", `  - {board: "#sprint", team: cpt, rules: [{to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned]}}]}`+"\nstore:")
		}, []string{
			`info  board #sprint: no open card is to be seen, so only the first move will show whether cards can be read and edited`,
			`fail  board #code-reviews: board #sprint is below it, and a task cannot be on both; keep one of them (FILE:11, FILE:20)`,
		}},
		{"cards that may not be edited", func(c *checked) { c.phab.SetNotEditable(1) }, []string{
			`fail  board #code-reviews: newest open cards that reviewsync can see: 1; none of them may be edited by it (T1), so no move would succeed; let the edit policy of such tasks include reviewsync`,
		}},
		{"a card that may not be edited", func(c *checked) {
			c.phab.NewTask("alice", "Another", phabtest.On("code-reviews", ""))
			c.phab.SetNotEditable(1)
		}, []string{
			`warn  board #code-reviews: newest open cards that reviewsync can see: 2; 1 may not be edited by it (T1), so it would not be moved; let the edit policy of such tasks include reviewsync`,
		}},
		{"no card to be seen", func(c *checked) { c.phab.SetInvisible(1) }, []string{
			`info  board #code-reviews: no open card is to be seen, so only the first move will show whether cards can be read and edited`,
		}},

		{"a workboard that is off", func(c *checked) { c.phab.DisableBoard("code-reviews", true) }, []string{
			`fail  board #code-reviews: its workboard is off, so no card has a column; turn it on, on the page of the project`,
		}},

		// This machine.
		{"store", func(c *checked) { c.replace("path: reviewsync.db", "path: nowhere/reviewsync.db") }, []string{
			`fail  store: folder DIR/nowhere cannot be written to: no such file or directory; make it, let the account of the service write there, or correct store.path in FILE`,
		}},
		{"no store but another file", func(c *checked) { c.replace("path: reviewsync.db", "path: password") }, []string{
			`fail  store: copy store DIR/password: file is not a database (26): is it a store of reviewsync? If so, its beginning was overwritten: stop the service, move DIR/password away, and DIR/password-wal and DIR/password-shm if they are there, and start it; a new store costs a sweep and no wrong move; or name another file as store.path in FILE`,
		}},
		{"web", func(c *checked) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				c.t.Fatal(err)
			}
			c.t.Cleanup(func() { _ = l.Close() })
			c.yaml += "web: {listen: \"HOST\"}\n"
			c.address["HOST"] = l.Addr().String()
		}, []string{
			`fail  web.listen: HOST is taken by another program; end that one, or name another port in FILE`,
		}},
	} {
		t.Run(broken.name, func(t *testing.T) {
			depth.Variant(t)
			t.Parallel()
			c := newChecked(t)
			broken.do(c)
			lines, status := c.run()
			var bad []string
			want := 0
			for _, l := range lines {
				if strings.HasPrefix(l, "ok ") {
					continue
				}
				if at := strings.Index(l, "dial tcp "); at >= 0 { // the port is another one each time
					end := strings.Index(l[at:], ": ")
					l = l[:at] + "dial tcp HOST" + l[at+end:]
				}
				bad = append(bad, l)
				if strings.HasPrefix(l, "fail ") {
					want = 1
				}
			}
			if diff := cmp.Diff(broken.want, bad); diff != "" {
				t.Errorf("lines that are not ok (-want +got):\n%s", diff)
			}
			if status != want {
				t.Errorf("exit status %d, want %d", status, want)
			}
		})
	}
}

// If no change is visible yet, the branch shows whether changes could be read.
func TestCheckNamesItsEvidence(t *testing.T) {
	c := newChecked(t)
	c.gerrit.AddProject("tools/new", gerrittest.ProjectOptions{})
	c.gerrit.SetFault(func(r *http.Request) (int, string, bool) {
		return 200, ")]}'\n\"refs/heads/main\"", r.URL.EscapedPath() == "/a/projects/tools%2Fnew/HEAD"
	})
	c.replace("tools/linter", "tools/new")
	lines, status := c.run()
	want := `ok    repository tools/new: is there; no change can be seen yet, but branches can be read (tools/new main), and so can the changes for them`
	if status != 0 || !slices.Contains(lines, want) {
		t.Errorf("exit status %d, want 0, and the line\n%s\nin\n%s", status, want, strings.Join(lines, "\n"))
	}
}

// What a policy says about the account is reported, and so is what it does not say.
func TestCheckReadsEditPolicies(t *testing.T) {
	c := newChecked(t)
	members := c.phab.AddProject("Members", "members")
	c.phab.SetMembers("members", "reviewsync")
	others := c.phab.AddProject("Others", "others")
	c.phab.SetMembers("others", "alice")
	columns := fmt.Sprintf(`"columns":{"boards":{%q:{"columns":[]}}}`, c.board)
	var rows []string
	for i, policy := range []string{"users", members, others, "no-one", "PHID-PLCY-a", "admin", "PHID-PROJ-unseen"} {
		rows = append(rows, fmt.Sprintf(`{"id":%d,"phid":"PHID-TASK-%d","fields":{"ownerPHID":null,"policy":{"edit":%q}},"attachments":{"projects":{"projectPHIDs":[%q]},%s}}`, i+1, i+1, policy, c.board, columns))
	}
	rows = append(rows, fmt.Sprintf(`{"id":8,"phid":"PHID-TASK-8","fields":{"ownerPHID":%q,"policy":{"edit":"no-one"}},"attachments":{"projects":{"projectPHIDs":[%q]},%s}}`, c.self, c.board, columns),
		`{"id":9,"phid":"PHID-TASK-9","fields":{"policy":{"edit":"no-one"}},"attachments":{"projects":{"projectPHIDs":["PHID-PROJ-milestone"]}}}`)
	c.phab.OnRequest(func(r phabtest.Request) *phabtest.Fault {
		if r.Method != "maniphest.search" {
			return nil
		}
		return phabtest.JSON(`{"result":{"data":[` + strings.Join(rows, ",") + `],"cursor":{"after":null}},"error_code":null,"error_info":null}`)
	})
	lines, status := c.run()
	want := []string{
		`warn  board #code-reviews: newest open cards that reviewsync can see: 8; 2 may not be edited by it (T3, T4), so these would not be moved; let the edit policy of such tasks include reviewsync`,
		`info  board #code-reviews: newest open cards that reviewsync can see: 8; the policies of 3 (T5, T6, T7) do not say whether it may edit them, which only the first move will show`,
	}
	if diff := cmp.Diff(want, lines[len(lines)-2:]); diff != "" || status != 0 {
		t.Errorf("exit status %d, want 0; last lines (-want +got):\n%s", status, diff)
	}
}

// Beside a running service, what it holds is no fault.
func TestCheckBesideARunningService(t *testing.T) {
	c := newChecked(t)
	s, err := sqlite.Open(t.Context(), filepath.Join(c.dir, "reviewsync.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	c.yaml += "web: {listen: \"" + l.Addr().String() + "\"}\n"
	lines, status := c.run()
	for _, want := range []string{
		`ok    store: DIR/reviewsync.db is in use by a running reviewsync`,
		`info  web.listen: ` + l.Addr().String() + ` is taken, probably by the running reviewsync`,
	} {
		if !slices.Contains(lines, want) {
			t.Errorf("no line\n%s\nin\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if status != 0 {
		t.Errorf("exit status %d, want 0", status)
	}
}

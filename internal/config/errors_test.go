package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// All mistakes in a file are reported, in the order of its lines.
func TestAllMistakesAtOnce(t *testing.T) {
	want, err := os.ReadFile("../../testdata/config/bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("../../testdata/config/bad.yaml")
	if err != nil {
		t.Fatal(err)
	}
	c, err := Parse("bad.yaml", data)
	if c != nil || err == nil {
		t.Fatalf("read %+v, %v", c, err)
	}
	if d := cmp.Diff(string(want), err.Error()+"\n"); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("a secret is in the messages")
	}
}

// Each case changes one thing in the smallest configuration.
func TestMistakes(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{"user: reviewsync", "user: ''", "1: gerrit.user: has no value; give it one or take the key out"},
		{", user: reviewsync", "", "1: gerrit.user: missing; write the user name of the service's account"},
		{"user: reviewsync", "user: [a]", "1: gerrit.user: a list where a single value was expected; write it as KEY: VALUE"},
		{"user: reviewsync", "user: !secret x", "1: gerrit.user: the tag \"!secret\" where a single value was expected; write it as KEY: VALUE"},
		{"user: reviewsync", "user: \"a\\nb\"", "1: gerrit.user: has spaces around it or control characters in it; write it on one line, without them"},
		{"user: reviewsync", "user: r, user: s", "1: gerrit.user: there twice, first on line 1; keep one"},
		{"user: reviewsync", "user: r, poll: 0.5s", "1: gerrit.poll: 500ms is too short; let at least 1s pass between two polls"},
		{"user: reviewsync", "user: r, poll: 2d", "1: gerrit: sweep (6h0m0s) is shorter than poll (48h0m0s); make sweep the longer one"},
		{"user: reviewsync", "user: r, poll: 10s, sweep: 5s", "1: gerrit.sweep: sweep (5s) is shorter than poll (10s); make sweep the longer one"},
		{"user: reviewsync", "user: r, sweep: -1h", "1: gerrit.sweep: -1h is no time span; write a number with a unit, such as 30s, 5m, 6h, 2d or 1w"},
		{"user: reviewsync", "user: r, rate: .inf", "1: gerrit.rate: .inf is no rate; write requests per second as a number above 0, such as 50"},
		{"user: reviewsync", "user: r, ci_commands: '.*'", "1: gerrit.ci_commands: matches an empty text, so that no reply could ever be an answer; name the commands, such as ^recheck$"},
		{"user: reviewsync", "user: r, frobnicate: 1", "1: gerrit.frobnicate: unknown key; known here: url, user, password_file, poll, sweep, bots, ci_commands, rate, events"},
		{"user: reviewsync", "user: r, <<: {poll: 1s}", "1: gerrit.\"<<\": merge keys are not read; write the keys out, or use an alias for a whole value"},
		{"https://phabricator.example.org", "https:///x", "2: phabricator.url: no address of a web server; begin with https:// (or http://) and the host name"},
		{"https://phabricator.example.org", "ftp://x", "2: phabricator.url: no address of a web server; begin with https:// (or http://) and the host name"},
		{"https://phabricator.example.org", "https://x/?a=b", "2: phabricator.url: goes on after the path; take out what follows ? or #"},
		{"https://phabricator.example.org", "'https://a b/%zz'", "2: phabricator.url: no address; write one such as https://phabricator.example.org"},
		{"teams: {cpt", "links: {footers: ['Bug:']}\nteams: {cpt", "3: links.footers[0]: \"Bug:\" is no name of a footer; write it without colon and spaces, such as Bug"},
		{"teams: {cpt", "links: {hosts: ['https://phab.example.org']}\nteams: {cpt", "3: links.hosts[0]: \"https://phab.example.org\" is no name of a host; write it without scheme, port and path, such as phabricator.example.org"},
		{"teams: {cpt", "links: {hosts: [phab.example.org, Phab.example.org]}\nteams: {cpt", "3: links.hosts[1]: Phab.example.org is there twice, first on line 3; keep one"},
		{"teams: {cpt", "pace: {board: 50}\nteams: {cpt", "3: pace.board: \"50\" has no time; write 50/10m for that many edits in ten minutes"},
		{"teams: {cpt", "pace: {change: 0/10m}\nteams: {cpt", "3: pace.change: \"0/10m\" allows no edit; write at least 1, such as 50/10m"},
		{"teams: {cpt", "pace: {person: -3/10m}\nteams: {cpt", "3: pace.person: \"-3/10m\" allows no edit; write at least 1, such as 50/10m"},
		{"teams: {cpt", "pace: {server: 50/10}\nteams: {cpt", "3: pace.server: \"50/10\" has no unit; write 50/10m for minutes, or use s or h"},
		{"teams: {cpt", "links: {max: 0}\nteams: {cpt", "3: links.max: 0 is no number of tasks; write a whole number from 1"},
		{"teams: {cpt", "links: {max: -3}\nteams: {cpt", "3: links.max: -3 is no number of tasks; write a whole number from 1"},
		{"teams: {cpt", "links: {max: all}\nteams: {cpt", "3: links.max: all is no number of tasks; write a whole number from 1"},
		{"teams: {cpt", "links: {footers: []}\nteams: {cpt", "3: links.footers: an empty list; name at least one or take the key out"},
		{"teams: {cpt", "store: {postgres: x}\nteams: {cpt", "3: store.postgres: not yet there; take it out (this version keeps a SQLite file)"},
		{"teams: {cpt", "web: {listen: ':1', token_file: x}\nteams: {cpt", "3: web.token_file: not yet there; take it out (nothing can be done on the page of this version)"},
		{"teams: {cpt", "web: {listen: 'x:70000'}\nteams: {cpt", "3: web.listen: \"x:70000\" is no address to listen on; write HOST:PORT, such as 127.0.0.1:8420"},
		{"teams: {cpt", "web: on\nteams: {cpt", "3: web: a single value where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"teams: {cpt: {members: [alice, bob]}}\n", "", "1: teams: missing; name at least one team, such as cpt: {members: [alice, bob]}"},
		{"{cpt: {members: [alice, bob]}}", "{}", "3: teams: no team; name at least one, such as cpt: {members: [alice, bob]}"},
		{"[alice, bob]", "[]", "3: teams.cpt.members: nobody is in the team; name at least one member"},
		{"[alice, bob]", "alice", "3: teams.cpt.members: a single value where a list was expected; begin each element with a dash"},
		{"[alice, bob]", "[{phabricator: A}]", "3: teams.cpt.members[0].gerrit: missing; write the user name on Gerrit"},
		{"members: [alice, bob]", "", "3: teams.cpt: says nobody; write members: [alice, bob] or project: \"#NAME\""},
		{"[alice, bob]", "[alice], project: cpt", "3: teams.cpt: members and project; keep the one that says who is in the team"},
		{"members", "member", "3: teams.cpt.member: unknown key; did you mean members?"},
		{"    team: cpt", "    team: cpt\n    count: {repositories: ['a[']}", "7: boards[0].count.repositories[0]: \"a[\" is no pattern; close its [ or take it out"},
		{"    team: cpt", "    team: cpt\n    count: {owners: []}", "7: boards[0].count.owners: an empty list; name at least one or take the key out"},
		{"    team: cpt", "    team: cpt\n    review: {labels: {Verified: {}}}", "7: boards[0].review.labels.Verified.by: missing; say whose votes count: people or bots"},
		{"    team: cpt", "    team: cpt\n    adopt: mediawiki/*", "7: boards[0].adopt: a single value where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"    team: cpt", "    team: cpt\n    adopt: {stale_after: 180d}", "7: boards[0].adopt.repositories: missing; say whose changes put their tasks on the board, such as [\"mediawiki/*\"]"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: []}", "7: boards[0].adopt.repositories: an empty list; name at least one or take the key out"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: ^mediawiki}", "7: boards[0].adopt.repositories: \"^mediawiki\" looks like a regular expression; write a pattern in which * stands for any text without a slash"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: a, stale_after: 180}", "7: boards[0].adopt.stale_after: 180 has no unit; write 180s for seconds, or use m, h, d, w"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: a, newcomer: 0}", "7: boards[0].adopt.newcomer: 0 is no number of tasks; write a whole number from 1"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: a, newcomer: few}", "7: boards[0].adopt.newcomer: few is no number of tasks; write a whole number from 1"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositories: a, stale_after: 0d}", "7: boards[0].adopt.stale_after: nothing that was said is younger than 0d; write a time span such as 180d, or take the key out, so that nothing is too old"},
		{"    team: cpt", "    team: cpt\n    adopt: {repositorys: a}", "7: boards[0].adopt.repositorys: unknown key; did you mean repositories?"},
		{"    team: cpt", "    team: cpt\n    replaces: {}", "7: boards[0].replaces: no board; name the one that cards come from, with its columns, such as {\"#NAME\": [COLUMN]}, or take the key out"},
		{"    team: cpt", "    team: cpt\n    replaces: [old]", "7: boards[0].replaces: a list where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"    team: cpt", "    team: cpt\n    replaces: {\"#old\": []}", "7: boards[0].replaces.#old: no column; name those whose cards go to #external-code-reviews"},
		{"    team: cpt", "    team: cpt\n    replaces: {\"#old\": {Inbox: true}}", "7: boards[0].replaces.#old: keys where a single value was expected; write it as KEY: VALUE"},
		{"    team: cpt", "    team: cpt\n    replaces: {\"#old\": [Inbox, Inbox]}", "7: boards[0].replaces.#old[1]: Inbox is there twice, first on line 7; keep one"},
		{"    team: cpt", "    team: cpt\n    replaces: {old board: [Inbox]}", "7: boards[0].replaces.\"old board\": \"old board\" is no hashtag of a project; write the last part of the project's address /tag/NAME/ as \"#NAME\""},
		{"    team: cpt", "    team: cpt\n    replaces: {External-Code-Reviews: [Inbox]}", "7: boards[0].replaces.External-Code-Reviews: a board cannot replace itself; name the board that cards come from"},
		{"    team: cpt", "    team: cpt\n    replaces: {\"#old\": [Inbox], Old: Doing}", "7: boards[0].replaces.Old: board #Old is there twice, first on line 7; put its columns together"},
		{
			"    team: cpt", "    team: cpt\n    replaces: {\"#duty\": [Inbox, Done]}\n    rules: [{stay: true, when: {repositories: \"*\"}}]\n  - board: Duty\n    team: cpt\n    from: Done",
			"7: boards[0].replaces.#duty: column Done is in the rules or 'from' of board #Duty too (line 9), so its cards would go back and forth; take it out there or here",
		},
		{"    team: cpt", "    team: cpt\n    deployed: {}", "7: boards[0].deployed: neither refs nor after; name the branches and tags that are deployed, such as refs: [\"refs/heads/wmf/*\"], or how long after the merge a change is, such as after: 1h"},
		{"    team: cpt", "    team: cpt\n    deployed: []", "7: boards[0].deployed: no entry; name the branches and tags that are deployed, such as {refs: [\"refs/heads/wmf/*\"]}, or take the key out"},
		{"    team: cpt", "    team: cpt\n    deployed: {refs: []}", "7: boards[0].deployed.refs: an empty list; name at least one or take the key out"},
		{"    team: cpt", "    team: cpt\n    deployed: {refs: [\"wmf/*\"]}", "7: boards[0].deployed.refs[0]: wmf/* is not the full name of a branch or tag; write refs/heads/wmf/* or refs/tags/wmf/*"},
		{"    team: cpt", "    team: cpt\n    deployed: [{after: 1h}, {refs: \"refs/heads/wmf/*\"}]", "7: boards[0].deployed[1]: can never count: the entry on line 7 is for every repository; put this one before it, or give that one its repositories"},
		{"    team: cpt\n", "", "5: boards[0].team: missing; name the team whose votes count, as teams defines it"},
		{"boards:", "boards: &b\n  - *b", "4: boards[0]: a list where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"review: review-needed", "review: nonsense", "8: boards[0].rules[0].when.review: no review state nonsense; write one of review-needed, needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned"},
		{", when: {review: review-needed}", "", "8: boards[0].rules[0].when: missing; say which cards it is for, such as when: {review: review-needed}"},
		{"stay: true", "stay: false", "9: boards[0].rules[1].stay: false says nothing; write stay: true, or to: COLUMN instead"},
	} {
		secrets(t)
		if !strings.Contains(small, c.old) {
			t.Errorf("%q is not in the smallest configuration", c.old)
		}
		_, err := Parse("a.yaml", []byte(strings.Replace(small, c.old, c.with, 1)))
		if got := fmt.Sprint(err); got != "a.yaml:"+c.want {
			t.Errorf("%s -> %s:\n got %s\nwant a.yaml:%s", c.old, c.with, got, c.want)
		}
	}
}

func TestNoConfiguration(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "a.yaml:1: the file is empty; README.md has a first configuration to copy",
		"# nothing\n":            "a.yaml:1: the file is empty; README.md has a first configuration to copy",
		"---\n~\n":               "a.yaml:1: the file is empty; README.md has a first configuration to copy",
		"- a\n":                  "a.yaml:1: a list where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}",
		"a: 1\n---\nb: 2\n":      "a.yaml:2: a second document begins here; keep one, and take out the line ---",
		"a:\n  b: [1\nc: 2\n":    "a.yaml:3: not YAML: mapping values are not allowed in this context; look at indentation, brackets and quotes here and on the line before",
		"a:\n\tb: 1\n":           "a.yaml:2: not YAML: found character that cannot start any token while scanning for the next token; indent with spaces instead of tabs",
		"a: [b\n":                "a.yaml:2: not YAML: did not find expected ',' or ']' while parsing a flow sequence that began on line 1; put a comma between two elements (several values are a list: [a, b]), or close the bracket",
		"a: {b: *}\n":            "a.yaml:1: not YAML: did not find expected alphabetic or numeric character while scanning an alias; put text that begins with * in quotes",
		"a: *b\n":                "a.yaml:1: not YAML: unknown anchor 'b' referenced; put text that begins with * in quotes",
		"a: \x00\n":              "a.yaml:1: not YAML: control characters are not allowed (value: 0); look at indentation, brackets and quotes here and on the line before",
		strings.Repeat("[", 1e5): "", // only that it ends
	} {
		_, err := Parse("a.yaml", []byte(text))
		if err == nil || want != "" && err.Error() != want {
			t.Errorf("%.40q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestNoFile(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "huge.yaml", strings.Repeat("# x\n", maxFile/4+1), 0o600)
	for name, want := range map[string]string{
		"none.yaml": "there is no such file; write one (README.md has a first one) or name another",
		"huge.yaml": "larger than 1 MiB, so this is no configuration; name the YAML file",
		".":         "is a folder; name the YAML file in it",
	} {
		path := filepath.Join(dir, name)
		if _, err := Load(path); fmt.Sprint(err) != path+": "+want {
			t.Errorf("%v\nwant %s: %s", err, path, want)
		}
	}
}

// A mistake elsewhere in the section hides neither the missing secret nor the spans.
func TestSectionIsReadToItsEnd(t *testing.T) {
	secrets(t)
	t.Setenv(EnvPassword, "")
	text := strings.Replace(small, "user: reviewsync", "user: r, frobnicate: 1, poll: 2h, sweep: 1h", 1)
	_, err := Parse("a.yaml", []byte(text))
	want := `a.yaml:1: gerrit.frobnicate: unknown key; known here: url, user, password_file, poll, sweep, bots, ci_commands, rate, events
a.yaml:1: gerrit.password_file: missing; name a file that holds the secret, or set REVIEWSYNC_GERRIT_PASSWORD
a.yaml:1: gerrit.sweep: sweep (1h0m0s) is shorter than poll (2h0m0s); make sweep the longer one`
	if d := cmp.Diff(want, fmt.Sprint(err)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestNoSecrets(t *testing.T) {
	t.Setenv(EnvPassword, "\n")
	t.Setenv(EnvToken, "two\nlines")
	_, err := Parse("a.yaml", []byte(small))
	want := `a.yaml:1: gerrit.password_file: missing; name a file that holds the secret, or set REVIEWSYNC_GERRIT_PASSWORD
a.yaml:2: phabricator: REVIEWSYNC_PHABRICATOR_TOKEN holds more than one line; leave nothing but the secret in it`
	if d := cmp.Diff(want, fmt.Sprint(err)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

// An adopt without a column for the cards has no effect.
func TestAdoptWithoutARule(t *testing.T) {
	secrets(t)
	for rule, warned := range map[string]bool{
		"{to: Review Needed, when: {review: review-needed}}":                           false,
		"{to: Review Needed, when: {review: [draft, review-needed], repositories: a}}": false,
		"{stay: true, when: {review: review-needed}}":                                  true,
	} {
		text := strings.Replace(small, "{to: Review Needed, when: {review: review-needed}}", rule, 1)
		c := parse(t, strings.Replace(text, "    team: cpt", "    team: cpt\n    adopt: {repositories: mediawiki/*}", 1))
		want := "reviewsync.yaml:7: boards[0].adopt: adopt puts no task on #external-code-reviews: no rule moves cards that are review-needed; write one, or take adopt out"
		if got := slices.Contains(c.Warnings, want); got != warned {
			t.Errorf("%s: warned %v, want %v: %q", rule, got, warned, c.Warnings)
		}
	}
}

func TestColumnReplacedTwice(t *testing.T) {
	secrets(t)
	board := "    team: cpt\n    replaces: {\"#old\": [Inbox, Patches]}"
	text := strings.Replace(small, "    team: cpt", board, 1) +
		"  - board: b\n" + strings.NewReplacer("#old", "Old", "Inbox", "Ready").Replace(board) +
		"\n    rules: [{stay: true, when: {repositories: \"*\"}}]\n"
	want := []string{"reviewsync.yaml:13: boards[1].replaces.#Old: column Patches is replaced by board #external-code-reviews too (line 7), which comes first: a card whose changes both count goes there"}
	if d := cmp.Diff(want, parse(t, text).Warnings); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestWarnings(t *testing.T) {
	secrets(t)
	text := strings.NewReplacer(
		"https://gerrit", "http://gerrit",
		"    team: cpt", "    team: cpt\n    count: {owners: outsider}\n    review: {required: 3}",
		", approved, ", ", ",
	).Replace(small)
	want := []string{
		"reviewsync.yaml:1: gerrit.url: http:// sends the secret readable over the network; use https:// if the server has it",
		"reviewsync.yaml:5: boards[0] (#external-code-reviews): no rule for review state approved: such cards stay where they are",
		"reviewsync.yaml:7: boards[0].count.owners: counts the changes of a user named outsider; if a group was meant, write outsiders",
		"reviewsync.yaml:8: boards[0].review.required: 3 votes of a team of 2 can never be had; no change will be reviewed",
	}
	if d := cmp.Diff(want, parse(t, text).Warnings); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

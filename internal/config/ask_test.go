package config

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
)

// asks is a configuration with a board that asks, each key on its own line, and working
// time behind it: days of 7.5 hours, four a week.
const asks = `gerrit: {url: https://gerrit.example.org/r, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
boards:
  - board: b
    team: cpt
    count: {repositories: ["mediawiki/*"]}
    rules: [{to: Done, when: {repositories: "*"}}]
    ask:
      hashtag: second-review
      request: second review please
      after: 2d
      nobody: 4h30m
      remind_after: 1w1d1h
      decline: not me
      cap: 4/day
      max_open: 6
      total: 7
      comment: true
      pools:
        - {repositories: mediawiki/core, paths: ["db/*", schema.sql], people: [carol, bob]}
        - {repositories: [mediawiki/core], people: [alice]}
        - {paths: "*.md", people: dave}
teams:
  cpt: {members: [alice, bob, {gerrit: carol, phabricator: CarolX}, dave]}
  all: {project: "#all"}
working_time: {zone: Europe/Berlin, days: [mon, tue, wed, thu], hours: "09:00-16:30"}
`

func TestAsk(t *testing.T) {
	secrets(t)
	c := parse(t, asks)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	const day = 7*time.Hour + 30*time.Minute
	b := c.Boards[0]
	if d := cmp.Diff(review.Requests{Hashtag: "second-review", Line: beginsWith("second review please")}, b.Requests, equal); d != "" {
		t.Errorf("requests (-want +got)\n%s", d)
	}
	want := &ask.Rules{
		Decline: beginsWith("not me"),
		After:   2 * day, Nobody: 4*time.Hour + 30*time.Minute, RemindAfter: 5*day + time.Hour, Cap: 4, MaxOpen: 6,
		Pools: []ask.Pool{
			{Repositories: []string{"mediawiki/core"}, Paths: []string{"db/*", "schema.sql"}, People: []string{"carol", "bob"}},
			{Repositories: []string{"mediawiki/core"}, People: []string{"alice"}},
			{Paths: []string{"*.md"}, People: []string{"dave"}},
		},
	}
	if d := cmp.Diff(want, b.Ask, equal); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if b.AskTotal != 7 || !b.AskComment {
		t.Errorf("total %d, comment %v", b.AskTotal, b.AskComment)
	}
}

func TestAskDefaults(t *testing.T) {
	secrets(t)
	with := func(ask string) Board {
		return parse(t, strings.Replace(small, "    team: cpt", "    team: cpt\n    ask: "+ask, 1)).Boards[0]
	}
	b := with("{}")
	want := &ask.Rules{Decline: beginsWith("not me"), Cap: 3, MaxOpen: 5}
	requests := review.Requests{Line: beginsWith("second review please")}
	if d := cmp.Diff(want, b.Ask, equal); d != "" || b.AskTotal != 3 || b.AskComment {
		t.Errorf("total %d, comment %v, (-want +got)\n%s", b.AskTotal, b.AskComment, d)
	}
	if d := cmp.Diff(requests, b.Requests, equal); d != "" {
		t.Errorf("requests (-want +got)\n%s", d)
	}
	same := with("{request: true, decline: true}")
	if d := cmp.Diff(want, same.Ask, equal) + cmp.Diff(requests, same.Requests, equal); d != "" {
		t.Errorf("true is the default (-want +got)\n%s", d)
	}
	b = with(`{request: false, decline: false, hashtag: "#Help", max_open: 0, after: 1d}`)
	a := b.Ask
	if b.Requests.Line != nil || a.Decline != nil || b.Requests.Hashtag != "Help" || a.MaxOpen != 0 || a.After != 8*time.Hour {
		t.Errorf("%+v", a)
	}
	if b := parse(t, small).Boards[0]; b.Ask != nil || b.AskTotal != 0 {
		t.Errorf("without the key: %+v", b)
	}
}

// Which lines ask for a review, and which do not.
func TestLinesThatAsk(t *testing.T) {
	secrets(t)
	for _, c := range []struct {
		request  string
		fits, no []string
	}{
		{
			"true",
			[]string{"second review please", "Second review, please!", "SECOND  REVIEW PLEASE: the SQL"},
			[]string{"", "no second review please", "second review pleased", "a second review please", "second review"},
		},
		{`"review? (alice)"`, []string{"Review? (alice) or bob"}, []string{"revie (alice)", "review? alice"}},
		{`Prüfung`, []string{"PRÜFUNG bitte"}, []string{"Prüfungen"}},
		{`'/^(?i:pls) review/'`, []string{"PLS review", "pls reviewing"}, []string{"pls Review", "review pls review"}},
		{`'/ptal/'`, []string{"so ptal"}, []string{"PTAL"}},
	} {
		request := parse(t, strings.Replace(asks, "request: second review please", "request: "+c.request, 1)).Boards[0].Requests.Line
		for _, line := range c.fits {
			if !request.MatchString(line) {
				t.Errorf("%s does not fit %q", c.request, line)
			}
		}
		for _, line := range c.no {
			if request.MatchString(line) {
				t.Errorf("%s fits %q", c.request, line)
			}
		}
	}
}

func TestMistakesInAsk(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{"hashtag: second-review", "hashtag: second review", "9: boards[0].ask.hashtag: \"second review\" is no hashtag of a change; write one word without spaces and commas, such as second-review"},
		{"hashtag: second-review", "hashtag: a,b", "9: boards[0].ask.hashtag: \"a,b\" is no hashtag of a change; write one word without spaces and commas, such as second-review"},
		{"hashtag: second-review", "hashtag: \"#\"", "9: boards[0].ask.hashtag: # is no hashtag of a change; write one word without spaces and commas, such as second-review"},
		{"hashtag: second-review", "hashtag: #x", "9: boards[0].ask.hashtag: has no value; give it one or take the key out (a # begins a comment unless it is in quotes)"},
		{"hashtag: second-review", "hashtags: x", "9: boards[0].ask.hashtags: unknown key; did you mean hashtag?"},
		{"request: second review please", "request: /a", "10: boards[0].ask.request: /a begins a regular expression that does not end; write one as /EXPRESSION/, or words without a slash before them"},
		{"request: second review please", "request: /", "10: boards[0].ask.request: / begins a regular expression that does not end; write one as /EXPRESSION/, or words without a slash before them"},
		{"request: second review please", "request: /a*/", "10: boards[0].ask.request: fits an empty line, and so every line; name words, such as /(?i)^please review/"},
		{"request: second review please", "request: /(/", "10: boards[0].ask.request: no regular expression: missing closing ): `(`; see https://pkg.go.dev/regexp/syntax"},
		{"request: second review please", "request: ''", "10: boards[0].ask.request: has no value; give it one or take the key out"},
		{"request: second review please", "request: [a, b]", "10: boards[0].ask.request: a list where a single value was expected; write it as KEY: VALUE"},
		{"request: second review please", "request: '> help'", "10: boards[0].ask.request: a line that begins with > is quoted from others and not read; write other words"},
		{"request: second review please", "request: '??'", "10: boards[0].ask.request: \"??\" has no words; write what such a line begins with, such as \"second review please\""},
		{"request: second review please", "request: Not me, please", "9: boards[0].ask: the line \"Not me, please\" would be a request and a decline; write other words for one of them"},
		{"request: second review please", "request: /(?i)me/", "9: boards[0].ask: the line \"not me\" would be a decline and a request; write other words for one of them"},
		{"after: 2d", "after: 2", "11: boards[0].ask.after: 2 has no unit; write 2d for working days, or use m, h, w"},
		{"after: 2d", "after: soon", "11: boards[0].ask.after: soon is no span of working time; write a number with a unit, such as 4h, 2d or 1w"},
		{"after: 2d", "after: 0d", "11: boards[0].ask.after: 0d leaves no time to review; write a span of working time such as 4h or 2d, or take the key out"},
		{"nobody: 4h30m", "nobody: 30s", "12: boards[0].ask.nobody: 30s leaves no time to review; write a span of working time such as 4h or 2d, or take the key out"},
		{"remind_after: 1w1d1h", "remind_after: -1h", "13: boards[0].ask.remind_after: -1h is no span of working time; write a number with a unit, such as 4h, 2d or 1w"},
		{"decline: not me", "decline: //", "14: boards[0].ask.decline: // begins a regular expression that does not end; write one as /EXPRESSION/, or words without a slash before them"},
		{"cap: 4/day", "cap: 4", "15: boards[0].ask.cap: 4 has no unit; write 4/day"},
		{"cap: 4/day", "cap: 4/week", "15: boards[0].ask.cap: 4/week is not counted by the day; write a number a day, such as 3/day"},
		{"cap: 4/day", "cap: 0/day", "15: boards[0].ask.cap: nobody could ever be asked; write at least 1/day, or take ask out"},
		{"cap: 4/day", "cap: few/day", "15: boards[0].ask.cap: few/day is no number of asks a day; write one as 3/day"},
		{"cap: 4/day", "cap: -1/day", "15: boards[0].ask.cap: -1/day is no number of asks a day; write one as 3/day"},
		{"max_open: 6", "max_open: many", "16: boards[0].ask.max_open: many is no number of asks; write a whole number, or 0 for no limit"},
		{"total: 7", "total: 0", "17: boards[0].ask.total: 0 is no number of asks; write a whole number from 1"},
		{"comment: true", "comment: yes", "18: boards[0].ask.comment: yes is neither true nor false; write one of them, without quotes"},
		{"people: dave}", "people: davy}", "22: boards[0].ask.pools[2].people: nobody called davy is in team cpt; did you mean dave?"},
		{"[carol, bob]", "[CarolX, bob]", "20: boards[0].ask.pools[0].people[0]: CarolX is carol's name on Phabricator; write carol"},
		{"[carol, bob]", "[carol, carol]", "20: boards[0].ask.pools[0].people[1]: carol is there twice, first on line 20; keep one"},
		{"people: [carol, bob]", "people: []", "20: boards[0].ask.pools[0].people: an empty list; name at least one or take the key out"},
		{", people: dave}", "}", "22: boards[0].ask.pools[2].people: missing; write who of the team is asked"},
		{"people: dave}", "people: dave, files: x}", "22: boards[0].ask.pools[2].files: unknown key; known here: repositories, paths, people"},
		{"{paths: \"*.md\", people: dave}", "dave", "22: boards[0].ask.pools[2]: a single value where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"\"db/*\"", "/db", "20: boards[0].ask.pools[0].paths[0]: /db would fit no file; write the path from the top of the repository, without a slash before it"},
		{"\"db/*\"", "db/", "20: boards[0].ask.pools[0].paths[0]: db/ would fit no file; write db/* for all files below"},
		{"\"db/*\"", "\"db[\"", "20: boards[0].ask.pools[0].paths[0]: \"db[\" is no pattern; close its [ or take it out"},
		{"\"db/*\"", "^db", "20: boards[0].ask.pools[0].paths[0]: \"^db\" looks like a regular expression; write a pattern in which * stands for any text without a slash"},
		{", paths: [\"db/*\", schema.sql]", "", "21: boards[0].ask.pools[1]: can never be reached: the pool on line 20 takes all of its changes; put this one before it, or take it out"},
		{"{repositories: [mediawiki/core], people", "{people", "22: boards[0].ask.pools[2]: can never be reached: the pool on line 21 takes all of its changes; put this one before it, or take it out"},
		{"{paths: \"*.md\",", "{repositories: tools/x,", "22: boards[0].ask.pools[2]: can never be reached: count.repositories lets no change of tools/x through; add it there, or take the pool out"},
		{"    team: cpt\n", "", "4: boards[0].team: missing; name the team whose votes count, as teams defines it"},
		{"hours: \"09:00-16:30\"", "hours: 9", "26: working_time.hours: 9 are no hours; write from and to as \"09:00-17:00\""},
	} {
		secrets(t)
		if !strings.Contains(asks, c.old) {
			t.Errorf("%q is not in the configuration", c.old)
		}
		_, err := Parse("a.yaml", []byte(strings.Replace(asks, c.old, c.with, 1)))
		if got := fmt.Sprint(err); got != "a.yaml:"+c.want {
			t.Errorf("%s -> %s:\n got %s\nwant a.yaml:%s", c.old, c.with, got, c.want)
		}
	}
	for ask, want := range map[string]string{
		"{request: false}":                         "a.yaml:7: boards[0].ask: nobody would ever be asked; write when: hashtag, request, after or nobody",
		"true":                                     "a.yaml:7: boards[0].ask: a single value where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}",
		"{pools: []}":                              `a.yaml:7: boards[0].ask.pools: no pool; say who is asked about what, such as {paths: ["db/*"], people: [NAME]}, or take the key out`,
		"{pools: {people: alice}}":                 "a.yaml:7: boards[0].ask.pools: keys where a list was expected; begin each element with a dash",
		"{decline: second review}":                 `a.yaml:7: boards[0].ask: the line "second review please" would be a request and a decline; write other words for one of them`,
		"{request: false, decline: /not|me/}":      "a.yaml:7: boards[0].ask: nobody would ever be asked; write when: hashtag, request, after or nobody",
		"{pools: [{repositories: [], people: a}]}": "a.yaml:7: boards[0].ask.pools[0].repositories: an empty list; name at least one or take the key out\na.yaml:7: boards[0].ask.pools[0].people: nobody called a is in team cpt; name one of alice, bob",
	} {
		if _, err := Parse("a.yaml", []byte(strings.Replace(small, "    team: cpt", "    team: cpt\n    ask: "+ask, 1))); fmt.Sprint(err) != want {
			t.Errorf("%s:\n got %v\nwant %s", ask, err, want)
		}
	}
}

// What is allowed, but has little effect or too much.
func TestDoubtsInAsk(t *testing.T) {
	secrets(t)
	const rotation = "rotation: {team: %s, size: 1, starts: 2026-12-07}\n"
	for _, c := range []struct{ old, with, want string }{
		{"nobody: 4h30m", "nobody: 2d", "12: boards[0].ask.nobody: does nothing: after, which is no longer, asks first; write a shorter span, or take it out"},
		{"after: 2d", "after: 48h", `11: boards[0].ask.after: 48h of working time are 6.4 working days of 7h30m; write 2d if you mean working days`},
		{"    count: {repositories: [\"mediawiki/*\"]}\n", "", "8: boards[0].ask: asks for a review of every change that Gerrit shows, linked to a task or not; write count: {repositories: [PATTERN]}"},
		{"count: {repositories: [\"mediawiki/*\"]}", "count: {owners: outsiders}", "9: boards[0].ask: asks for a review of every change that Gerrit shows, linked to a task or not; write count: {repositories: [PATTERN]}"},
		{"count: {repositories: [\"mediawiki/*\"]}", "count: {owners: team}", ""},
		{"{to: Done, when: {repositories: \"*\"}}", "{to: Done, when: {status: resolved}}", "9: boards[0].ask: no rule of #b looks at reviews, so its cards do not show what waits for one; write a rule for review-needed, or take ask out"},
		{"\"db/*\"", "\"**/db\"", "20: boards[0].ask.pools[0].paths[0]: ** stands for no slash either, as * does; write a folder with /* behind it for all files below"},
		{"working_time:", fmt.Sprintf(rotation, "cpt") + "working_time:", ""},
		{"working_time:", fmt.Sprintf(rotation, "all") + "working_time:", "26: rotation.team: board #b asks people of team cpt (line 4), none of whom is ever on duty; if those on duty are to be asked first, name that team"},
		{"working_time:", "  few: {members: [alice, zoe]}\n" + fmt.Sprintf(rotation, "few") + "working_time:", ""},
		{"    team: cpt\n", "    team: all\n", ""}, // whose members are not known here
	} {
		if !strings.Contains(asks, c.old) {
			t.Errorf("%q is not in the configuration", c.old)
		}
		want := c.want
		if want != "" {
			want = "reviewsync.yaml:" + want
		}
		if got := strings.Join(parse(t, strings.Replace(asks, c.old, c.with, 1)).Warnings, "\n"); got != want {
			t.Errorf("%s -> %s:\n got %s\nwant %s", c.old, c.with, got, want)
		}
	}
	alone := strings.Replace(strings.Replace(small, "    team: cpt", "    team: cpt\n    ask: {}", 1), "[alice, bob]", "[alice]", 1)
	if got := strings.Join(parse(t, alone).Warnings, "\n"); got != "reviewsync.yaml:7: boards[0].ask: the team is one person, who is asked each time" {
		t.Error(got)
	}
}

// An earlier pool takes all of a later one's changes only where that is certain.
func TestCovers(t *testing.T) {
	for _, c := range []struct {
		wide, narrow string
		want         bool
	}{
		{"", "", true},
		{"", "a", true},
		{"a", "", false},
		{"a/*", "a/b", true},
		{"a/*", "a/b/*", true},
		{"a/*", "a/?", true},
		{"a/*", "ab/*", false},
		{"a?", "a*", false},
		{"a*/*", "a*/b/*", false},
		{"a b/*", "a b/c", true},
		{"a", "a b", false},
	} {
		if got := covers(strings.Fields(c.wide), strings.Fields(c.narrow)); got != c.want {
			t.Errorf("%q covers %q: %v", c.wide, c.narrow, got)
		}
	}
}

package config

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/review"
)

// small is the smallest configuration without errors and warnings.
const small = `gerrit: {url: https://gerrit.example.org/r/, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
teams: {cpt: {members: [alice, bob]}}
boards:
  - board: external-code-reviews
    team: cpt
    rules:
      - {to: Review Needed, when: {review: review-needed}}
      - {stay: true, when: {review: [needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned]}}
`

// secrets sets both secrets in the environment.
func secrets(t *testing.T) {
	t.Helper()
	t.Setenv(EnvPassword, "gerrit-secret")
	t.Setenv(EnvToken, "api-secret")
}

// parse parses a text, which must be valid.
func parse(t *testing.T, text string) *Config {
	t.Helper()
	c, err := Parse("reviewsync.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var equal = cmp.Options{
	cmp.Comparer(func(a, b Secret) bool { return a.Reveal() == b.Reveal() }),
	cmp.Comparer(func(a, b *regexp.Regexp) bool {
		return a == nil && b == nil || a != nil && b != nil && a.String() == b.String()
	}),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
}

func TestSmallestHasDefaults(t *testing.T) {
	secrets(t)
	got := parse(t, small)
	want := &Config{
		Path: "reviewsync.yaml",
		Gerrit: Gerrit{
			URL: "https://gerrit.example.org/r", User: "reviewsync", Password: NewSecret("gerrit-secret"),
			Poll: 30 * time.Second, Sweep: 6 * time.Hour, Rate: 50,
			CICommands: regexp.MustCompile(defaultCICommands),
		},
		Phabricator: Phabricator{URL: "https://phabricator.example.org", Token: NewSecret("api-secret"), Rate: 50},
		Links:       Links{Footers: []string{"Bug"}, Max: 20},
		Teams:       map[string]Team{"cpt": {Name: "cpt", Members: []Member{{"alice", "alice"}, {"bob", "bob"}}}},
		Boards: []Board{{
			TeamName: "cpt",
			Line:     5,
			Board: mapping.Board{
				Tag: "#external-code-reviews",
				Policy: review.Policy{Team: []string{"alice", "bob"}, Review: review.Voting{
					Required: 1, ThreadObjections: true,
					Labels: map[string]review.Voters{"Code-Review": review.ByPeople},
				}},
				Rules: []mapping.Rule{
					{Target: mapping.To("Review Needed"), When: mapping.When{Review: []review.State{review.ReviewNeeded}}, Line: 8},
					{Target: mapping.Target{Kind: mapping.Stay}, When: mapping.When{Review: review.States()[1:]}, Line: 9},
				},
			},
		}},
		Store: Store{Path: "reviewsync.db"},

		WorkingTime: duty.DefaultWorkingTime(),
	}
	if d := cmp.Diff(want, got, equal); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestProcess(t *testing.T) {
	secrets(t)
	c, err := Load("../../testdata/process.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	if len(c.Boards) != 2 || c.Boards[0].Tag != "#external-code-reviews" || c.Boards[1].Tag != "#clinic-duty-team" {
		t.Fatalf("boards: %+v", c.Boards)
	}
	outside, inside := c.Boards[0], c.Boards[1]
	team := []string{"alice", "bob", "carol", "dave", "erin"}
	if d := cmp.Diff(team, outside.Team); d != "" {
		t.Errorf("names on Gerrit (-want +got)\n%s", d)
	}
	if got := c.Teams["cpt"].Members[2]; got != (Member{"carol", "CarolX"}) {
		t.Errorf("carol is %+v", got)
	}
	count := review.Count{Owners: []string{"outsiders"}, Repositories: []string{"mediawiki/*"}, Branches: []string{"master", "wmf/*"}}
	if d := cmp.Diff(count, outside.Count); d != "" {
		t.Errorf("count (-want +got)\n%s", d)
	}
	if !outside.Start.IsZero() || !inside.Start.IsZero() {
		t.Errorf("start: %v and %v; with a start, a person who copies the file would wonder why nothing moves", outside.Start, inside.Start)
	}
	if d := cmp.Diff(mapping.Adopt{Repositories: []string{"mediawiki/core"}, StaleAfter: 180 * 24 * time.Hour, Newcomer: 3}, outside.Adopt); d != "" {
		t.Errorf("adopt (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]mapping.Legacy{{Tag: inside.Tag, Columns: []string{"External Code Reviews"}, Line: outside.Replaces[0].Line}}, outside.Replaces); d != "" {
		t.Errorf("replaces (-want +got)\n%s", d)
	}
	if inside.Adopt.Repositories != nil || inside.Replaces != nil {
		t.Errorf("the team's own board adopts %v and replaces %v", inside.Adopt, inside.Replaces)
	}
	if d := cmp.Diff([]string{"Ready"}, inside.From); d != "" {
		t.Errorf("from (-want +got)\n%s", d)
	}
	if d := cmp.Diff(review.Requests{Hashtag: "second-review", Line: beginsWith("second review please")}, outside.Requests, equal); d != "" {
		t.Errorf("requests (-want +got)\n%s", d)
	}
	second := &ask.Rules{Decline: beginsWith("not me"), Cap: 3, MaxOpen: 5}
	if d := cmp.Diff(second, outside.Ask, equal); d != "" || inside.Ask != nil {
		t.Errorf("ask of the team's own board %v, of the other (-want +got)\n%s", inside.Ask, d)
	}
	labs := mapping.Rule{Target: mapping.To("Done"), Line: inside.Rules[2].Line, When: mapping.When{
		Review: []review.State{review.Merged}, Repositories: []string{"labs/*"},
	}}
	if d := cmp.Diff(labs, inside.Rules[2]); d != "" {
		t.Errorf("third rule (-want +got)\n%s", d)
	}
	if want := filepath.Join("..", "..", "testdata", "reviewsync.db"); c.Store.Path != want {
		t.Errorf("store at %s, want %s", c.Store.Path, want)
	}
}

func TestEveryKeySet(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "gerrit.password", "from a file\n", 0o600)
	write(t, dir, "phab.token", "api-file\r\n", 0o600)
	write(t, dir, "reviewsync.yaml", `
gerrit: {url: "http://127.0.0.1:8080", user: bot, password_file: gerrit.password, poll: 1h30m, sweep: 1w2d, bots: jenkins-bot, ci_commands: ^recheck$, rate: 2.5}
phabricator: &phab {url: "http://[::1]:8090", token_file: phab.token, bots: [], rate: 1}
links: {footers: [Bug, Task], hosts: phab.example.org, max: 7}
store: {path: data/state.db}
web: {listen: 127.0.0.1:8420}
boards:
  - board: "#x"
    team: people
    start: 2026-12-01
    count: {owners: [team, ci-bot], repositories: a/*}
    review: {required: 2, labels: {Verified: {by: bots}}, self_approval: true, thread_objections: false}
    from: &columns [Ready, Doing]
    adopt: {repositories: [a/*, b], stale_after: 26w, newcomer: 1}
    replaces:
      old: Reviews
      "#older": [Inbox, Patches]
    rules:
      - to: Doing
        when:
          repositories: a/b
      - {to: Done, when: {review: [review-needed, needs-work, draft, reviewed, approved, reverted, merged, deployed, abandoned]}}
  - {board: "#y", team: people, from: *columns, rules: [{stay: true, when: {repositories: "*"}}]}
teams: {people: {project: cpt}}
`, 0o600)
	secrets(t) // a file named wins
	c, err := Load(filepath.Join(dir, "reviewsync.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	g := c.Gerrit
	if g.Password.Reveal() != "from a file" || c.Phabricator.Token.Reveal() != "api-file" {
		t.Errorf("secrets %q and %q", g.Password.Reveal(), c.Phabricator.Token.Reveal())
	}
	if g.Poll != 90*time.Minute || g.Sweep != 9*24*time.Hour || g.Rate != 2.5 || g.CICommands.String() != "^recheck$" {
		t.Errorf("gerrit: %+v", g)
	}
	if c.Teams["people"].Project != "#cpt" || c.Boards[0].Team != nil || c.Boards[0].TeamName != "people" {
		t.Errorf("team: %+v, %+v", c.Teams, c.Boards[0])
	}
	if c.Store.Path != filepath.Join(dir, "data", "state.db") || c.Web.Listen != "127.0.0.1:8420" {
		t.Errorf("store %q, web %q", c.Store.Path, c.Web.Listen)
	}
	want := review.Voting{Required: 2, SelfApproval: true, Labels: map[string]review.Voters{"Code-Review": review.ByPeople, "Verified": review.ByBots}}
	if d := cmp.Diff(want, c.Boards[0].Review); d != "" {
		t.Errorf("review (-want +got)\n%s", d)
	}
	if d := cmp.Diff(mapping.When{Review: review.States(), Repositories: []string{"a/b"}}, c.Boards[0].Rules[0].When); d != "" {
		t.Errorf("a rule without review is for any state (-want +got)\n%s", d)
	}
	if d := cmp.Diff(mapping.Adopt{Repositories: []string{"a/*", "b"}, StaleAfter: 182 * 24 * time.Hour, Newcomer: 1}, c.Boards[0].Adopt); d != "" {
		t.Errorf("adopt (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]mapping.Legacy{{Tag: "#old", Columns: []string{"Reviews"}, Line: 16}, {Tag: "#older", Columns: []string{"Inbox", "Patches"}, Line: 17}}, c.Boards[0].Replaces); d != "" {
		t.Errorf("replaces (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]string{"Ready", "Doing"}, c.Boards[1].From); d != "" {
		t.Errorf("alias (-want +got)\n%s", d)
	}
}

func TestReferenceNamesEveryKey(t *testing.T) {
	text, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	// Examples do not count: a key is explained in a heading, or named in quotes.
	prose := regexp.MustCompile("(?s)```.*?```").ReplaceAllString(string(text), "")
	words := map[string]bool{}
	for _, q := range regexp.MustCompile("`[^`\n]+`|(?m)^#.*$").FindAllString(prose, -1) {
		for _, w := range regexp.MustCompile(`\w+`).FindAllString(q, -1) {
			words[w] = true
		}
	}
	keys := keysOfDecoder(t)
	if len(keys) < 40 {
		t.Fatalf("only %d keys found in the source: %q", len(keys), keys)
	}
	for _, k := range append(keys, EnvPassword, EnvToken) {
		if !words[k] {
			t.Errorf("docs/config.md says nothing of %s", k)
		}
	}
}

// keysOfDecoder returns the name of every field literal in the package's source.
func keysOfDecoder(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, file := range files {
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok || strings.HasSuffix(file, "_test.go") {
				return true
			}
			name, isName := kv.Key.(*ast.Ident)
			if lit, ok := kv.Value.(*ast.BasicLit); ok && isName && name.Name == "name" {
				key, err := strconv.Unquote(lit.Value)
				if err != nil {
					t.Fatal(err)
				}
				keys = append(keys, key)
			}
			return true
		})
	}
	return keys
}

func write(t *testing.T, dir, name, text string, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil { // whatever the umask
		t.Fatal(err)
	}
}

// The host of phabricator.url need not be listed.
func TestLinking(t *testing.T) {
	secrets(t)
	c := parse(t, strings.Replace(small, "teams: {cpt", "links: {footers: Task, hosts: [phab.example.org]}\nteams: {cpt", 1))
	want := review.Links{Footers: []string{"Task"}, Hosts: []string{"phab.example.org", "phabricator.example.org"}, Max: 20}
	if d := cmp.Diff(want, c.ReviewLinks()); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

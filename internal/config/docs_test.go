package config

import (
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"reviewsync/mapping"
)

// around is what the examples of the documents leave out.
const around = `
gerrit: {url: https://gerrit.example.org/r, user: reviewsync, password_file: gerrit.password}
phabricator: {url: https://phabricator.example.org, token_file: phab.token}
teams: {cpt: {members: [alice, bob, carol, dave, erin]}}
working_time: {zone: Europe/Berlin}
boards: []
`

const aBoard = `
board: "#external-code-reviews"
team: cpt
rules: [{to: Review Needed, when: {review: review-needed}}, {stay: true, when: {status: open}}]
`

// The examples of the documents are taken as they are, with the rest of a configuration around them.
func TestExamplesOfTheDocs(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	dir, examples := t.TempDir(), 0
	for _, name := range []string{"gerrit.password", "phab.token", "webhook.key", "known_hosts"} {
		write(t, dir, name, "x", 0o600)
	}
	write(t, dir, "id_ed25519", sshKey, 0o600)
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range regexp.MustCompile("(?ms)^( *)```yaml\n(.*?)^ *```$").FindAllStringSubmatch(string(text), -1) {
			examples++
			example := strings.ReplaceAll("\n"+block[2], "\n"+block[1], "\n")
			example = strings.ReplaceAll(example, "EXAMPLE", unguessable)
			whole, err := complete(example)
			if err != nil {
				t.Errorf("%s: %v:\n%s", page, err, example)
				continue
			}
			write(t, dir, "reviewsync.yaml", whole, 0o600)
			if _, err := Load(filepath.Join(dir, "reviewsync.yaml")); err != nil {
				t.Errorf("%s: %v:\n%s", page, err, example)
			}
		}
	}
	if examples < 10 {
		t.Errorf("only %d examples were found", examples)
	}
}

// complete puts the rest of a configuration around an example: it has keys of the whole file, or of a board.
func complete(example string) (string, error) {
	var whole, board, part map[string]any
	for text, into := range map[string]*map[string]any{around: &whole, aBoard: &board, example: &part} {
		if err := yaml.Unmarshal([]byte(text), into); err != nil {
			return "", err
		}
	}
	ofBoard := []string{"count", "review", "from", "rules", "adopt", "replaces", "deployed", "ask"}
	for key, value := range part {
		if slices.Contains(ofBoard, key) {
			board[key] = value
			continue
		}
		given, isKeys := value.(map[string]any)
		if old, both := whole[key].(map[string]any); isKeys && both {
			maps.Copy(old, given)
			continue
		}
		whole[key] = value
	}
	boards, _ := whole["boards"].([]any)
	if len(boards) == 0 {
		whole["boards"] = []any{board}
	}
	for _, b := range boards {
		if b, is := b.(map[string]any); is {
			for k, v := range board {
				if _, there := b[k]; !there {
					b[k] = v
				}
			}
		}
	}
	out, err := yaml.Marshal(whole)
	return strings.ReplaceAll(string(out), "T00:00:00Z", ""), err // days, as they were written
}

// The reference has no key that is none: a key of a table is one that the file can have.
func TestReferenceHasNoOtherKeys(t *testing.T) {
	text, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	refused := []string{"key", "password", "phabricator_key", "token", "*"} // the secrets themselves
	keys := append(keysOfDecoder(t), "*")
	for _, k := range mapping.TargetKinds() {
		keys = append(keys, string(k))
	}
	for _, k := range mapping.CommentKinds() {
		keys = append(keys, string(k))
	}
	reference, _, _ := strings.Cut(string(text), "\n## Planned")
	inTable, rows := false, 0
	for line := range strings.Lines(reference) {
		cells := strings.Split(line, "|")
		switch {
		case len(cells) < 3:
			inTable = false
		case strings.TrimSpace(cells[1]) == "key":
			inTable = true
		case inTable:
			for _, key := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
				rows++
				for part := range strings.SplitSeq(strings.ReplaceAll(key[1], "[]", ""), ".") {
					if !slices.Contains(keys, part) {
						t.Errorf("docs/config.md has a key %s, and nothing reads %s", key[1], part)
					}
				}
			}
		}
	}
	if rows < 60 {
		t.Errorf("only %d keys were found in the tables of docs/config.md", rows)
	}
	for _, key := range keys {
		row := regexp.MustCompile("(?m)^\\|[^|]*[`.]" + regexp.QuoteMeta(key) + "`|^#+ .*" + regexp.QuoteMeta(key))
		if !slices.Contains(refused, key) && !row.MatchString(string(text)) {
			t.Errorf("docs/config.md has no row or heading for %s", key)
		}
	}
}

// everywhere is a configuration with each section that has defaults; its heading, at the end of
// its line, is where a key is put in.
const everywhere = `
gerrit: {url: https://gerrit.example.org/r, user: reviewsync, password_file: gerrit.password} # gerrit
phabricator: {url: https://phabricator.example.org, token_file: phab.token} # phabricator
links: {hosts: [phab.example.org]} # links
teams: {cpt: {members: [alice, bob, carol]}}
boards:
  - board: external-code-reviews
    team: cpt
    review: {labels: {Verified: {by: people}}} # boards[].review
    adopt: {repositories: [mediawiki/core]} # boards[].adopt
    deployed: {refs: [refs/heads/wmf/*]} # boards[].deployed
    ask: {hashtag: second-review} # boards[].ask
    rules: [{to: Done, when: {review: deployed}}, {stay: true, when: {status: open}}]
comments: {asked: true} # comments
working_time: {holidays: [2026-12-25]} # working_time
rotation: {team: cpt, starts: 2026-12-07, project: on-call} # rotation
pace: {} # pace
store: {} # store
`

// A default of the reference is one: to write it changes nothing.
func TestDefaultsOfTheReference(t *testing.T) {
	text, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write(t, dir, "gerrit.password", "x", 0o600)
	write(t, dir, "phab.token", "x", 0o600)
	load := func(text string) *Config {
		t.Helper()
		write(t, dir, "reviewsync.yaml", text, 0o600)
		c, err := Load(filepath.Join(dir, "reviewsync.yaml"))
		if err != nil {
			t.Error(err)
			return nil
		}
		return c
	}
	literal := regexp.MustCompile("^`([^`…]+)`$")
	section, column, tried := "", 0, 0
	for line := range strings.Lines(string(text)) {
		if h, is := strings.CutPrefix(line, "#"); is {
			section, column = strings.TrimSpace(strings.TrimLeft(h, "#")), 0
		}
		cells := strings.Split(line, "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		if column == 0 {
			column = max(0, slices.Index(cells, "default"))
			continue
		}
		if len(cells) <= column || !literal.MatchString(cells[1]) || !literal.MatchString(cells[column]) || section == "gerrit.events" {
			continue // gerrit.events needs a key, and has no default of its own
		}
		key, value := strings.Trim(cells[1], "`"), strings.Trim(cells[column], "`")
		if strings.ContainsAny(key, ".[") {
			t.Errorf("%s: the default of %s cannot be tried", section, key)
			continue
		}
		place := regexp.MustCompile(`(\}) # ` + regexp.QuoteMeta(section) + "\n")
		if !place.MatchString(everywhere) {
			t.Errorf("%s is not everywhere", section)
			continue
		}
		comma := ", "
		if section == "store" || section == "pace" {
			comma = ""
		}
		tried++
		with := load(place.ReplaceAllString(everywhere, comma+key+": "+value+"}\n"))
		if without := load(everywhere); !reflect.DeepEqual(with, without) {
			t.Errorf("docs/config.md: %s: the default of %s is not %s", section, key, value)
		}
	}
	if tried < 20 {
		t.Errorf("only %d defaults were tried", tried)
	}
}

// Package scenario reads the stories in testdata/scenarios: who does what and when, and where
// the cards are afterwards. The README there explains the language; sentences.go lists what
// people can do.
//
// The tests of mapping play the stories against the rules alone, those of internal/service
// against the whole service.
package scenario

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// FirstMonday is when stories begin.
var FirstMonday = time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)

// The accounts on Gerrit. Anybody else can only do things on the boards.
var (
	Team      = []string{"alice", "bob", "carol", "dave", "erin"}
	Outsiders = []string{"vol1", "vol2", "vol3"}
	Bots      = []string{"ci-bot", "build-bot"}
)

// IsBot reports whether a name is a bot's.
func IsBot(name string) bool { return strings.HasSuffix(strings.ToLower(name), "bot") }

// Names of the two boards of testdata/process.yaml.
const (
	External = "external"
	Duty     = "duty"
)

// Story is one file.
type Story struct {
	Name      string    // of the file, without its ending
	OnlyRules string    // why it is not played against the whole service; empty: it is played
	Boards    []string  // External, Duty or both, or the tag of the story's own board
	Start     time.Time // of the boards
	Own       Board     // the story's own board, if it has one
	Tags      []string  // tags that tasks have while a change is open
	Ask       *Ask      // when the first board asks for a review; nil: never
	Lines     []Line
}

// Board is a story's own board.
type Board struct {
	Columns, From []string
	Rules         []Rule
}

// Rule of a board: To, Stay or Untag is set.
type Rule struct {
	Line        int
	To          string
	Stay, Untag bool
	When        map[string][]string // "review", "repositories", "tags", "status": any of the values
}

// Ask says when a board asks for a review. The spans are working time, eight hours a day; 0: off.
type Ask struct {
	Hashtag               string
	After, Nobody, Remind time.Duration
}

// Line is an act or, if Act is empty, an assertion.
type Line struct {
	Where     string // FILE:LINE
	At        time.Time
	Act       string // the name of one of the acts
	Words     Words
	Rule      Rule // the rule that the act adds
	Assertion Assertion
}

// Assertion says which column a card is in, which tag a task has, or who was asked for a review.
type Assertion struct {
	Task     int
	Board    string   // External or Duty; empty: the first
	Column   string   // empty: it is not on the board
	Tag      string   // with its #; empty: it is not about a tag
	Not      bool     // the task does not have Tag
	Change   int      // 0: it is not about asking
	Asked    []string // who was asked on Change so far, in order
	Sentence string   // part of what the service says of it
}

// Words are the parts of an act by name. A part that the story does not give is empty.
type Words map[string]string

// Number returns a word as a number; 0 if it is empty.
func (w Words) Number(name string) int {
	n, _ := strconv.Atoi(w[name])
	return n
}

// Tasks returns the tasks that a commit message names from now on: "T1 and T2" or "no task".
// said reports whether the act has anything about tasks.
func (w Words) Tasks() (tasks []int, said bool) {
	for name := range strings.SplitSeq(w["tasks"], " and ") {
		if n, err := strconv.Atoi(strings.TrimPrefix(name, "T")); err == nil {
			tasks = append(tasks, n)
		}
	}
	return tasks, w["tasks"] != ""
}

// Label returns the label of a vote.
func (w Words) Label() string { return cmp.Or(w["label"], "Code-Review") }

// Repository returns the repository of a new change.
func (w Words) Repository() string { return cmp.Or(w["repository"], "mediawiki/core") }

// Load reads all stories of a folder, in the order of their names.
func Load(folder string) ([]*Story, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.txt"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("no story in %s", folder)
	}
	var all []*Story
	var failed []error
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		s, err := Parse(filepath.Base(file), string(text))
		all, failed = append(all, s), append(failed, err)
	}
	return all, errors.Join(failed...)
}

// Parse reads one story. An error begins with FILE:LINE.
func Parse(file, text string) (*Story, error) {
	p := &parser{story: &Story{Name: strings.TrimSuffix(file, ".txt"), Start: FirstMonday}, clock: FirstMonday}
	asserts := false
	for line := range strings.Lines(text) {
		p.number++
		p.where = fmt.Sprintf("%s:%d", file, p.number)
		if err := p.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("%s: %w", p.where, err)
		}
	}
	for _, line := range p.story.Lines {
		asserts = asserts || line.Act == ""
	}
	if !asserts {
		return nil, fmt.Errorf("%s: nothing is asserted", p.where)
	}
	return p.story, nil
}

type parser struct {
	story  *Story
	number int
	where  string
	clock  time.Time
}

const onlyRules = "# only the rules: "

func (p *parser) line(text string) error {
	s := p.story
	switch {
	case strings.HasPrefix(text, onlyRules):
		s.OnlyRules = strings.TrimPrefix(text, onlyRules)
		return nil
	case text == "" || text[0] == '#':
		return nil
	case strings.HasPrefix(text, "board "):
		return p.board(strings.TrimPrefix(text, "board "))
	case len(s.Boards) == 0:
		return errors.New(`a story begins with "board external", "board duty", "board external and duty" or "board #TAG"`)
	}
	if key, rest, ok := strings.Cut(text, ": "); ok && len(s.Lines) == 0 && !strings.HasPrefix(key, "T") {
		if known, err := p.setUp(key, rest); known {
			return err
		}
	}
	if at, rest, ok := p.time(text); ok {
		return p.act(at, rest)
	}
	return p.assertion(text)
}

func (p *parser) board(text string) error {
	text, when, begins := strings.Cut(text, " starting ")
	if begins {
		at, _, ok := p.time(when + " -")
		if !ok {
			return fmt.Errorf("%q is no time", when)
		}
		p.story.Start = at
	}
	p.story.Boards = strings.Split(text, " and ")
	for _, name := range p.story.Boards {
		own := strings.HasPrefix(name, "#") && len(p.story.Boards) == 1
		if name != External && name != Duty && !own {
			return fmt.Errorf("no story knows the board %q", name)
		}
	}
	return nil
}

// setUp reads a line about the board, which comes before the first act.
func (p *parser) setUp(key, text string) (known bool, err error) {
	own := &p.story.Own
	switch key {
	case "columns":
		own.Columns = strings.Split(text, ", ")
	case "from":
		own.From = strings.Split(text, ", ")
	case "rule":
		rule, err := p.rule(text)
		if err != nil {
			return true, err
		}
		own.Rules = append(own.Rules, rule)
	case "tag while a change is open":
		p.story.Tags = append(p.story.Tags, text)
		return true, nil
	case "ask":
		p.story.Ask, err = ask(text)
		return true, err
	default:
		return false, nil
	}
	if p.story.Boards[0][0] != '#' {
		return true, fmt.Errorf("%q is for boards of a story's own", key)
	}
	for _, name := range slices.Concat(own.From, targets(own.Rules)) {
		if !slices.Contains(own.Columns, name) {
			return true, fmt.Errorf("the board has no column %q", name)
		}
	}
	return true, nil
}

var span = regexp.MustCompile(`^(\w* ?after) (\d+) (day|hour)s?$`)

// ask reads "hashtag second-review, nobody after 4 hours, after 2 days, remind after 1 day".
func ask(text string) (*Ask, error) {
	a := &Ask{}
	spans := map[string]*time.Duration{"after": &a.After, "nobody after": &a.Nobody, "remind after": &a.Remind}
	for part := range strings.SplitSeq(text, ", ") {
		if name, ok := strings.CutPrefix(part, "hashtag "); ok {
			a.Hashtag = name
			continue
		}
		m := span.FindStringSubmatch(part)
		if m == nil || spans[m[1]] == nil {
			return nil, fmt.Errorf("nobody is asked by %q", part)
		}
		n, _ := strconv.Atoi(m[2])
		*spans[m[1]] = time.Duration(n) * map[string]time.Duration{"day": 8 * time.Hour, "hour": time.Hour}[m[3]]
	}
	return a, nil
}

func targets(rules []Rule) []string {
	var names []string
	for _, r := range rules {
		if r.To != "" {
			names = append(names, r.To)
		}
	}
	return names
}

// rule reads "to Done when status resolved and tags #a #b".
func (p *parser) rule(text string) (Rule, error) {
	target, when, _ := strings.Cut(text, " when ")
	r := Rule{Line: p.number, Stay: target == "stay", Untag: target == "untag", When: map[string][]string{}}
	r.To, _ = strings.CutPrefix(target, "to ")
	if r.Stay || r.Untag {
		r.To = ""
	}
	for part := range strings.SplitSeq(when, " and ") {
		words := strings.Fields(part)
		if len(words) < 2 || !slices.Contains([]string{"review", "repositories", "tags", "status"}, words[0]) {
			return r, fmt.Errorf("no condition is like %q", part)
		}
		r.When[words[0]] = words[1:]
	}
	return r, nil
}

var timed = regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d):(\d\d)(?::(\d\d))? (.*)$`)

// time reads "Mon 14:02 …": the first such time that is not before the line above.
func (p *parser) time(line string) (time.Time, string, bool) {
	m := timed.FindStringSubmatch(line)
	if m == nil {
		return time.Time{}, "", false
	}
	days := strings.Index("MonTueWedThuFriSatSun", m[1]) / 3
	clock, err := time.Parse("15:04:05", m[2]+":"+m[3]+":"+cmp.Or(m[4], "00"))
	if err != nil {
		return time.Time{}, "", false
	}
	at := FirstMonday.AddDate(0, 0, days).Add(clock.Sub(clock.Truncate(24 * time.Hour)))
	for at.Before(p.clock) {
		at = at.AddDate(0, 0, 7)
	}
	return at, m[5], true
}

func (p *parser) act(at time.Time, text string) error {
	name, words := read(text)
	if name == "" {
		return fmt.Errorf("no sentence is like this: %s", text)
	}
	p.clock = at.AddDate(0, 0, words.Number("days"))
	line := Line{Where: p.where, At: p.clock, Act: name, Words: words}
	var err error
	if words["rule"] != "" {
		line.Rule, err = p.rule(words["rule"])
	}
	p.story.Lines = append(p.story.Lines, line)
	return err
}

var (
	ofCard = regexp.MustCompile(`^T(\d+) is (?:in ([^:]+?)|not on (?:the board|(external|duty)))(?: of (external|duty))?(?:: (.*))?$`)
	asked  = regexp.MustCompile(`^([\w-]+(?:(?:, | and )[\w-]+)*) (?:was|were) asked on (\d+)(?:: (.*))?$`)
	ofTag  = regexp.MustCompile(`^T(\d+) is (not )?tagged (#[^\s:]+)(?:: (.*))?$`)
)

func (p *parser) assertion(text string) error {
	var a Assertion
	if m := ofTag.FindStringSubmatch(text); m != nil {
		a = Assertion{Not: m[2] != "", Tag: m[3], Sentence: m[4]}
		a.Task, _ = strconv.Atoi(m[1])
	} else if m := asked.FindStringSubmatch(text); m != nil {
		a.Sentence = m[3]
		a.Change, _ = strconv.Atoi(m[2])
		if m[1] != "nobody" {
			a.Asked = strings.Split(strings.ReplaceAll(m[1], " and ", ", "), ", ")
		}
	} else if m := ofCard.FindStringSubmatch(text); m != nil {
		a = Assertion{Column: m[2], Board: m[3] + m[4], Sentence: m[5]}
		a.Task, _ = strconv.Atoi(m[1])
	} else {
		return fmt.Errorf("neither an act nor an assertion: %s", text)
	}
	if a.Board != "" && !slices.Contains(p.story.Boards, a.Board) {
		return fmt.Errorf("the board %q is not in this story", a.Board)
	}
	p.story.Lines = append(p.story.Lines, Line{Where: p.where, At: p.clock, Assertion: a})
	return nil
}

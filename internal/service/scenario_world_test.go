package service

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/config"
	"reviewsync/internal/scenario"
	"reviewsync/mapping/review"
)

// people lets everybody have accounts who takes part.
func (s *stage) people() {
	everybody := slices.Concat(scenario.Team, scenario.Outsiders, scenario.Bots)
	for _, name := range everybody {
		s.Gerrit.AddAccount(name, scenario.IsBot(name))
	}
	s.Gerrit.AddTeam(everybody...) // on Gerrit all may do all
	s.Gerrit.AddAccount("reviewsync", true)
	for _, line := range s.story.Lines {
		for _, name := range []string{line.Words["who"], line.Words["name"]} {
			if name != "" && !slices.Contains(everybody, name) {
				everybody = append(everybody, name)
			}
		}
	}
	s.Config = s.config()
	s.Config.Gerrit.Bots, s.Config.Phabricator.Bots = []string{"build-bot"}, nil
	for _, name := range everybody {
		s.Phab.AddUser(name, scenario.IsBot(name))
		if scenario.IsBot(name) {
			s.Config.Phabricator.Bots = append(s.Config.Phabricator.Bots, name)
		}
	}
	_, token := s.Phab.AddUser("reviewsync", true)
	s.Config.Phabricator.Token = config.NewSecret(token)
}

// config is process.yaml with the boards of the story.
func (s *stage) config() *config.Config {
	s.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "testdata", "process.yaml"))
	s.must(err)
	name := s.story.Boards[0]
	if name[0] == '#' {
		head, _, _ := strings.Cut(string(text), "\nboards:")
		text = []byte(head + "\nboards: " + ownBoard(name, s.story.Own))
	}
	cfg, err := config.Parse(filepath.Join(s.TempDir(), "reviewsync.yaml"), text)
	s.must(err)
	cfg.Gerrit.URL, cfg.Gerrit.Rate, cfg.Phabricator.Rate = "http://gerrit.example.org", 0, 0
	cfg.Boards = slices.DeleteFunc(cfg.Boards, func(b config.Board) bool {
		return !slices.ContainsFunc(s.story.Boards, func(name string) bool { return strings.Contains(b.Tag, name) })
	})
	for i := range cfg.Boards {
		cfg.Boards[i].Start = s.story.Start
		cfg.Boards[i].Ask, cfg.Boards[i].AskTotal, cfg.Boards[i].Requests = nil, 0, review.Requests{}
	}
	if a := s.story.Ask; a != nil {
		asks := s.asking(string(text), a)
		cfg.Boards[0].Ask, cfg.Boards[0].AskTotal, cfg.Boards[0].Requests = asks.Ask, asks.AskTotal, asks.Requests
	}
	for _, tag := range s.story.Tags {
		cfg.Tags = append(cfg.Tags, config.Tag{Tag: tag})
	}
	return cfg
}

// asking is a board that asks as the config makes it of a story's line on asking.
func (s *stage) asking(text string, a *scenario.Ask) config.Board {
	s.Helper()
	said := map[string]any{}
	if a.Hashtag != "" {
		said["hashtag"] = a.Hashtag
	}
	for key, span := range map[string]time.Duration{"after": a.After, "nobody": a.Nobody, "remind_after": a.Remind} {
		if span > 0 {
			said[key] = span.String()
		}
	}
	head, _, _ := strings.Cut(text, "\nboards:")
	rule := map[string]any{"to": "Review", "when": map[string]any{"review": review.ReviewNeeded}}
	board, _ := json.Marshal([]any{map[string]any{"board": "#asks", "team": "cpt", "ask": said, "rules": []any{rule}}})
	cfg, err := config.Parse("asks.yaml", []byte(head+"\nboards: "+string(board)))
	s.must(err)
	return cfg.Boards[0]
}

// ownBoard is a board of the story's own as the config has it.
func ownBoard(tag string, own scenario.Board) string {
	var rules []any
	for _, r := range own.Rules {
		rule := map[string]any{"when": r.When}
		switch {
		case r.Stay:
			rule["stay"] = true
		case r.Untag:
			rule["untag"] = true
		default:
			rule["to"] = r.To
		}
		rules = append(rules, rule)
	}
	board, _ := json.Marshal([]any{map[string]any{"board": tag, "team": "cpt", "from": own.From, "rules": rules}}) // JSON is YAML
	return string(board)
}

// columns of the two boards of process.yaml.
var columns = map[string][]string{
	external: {"Inbox", "Review Needed", "In Progress", "Review Completed", "Parked"},
	clinic: {
		"Inbox", "External Code Reviews", "Ready", "Doing", "Waiting for Review", "Waiting for Deployment",
		"Blocked Externally", "Discussing", "Done",
	},
}

// boards makes the projects that the story speaks of.
func (s *stage) boards() {
	for _, slug := range []string{external, clinic} {
		s.project(slug, columns[slug]...)
	}
	if tag := s.story.Boards[0]; tag[0] == '#' {
		s.project(tag, s.story.Own.Columns...)
	}
	rules := slices.Clone(s.story.Own.Rules)
	for _, line := range s.story.Lines {
		s.project(line.Words["tag"])
		s.project(line.Assertion.Tag)
		rules = append(rules, line.Rule)
	}
	for _, rule := range rules {
		for _, tag := range rule.When["tags"] {
			s.project(tag)
		}
	}
	for _, tag := range s.story.Tags {
		s.project(tag)
	}
}

// project makes one, if it is not there yet.
func (s *stage) project(tag string, columns ...string) {
	slug := strings.TrimPrefix(tag, "#")
	if slug == "" || slices.Contains(s.projects, slug) {
		return
	}
	if len(columns) == 0 {
		columns = []string{"Backlog"}
	}
	s.Phab.AddProject(slug, slug, columns...)
	s.projects = append(s.projects, slug)
}

// tasks makes the tasks and repositories that the story speaks of.
func (s *stage) tasks() {
	last := 0
	var repositories []string
	for _, line := range s.story.Lines {
		named, _ := line.Words.Tasks()
		last = max(last, slices.Max(append(named, line.Assertion.Task, line.Words.Number("task"), line.Words.Number("into"))))
		if name := line.Words.Repository(); !slices.Contains(repositories, name) {
			repositories = append(repositories, name)
		}
	}
	for _, name := range repositories {
		s.Gerrit.AddProject(name, gerrittest.ProjectOptions{Lenient: true})
		s.Gerrit.AddLabel(name, gerrittest.Label{Name: "QA", Min: -1, Max: 1})
	}
	for range last {
		s.Phab.NewTask("alice", "Something is broken")
	}
}

// slug is that of the story's board of that name; without a name, of the first.
func (s *stage) slug(name string) string {
	if name == "" {
		name = s.story.Boards[0]
	}
	switch name {
	case scenario.External:
		return external
	case scenario.Duty:
		return clinic
	}
	return strings.TrimPrefix(name, "#")
}

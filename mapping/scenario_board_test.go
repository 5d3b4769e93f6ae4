package mapping

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// ownBoard is a board whose rules the scenario gives.
func ownBoard(tag string) *Board {
	return &Board{Tag: tag, Team: team, Review: Review{Required: 1, Labels: map[string]Voters{"Code-Review": ByPeople}, ThreadObjections: true}}
}

// setUp reads what a scenario says of its board before anything happens.
func (s *stage) setUp(line string) bool {
	key, text, _ := strings.Cut(line, ": ")
	switch key {
	case "columns":
		maps.Copy(s.world.columns, columnsOf(strings.Split(text, ", ")...))
	case "from":
		s.world.board.From = strings.Split(text, ", ")
	case "rule":
		s.rule(text)
	case "tag while a change is open":
		s.world.tags = append(s.world.tags, text)
	default:
		return false
	}
	for _, name := range s.world.board.Named() {
		if _, known := s.world.columns[name]; !known {
			s.t.Fatalf("%s:%d: the board has no column %q", s.file, s.number, name)
		}
	}
	return true
}

// rule adds one: "to Done when status resolved and tags #a #b".
func (s *stage) rule(text string) {
	target, when, _ := strings.Cut(text, " when ")
	rule := Rule{Line: s.number, Stay: target == "stay", Untag: target == "untag"}
	if to, is := strings.CutPrefix(target, "to "); is {
		rule.To = to
	}
	for part := range strings.SplitSeq(when, " and ") {
		words := strings.Fields(part)
		switch words[0] {
		case "review":
			for _, w := range words[1:] {
				rule.When.Review = append(rule.When.Review, State(w))
			}
		case "repositories":
			rule.When.Repositories = words[1:]
		case "tags":
			rule.When.Tags = words[1:]
		case "status":
			rule.When.Status = words[1:]
		default:
			s.t.Fatalf("%s:%d: nobody knows this condition: %s", s.file, s.number, part)
		}
	}
	s.world.board.Rules = append(s.world.board.Rules, rule)
}

var ofTag = regexp.MustCompile(`^T(\d+) is (not )?tagged (#[^\s:]+)(?:: (.*))?$`)

// checkTag compares a tag of a task with what a line says of it.
func (s *stage) checkTag(m []string) {
	s.t.Helper()
	s.checks++
	task, _ := strconv.Atoi(m[1])
	c := s.world.card(task)
	if has := slices.Contains(c.Tags, m[3]); has != (m[2] == "") {
		s.fail("T%d has the tags %q\n\t%s", task, c.Tags, c.tagged)
	}
	if !strings.Contains(c.tagged, m[4]) {
		s.fail("the reason is\n\t%s\nand says nothing of\n\t%s", c.tagged, m[4])
	}
}

package service

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/scenario"
)

// check compares a card, or a tag, with what a line says of it.
func (s *stage) check(a scenario.Assertion) {
	s.Helper()
	if a.Change != 0 {
		s.checkAsked(a)
		return
	}
	where := s.Phab.Where(a.Task)
	if a.Tag != "" {
		_, has := where[strings.TrimPrefix(a.Tag, "#")]
		reported := s.reported(func(l said) bool { return l.Task == a.Task && l.Board == "" && strings.Contains(l.Message, a.Tag) })
		if has == a.Not {
			s.fail("T%d is tagged %s: %v\n\t%s", a.Task, a.Tag, has, reported)
		}
		s.says(reported, a.Sentence)
		return
	}
	slug := s.slug(a.Board)
	reported := s.reported(func(l said) bool {
		warns := l.Level == "warn" && strings.HasPrefix(l.Message, fmt.Sprintf("T%d ", a.Task))
		return warns || l.Task == a.Task && l.Board == "#"+slug
	})
	if reported == "" && a.Sentence != "" { // nobody looks at a task that no board counts a change of
		reported = s.explainedOn(a.Task, "#"+slug)
	}
	if where[slug] != a.Column {
		s.fail("T%d is in %q, not in %q\n\t%s", a.Task, where[slug], a.Column, reported)
	}
	s.says(reported, a.Sentence)
}

func (s *stage) says(reported, wanted string) {
	s.Helper()
	if !strings.Contains(reported, wanted) {
		s.fail("the reason is\n\t%s\nand says nothing of\n\t%s\n%s", reported, wanted, s.Log.Tail(20))
	}
}

// checkAsked compares who was asked on a change with what a line says of it.
func (s *stage) checkAsked(a scenario.Assertion) {
	s.Helper()
	var did, last string
	for _, text := range s.Log.All() {
		var l said
		s.must(json.Unmarshal([]byte(text), &l))
		if l.Board == "" || l.Change != fmt.Sprintf("%s~%d", core, a.Change) {
			continue
		}
		if last = l.Message; l.Level == "info" {
			did = l.Message
		}
	}
	if who := s.asked(a.Change); !slices.Equal(who, a.Asked) {
		s.fail("%q were asked on %d, not %q\n\t%s\n\t%s", who, a.Change, a.Asked, did, last)
	}
	s.says(did+"\n\t"+last, a.Sentence)
}

// said is a line of the log.
type said struct {
	Level, Board, Change, Message string
	Task                          int
}

// reported returns what the log says about something since the last event: what was done last, or if nothing
// was, all of it, for at a start a card may be looked at twice.
func (s *stage) reported(about func(l said) bool) string {
	var done string
	var all []string
	for _, text := range s.Log.All()[s.begun:] {
		var l said
		s.must(json.Unmarshal([]byte(text), &l))
		if !about(l) {
			continue
		}
		all = append(all, l.Message)
		if l.Level == "info" {
			done = l.Message
		}
	}
	return cmp.Or(done, strings.Join(all, "\n\t"))
}

// explainedOn is what `reviewsync explain` says of a card.
func (s *stage) explainedOn(task int, board string) string {
	s.Helper()
	report, err := s.explained(fmt.Sprintf("T%d", task))
	s.must(err)
	for _, b := range report.Tasks[0].Boards {
		if b.Board == board {
			return b.Sentence
		}
	}
	return ""
}

package mapping

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// act is what somebody can do in a scenario: a sentence, and what comes of it.
type act struct {
	sentence *regexp.Regexp
	do       func(s *stage, w map[string]string)
}

// words are the parts of sentences; longer ones come before those they begin with.
var words = strings.NewReplacer(
	"WHO", `(?P<who>[\w-]+)`, "NAME", `(?P<name>[\w-]+)`, "CHANGE", `(?P<change>\d+)`,
	"TASKS", `(?: for (?P<tasks>T\d+(?: and T\d+)*|no task))?`, "TASK", `T(?P<task>\d+)`,
	"COLUMN", `(?P<column>[\w ()/-]+?)(?: of (?P<board>external|duty))?`, "TAG", `(?P<tag>#\S+)`, "TEXT", `"(?P<text>[^"]*)"`, "VOTE", `(?:(?P<label>\w[\w-]*\w)?(?P<value>[+-]\d))`,
)

func says(sentence string, do func(s *stage, w map[string]string)) act {
	return act{regexp.MustCompile("^" + words.Replace(sentence) + "$"), do}
}

// act plays what a line says that somebody does.
func (s *stage) act(line string) bool {
	for _, a := range acts {
		m := a.sentence.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		words := map[string]string{}
		for i, name := range a.sentence.SubexpNames() {
			if name != "" {
				words[name] = m[i]
			}
		}
		a.do(s, words)
		return true
	}
	return false
}

var acts = []act{
	// on Gerrit
	says(`WHO pushes CHANGE to (?P<repository>[\w/]+)TASKS(?P<wip> as work in progress)?`, pushes),
	says(`WHO pushes CHANGETASKS(?P<wip> as work in progress)?`, pushes),
	says(`WHO uploads new code to CHANGETASKS(?: with VOTE)?`, uploads("REWORK")),
	says(`WHO rebases CHANGE`, uploads("TRIVIAL_REBASE")),
	says(`WHO rewords CHANGETASKS`, uploads("NO_CODE_CHANGE")),
	says(`WHO votes VOTE on (?:patch set (?P<set>\d+) of )?CHANGE(?: saying TEXT)?`, votes),
	says(`WHO withdraws (?:the )?vote on CHANGE`, func(s *stage, w map[string]string) {
		c := s.change(w)
		c.review(s.clock, w["who"], "", c.current(), "Code-Review", 0, "")
	}),
	says(`WHO removes the vote of NAME on CHANGE`, func(s *stage, w map[string]string) { s.change(w).unvote(s.clock, w["who"], w["name"]) }),
	says(`WHO says TEXT on CHANGE`, func(s *stage, w map[string]string) {
		c := s.change(w)
		c.review(s.clock, w["who"], "", c.current(), "", 0, w["text"])
	}),
	says(`WHO begins a thread TEXT on CHANGE`, func(s *stage, w map[string]string) { s.change(w).comment(s.clock, w["who"], nil, true, w["text"]) }),
	says(`WHO remarks TEXT on CHANGE`, func(s *stage, w map[string]string) { s.change(w).comment(s.clock, w["who"], nil, false, w["text"]) }),
	says(`WHO replies TEXT in the thread of NAME on CHANGE`, replies(true)),
	says(`WHO resolves the thread of NAME on CHANGE(?: with TEXT)?`, replies(false)),
	says(`WHO sets CHANGE to work in progress`, func(s *stage, w map[string]string) { s.change(w).setWIP(s.clock, w["who"], true, true) }),
	says(`WHO marks CHANGE ready`, func(s *stage, w map[string]string) { s.change(w).setWIP(s.clock, w["who"], false, true) }),
	says(`WHO starts the review of CHANGE`, func(s *stage, w map[string]string) { s.change(w).setWIP(s.clock, w["who"], false, false) }),
	says(`WHO abandons CHANGE`, func(s *stage, w map[string]string) { s.change(w).close(s.clock, w["who"], StatusAbandoned) }),
	says(`WHO restores CHANGE`, func(s *stage, w map[string]string) { s.change(w).restore(s.clock, w["who"]) }),
	says(`WHO merges CHANGE`, func(s *stage, w map[string]string) { s.change(w).close(s.clock, w["who"], StatusMerged) }),
	says(`WHO adds NAME as a reviewer of CHANGE`, func(s *stage, w map[string]string) { s.change(w).reviewer(s.clock, w["who"], w["name"]) }),
	says(`WHO removes NAME as a reviewer of CHANGE`, func(s *stage, w map[string]string) { s.change(w).removeReviewer(s.clock, w["who"], w["name"]) }),
	says(`WHO takes NAME off turn on CHANGE`, func(s *stage, w map[string]string) { s.change(w).unturn(s.clock, w["name"]) }),
	says(`WHO puts NAME on turn on CHANGE`, func(s *stage, w map[string]string) { s.change(w).turn(s.clock, w["name"]) }),
	// on the board
	says(`WHO adds TASK to COLUMN`, cards(CardAdded)),
	says(`WHO moves TASK to COLUMN`, cards(CardMoved)),
	says(`WHO takes TASK off (?:the board|(?P<board>external|duty))`, cards(CardRemoved)),
	says(`WHO puts TASK into milestone TEXT`, func(s *stage, w map[string]string) {
		s.card(w).Within = w["text"] // which takes the tag of the board itself off
		cards(CardRemoved)(s, w)
	}),
	says(`WHO takes TASK out of its milestone`, func(s *stage, w map[string]string) {
		s.card(w).Within, s.card(w).Modified = "", s.clock
	}),
	says(`WHO closes TASK(?: as (?P<status>\w+))?`, closes),
	says(`WHO reopens TASK`, closes),
	says(`WHO tags TASK TAG`, cards(TaskTagged)),
	says(`WHO takes TAG off TASK`, cards(TaskUntagged)),
	says(`WHO edits TASK`, func(s *stage, w map[string]string) {
		for _, board := range s.world.worlds {
			board.card(s.card(w).Task).Modified = s.clock
		}
	}),
	// around the service
	says(`the service stops`, func(s *stage, _ map[string]string) { s.away = true }),
	says(`the service starts`, func(s *stage, _ map[string]string) { s.away = false }),
	says(`the service loses its store`, func(s *stage, _ map[string]string) {
		for _, board := range s.world.worlds {
			board.born = s.clock
			for _, c := range board.cards {
				c.Settled = Settlement{}
			}
		}
	}),
	says(`NAME joins the team`, func(s *stage, w map[string]string) {
		s.world.board.Team = append([]string{w["name"]}, s.world.board.Team...)
	}),
	says(`NAME leaves the team`, func(s *stage, w map[string]string) {
		var rest []string
		for _, m := range s.world.board.Team {
			if m != w["name"] {
				rest = append(rest, m)
			}
		}
		s.world.board.Team = rest
	}),
	says(`the board requires (?P<value>\d) votes`, func(s *stage, w map[string]string) { s.world.board.Review.Required, _ = strconv.Atoi(w["value"]) }),
	says(`the board heeds the bots' Verified`, func(s *stage, _ map[string]string) { s.world.board.Review.Labels["Verified"] = ByBots }),
	says(`a rule is added: (?P<rule>.+)`, func(s *stage, w map[string]string) { s.rule(w["rule"]) }),
	says(`the duty board is removed`, func(s *stage, _ map[string]string) {
		s.world.worlds = s.world.worlds[:1]
	}),
	says(`(?P<days>\d+) days pass`, func(s *stage, w map[string]string) {
		days, _ := strconv.Atoi(w["days"])
		s.clock = s.clock.AddDate(0, 0, days)
	}),
	says(`COLUMN is hidden`, func(s *stage, w map[string]string) { s.hide(w["column"], true) }),
	says(`COLUMN is shown`, func(s *stage, w map[string]string) { s.hide(w["column"], false) }),
	says(`nothing happens`, func(*stage, map[string]string) {}),
}

func (s *stage) hide(column string, hidden bool) {
	c := s.world.columns[column]
	c.Hidden = hidden
	s.world.columns[column] = c
}

func (s *stage) change(w map[string]string) *changeModel {
	number, _ := strconv.Atoi(w["change"])
	c := s.world.gerrit.changes[number]
	if c == nil {
		s.t.Fatalf("%s:%d: there is no change %d yet", s.file, s.number, number)
	}
	return c
}

func (s *stage) card(w map[string]string) *cardModel {
	task, _ := strconv.Atoi(w["task"])
	return s.on(w["board"]).card(task)
}

// tasks reads "T1 and T2" or "no task"; what is not said stays as it was.
func (s *stage) tasks(text string, before []int) []int {
	if text == "" {
		return before
	}
	return taskNames(text)
}

func pushes(s *stage, w map[string]string) {
	number, _ := strconv.Atoi(w["change"])
	repository := w["repository"]
	if repository == "" {
		repository = "mediawiki/core"
	}
	s.world.gerrit.push(s.clock, number, w["who"], repository, s.tasks(w["tasks"], nil), w["wip"] != "")
}

func uploads(kind string) func(*stage, map[string]string) {
	return func(s *stage, w map[string]string) {
		c := s.change(w)
		given := map[string]int{}
		if w["value"] != "" {
			given["Code-Review"], _ = strconv.Atoi(w["value"])
		}
		before := Tasks(c.PatchSets[c.current()-1].Message, s.world.reader.Footers)
		c.upload(s.clock, w["who"], kind, s.tasks(w["tasks"], before), given)
	}
}

func votes(s *stage, w map[string]string) {
	c, label, tag, set := s.change(w), w["label"], "", 0
	if label == "" {
		label = "Code-Review"
	}
	if account(w["who"]).Service {
		tag = "autogenerated:ci-test"
	}
	if set, _ = strconv.Atoi(w["set"]); set == 0 {
		set = c.current()
	}
	value, _ := strconv.Atoi(w["value"])
	c.review(s.clock, w["who"], tag, set, label, value, w["text"])
}

func replies(unresolved bool) func(*stage, map[string]string) {
	return func(s *stage, w map[string]string) {
		c := s.change(w)
		last := c.lastComment(w["name"])
		if last == nil {
			s.t.Fatalf("%s:%d: %s began no thread there", s.file, s.number, w["name"])
		}
		text := w["text"]
		if text == "" {
			text = "Done"
		}
		c.comment(s.clock, w["who"], last, unresolved, text)
	}
}

// closes also reopens.
func closes(s *stage, w map[string]string) {
	status, reopened := w["status"], false
	if _, closed := w["status"]; !closed {
		status, reopened = "open", true
	} else if status == "" {
		status = "resolved"
	}
	for _, board := range s.world.worlds {
		c := board.card(s.card(w).Task)
		c.Closed, c.Status = !reopened, status
	}
	cards(StatusSet)(s, w)
	if reopened {
		cards(TaskReopened)(s, w)
	}
}

func cards(kind EventKind) func(*stage, map[string]string) {
	return func(s *stage, w map[string]string) {
		e := Event{Kind: kind, At: s.clock, By: w["who"], Tag: w["tag"], Person: !strings.HasSuffix(strings.ToLower(w["who"]), "bot")}
		if w["column"] != "" {
			column, known := s.on(w["board"]).columns[w["column"]]
			if !known {
				s.t.Fatalf("%s:%d: the board has no column %q", s.file, s.number, w["column"])
			}
			e.Column = column.ID
		}
		s.on(w["board"]).event(s.card(w), e)
	}
}

// at is a time of the first Monday, for tests that play no scenario.
func at(hour, minute, second int) time.Time {
	return firstMonday.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
}

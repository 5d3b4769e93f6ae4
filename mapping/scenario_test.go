package mapping

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var ciCommands = regexp.MustCompile(`^(recheck|check \w+)$`)

// TestScenarios plays the stories in testdata/scenarios, which their README explains.
func TestScenarios(t *testing.T) {
	files, err := filepath.Glob("../testdata/scenarios/*.txt")
	if err != nil || len(files) < 25 {
		t.Fatalf("%d scenarios found (%v); there are more", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := &stage{t: t, file: filepath.Base(file), clock: firstMonday}
			for line := range strings.Lines(string(text)) {
				s.number++
				if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
					s.play(line)
				}
			}
			if s.checks == 0 {
				t.Error("nothing is asserted")
			}
		})
	}
}

// firstMonday is when the week of a scenario begins.
var firstMonday = time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)

// stage is where a scenario is played.
type stage struct {
	t      *testing.T
	file   string
	number int
	clock  time.Time
	world  *world
	away   bool // the service is down
	checks int
}

func (s *stage) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s:%d: "+format, append([]any{s.file, s.number}, args...)...)
}

// play plays one line.
func (s *stage) play(line string) {
	s.t.Helper()
	words := strings.Fields(line)
	if words[0] == "board" {
		s.open(words[1], line)
		return
	}
	if s.world != nil && s.setUp(line) {
		return
	}
	if s.world == nil {
		s.t.Fatalf("%s:%d: a scenario begins with \"board external\", \"board duty\" or \"board #TAG\"", s.file, s.number)
	}
	if at, rest, ok := s.time(line); ok {
		s.clock = at
		if !s.act(rest) {
			s.t.Fatalf("%s:%d: nobody knows how to do this: %s", s.file, s.number, rest)
		}
		if !s.away {
			s.world.sync(s.clock.Add(time.Second))
		}
		return
	}
	s.check(line)
}

func (s *stage) open(name, line string) {
	start := firstMonday
	_, others, _ := strings.Cut(line, " and ")
	if _, when, ok := strings.Cut(line, " starting "); ok {
		start, _, _ = s.time(when + " -")
	}
	switch {
	case name == "external" && strings.HasPrefix(others, "duty"):
		s.world = twoBoards(start)
	case name == "external":
		s.world = newWorld(externalBoard(), externalColumns(), start)
	case name == "duty":
		s.world = newWorld(dutyBoard(), dutyColumns(), start)
	case name[0] == '#':
		s.world = newWorld(ownBoard(name), map[string]Column{}, start)
	default:
		s.t.Fatalf("%s:%d: the boards are \"external\", \"duty\", \"external and duty\", and \"#TAG\" with rules of its own", s.file, s.number)
	}
}

var timed = regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (\d\d):(\d\d)(?::(\d\d))? (.*)$`)

// time reads "Mon 14:02 …": the next such time that is not before the line above.
func (s *stage) time(line string) (time.Time, string, bool) {
	m := timed.FindStringSubmatch(line)
	if m == nil {
		return time.Time{}, "", false
	}
	days := strings.Index("MonTueWedThuFriSatSun", m[1]) / 3
	hour, _ := strconv.Atoi(m[2])
	minute, _ := strconv.Atoi(m[3])
	second, _ := strconv.Atoi("0" + m[4])
	at := firstMonday.AddDate(0, 0, days).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
	for at.Before(s.clock) {
		at = at.AddDate(0, 0, 7)
	}
	return at, m[5], true
}

// on is the world as the board of that name sees it; without a name, the first.
func (s *stage) on(name string) *world {
	for _, w := range s.world.worlds {
		if name != "" && strings.Contains(w.board.Tag, name) {
			return w
		}
	}
	if name != "" && !strings.Contains(s.world.board.Tag, name) {
		s.t.Fatalf("%s:%d: the %s board is not in this scenario", s.file, s.number, name)
	}
	return s.world
}

var assertion = regexp.MustCompile(`^T(\d+) is (?:in ([^:]+?)|not on (?:the board|(external|duty)))(?: of (external|duty))?(?:: (.*))?$`)

// check compares a card with what a line says of it.
func (s *stage) check(line string) {
	s.t.Helper()
	if m := ofTag.FindStringSubmatch(line); m != nil {
		s.checkTag(m)
		return
	}
	m := assertion.FindStringSubmatch(line)
	if m == nil {
		s.t.Fatalf("%s:%d: neither an event nor an assertion: %s", s.file, s.number, line)
	}
	s.checks++
	task, _ := strconv.Atoi(m[1])
	card := s.on(m[3] + m[4]).cards[task]
	switch {
	case card == nil:
		s.fail("nobody has spoken of T%d yet", task)
	case card.OnBoard != (m[2] != "") || card.OnBoard && card.Column.Name != m[2]:
		s.fail("T%d is in %q, not in %q\n\t%s", task, card.Column.Name, m[2], card.last.Reason)
	case !strings.Contains(card.last.Reason, m[5]):
		s.fail("the reason is\n\t%s\nand says nothing of\n\t%s", card.last.Reason, m[5])
	}
	if testing.Verbose() {
		s.t.Logf("%d: %s", s.number, card.last.Reason)
	}
}

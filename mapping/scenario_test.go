package mapping_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/scenario"
	. "reviewsync/mapping"
	"reviewsync/mapping/ask"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// firstMonday is when the week of a scenario begins.
var firstMonday = scenario.FirstMonday

// TestScenarios plays the stories in testdata/scenarios, which their README explains,
// against the rules alone.
func TestScenarios(t *testing.T) {
	all, err := scenario.Load("../testdata/scenarios")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range all {
		t.Run(s.Name, func(t *testing.T) {
			stage := &stage{t: t, world: worldOf(s)}
			for _, line := range s.Lines {
				stage.line = line
				stage.play()
			}
		})
	}
}

func TestEveryActCanBePlayed(t *testing.T) {
	for _, name := range scenario.Acts() {
		if acts[name] == nil {
			t.Errorf("nobody knows here how to %s; add it to the acts", name)
		}
	}
	for name := range acts {
		if !slices.Contains(scenario.Acts(), name) {
			t.Errorf("no sentence says that somebody does this: %s", name)
		}
	}
}

// stage is where a scenario is played.
type stage struct {
	t     *testing.T
	line  scenario.Line // that is played
	clock time.Time
	world *world
	away  bool // the service is down
}

func (s *stage) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Errorf("%s: "+format, append([]any{s.line.Where}, args...)...)
}

func (s *stage) stop(format string, args ...any) {
	s.t.Helper()
	s.fail(format, args...)
	s.t.FailNow()
}

// play plays one line.
func (s *stage) play() {
	s.t.Helper()
	if s.line.Act == "" {
		s.check(s.line.Assertion)
		return
	}
	do := acts[s.line.Act]
	if do == nil {
		s.stop("nobody knows how to %s", s.line.Act)
	}
	if !s.away {
		s.world.askWhatIsDue(s.line.At)
	}
	s.clock = s.line.At
	do(s, s.line.Words)
	if !s.away {
		s.world.sync(s.clock.Add(time.Second))
	}
}

func worldOf(s *scenario.Story) *world {
	var w *world
	switch first := s.Boards[0]; {
	case len(s.Boards) == 2:
		w = twoBoards(s.Start)
	case first == scenario.External:
		w = newWorld(externalBoard(), externalColumns(), s.Start)
	case first == scenario.Duty:
		w = newWorld(dutyBoard(), dutyColumns(), s.Start)
	default:
		w = newWorld(ownBoard(first, s.Own), columnsOf(s.Own.Columns...), s.Start)
	}
	w.tags = s.Tags
	if s.Ask != nil {
		w.rules = askOf(w.board, s.Ask)
		for _, board := range w.worlds {
			board.reader.Self, board.reader.Lines = reviewtest.Ourselves, w.rules.Lines(w.board.Requests)
		}
	}
	return w
}

// ownBoard is a board whose rules the scenario gives.
func ownBoard(tag string, own scenario.Board) *Board {
	b := &Board{
		Tag: tag, Policy: review.Policy{Team: reviewtest.Team, Review: review.Voting{Required: 1, Labels: map[string]review.Voters{"Code-Review": review.ByPeople}, ThreadObjections: true}}, From: own.From,
	}
	for _, r := range own.Rules {
		b.Rules = append(b.Rules, ruleOf(r))
	}
	return b
}

func ruleOf(r scenario.Rule) Rule {
	rule := Rule{Line: r.Line, Target: To(r.To)}
	switch {
	case r.Stay:
		rule.Target = Target{Kind: Stay}
	case r.Untag:
		rule.Target = Target{Kind: Untag}
	}
	for _, state := range r.When["review"] {
		rule.When.Review = append(rule.When.Review, review.State(state))
	}
	rule.When.Repositories, rule.When.Tags, rule.When.Status = r.When["repositories"], r.When["tags"], r.When["status"]
	return rule
}

// on is the world as the board of that name sees it; without a name, the first.
func (s *stage) on(name string) *world {
	for _, w := range s.world.worlds {
		if name != "" && strings.Contains(w.board.Tag, name) {
			return w
		}
	}
	if name != "" && !strings.Contains(s.world.board.Tag, name) {
		s.stop("the %s board is not in this scenario", name)
	}
	return s.world
}

// check compares a card with what a line says of it.
func (s *stage) check(a scenario.Assertion) {
	s.t.Helper()
	switch {
	case a.Tag != "":
		s.checkTag(a)
		return
	case a.Change != 0:
		s.checkAsked(a)
		return
	}
	card := s.on(a.Board).cards[a.Task]
	switch {
	case card == nil:
		s.fail("nobody has spoken of T%d yet", a.Task)
		return
	case card.OnBoard != (a.Column != "") || card.OnBoard && card.Column.Name != a.Column:
		s.fail("T%d is in %q, not in %q\n\t%s", a.Task, card.Column.Name, a.Column, inWords(card.last))
	case !strings.Contains(inWords(card.last), a.Sentence):
		s.fail("the reason is\n\t%s\nand says nothing of\n\t%s", inWords(card.last), a.Sentence)
	}
	if testing.Verbose() {
		s.t.Logf("%s: %s", s.line.Where, inWords(card.last))
	}
}

// checkTag compares a tag of a task with what a line says of it.
func (s *stage) checkTag(a scenario.Assertion) {
	s.t.Helper()
	c := s.world.card(a.Task)
	if has := slices.Contains(c.Tags, a.Tag); has == a.Not {
		s.fail("T%d has the tags %q\n\t%s", a.Task, c.Tags, c.tagged)
	}
	if !strings.Contains(c.tagged, a.Sentence) {
		s.fail("the reason is\n\t%s\nand says nothing of\n\t%s", c.tagged, a.Sentence)
	}
}

// askOf gives a board a scenario's rules on asking. The two lines are what a config has without a word.
func askOf(b *Board, a *scenario.Ask) *ask.Rules {
	rules := asksFor(b)
	b.Requests.Hashtag, rules.After, rules.Nobody, rules.RemindAfter, rules.MaxOpen = a.Hashtag, a.After, a.Nobody, a.Remind, 5
	return rules
}

// checkAsked compares who was asked on a change with what a line says of it.
func (s *stage) checkAsked(a scenario.Assertion) {
	s.t.Helper()
	c := s.world.gerrit.Changes[a.Change]
	if c == nil {
		s.stop("there is no change %d yet", a.Change)
	}
	var who []string
	for _, past := range s.world.rules.Asks(s.world.reader.Read(c.Get())) {
		who = append(who, past.Who)
	}
	said := *s.world.asks(a.Change)
	if !slices.Equal(who, a.Asked) {
		s.fail("%q were asked on %d, not %q\n\t%s\n\t%s", who, a.Change, a.Asked, said.did, said.last)
	}
	if !strings.Contains(said.did+"\n"+said.last, a.Sentence) {
		s.fail("the reason is\n\t%s\n\t%s\nand says nothing of\n\t%s", said.did, said.last, a.Sentence)
	}
	if testing.Verbose() {
		s.t.Logf("%s: %s; %s", s.line.Where, said.did, said.last)
	}
}

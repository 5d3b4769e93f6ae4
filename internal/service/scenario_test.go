package service

import (
	"cmp"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/depth"
	"reviewsync/internal/scenario"
	"reviewsync/internal/testworld"
	"reviewsync/mapping"
	"reviewsync/phab/phabtest"
)

// TestScenarios plays the stories of testdata/scenarios against the whole service, in
// virtual time; the tests of mapping play them against the rules alone.
func TestScenarios(t *testing.T) { playAll(t, 3, func(*stage) {}, func(*stage) {}) }

// Hints make nothing else of a story, only sooner.
func TestScenariosWithHints(t *testing.T) {
	var hints atomic.Int64
	t.Cleanup(func() {
		if n := hints.Load(); n < 10 {
			t.Errorf("only %d hints came", n)
		}
	})
	playAll(t, 8, func(s *stage) {
		poll := s.Config.Gerrit.Poll
		s.events()
		s.herald()
		s.Config.Gerrit.Poll = poll
	}, func(s *stage) {
		n := s.running.Load().queue.Counts()
		hints.Add(min(n["gerrit-ssh"], n["phabricator-webhook"])) // both kinds
	})
}

// playAll plays all stories; in a sample every tenth, from that one on.
func playAll(t *testing.T, first int, before, after func(*stage)) {
	all, err := scenario.Load(filepath.Join("..", "..", "testdata", "scenarios"))
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range all {
		if !depth.Full() && i%10 != first {
			continue
		}
		t.Run(s.Name, func(t *testing.T) {
			if s.OnlyRules != "" {
				t.Skip("only the rules are played: " + s.OnlyRules)
			}
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				stage := newStage(t, s)
				before(stage)
				stage.play()
				after(stage)
			})
		})
	}
}

func TestEveryActCanBePlayed(t *testing.T) {
	for _, name := range scenario.Acts() {
		if acts[name].do == nil {
			t.Errorf("nobody knows here how to %s; add it to the acts", name)
		}
	}
	for name := range acts {
		if !slices.Contains(scenario.Acts(), name) {
			t.Errorf("no sentence says that somebody does this: %s", name)
		}
	}
}

// stage is where a scenario is played: a world with the people, tasks, tags and
// repositories that the story speaks of.
type stage struct {
	*world
	story     *scenario.Story
	line      scenario.Line     // that is played
	projects  []string          // on Phabricator
	threads   map[thread]string // the last comment of the newest
	milestone map[int]string    // of a task
	begun     int               // how much was in the log when the service last looked
	stop      func() error      // ends the service; nil: it does not run
	until     time.Time         // when it is to be started again
	pausing   bool              // everything is paused while something is done, and looked at
}

// thread is what somebody began on a change.
type thread struct {
	change int
	by     string
}

func newStage(t *testing.T, story *scenario.Story) *stage {
	time.Sleep(time.Until(scenario.FirstMonday.Add(-time.Hour)))
	w := &world{World: testworld.Of(t, gerrittest.New(gerrittest.Options{}), phabtest.New(phabtest.Options{Statuses: []string{"declined", "stalled"}}))}
	s := &stage{world: w, story: story, threads: map[thread]string{}, milestone: map[int]string{}}
	s.people()
	s.boards()
	s.tasks()
	return s
}

func (s *stage) fail(format string, args ...any) {
	s.Helper()
	s.Errorf("%s: "+format, append([]any{s.line.Where}, args...)...)
}

func (s *stage) giveUp(format string, args ...any) {
	s.Helper()
	s.fail(format, args...)
	s.FailNow()
}

// must is for what a server refuses.
func (s *stage) must(err error) {
	s.Helper()
	if err != nil {
		s.giveUp("%v", err)
	}
}

// play plays all lines. One second after each act, or several of one second, the service looks.
func (s *stage) play() {
	lines := s.story.Lines
	defer func() { s.halt() }()
	if lines[0].Act != scenario.Stops {
		time.Sleep(time.Until(lines[0].At.Add(time.Second - time.Hour)))
		s.begin(lines)
	}
	away := false
	for i := range lines {
		s.line = lines[i]
		if s.line.Act == "" {
			s.check(s.line.Assertion)
			continue
		}
		if time.Now().After(s.line.At) {
			s.giveUp("too late: the lines above were looked at a second after they happened")
		}
		s.Wait(time.Until(s.line.At))
		act := acts[s.line.Act]
		if act.do == nil {
			s.giveUp("nobody knows how to %s", s.line.Act)
		}
		if s.pausing && s.stop != nil {
			s.askFor(mapping.PauseRequest{Why: "something is done"})
		}
		if act.newStart || s.line.Act == scenario.Stops {
			s.halt()
		}
		switch s.line.Act {
		case scenario.Stops:
			away = true
		case scenario.Starts:
			away = false
		}
		act.do(s, s.line.Words)
		if i+1 < len(lines) && lines[i+1].Act != "" && lines[i+1].At.Equal(s.line.At) {
			continue // in the same second
		}
		s.begun = len(s.Log.All())
		s.Wait(time.Second)
		if s.stop != nil && time.Now().Equal(s.until) {
			s.halt()
		}
		if s.stop == nil && !away {
			s.begin(lines[i+1:])
		}
		if at := time.Now().Add(time.Second / 10); s.pausing && s.stop != nil && (i+1 == len(lines) || lines[i+1].Act == "" || !lines[i+1].At.Before(at)) {
			s.resumeAll() // unless the next act comes at once
			s.Wait(time.Second / 10)
		}
	}
	s.NoWaste()
	if bad := s.Log.All("error"); len(bad) > 0 {
		s.Errorf("the log has errors: %q", bad)
	}
}

// begin starts the service. Until it is next stopped, it polls often enough to do so one
// second after each act on Gerrit, and sweeps one second after each of the others. Where
// that would be too many times, it is started again, with other intervals, when some of
// the acts were looked at.
func (s *stage) begin(rest []scenario.Line) {
	now := time.Now()
	var poll, sweep, last time.Duration
	s.until = time.Time{}
	for _, line := range rest {
		if line.Act == scenario.Stops || acts[line.Act].newStart {
			break
		}
		if line.Act == "" {
			continue
		}
		look := line.At.Add(time.Second).Sub(now)
		p, w := poll, sweep
		if acts[line.Act].onGerrit {
			p = divisor(p, look)
		} else {
			w = divisor(w, look)
		}
		if times(look, p)+times(look, w) > 300 && poll+sweep > 0 {
			s.until = now.Add(last)
			break
		}
		poll, sweep, last = p, w, look
	}
	const never = 24 * 365 * time.Hour
	s.Config.Gerrit.Poll, s.Config.Gerrit.Sweep = cmp.Or(poll, never), cmp.Or(sweep, never)
	s.stop = s.start()
}

// times is how often something is done that is done at this interval; 0: never.
func times(long, interval time.Duration) int64 {
	if interval == 0 {
		return 0
	}
	return int64(long / interval)
}

// divisor is the greatest common one.
func divisor(a, b time.Duration) time.Duration {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// halt ends the service if it runs.
func (s *stage) halt() {
	if s.stop == nil {
		return
	}
	if err := s.stop(); err != nil {
		s.fail("the service ended with %v", err)
	}
	s.stop = nil
}

package mapping_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"reviewsync/internal/proptest"
	"reviewsync/internal/scenario"
)

// A story is a history of both servers in the words of the scenarios, so that one which
// breaks a property can be kept as a file in testdata/scenarios as it is printed.
type story struct {
	board   []string // the lines that set it up
	moments []moment
}

// moment is what somebody does, at most six days after the moment before.
type moment struct {
	after time.Duration
	line  string
}

func TestMain(m *testing.M) { os.Exit(proptest.Main(m)) }

// forAll checks a property on many stories. A failure prints the story.
func forAll(t *testing.T, of telling, wrong func(d *rapid.T, s story) string) {
	t.Helper()
	of.t = t
	rapid.Check(t, func(d *rapid.T) {
		s := of.draw(d)
		if text := wrong(d, s); text != "" {
			d.Fatalf("%s\n%s", strings.TrimSpace(text), s)
		}
	})
}

// open is the stage on which the story is going to be played.
func (s story) open(t *testing.T) *stage {
	read, err := scenario.Parse("story", strings.Join(append(slices.Clone(s.board), "T1 is not on the board"), "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return &stage{t: t, clock: firstMonday, world: worldOf(read)}
}

// play lets the story happen. After each moment the service looks: a second later, as in the
// scenarios, or before what else happens in the same second.
func (s story) play(st *stage, look func(i int, now time.Time)) *stage {
	for i, m := range s.moments {
		st.do(m)
		now := st.clock
		if i+1 == len(s.moments) || s.moments[i+1].after > 0 {
			now = now.Add(time.Second)
		}
		look(i, now)
	}
	return st
}

// live plays the story while the service runs, unless it is stopped.
func (s story) live(t *testing.T) *stage {
	st := s.open(t)
	return s.play(st, func(_ int, now time.Time) { st.look(now) })
}

// look makes the service look, if it is up.
func (s *stage) look(now time.Time) {
	if !s.away {
		s.world.sync(now)
	}
}

// do plays one moment.
func (s *stage) do(m moment) {
	s.clock = s.clock.Add(m.after)
	play, err := sentence(m.line)
	if err != nil {
		s.t.Fatal(err)
	}
	play(s)
}

// sentence is what comes of a sentence of the scenarios.
func sentence(text string) (func(*stage), error) {
	read, err := scenario.Parse("story", "board external\nMon 00:00 "+text+"\nT1 is not on the board")
	if err != nil {
		return nil, err
	}
	line := read.Lines[0]
	return func(s *stage) {
		s.line = line
		s.clock = s.clock.AddDate(0, 0, line.Words.Number("days"))
		acts[line.Act](s, line.Words)
	}, nil
}

var daysPass = regexp.MustCompile(`^(\d+) days pass$`)

// String is the story as a scenario; what must hold at its end is for the reader to add.
func (s story) String() string {
	text, now := strings.Join(s.board, "\n"), firstMonday
	for i, m := range s.moments {
		now = now.Add(m.after)
		if m.line[0] == '#' { // no moment: a remark on it
			text += "\n" + m.line
			continue
		}
		if i > 0 && m.after == 0 {
			text += "\n# in the same second; the service looked in between"
		}
		text += now.Format("\nMon 15:04:05 ") + m.line
		var days int
		if w := daysPass.FindStringSubmatch(m.line); w != nil {
			_, _ = fmt.Sscan(w[1], &days)
			now = now.AddDate(0, 0, days)
		}
	}
	return text + "\n"
}

// GoString formats a story that broke a property.
func (s story) GoString() string { return "\n" + s.String() }

// TestStoriesAreScenarios: what is printed of a story that breaks a property breaks it as a file as well.
func TestStoriesAreScenarios(t *testing.T) {
	played := 0
	forAll(t, everything, func(_ *rapid.T, s story) string {
		for i, m := range s.moments {
			if i > 0 && m.after == 0 {
				return "" // in a file, the service looks a second after each line
			}
		}
		read, err := scenario.Parse("story", s.String()+"T1 is not on the board")
		if err != nil {
			return "" // it has a sentence that only stories have
		}
		played++
		st := &stage{t: t, world: worldOf(read)}
		for _, st.line = range read.Lines[:len(read.Lines)-1] {
			st.play()
		}
		if want, got := whereAll(s.live(t).world), whereAll(st.world); want != got {
			return fmt.Sprintf("# as a story %s, as a scenario %s", want, got)
		}
		return ""
	})
	if played == 0 {
		t.Error("no story is a scenario")
	}
}

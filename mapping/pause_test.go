package mapping

import "testing"

func TestPauseStops(t *testing.T) {
	on := func(board string) Effect {
		return Effect{Kind: EffectMove, Board: Named{ID: "PHID-PROJ-1", Name: board}}
	}
	for _, c := range []struct {
		paused string
		e      Effect
		want   bool
	}{
		{"", on("#a"), true},
		{"", Effect{Kind: EffectComment}, true},
		{"#a", on("#a"), true},
		{"#a", on("#A"), true},
		{"#a", on("#ab"), false},
		{"#ab", on("#a"), false},
		{"#a", Effect{Kind: EffectTag}, false},
		{"#sprints", on("#sprints (Sprint 7)"), true},
		{"#sprints", on("#sprints"), true},
		{"#sprints", on("#sprints-of-others (Sprint 7)"), false},
	} {
		if got := (Pause{Board: c.paused}).Stops(c.e); got != c.want {
			t.Errorf("a pause of %q stops %s of %q: %v", c.paused, c.e.Kind, c.e.Board.Name, got)
		}
	}
}

package tell

import (
	"strings"
	"testing"

	"reviewsync/mapping"
)

func TestTally(t *testing.T) {
	for want, tally := range map[string]mapping.Tally{
		"214 open changes, 61 count; 40 cards: 31 in place, 9 held by the start": {
			Open: 214, Counted: 61, Cards: map[mapping.WhyCode]int{mapping.WhyThere: 31, mapping.WhyBeforeStart: 9},
		},
		"1 open change, 1 counts; 1 card: 1 would move": {Open: 1, Counted: 1, Cards: map[mapping.WhyCode]int{mapping.WhyReopened: 1}},
		"0 open changes, 0 count; 0 cards":              {},
	} {
		if got := Tally(tally, "would move"); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

// TestTallyTellsOfEachCard: the parts add up to the whole, whatever was decided.
func TestTallyTellsOfEachCard(t *testing.T) {
	for _, code := range mapping.WhyCodes() {
		if got := Tally(mapping.Tally{Cards: map[mapping.WhyCode]int{code: 2}}, "moved"); !strings.HasPrefix(got, "0 open changes, 0 count; 2 cards: 2 ") {
			t.Errorf("%s: %s", code, got)
		}
	}
}

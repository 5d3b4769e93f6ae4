package tell

import (
	"strings"
	"testing"

	"reviewsync/mapping"
)

// TestStepTellsOfEachDecision: whatever was decided has words.
func TestStepTellsOfEachDecision(t *testing.T) {
	column := mapping.Named{ID: "PHID-PCOL-1", Name: "Doing"}
	for _, code := range mapping.WhyCodes() {
		s := mapping.Step{Task: 1, From: mapping.Standing{Column: column, Verdict: mapping.There}, To: mapping.Standing{Column: column, Verdict: code.Verdict(), Why: code}}
		if got := Step(s, nil); !strings.HasPrefix(got, "T1: stays in Doing; ") || strings.HasSuffix(got, "nothing was decided yet") {
			t.Errorf("%s: %s", code, got)
		}
	}
}

package demo

import (
	"testing"

	"reviewsync/mapping"
)

// On a slow machine the service looks at a card twice for one event: the second look finds nothing
// new, and must not replace what the first one said.
func TestASecondLookSaysNothing(t *testing.T) {
	var p Player
	p.Left(mapping.Decision{Task: 1, Verdict: mapping.Held})
	p.Left(mapping.Decision{Task: 1, Verdict: mapping.Known})
	if _, left := p.news(); len(left) != 1 || left[0].Verdict != mapping.Held {
		t.Errorf("left are %+v", left)
	}
}

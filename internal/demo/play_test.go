package demo

import (
	"testing"

	"reviewsync/mapping"
)

// On a slow machine the service looks at a card twice for one event: the second look finds nothing
// new, and must not take the place of what the first one said.
func TestASecondLookSaysNothing(t *testing.T) {
	var p Player
	p.Left(mapping.Decision{Task: 1, Verdict: mapping.Held}, "dave moved it here")
	p.Left(mapping.Decision{Task: 1, Verdict: mapping.Known}, "nothing has been said since")
	if heard := p.hear(); len(heard) != 1 || heard[0].Because != "dave moved it here" {
		t.Errorf("heard %+v", heard)
	}
}

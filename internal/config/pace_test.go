package config

import (
	"maps"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/pace"
	"reviewsync/testdata"
)

// There are budgets only where the config asks for them; what it does not name has its default.
func TestPace(t *testing.T) {
	t.Setenv("REVIEWSYNC_GERRIT_PASSWORD", "x")
	t.Setenv("REVIEWSYNC_PHABRICATOR_TOKEN", "x")
	fewer := pace.Default()
	fewer[pace.OfChange] = pace.Budget{Edits: 5, In: 10 * time.Minute}
	fewer[pace.OfBoard] = pace.Budget{Edits: 100, In: time.Hour}
	for text, want := range map[string]pace.Budgets{
		"":                                   nil,
		"pace: {}\n":                         pace.Default(),
		"pace: {change: 5, board: 100/1h}\n": fewer,
	} {
		c, err := Parse("reviewsync.yaml", []byte(strings.Replace(testdata.Process, "teams:", text+"teams:", 1)))
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !maps.Equal(c.Pace, want) {
			t.Errorf("%q: %v, want %v", text, c.Pace, want)
		}
	}
}

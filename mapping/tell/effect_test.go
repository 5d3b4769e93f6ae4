package tell

import (
	"strings"
	"testing"

	"reviewsync/mapping"
)

// TestEffects says what is written, and why, as far as the log of writes has it: an older version
// kept no reason.
func TestEffects(t *testing.T) {
	var list []struct{ Effect mapping.Effect }
	read(t, "effects.json", &list)
	var b strings.Builder
	for _, l := range list {
		b.WriteString(Effect(l.Effect, called) + "\n")
	}
	isGolden(t, "effects.txt", b.String())
}

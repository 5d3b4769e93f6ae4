package tell

import (
	"fmt"
	"strings"
	"testing"

	"reviewsync/mapping/duty"
)

// TestDuty tells plans of the rotation.
func TestDuty(t *testing.T) {
	var list []struct {
		Name string
		Plan duty.Plan
	}
	read(t, "duty/plans.json", &list)
	var b strings.Builder
	for _, c := range list {
		fmt.Fprintf(&b, "%s, on %s:\n", c.Name, c.Plan.Today)
		for _, s := range c.Plan.Shifts {
			text := s.Days.String()
			if s.Near && !s.Fixed {
				text = FixedShift(s)
			}
			fmt.Fprintf(&b, "\t%s\n", text)
			for _, r := range s.Reasons {
				text := OnDuty(r)
				if strings.HasSuffix(text, " ") {
					t.Errorf("%s: nothing is told of %s", c.Name, r.Code)
				}
				fmt.Fprintf(&b, "\t- %s\n", text)
			}
			for _, h := range s.Holes {
				text := Hole(s, h)
				if strings.HasPrefix(text, ";") {
					t.Errorf("%s: nothing is told of %s", c.Name, h.Code)
				}
				fmt.Fprintf(&b, "\t\t%s\n", text)
			}
		}
		for _, w := range c.Plan.Unused {
			fmt.Fprintf(&b, "\tline %d: %s\n", w.Line, UnusedSwap(w))
		}
	}
	isGolden(t, "duty.txt", b.String())
}

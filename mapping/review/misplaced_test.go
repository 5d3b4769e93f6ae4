package review

import (
	"fmt"
	"strings"
	"testing"
)

func TestMisplaced(t *testing.T) {
	links := Links{Footers: []string{"Bug", "Task"}}
	for _, tc := range []struct{ message, want string }{
		{"Fix\n\nBug: T5\nChange-Id: I1\n", ""},
		{"Fix\n\nBug: T5\n\nChange-Id: I1\n", "Bug: T5 [5] above"},
		{"Fix\n\nBug: T5\n\nBody.\n\nTask: T6, T7\n\nChange-Id: I1\n", "Bug: T5 [5] above; Task: T6, T7 [6 7] above"},
		{"Fix\n\nBug: T5\n\nBug: T5\nBug: T6\nChange-Id: I1\n", ""}, // another line links it
		{"Bug: T5 is mended\n\nChange-Id: I1\n", "Bug: T5 is mended [5] above"},
		{"Bug: T5", "Bug: T5 [5] above"},
		{"Fix\n\nBug : T5\nChange-Id: I1\n", "Bug : T5 [5] odd"},
		{"Fix\n\n  bug: T5\nChange-Id: I1\n", "bug: T5 [5] odd"},
		{"Fix\n\nX: y\n\tBug: T5\n", "Bug: T5 [5] odd"},
		{"Fix\nBug : T5\n", "Bug : T5 [5] odd"},
		{"Fix\n\nThe bug: T5 was wrong.\n\nFixes: T5\nBug of T5\n", ""},
		{"Fix\n\nBug: soon\n\nBug: https://we.phorge.it/T5\n\nChange-Id: I1\n", ""},
		{"Fix\n\nBug: https://we.phorge.it/T5\nChange-Id: I1\n", "Bug: https://we.phorge.it/T5 [5] elsewhere we.phorge.it"},
		{"Fix\n\nBug: https://we.phorge.it/T5 (T5)\nChange-Id: I1\n", ""},
		{"", ""},
		{"\n\n", ""},
	} {
		var got []string
		for _, m := range links.Misplaced(tc.message) {
			got = append(got, strings.TrimSpace(fmt.Sprint(m.Line, " ", m.Tasks, " ", m.Fault, " ", m.Host)))
		}
		wants := strings.Split(tc.want, "; ")
		if tc.want == "" {
			wants = nil
		}
		if len(got) != len(wants) {
			t.Errorf("%q: %q, want %q", tc.message, got, tc.want)
			continue
		}
		for i, want := range wants {
			if got[i] != want {
				t.Errorf("%q: %q, want %q", tc.message, got[i], want)
			}
		}
	}
}

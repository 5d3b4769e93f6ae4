package review

import (
	"slices"
	"testing"
)

func TestTrailers(t *testing.T) {
	for _, tc := range []struct {
		message string
		want    []Trailer
	}{
		{"", nil},
		{"\n", nil},
		{"Subject", nil},
		{"Bug: T1", nil},
		{"Bug: T1\n\n", nil},
		{"Subject\n\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBody\n\nBug: T1\nBug: T2\nChange-Id: I0\n", []Trailer{{"Bug", "T1"}, {"Bug", "T2"}, {"Change-Id", "I0"}}},
		{"Subject\n\nBody\n\nBug: T1\n\nChange-Id: I0\n", []Trailer{{"Change-Id", "I0"}}},
		{"Subject\n\nBody\n\nBug: T1\nDepends-on I9aeb\nChange-Id: I0\n", []Trailer{{"Bug", "T1"}, {"Change-Id", "I0"}}},
		{"Subject\n\nReason for revert: it broke\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nAs said.[1]\n\n---\n[1] https://example.org\n\nBug: T1\nChange-Id: I0\n", []Trailer{{"Bug", "T1"}, {"Change-Id", "I0"}}},
		{"Subject\n\nBug: T1\n---\nBug: T9\n", []Trailer{{"Bug", "T1"}, {"Bug", "T9"}}},
		{"Subject\n\nsome text\nsome more\nand more\nand more\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBug: T1\n# a note\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBug: T1\n\nConflicts:\n\tfile.go\n", []Trailer{{"Conflicts", ""}}},
		{"Subject\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n Bug: T1\nBug: T2\n", []Trailer{{"Bug", "T2"}}},
		{"Subject\nBug: T1\n\nX: y", []Trailer{{"X", "y"}}},
		{"\n\nSubject\n\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBug:T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBug : T1\n", nil},
		{"Subject\n\n Bug: T1\nX: y\n", []Trailer{{"X", "y"}}},
		{"Subject\n\nMy_Key: x\nBug: T1\n", []Trailer{{"Bug", "T1"}}},
		{"Subject\n\nBüg: T1\nBug: T2\n", []Trailer{{"Bug", "T2"}}},
		{"Subject\n\nBug: T1,\n T2\n   T3\nX: y\n", []Trailer{{"Bug", "T1, T2 T3"}, {"X", "y"}}},
		{"Subject\n\nBug: T1,\n\tT2\n", []Trailer{{"Bug", "T1,"}}},
		{"Subject\n\nBug:\n T1\n", []Trailer{{"Bug", " T1"}}},
		{"Subject\n\nBug: T1\n  \n \n", []Trailer{{"Bug", "T1  "}}},
		{"Subject\n\n: T1\nBug:\n", []Trailer{{"", "T1"}, {"Bug", ""}}},
		{"Subject\n\nBody: no\n   \nBug: T1\n", []Trailer{{"Body", "no "}, {"Bug", "T1"}}},       // a line of blanks parts nothing
		{"Subject\r\n\r\nKey: x\r\n\r\nBug: T1\r\n", []Trailer{{"Key", "x\r"}, {"Bug", "T1\r"}}}, // nor does one that ends as on Windows
	} {
		if got := Trailers(tc.message); !slices.Equal(got, tc.want) {
			t.Errorf("Trailers(%q)\n got %q\nwant %q", tc.message, got, tc.want)
		}
	}
}

package history

import (
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	now := time.Date(2026, 12, 7, 14, 30, 0, 0, time.FixedZone("CET", 3600))
	for text, want := range map[string]string{
		"10:00":                     "2026-12-07T10:00:00Z",
		"2026-12-01":                "2026-12-01T00:00:00Z",
		"2026-12-01 09:30":          "2026-12-01T09:30:00Z",
		"2026-12-01T09:30:15":       "2026-12-01T09:30:15Z",
		"2026-12-01T09:30:15+01:00": "2026-12-01T08:30:15Z",
		"2h":                        "2026-12-07T11:30:00Z",
		"1w":                        "2026-11-30T13:30:00Z",
	} {
		if got, err := ParseTime("--since", text, now); err != nil || got.Format(time.RFC3339) != want {
			t.Errorf("%s: %s, %v, want %s", text, got.Format(time.RFC3339), err, want)
		}
	}
	for _, text := range []string{"", "25:00", "14:00", "yesterday", "2h30", "-2h", "2026-12-08", "12.12.2026"} {
		if got, err := ParseTime("--since", text, now); err == nil {
			t.Errorf("%s is taken for %s", text, got)
		}
	}
}

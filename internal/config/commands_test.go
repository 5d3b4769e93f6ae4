package config

import "testing"

// Which lines are commands for the CI, and which only begin like one.
func TestDefaultCICommands(t *testing.T) {
	secrets(t)
	pattern := parse(t, small).Gerrit.CICommands
	for text, command := range map[string]bool{
		"recheck":                        true,
		"Recheck":                        true,
		"RECHECK":                        true,
		"recheck.":                       true,
		"recheck!":                       true,
		"recheck nova":                   true,
		"Recheck please.":                true,
		"recheck bug 1234567":            true,
		"recheck - flaky (T123)":         true,
		"check experimental":             true,
		"Check experimental":             true,
		"check experimental please":      true,
		"check php72 once more.":         true,
		"recheck, the tests were flaky":  false,
		"recheck: and I fixed the typo":  false,
		"Rechecked it. Fine now.":        false,
		"rechecking":                     false,
		"I did a recheck":                false,
		"check":                          false,
		"checked":                        false,
		"Checked the callers, all fine.": false,
		"Check the last patch set, it does what you asked for": false,
		"check the tests of it that I added there":             false,
		"Please recheck what I wrote":                          false,
		"":                                                     false,
	} {
		if got := pattern.MatchString(text); got != command {
			t.Errorf("%q is a command: %v, want %v", text, got, command)
		}
	}
}

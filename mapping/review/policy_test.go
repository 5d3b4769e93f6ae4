package review

import (
	"testing"

	"reviewsync/internal/golden"
)

func TestMatch(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"mediawiki/core", "mediawiki/core", true},
		{"mediawiki/core", "mediawiki/core2", false},
		{"mediawiki/*", "mediawiki/core", true},
		{"mediawiki/*", "mediawiki/extensions/Echo", true},
		{"mediawiki/*", "mediawiki", false},
		{"mediawiki/*", "mediawikix/core", false},
		{"*/*", "mediawiki/core", true},
		{"*/*", "mediawiki/extensions/Echo", true},
		{"*/*", "tools", false},
		{"media*/ext*/*", "mediawiki/extensions/Echo/sub", true},
		{"media*/ext*/*", "mediawiki/skins/Vector", false},
		{"media*/ext*/*", "mediawiki/extensions", false},
		{"mediawiki/*/Echo", "mediawiki/extensions/Echo", true},
		{"mediawiki/*/Echo", "mediawiki/a/b/Echo", false},
		{"wmf/1.*", "wmf/1.45.0-wmf.1", true},
		{"wm?", "wmf", true},
		{"[", "[", false}, // no pattern at all
		{"", "", true},
		{"/*", "core", false},
	} {
		if got := Match([]string{"never", tc.pattern}, tc.name); got != tc.want {
			t.Errorf("Match(%q, %q) = %v", tc.pattern, tc.name, got)
		}
	}
	if Match(nil, "x") {
		t.Error("no patterns matched")
	}
}

// TestStates: each state has its place among them.
func TestStates(t *testing.T) {
	for _, c := range golden.Constants(t, "policy.go") {
		if by := Voters(c.Value); by != ByPeople && by != ByBots && State(c.Value).Rank() < 0 {
			t.Errorf("%s is not in States", c.Name)
		}
	}
}

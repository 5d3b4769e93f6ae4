package storetest

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Run runs each test of this package.
func TestNoneIsForgotten(t *testing.T) {
	listed := map[string]bool{}
	for _, test := range tests {
		listed[test.name] = true
	}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`(?m)^func Test(\w+)\(t \*testing\.T, o Opener\)`).FindAllStringSubmatch(string(code), -1) {
			if found++; !listed[m[1]] {
				t.Errorf("%s: Test%s is not in the list of tests", name, m[1])
			}
		}
	}
	if found != len(tests) {
		t.Errorf("%d tests are listed, and %d found", len(tests), found)
	}
}

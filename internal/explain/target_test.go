package explain

import (
	"strings"
	"testing"

	"reviewsync/internal/config"
)

func TestParseTarget(t *testing.T) {
	cfg := &config.Config{}
	cfg.Gerrit.URL, cfg.Phabricator.URL = "https://gerrit.example.org/r", "https://phabricator.example.org/"
	for words, want := range map[string]Target{
		"T123":            {Task: 123},
		"t123":            {Task: 123},
		"456":             {Change: 456},
		"change 456":      {Change: 456},
		"a/b~456":         {Change: 456, Project: "a/b"},
		"a~b~456":         {Change: 456, Project: "a~b"},
		"change T123":     {},
		"T0":              {},
		"T123 T124":       {},
		"":                {},
		"main":            {},
		"99999999999":     {},
		"http://[::1":     {},
		"https://a/T123/": {},

		"https://phabricator.example.org/T123":              {Task: 123},
		"http://PHABRICATOR.example.org/T123/":              {Task: 123},
		"https://phabricator.example.org/T123#4567":         {Task: 123},
		"https://phabricator.example.org/T123?x=T9":         {Task: 123},
		"https://phabricator.example.org/project/1":         {},
		"https://phabricator.example.org/P123":              {},
		"https://gerrit.example.org/r/c/a/b/+/456":          {Change: 456, Project: "a/b"},
		"https://gerrit.example.org/r/c/a/b/+/456/":         {Change: 456, Project: "a/b"},
		"https://gerrit.example.org/r/c/a/b/+/456/2":        {Change: 456, Project: "a/b"},
		"https://gerrit.example.org/r/c/a/+/456/1..2/x/+/7": {Change: 456, Project: "a"},
		"https://gerrit.example.org/r/c/a%20b/+/456":        {Change: 456, Project: "a b"},
		"https://gerrit.example.org/r/c/a/+/456#c1":         {Change: 456, Project: "a"},
		"https://gerrit.example.org/r/c/456":                {Change: 456},
		"https://gerrit.example.org/r/456":                  {Change: 456},
		"https://gerrit.example.org/r/#/c/456/2":            {Change: 456},
		"https://gerrit.example.org/r/#/c/a/b/+/456/2":      {Change: 456, Project: "a/b"},
		"https://gerrit.example.org/rest/456":               {},
		"https://gerrit.example.org/456":                    {},
		"https://gerrit.example.org/r/q/status:open":        {},
	} {
		got, err := ParseTarget(strings.Fields(words), cfg)
		if (err != nil) != (want == Target{}) || got != want {
			t.Errorf("%s: %+v, %v; want %+v", words, got, err, want)
		}
	}
	_, err := ParseTarget([]string{"https://example.org/T1"}, cfg)
	if err == nil || !strings.Contains(err.Error(), "https://gerrit.example.org/r") || !strings.Contains(err.Error(), "https://phabricator.example.org/") {
		t.Errorf("the error for another server does not name those of the config: %v", err)
	}
}

// TestParseTargetOneHost: both servers behind one name, each below a path of its own.
func TestParseTargetOneHost(t *testing.T) {
	cfg := &config.Config{}
	cfg.Gerrit.URL, cfg.Phabricator.URL = "https://example.org/gerrit", "https://example.org"
	for word, want := range map[string]Target{"https://example.org/T1": {Task: 1}, "https://example.org/gerrit/c/a/+/2": {Change: 2, Project: "a"}} {
		if got, err := ParseTarget([]string{word}, cfg); err != nil || got != want {
			t.Errorf("%s: %+v, %v", word, got, err)
		}
	}
}

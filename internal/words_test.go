package internal_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// The documents have each word of the rules that people write or are told. Whoever adds one is
// told here where it is to be explained.
func TestWordsAreInTheDocuments(t *testing.T) {
	for _, s := range review.States() {
		named(t, "docs/rules.md", "review state", string(s))
		named(t, "docs/config.md", "review state", string(s))
	}
	for _, k := range mapping.TargetKinds() {
		named(t, "docs/config.md", "target of a rule", string(k))
	}
	for _, v := range mapping.Verdicts() {
		if v != mapping.Unread && v != mapping.Unlooked { // an explanation has read and looked
			named(t, "docs/commands.md", "verdict", string(v))
		}
	}
	for _, k := range mapping.CommentKinds() {
		named(t, "docs/config.md", "kind of comment", string(k))
	}
	commands := text(t, "docs/commands.md")
	for _, c := range mapping.WhyCodes() {
		row := regexp.MustCompile("(?m)^\\| `" + string(c.Verdict()) + "` \\|[^|]*`" + string(c) + "`")
		if !row.MatchString(commands) {
			t.Errorf("docs/commands.md has no row for the verdict %s with the code %s", c.Verdict(), c)
		}
	}
}

func named(t *testing.T, document, what, word string) {
	t.Helper()
	if !slices.ContainsFunc([]string{"`" + word + "`", "`" + word + ":", "| " + word + " |"}, func(s string) bool { return strings.Contains(text(t, document), s) }) {
		t.Errorf("%s does not name the %s %q", document, what, word)
	}
}

func text(t *testing.T, document string) string {
	t.Helper()
	b, err := os.ReadFile("../" + document)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

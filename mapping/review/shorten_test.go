package review_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

// TestShortenChangesNoFact: whatever is cut from long texts, they are read the same way.
func TestShortenChangesNoFact(t *testing.T) {
	filler := strings.Repeat("A line of no account.\n", 400)
	long := strings.Repeat("all in one line ", 800)
	files := "\n\nThe following files contain Git conflicts:\n" + strings.Repeat("* some/file.txt\n", 1000)
	for name, text := range map[string]string{
		"a line at the end":           filler + "second review please",
		"in the middle":               filler + "Second review please!\n" + filler,
		"below a long line":           long + "\n\nsecond review please\n",
		"two of them":                 filler + "second review please\n" + filler + "not me\n" + filler,
		"a long line":                 "second review please, " + long,
		"far into a long line":        long + "(urgent) " + long,
		"a quoted line":               filler + "> second review please\n" + filler,
		"a long quoted line":          "> " + long + "second review please",
		"the beginning of a line":     strings.Repeat("x", 1<<10-len("second review please")-1) + "\nsecond review please is what I do not say\n" + filler,
		"a long command":              "recheck " + long,
		"a long line after the count": "(1 comment)\n\n" + long,
		"none":                        filler,
		"letters of several bytes":    strings.Repeat("ä€𝄞", 2000),
		"blank lines before a line":   strings.Repeat("\n", 5000) + "second review please",
	} {
		reader := review.Reader{CICommands: reviewtest.CICommands, Lines: []*regexp.Regexp{
			regexp.MustCompile(`(?i)^second review please\b( is what I want|$|[^i]*$)`), regexp.MustCompile(`^not me`), regexp.MustCompile(`\(urgent\)`),
		}}
		c := reviewtest.New().Push(at(0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
		c.Review(at(0, 0).Add(time.Minute), "alice", "", 1, "Code-Review", -1, text)
		c.Comment(at(0, 0).Add(time.Hour), "vol1", nil, false, text)
		c.Say(at(0, 0).Add(2*time.Hour), "vol1", reviewtest.GerritTag+"newPatchSet", 1, "Uploaded patch set 1: Patch Set 1 was rebased"+files+"\nOutdated Votes:\n* Code-Review-1 (copy condition: \"x\")\n")
		whole := reader.Read(c.Get())
		cut := c.Get()
		reader.Shorten(&cut)
		read := reader.Read(cut)
		if diff := cmp.Diff(whole.Facts, read.Facts); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		if diff := cmp.Diff(lines(whole), lines(read)); diff != "" {
			t.Errorf("%s: lines\n%s", name, diff)
		}
		if n := len(cut.Comments[0].Text); n > 1<<10+8 && len(lines(whole)) == 0 {
			t.Errorf("%s: %d bytes of the comment are kept", name, n)
		}
	}
}

// lines are those of a change that a board looks for.
func lines(h *review.History) []string {
	var all []string
	for i := range h.Facts {
		if f := &h.Facts[i]; f.Kind == review.Wrote {
			all = append(all, h.Line(f))
		}
	}
	return all
}

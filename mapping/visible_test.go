package mapping

import (
	"strings"
	"testing"
	"unicode"
)

// TestNothingUnseenInComments: what cannot be seen, or turns the direction of the text around
// it, does not get from Gerrit into a comment, by whichever field.
func TestNothingUnseenInComments(t *testing.T) {
	for name, unseen := range map[string]string{
		"embeddings and overrides": "\u202a\u202b\u202c\u202d\u202e",
		"isolates":                 "\u2066\u2067\u2068\u2069",
		"direction marks":          "\u200e\u200f\u061c",
		"no width":                 "\u200b\u200c\u200d\u2060\ufeff\u00ad",
		"invisible operators":      "\u2061\u2062\u2063\u2064\u206a\u206f",
		"tags":                     "\U000e0001\U000e0041\U000e007f",
		"fillers":                  "\u3164\u115f\u1160\uffa0\u034f\u17b4",
		"annotations":              "\ufff9\ufffa\ufffb",
		"control characters":       "\x00\x1b\x7f\u0080\u009b",
		"line separators":          "\u2028\u2029\u0085\u000b\u000c\r\n",
	} {
		hostile := unseen + "Fix " + unseen + "it" + unseen
		c := commentOn(CommentMerged, hostile)
		c.Change.Branch, c.Change.Project, c.Change.People[0].Username = hostile, hostile, hostile
		got, err := parseComment(t, CommentMerged, DefaultComment(CommentMerged)).Write(c.Data("https://g/r", true))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		shown := strings.Map(func(r rune) rune {
			if r != ' ' && !unicode.IsPrint(r) || strings.ContainsRune(unseen, r) {
				return '?'
			}
			return r
		}, got)
		// What separates words leaves a space.
		want := "Change [[https://g/r/123#reviewsync-merged | 123]] by `Fix it` was merged: `Fix it` (`Fix it`, `Fix it`)"
		if shown != want {
			t.Errorf("%s:\n got %s\nwant %s", name, shown, want)
		}
	}
}

// TestUnseenHidesNothing: with what cannot be seen taken away, what is left does nothing either.
func TestUnseenHidesNothing(t *testing.T) {
	for subject, want := range map[string]string{
		"a #\u200b# b":                        "`a # # b`",
		"#review\u202esync-merged":            "`# reviewsync-merged`",
		"\u202e":                              "",
		"\u0645\u0631\u062d\u0628\u0627":      "`\u0645\u0631\u062d\u0628\u0627`",
		strings.Repeat("\u200b", 300) + "end": "`end`",
	} {
		if got := commentOn(CommentMerged, subject).Data("https://g/r", true).Subject; got != want {
			t.Errorf("%q becomes %q, want %q", subject, got, want)
		}
	}
}

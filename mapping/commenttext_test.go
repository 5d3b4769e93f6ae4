package mapping

import (
	"strings"
	"testing"

	"reviewsync/mapping/review"
)

// commentOn is a comment of a kind on change 123, with this subject.
func commentOn(kind CommentKind, subject string) TaskComment {
	c := TaskComment{Kind: kind, Change: &review.History{
		Key: review.Key{Project: "mediawiki/core", Number: 123}, Branch: "master", Subject: subject, People: []review.Person{{Account: review.Account{ID: 7, Username: "vol1"}}},
	}}
	if kind == CommentReverted {
		c.Revert = &review.History{Key: review.Key{Project: "mediawiki/core", Number: 130}}
	}
	return c
}

func parseComment(t *testing.T, kind CommentKind, text string) *CommentText {
	t.Helper()
	out, err := ParseComment(kind, text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestDefaultComments(t *testing.T) {
	for kind, want := range map[CommentKind][3]string{
		CommentLinked: {
			"Change [[https://g/r/123#reviewsync-linked | 123]] by vol1 was linked: `Fix the job queue` (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-linked | 123]] by vol1 was linked (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-linked | 123]] was linked",
		},
		CommentMerged: {
			"Change [[https://g/r/123#reviewsync-merged | 123]] by vol1 was merged: `Fix the job queue` (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-merged | 123]] by vol1 was merged (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-merged | 123]] was merged",
		},
		CommentReverted: {
			"Change [[https://g/r/123#reviewsync-reverted-by-130 | 123]] by vol1 was reverted by change [[https://g/r/130 | 130]]: `Fix the job queue` (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-reverted-by-130 | 123]] by vol1 was reverted by change [[https://g/r/130 | 130]] (mediawiki/core, master)",
			"Change [[https://g/r/123#reviewsync-reverted-by-130 | 123]] was reverted by change [[https://g/r/130 | 130]]",
		},
	} {
		text := parseComment(t, kind, DefaultComment(kind))
		for i, d := range []CommentData{
			commentOn(kind, "Fix the job queue").Data("https://g/r", true), commentOn(kind, "").Data("https://g/r", true), commentOn(kind, "Secret").Data("https://g/r", false),
		} {
			if got, err := text.Write(d); got != want[i] || err != nil {
				t.Errorf("%s: %v\n got %s\nwant %s", kind, err, got, want[i])
			}
		}
	}
}

// Nothing that somebody wrote in Gerrit takes effect on the task, nor looks like a comment of ours.
func TestWordsFromGerritDoNothing(t *testing.T) {
	text := parseComment(t, CommentMerged, DefaultComment(CommentMerged))
	for subject, want := range map[string]string{
		"Fix T1 for @alice `x` {F1} #tag":       "`Fix T1 for @alice 'x' {F1} #tag`",
		"##a## ```b```":                         "`# #a# # '''b'''`",
		" two\nlines\x01 ":                      "`two lines`",
		"${{{strings.platform.server.name}}}":   "`${ {{strings.platform.server.name}}}`",
		"see https://g/r/124#reviewsync-merged": "`see https://g/r/124# reviewsync-merged`",
		strings.Repeat("ü", 300):                "`" + strings.Repeat("ü", 199) + "…`",
		"`":                                     "`'`",
		"\x01":                                  "",
	} {
		d := commentOn(CommentMerged, subject).Data("https://g/r", true)
		if d.Subject != want {
			t.Errorf("%q becomes %q, want %q", subject, d.Subject, want)
		}
		got, err := text.Write(d)
		if keys := CommentKeys(got); err != nil || len(keys) != 1 {
			t.Errorf("%q makes %q with the keys %q, %v", subject, got, keys, err)
		}
	}
}

func TestNamesFromGerritDoNothing(t *testing.T) {
	for _, s := range []string{"", "mediawiki/core", "master", "wmf/1.45.0-wmf.1", "vol1", "Ünal Ö.", "facility"} {
		if got := name(s); got != s {
			t.Errorf("%q becomes %q", s, got)
		}
	}
	for _, s := range []string{"REL143", "T123-fix", "rMW", "deadbeef", "@bob", "a--b", "__init__", "a//b", " a", "{F1}", "#a"} {
		if got := name(s); got != "`"+strings.TrimSpace(s)+"`" {
			t.Errorf("%q becomes %q", s, got)
		}
	}
}

// A template that goes well with the samples can still go wrong; then nothing is written that takes effect.
func TestTemplatesThatOnlySometimesFit(t *testing.T) {
	text := parseComment(t, CommentMerged, `{{.URL}} {{if eq .Branch "master"}}x{{.Subject}}{{end}}`)
	if got, err := text.Write(commentOn(CommentMerged, "T1").Data("https://g", true)); err == nil {
		t.Errorf("%q was written", got)
	}
}

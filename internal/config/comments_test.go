package config

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"reviewsync/mapping"
)

// commenting is small with these comments; they begin on line 5.
func commenting(comments string) string {
	return strings.Replace(small, "boards:", "comments:\n"+comments+"boards:", 1)
}

func TestComments(t *testing.T) {
	secrets(t)
	if c := parse(t, small); len(c.Comments) > 0 {
		t.Errorf("without the key there are %v", c.Comments)
	}
	c := parse(t, commenting(`  linked: "{{.Owner}} works on this: {{.URL}} {{.Subject}}"
  merged: true
  reverted: false
`))
	if len(c.Warnings) > 0 || len(c.Comments) != 2 || c.Comments[mapping.CommentReverted] != nil {
		t.Fatalf("comments %v, warnings %q", c.Comments, c.Warnings)
	}
	data := mapping.CommentData{Change: 7, Repository: "core", Branch: "master", Subject: "`Fix it`", Owner: "vol1"}
	for kind, want := range map[mapping.CommentKind]string{
		mapping.CommentLinked: "vol1 works on this: https://g/7#reviewsync-linked `Fix it`",
		mapping.CommentMerged: "Change [[https://g/7#reviewsync-merged | 7]] by vol1 was merged: `Fix it` (core, master)",
	} {
		data.URL = "https://g/7#reviewsync-" + string(kind)
		if got, err := c.Comments[kind].Write(data); got != want || err != nil {
			t.Errorf("%s: %q, %v; want %q", kind, got, err, want)
		}
	}
}

func TestMistakesInComments(t *testing.T) {
	noMark := "does not show {{.URL}}, by which a comment is known again; put it in as it is, such as [[{{.URL}} | {{.Change}}]]"
	outside := "has a letter or a backtick right before or after a value, or only a part of it, so that a T123 or @name there would take effect; put the whole value in, between spaces"
	for _, c := range []struct{ comments, want string }{
		{"  merge: true\n", "5: comments.merge: unknown key; did you mean merged?"},
		{"  {}\n", "5: comments: has no comment; write which there are, such as {merged: true}, or take the key out"},
		{"  [merged]\n", "5: comments: a list where keys were expected; write KEY: VALUE lines or {KEY: VALUE, …}"},
		{"  merged: true\n  repositories: []\n", "6: comments.repositories: an empty list; name at least one or take the key out"},
		{"  merged:\n", "5: comments.merged: has no value; give it one or take the key out (a # begins a comment unless it is in quotes)"},
		{"  merged: ' '\n", "5: comments.merged: an empty text; write a template, true for the default text, or false for no such comment"},
		{"  merged: [a]\n", "5: comments.merged: a list where a single value was expected; write it as KEY: VALUE"},
		{"  linked: true\n  merged: Merged\n", "6: comments.merged: " + noMark},
		{"  merged: '{{.Change}}#reviewsync-merged'\n", "5: comments.merged: " + noMark},
		{"  merged: '{{if .Subject}}{{.URL}}{{end}}'\n", "5: comments.merged: " + noMark},
		{"  merged: '{{urlquery .URL}}'\n", "5: comments.merged: " + noMark},
		{"  merged: '{{.URL}'\n", `5: comments.merged: is no template: merged:1: bad character U+007D '}'; see docs/config.md for what can be written`},
		{"  merged: '{{.URL}} {{.Titel}}'\n", `5: comments.merged: cannot be filled in: merged:1:11: executing "merged" at <.Titel>: can't evaluate field Titel in type mapping.CommentData; see docs/config.md for what can be named`},
		{"  merged: '{{.URL}} {{slice .Subject 0 9}}'\n", "5: comments.merged: " + outside},
		{"  merged: '{{.URL}} {{index .Subject 0}}'\n", `5: comments.merged: cannot be filled in: merged:1:11: executing "merged" at <index .Subject 0>: error calling index: reflect: string index out of range; see docs/config.md for what can be named`},
		{"  merged: '{{.URL}} {{printf \"%.9s\" .Subject}}'\n", "5: comments.merged: " + outside},
		{"  merged: '{{.URL}} it is{{.Subject}}'\n", "5: comments.merged: " + outside},
		{"  merged: '{{.URL}} ` {{.Branch}}'\n", "5: comments.merged: " + outside},
		{"  merged: '{{.URL}} {{.Owner}}s'\n", "5: comments.merged: " + outside},
		{"  merged: '{{.URL}}{{range 9999}} x{{end}}'\n", "5: comments.merged: makes a text of more than 4096 bytes; make it shorter"},
	} {
		secrets(t)
		_, err := Parse("a.yaml", []byte(commenting(c.comments)))
		if got := fmt.Sprint(err); got != "a.yaml:"+c.want {
			t.Errorf("%q:\n got %s\nwant a.yaml:%s", c.comments, got, c.want)
		}
	}
}

// docs/config.md shows the default texts as they are.
func TestDefaultCommentsOfTheReference(t *testing.T) {
	text, err := os.ReadFile("../../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []mapping.CommentKind{mapping.CommentLinked, mapping.CommentMerged, mapping.CommentReverted} {
		line := fmt.Sprintf("%-9s %s\n", kind+":", mapping.DefaultComment(kind))
		if !strings.Contains(string(text), line) {
			t.Errorf("docs/config.md does not show\n%s", line)
		}
	}
}

package mapping

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"unicode/utf8"

	"reviewsync/mapping/review"
)

// CommentData is what a template for comments can name. All texts are Remarkup that does
// nothing but show them. Where the public cannot read the change, Repository, Branch,
// Subject and Owner are empty.
type CommentData struct {
	Change     int    // its number
	URL        string // of the change, with the mark by which the comment is known again
	Repository string
	Branch     string
	Subject    string
	Owner      string
	Revert     int    // number of the change that reverts it; 0 if it is not reverted
	RevertURL  string // of that change
	Asked      string // who was asked for a review
}

const (
	maxText    = 4 << 10 // bytes of a comment
	maxSubject = 200     // characters of a subject
)

// Data is what a template can name. base is the address of Gerrit, to which a change's
// number is added: Gerrit leads from there to the change, and the address names no
// repository. public says whether everybody can read the change.
func (c TaskComment) Data(base string, public bool) CommentData {
	d := CommentData{Change: c.Change.Number, URL: base + "/" + c.Key()}
	if c.Revert != nil {
		d.Revert, d.RevertURL = c.Revert.Number, fmt.Sprintf("%s/%d", base, c.Revert.Number)
	}
	if c.Asked != nil { // a member of the team, whom the board names anyway
		d.Asked = name(c.Asked.Who)
	}
	if !public {
		return d
	}
	d.Repository, d.Branch, d.Subject = name(c.Change.Project), name(c.Change.Branch), literal(short(visible(c.Change.Subject)))
	if c.Change.Owner != review.Nobody {
		d.Owner = name(c.Change.People[c.Change.Owner].String())
	}
	return d
}

// short cuts a subject that is too long.
func short(s string) string {
	if utf8.RuneCountInString(s) <= maxSubject {
		return s
	}
	return string([]rune(s)[:maxSubject-1]) + "…"
}

// The default texts, from the change's number to what it is.
const (
	textHead = "Change [[{{.URL}} | {{.Change}}]]{{if .Owner}} by {{.Owner}}{{end}}"
	textTail = "{{if .Subject}}: {{.Subject}}{{end}}{{if .Repository}} ({{.Repository}}, {{.Branch}}){{end}}"
)

// DefaultComment is the template of a kind where the config has none.
func DefaultComment(kind CommentKind) string {
	switch kind {
	case CommentLinked:
		return textHead + " was linked" + textTail
	case CommentReverted:
		return textHead + " was reverted by change [[{{.RevertURL}} | {{.Revert}}]]" + textTail
	case CommentAsked:
		return "{{.Asked}} was asked for a review of change [[{{.URL}} | {{.Change}}]]" + textTail
	default:
		return textHead + " was merged" + textTail
	}
}

// CommentText is a template for the comments of one kind.
type CommentText struct {
	kind CommentKind
	t    *template.Template
}

// ParseComment makes a template and tries it on changes that are public and on one that is not.
func ParseComment(kind CommentKind, text string) (*CommentText, error) {
	t, err := template.New(string(kind)).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("is no template: %s; see docs/config.md for what can be written", plainly(err))
	}
	out := &CommentText{kind, t}
	for _, sample := range samples(kind) {
		text, err := out.Write(sample)
		if err != nil {
			return nil, err
		}
		if showsOutside(text, sampleWord) {
			return nil, errNotLiteral
		}
	}
	return out, nil
}

// sampleWord is in every value of the samples.
const sampleWord = "@T1"

// samples are a change whose every word would take effect in Remarkup, one without a
// subject, as old stores have them, and one that is not public.
func samples(kind CommentKind) []CommentData {
	h := &review.History{
		Key: review.Key{Project: sampleWord, Number: 123}, Branch: sampleWord, Subject: strings.Repeat(sampleWord+" ", maxSubject),
		People: []review.Person{{Account: review.Account{ID: 1, Username: sampleWord}}},
	}
	c := TaskComment{Kind: kind, Change: h}
	if kind == CommentReverted {
		c.Revert = &review.History{Key: review.Key{Number: 130}}
	}
	if kind == CommentAsked {
		c.Asked = &review.AskKey{Who: sampleWord}
	}
	const base = "https://gerrit.example.org/r"
	all, old := c.Data(base, true), c.Data(base, true)
	old.Subject = ""
	return []CommentData{all, old, c.Data(base, false)}
}

// Write is the text of a comment. It is refused if it lacks the mark, if something in it
// would take effect in Remarkup, or if it is too long.
func (t *CommentText) Write(d CommentData) (string, error) {
	var b limited
	if err := t.t.Execute(&b, d); err != nil {
		if errors.Is(err, errTooLong) {
			return "", fmt.Errorf("makes a text of more than %d bytes; make it shorter", maxText)
		}
		return "", fmt.Errorf("cannot be filled in: %s; see docs/config.md for what can be named", plainly(err))
	}
	text := strings.TrimSpace(b.String())
	if key := d.URL[strings.LastIndexByte(d.URL, '/')+1:]; !slices.Contains(CommentKeys(text), key) {
		return "", errors.New("does not show {{.URL}}, by which a comment is known again; put it in as it is, such as [[{{.URL}} | {{.Change}}]]")
	}
	for _, s := range []string{d.Subject, d.Owner, d.Repository, d.Branch, d.Asked} {
		if strings.HasPrefix(s, "`") && !isLiteral(text, s) {
			return "", errNotLiteral
		}
	}
	return text, nil
}

var errNotLiteral = errors.New("has a letter or a backtick right before or after a value, or only a part of it, so that a T123 or @name there would take effect; put the whole value in, between spaces")

// plainly is an error of text/template without the name that it gives to the text.
func plainly(err error) string {
	return strings.TrimPrefix(err.Error(), "template: ")
}

var errTooLong = errors.New("too long")

// limited takes so much text and no more.
type limited struct{ strings.Builder }

func (l *limited) Write(b []byte) (int, error) {
	if l.Len()+len(b) > maxText {
		return 0, errTooLong
	}
	return l.Builder.Write(b)
}

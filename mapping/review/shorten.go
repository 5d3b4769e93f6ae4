package review

import (
	"regexp"
	"slices"
	"strings"
)

// What matters in a long text stands in its first lines, except for lines that ask for a review.
const (
	maxMessage   = 4 << 10 // bytes of a change message
	maxCommented = 1 << 10 // bytes of a comment
)

// Shorten cuts the long texts of a change. Reading it gives the same facts as before.
func (r Reader) Shorten(c *Change) {
	for i := range c.Messages {
		m := &c.Messages[i]
		switch {
		case strings.HasPrefix(m.Tag, gerritTag), m.Tag == askTag, m.Tag == remindTag:
			// Gerrit's name votes below long lists of files, ours have their key at the end.
		default:
			m.Text = r.shorten(m.Text, maxMessage)
		}
	}
	for i := range c.Comments {
		c.Comments[i].Text = r.shorten(c.Comments[i].Text, maxCommented)
	}
}

// shorten keeps the first bytes of a text, up to limit, and every line that asks for a review.
func (r Reader) shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	var kept strings.Builder
	full := false
	for line := range strings.Lines(text) {
		room := limit - kept.Len()
		switch {
		case !full && len(line) <= room, r.isRequest(line):
			kept.WriteString(line)
		case !full:
			full = true
			part := strings.ToValidUTF8(line[:max(0, room)], "") + "…\n"
			if r.isRequest(part) { // though not for the whole
				part = "…\n"
			}
			kept.WriteString(part)
		}
	}
	return kept.String()
}

// isRequest says whether a line asks for a review on some board. What is quoted is nobody's word.
func (r Reader) isRequest(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, ">") {
		return false
	}
	return slices.ContainsFunc(r.Lines, func(p *regexp.Regexp) bool { return p != nil && p.MatchString(line) })
}

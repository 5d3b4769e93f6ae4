package review

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Misplaced is a line of a commit message that looks as if it linked tasks, and does not.
type Misplaced struct {
	Line  string
	Tasks []int  // that no footer of the message names
	Mend  string // what is wrong with it, and what links them
}

// Misplaced lists the lines of a commit message that begin with the name of a footer and
// name tasks, but are no footers for Gerrit, or have the address of another server.
func (l Links) Misplaced(message string) []Misplaced {
	linked := l.Tasks(message)
	var found []Misplaced
	add := func(line, mend string, tasks []int) {
		if tasks = slices.DeleteFunc(tasks, func(n int) bool { return slices.Contains(linked, n) }); len(tasks) > 0 {
			found = append(found, Misplaced{line, tasks, mend})
		}
	}
	end := strings.TrimRight(lastParagraph(message), "\n ")
	above := strings.TrimSuffix(strings.TrimRight(message, "\n "), end)
	for line, value := range l.looksLikeFooter(above) {
		add(line, "is no footer; put it among the last lines, with no empty line between it and the Change-Id", l.names(value))
	}
	for line, value := range l.looksLikeFooter(end) {
		add(line, fmt.Sprintf("is no footer; begin its line with '%s:', without blanks", l.Footers[0]), l.names(value))
	}
	for _, t := range Trailers(message) {
		if !l.has(t.Key) {
			continue
		}
		for _, m := range mentions(t.Value) {
			if m.host != "" {
				add(t.Key+": "+strings.TrimSpace(t.Value), fmt.Sprintf("has the address of another server; if it is this Phabricator, add %s to links.hosts", m.host), m.tasks)
			}
		}
	}
	return found
}

// looksLikeFooter gives the lines of a text that begin with the name of a footer, and their values.
func (l Links) looksLikeFooter(text string) iter.Seq2[string, string] {
	return func(yield func(line, value string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			key, value, _ := strings.Cut(line, ":")
			if l.has(strings.TrimSpace(key)) && !yield(line, value) {
				return
			}
		}
	}
}

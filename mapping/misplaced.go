package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// Misplaced is a line of a commit message that looks as if it linked tasks, and does not.
type Misplaced struct {
	Line  string
	Tasks []int  // that no footer of the message names
	Mend  string // what makes it a footer
}

// Misplaced lists the lines of a commit message that begin with the name of a footer and
// name tasks, but are no footers for Gerrit.
func (l Links) Misplaced(message string) []Misplaced {
	linked := l.Tasks(message)
	end := lastParagraph(message)
	above := message[:len(strings.TrimRight(message, "\n "))]
	above = strings.TrimSuffix(above, strings.TrimRight(end, "\n "))
	var found []Misplaced
	for i, part := range []string{above, end} {
		for line := range strings.Lines(part) {
			line = strings.TrimSpace(line)
			key, value, _ := strings.Cut(line, ":")
			if key = strings.TrimSpace(key); !l.has(key) {
				continue
			}
			tasks := slices.DeleteFunc(l.names(value), func(n int) bool { return slices.Contains(linked, n) })
			if len(tasks) == 0 {
				continue
			}
			m := Misplaced{Line: line, Tasks: tasks, Mend: "put it among the last lines, with no empty line between it and the Change-Id"}
			if i == 1 {
				m.Mend = fmt.Sprintf("begin its line with '%s:', without blanks", key)
			}
			found = append(found, m)
		}
	}
	return found
}

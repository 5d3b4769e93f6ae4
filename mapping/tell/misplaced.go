package tell

import (
	"fmt"

	"reviewsync/mapping/review"
)

// Misplaced says why a line of a commit message does not link the task that it names, and what to
// do. It follows the line.
func Misplaced(m review.Misplaced) string {
	switch m.Fault {
	case review.FooterAbove:
		return "is no footer; put it among the last lines, with no empty line between it and the Change-Id"
	case review.FooterOdd:
		return fmt.Sprintf("is no footer; begin its line with '%s:', without blanks", m.Footer)
	case review.FooterElsewhere:
		return fmt.Sprintf("has the address of another server; if it is this Phabricator, add %s to links.hosts", m.Host)
	}
	return ""
}

// Beyond says why a change is not linked to a task that it names.
func Beyond(b review.Beyond) string {
	return fmt.Sprintf("change %d is not linked to T%d: it names %s, this is number %d of them, and only the first %d count (links.max); split the change, or name fewer tasks",
		b.Change, b.Task, Counted(b.Named, "task"), b.Place, b.Max)
}

// BeyondAll says why a change is not linked to all the tasks that it names.
func BeyondAll(all []review.Beyond) string {
	b := all[0]
	return fmt.Sprintf("change %d names %s, and is linked only to the first %d of them (links.max); split the change, or name fewer tasks", b.Change, Counted(b.Named, "task"), b.Max)
}

package tell

import (
	"fmt"

	"reviewsync/mapping/review"
)

// Misplaced says why a line of a commit message links no task that it means to, and what would
// make it; behind the line.
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

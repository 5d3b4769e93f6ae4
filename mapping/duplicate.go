package mapping

import (
	"time"

	"reviewsync/mapping/review"
)

// Duplicate is a task that was merged into another one, directly or through others: its
// links to changes are the other's from then on.
type Duplicate struct {
	Task int
	At   time.Time // Phabricator's clock
}

// MaxHops is how far the links of duplicates are followed.
const MaxHops = 5

// PassOn gives the history of a change as the task has it that these duplicates were
// merged into: linked as long as the change names one of them, but not before it was merged.
// skew is Phabricator's clock minus Gerrit's.
func PassOn(h *review.History, task int, duplicates []Duplicate, skew time.Duration) *review.History {
	from := map[int]time.Time{}
	for _, d := range duplicates {
		at := d.At
		if skew.Abs() > clockError {
			at = at.Add(-skew)
		}
		from[d.Task] = at
	}
	return h.As(task, from)
}

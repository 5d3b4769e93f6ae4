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

// PassOn gives the history of a change for a task into which these duplicates were merged: linked while
// the change names one of them, but not before that one was merged. skew is Phabricator's clock minus
// Gerrit's.
func PassOn(h *review.History, task int, duplicates []Duplicate, skew time.Duration) *review.History {
	from := map[int]time.Time{}
	for _, d := range duplicates {
		from[d.Task] = onGerrit(d.At, skew)
	}
	return h.As(task, from)
}

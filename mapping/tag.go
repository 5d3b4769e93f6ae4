package mapping

import (
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// TagQuestion is everything that the decision on a tag depends on that is on tasks while
// a change linked to them is open.
type TagQuestion struct {
	Tag     string // as the config names it
	Task    int
	Has     bool      // the task has it
	Barred  bool      // it is not put on this task
	Start   time.Time // what opened or closed up to then changes nothing
	Since   time.Time // nor does what opened up to then
	Skew    time.Duration
	Doubt   time.Duration     // by how much less it may be
	Changes []*review.History // every change in the tag's scope that is or was linked to the task

	Events     []Event // TaskTagged and TaskUntagged with this tag, if EventsRead
	EventsRead bool
}

// TagDecision is what becomes of a tag on one task.
type TagDecision struct {
	Add, Remove bool
	Unread      bool   // ask again with the events
	Reason      string // the sentence for people, if it is added or removed, or a person's word holds it
}

// DecideTag says whether a task should get or lose a tag. People's own tagging wins: what
// they put on is not taken off, and what they took off is put back only when another
// change is linked and open.
func DecideTag(q TagQuestion) TagDecision {
	open, at := q.newestOpen()
	wanted := open != nil
	if wanted == q.Has {
		return TagDecision{}
	}
	start := q.Start
	switch {
	case !wanted:
		at = q.newestClosed()
	case q.Since.After(start):
		start = q.Since
	}
	if at.IsZero() || !at.After(start) || wanted && q.Barred {
		return TagDecision{}
	}
	if !q.EventsRead {
		return TagDecision{Unread: true}
	}
	last := newest(q.Events, func(e Event) bool {
		return e.Tag == q.Tag && (e.Kind == TaskTagged || e.Kind == TaskUntagged)
	})
	switch {
	case wanted && last != nil && last.Kind == TaskUntagged && !last.Own && !at.After(last.At.Add(clockError+q.Doubt)):
		return TagDecision{Reason: fmt.Sprintf("T%d stays without %s: %s took it off; the next change that is linked puts it back", q.Task, q.Tag, last.By)}
	case wanted:
		return TagDecision{Add: true, Reason: fmt.Sprintf("T%d: tagged %s: change %d is open", q.Task, q.Tag, open.Number)}
	case last == nil || last.Person:
		who := "a person"
		if last != nil {
			who = last.By
		}
		return TagDecision{Reason: fmt.Sprintf("T%d keeps %s though none of its changes is open: %s put it on", q.Task, q.Tag, who)}
	default:
		return TagDecision{Remove: true, Reason: fmt.Sprintf("T%d: no longer %s: none of its changes is open", q.Task, q.Tag)}
	}
}

// newestOpen is the linked open change that was linked, opened or restored last, and when.
func (q *TagQuestion) newestOpen() (*review.History, time.Time) {
	var last *review.History
	var at int64
	for _, h := range slices.SortedFunc(slices.Values(q.Changes), review.ByNumber) {
		if h.Status != review.StatusNew || !h.Linked(q.Task) {
			continue
		}
		if d := h.Newest(func(f *review.Fact) bool {
			return f.Kind == review.Created || f.Kind == review.WasRestored || f.Kind == review.Linked && int(f.Task) == q.Task
		}); last == nil || d > at {
			last, at = h, d
		}
	}
	return last, q.date(at)
}

// newestClosed is when the last of the changes was closed or lost its link.
func (q *TagQuestion) newestClosed() time.Time {
	var at int64
	for _, h := range q.Changes {
		at = max(at, h.Newest(func(f *review.Fact) bool {
			return f.Kind == review.WasSubmitted || f.Kind == review.WasAbandoned || f.Kind == review.Unlinked && int(f.Task) == q.Task
		}))
	}
	return q.date(at)
}

// date is a time of Gerrit's clock on Phabricator's.
func (q *TagQuestion) date(at int64) time.Time {
	if at == 0 {
		return time.Time{}
	}
	return onPhabricator(at, q.Skew)
}

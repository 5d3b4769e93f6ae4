package mapping

import (
	"slices"
	"time"

	"reviewsync/mapping/review"
)

// TagQuestion is everything that a decision on a tag depends on. Such a tag is on a task while a change
// that is linked to it is open.
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
	Task   int        `json:"task"`
	Tag    string     `json:"tag"`
	Code   TagCode    `json:"code"`
	Change review.Key `json:"change,omitzero"` // of TagOpen
	By     string     `json:"by,omitempty"`    // of TagKept and TagTakenOff: ID of the person's account; empty: not known
}

// TagCode is what makes a decision on a tag.
type TagCode string

// The codes.
const (
	TagAsIs     TagCode = ""          // there is nothing to say
	TagUnread   TagCode = "unread"    // ask again with the events
	TagOpen     TagCode = "open"      // it is put on, since Change is open
	TagClosed   TagCode = "closed"    // it is taken off, since no change is open
	TagKept     TagCode = "kept"      // no change is open, but By put it on
	TagTakenOff TagCode = "taken-off" // a change is open, but By took it off
)

// TagCodes lists those that are not empty.
func TagCodes() []TagCode {
	return []TagCode{TagUnread, TagOpen, TagClosed, TagKept, TagTakenOff}
}

// Effect is the write of the decision on a task as it was at its last edit; is: there is one.
func (d TagDecision) Effect(tag Named, modified time.Time) (e Effect, is bool) {
	e = Effect{Object: Object{Task: d.Task}, Since: modified.UTC(), Tag: Tagging{tag, d.Change}}
	switch d.Code {
	case TagOpen:
		e.Kind = EffectTag
	case TagClosed:
		e.Kind = EffectUntag
	case TagAsIs, TagUnread, TagKept, TagTakenOff:
		return Effect{}, false
	}
	return e, true
}

// DecideTag says whether a task should get or lose a tag. People's own tagging wins: what
// they put on is not taken off, and what they took off is put back only when another
// change is linked and open.
func DecideTag(q TagQuestion) TagDecision {
	open, at := q.newestOpen()
	wanted, d := open != nil, TagDecision{Task: q.Task, Tag: q.Tag}
	if wanted == q.Has {
		return d
	}
	start := q.Start
	switch {
	case !wanted:
		at = q.newestClosed()
	case q.Since.After(start):
		start = q.Since
	}
	if at.IsZero() || !at.After(start) || wanted && q.Barred {
		return d
	}
	if !q.EventsRead {
		d.Code = TagUnread
		return d
	}
	last := newest(q.Events, func(e Event) bool {
		return e.Tag == q.Tag && (e.Kind == TaskTagged || e.Kind == TaskUntagged)
	})
	switch {
	case wanted && last != nil && last.Kind == TaskUntagged && !last.Own && !at.After(last.At.Add(clockError+q.Doubt)):
		d.Code, d.By = TagTakenOff, last.By
	case wanted:
		d.Code, d.Change = TagOpen, open.Key
	case last == nil:
		d.Code = TagKept
	case last.Person:
		d.Code, d.By = TagKept, last.By
	default:
		d.Code = TagClosed
	}
	return d
}

// newestOpen is the open change that was linked, opened or restored last, and when.
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

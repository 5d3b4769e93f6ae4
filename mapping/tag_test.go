package mapping_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/tell"
)

// patched is a question about a task whose change vol1 pushed on Monday at 9, and for
// which alice ended it at 11, if so asked.
func patched(end review.Status) TagQuestion {
	w := externalWorld(firstMonday)
	c := w.gerrit.Push(at(9, 0, 0), 101, "vol1", "mediawiki/core", []int{1}, false)
	if end != review.StatusNew {
		c.Close(at(11, 0, 0), "alice", end)
	}
	return TagQuestion{Tag: "#patch", Task: 1, Has: end != review.StatusNew, Start: firstMonday, Changes: w.histories(), EventsRead: true}
}

func TestDecideTag(t *testing.T) {
	// did adds that somebody tagged or untagged the task.
	did := func(q *TagQuestion, kind EventKind, when time.Time, by string) {
		q.Events = append(q.Events, Event{Kind: kind, At: when, Order: len(q.Events), By: by, Person: by == "dan", Own: by == "reviewsync", Tag: "#patch"})
	}
	ours := func(q *TagQuestion) { did(q, TaskTagged, at(9, 0, 30), "reviewsync") }
	for _, c := range []struct {
		name   string
		end    review.Status
		change func(q *TagQuestion)
		want   string // "add", "remove", "unread"; empty: nothing
		reason string
	}{
		{"open", review.StatusNew, func(*TagQuestion) {}, "add", "T1: tagged #patch: change 101 is open"},
		{"open, events not read", review.StatusNew, func(q *TagQuestion) { q.EventsRead = false }, "unread", ""},
		{"open and tagged", review.StatusNew, func(q *TagQuestion) { q.Has = true }, "", ""},
		{"open before the start", review.StatusNew, func(q *TagQuestion) { q.Start = at(9, 0, 0) }, "", ""},
		{"no change", review.StatusNew, func(q *TagQuestion) { q.Changes = nil }, "", ""},
		{"a person's tag and no change", review.StatusNew, func(q *TagQuestion) { q.Changes, q.Has = nil, true }, "", ""},
		{"of another task", review.StatusNew, func(q *TagQuestion) { q.Task = 2 }, "", ""},
		{"taken off by a person before", review.StatusNew, func(q *TagQuestion) { did(q, TaskUntagged, at(8, 0, 0), "dan") }, "add", ""},
		{"taken off by a person since", review.StatusNew, func(q *TagQuestion) { did(q, TaskUntagged, at(10, 0, 0), "dan") }, "", "T1 stays without #patch: dan took it off; the next change that is linked puts it back"},
		{"taken off within the clocks' error", review.StatusNew, func(q *TagQuestion) { did(q, TaskUntagged, at(8, 59, 58), "dan") }, "", "dan took it off"},
		{"taken off within what nobody knows of the clocks", review.StatusNew, func(q *TagQuestion) { q.Doubt = time.Hour; did(q, TaskUntagged, at(8, 0, 0), "dan") }, "", "dan took it off"},
		{"taken off by us before", review.StatusNew, func(q *TagQuestion) { did(q, TaskUntagged, at(10, 0, 0), "reviewsync") }, "add", ""},
		{"another tag taken off", review.StatusNew, func(q *TagQuestion) {
			did(q, TaskUntagged, at(10, 0, 0), "dan")
			q.Events[0].Tag = "#other"
		}, "add", ""},
		{"Phabricator's clock is ahead", review.StatusNew, func(q *TagQuestion) {
			q.Skew = 2 * time.Hour
			did(q, TaskUntagged, at(10, 0, 0), "dan")
		}, "add", ""},
		{"merged", review.StatusMerged, ours, "remove", "T1: no longer #patch: none of its changes is open"},
		{"abandoned", review.StatusAbandoned, ours, "remove", ""},
		{"merged, and tagged by a bot", review.StatusMerged, func(q *TagQuestion) { did(q, TaskTagged, at(8, 0, 0), "HelperBot") }, "remove", ""},
		{"merged, and tagged by a person", review.StatusMerged, func(q *TagQuestion) { did(q, TaskTagged, at(8, 0, 0), "dan") }, "", "T1 keeps #patch though none of its changes is open: dan put it on"},
		{"merged, and tagged again by a person", review.StatusMerged, func(q *TagQuestion) {
			ours(q)
			did(q, TaskUntagged, at(10, 0, 0), "dan")
			did(q, TaskTagged, at(10, 1, 0), "dan")
		}, "", "dan put it on"},
		{"merged, and nobody knows who tagged it", review.StatusMerged, func(*TagQuestion) {}, "", "a person put it on"},
		{"merged before the start", review.StatusMerged, func(q *TagQuestion) { q.Start = at(11, 0, 0); ours(q) }, "", ""},
		{"merged and not tagged", review.StatusMerged, func(q *TagQuestion) { q.Has = false }, "", ""},
	} {
		q := patched(c.end)
		c.change(&q)
		d := DecideTag(q)
		got := ""
		switch d.Code { //nolint:exhaustive // the others leave the tag as it is
		case TagOpen:
			got = "add"
		case TagClosed:
			got = "remove"
		case TagUnread:
			got = "unread"
		}
		if got != c.want || !strings.Contains(tell.Tag(d, called), c.reason) || got == "" && c.reason == "" && tell.Tag(d, called) != "" {
			t.Errorf("%s: %q, want %q; the reason is\n\t%s", c.name, got, c.want, tell.Tag(d, called))
		}
		slices.Reverse(q.Events)
		slices.Reverse(q.Changes)
		if DecideTag(q) != d {
			t.Errorf("%s: the order in which things are read matters", c.name)
		}
	}
}

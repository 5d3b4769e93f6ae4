package storetest

import (
	"slices"
	"testing"
	"time"

	"reviewsync/internal/store"
)

func TestScopes(t *testing.T, o Opener) {
	s := o.Open(t)
	at := func(hour int) time.Time { return time.Date(2026, 12, 7, hour, 0, 0, 0, time.UTC) }
	tag, comments := store.Scope{Of: "tag #a", Text: "x", First: at(9)}, store.Scope{Of: "comments", Text: "x"}
	wide := store.Scope{Of: "tag #a", Text: "y", First: at(20)}
	for i, step := range []struct {
		wanted []store.Scope
		now    time.Time
		since  []time.Time
	}{
		{[]store.Scope{tag, comments}, at(9), []time.Time{at(9), {}}},
		{[]store.Scope{tag, comments}, at(10), []time.Time{at(9), {}}},
		{[]store.Scope{wide, comments}, at(11), []time.Time{at(11), {}}},
		{[]store.Scope{wide}, at(12), []time.Time{at(11)}},
		{[]store.Scope{tag}, at(13), []time.Time{at(13)}}, // as before, and another all the same
		{nil, at(14), []time.Time{}},
		{[]store.Scope{wide}, at(20), []time.Time{at(20)}}, // which nothing is known of any more
	} {
		got, err := s.Scopes(t.Context(), step.wanted, step.now)
		if err != nil || !slices.EqualFunc(got, step.since, time.Time.Equal) {
			t.Errorf("step %d: since %v, %v; want %v", i, got, err, step.since)
		}
	}
}

func TestFollowed(t *testing.T, o Opener) {
	s := o.Open(t)
	at := func(hour int) time.Time { return time.Date(2026, 12, 7, hour, 0, 0, 0, time.UTC) }
	for i, step := range []struct {
		now    string
		at     time.Time
		before string
		since  time.Time
	}{
		{"a", at(9), "", time.Time{}},
		{"a", at(10), "", time.Time{}},
		{"a b", at(11), "a", at(11)},
		{"a b", at(12), "a", at(11)},
		{"b", at(13), "a b", at(13)},
		{"a b", at(14), "b", at(14)},
		{"a b", at(15), "b", at(14)},
	} {
		before, since, err := s.Followed(t.Context(), step.now, step.at)
		if err != nil || before != step.before || !since.Equal(step.since) {
			t.Errorf("step %d: before %q, since %v, %v; want %q, %v", i, before, since, err, step.before, step.since)
		}
	}
}

package ingest

import (
	"reflect"
	"testing"
	"time"

	"reviewsync/mapping/review"
)

// Every date of a snapshot is bounded, also those that it gets one day.
func TestNothingOfAChangeLiesAhead(t *testing.T) {
	now := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	var c review.Change
	dates(reflect.ValueOf(&c).Elem(), func(d *time.Time) { *d = now.AddDate(74, 0, 0) })
	c.Created = now.Add(-time.Hour)
	notAhead(&c, now)
	n := 0
	dates(reflect.ValueOf(&c).Elem(), func(d *time.Time) {
		if n++; d.After(now) {
			t.Errorf("date %d is %s: %+v", n, d, c)
		}
	})
	if n < 10 {
		t.Errorf("only %d dates were checked", n)
	}
}

func TestWhatWasSaidInTheFuture(t *testing.T) {
	now := time.Date(2026, 12, 7, 9, 0, 0, 0, time.UTC)
	at := func(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }
	future := now.AddDate(74, 0, 0)
	c := review.Change{
		Created:   at(-60),
		PatchSets: []review.PatchSet{{Number: 1, Created: at(-60)}, {Number: 2, Created: at(-30)}, {Number: 3, Created: future}},
		Messages: []review.Message{
			{PatchSet: 1, Date: at(-50)},
			{PatchSet: 1, Date: future},
			{PatchSet: 2, Date: future},
			{PatchSet: 3, Date: future},
			{Date: future},
			{PatchSet: 3, Date: now},
		},
		Reviewers: []review.ReviewerUpdate{{Date: at(-20)}, {Date: future}},
	}
	notAhead(&c, now)
	third := at(-30).Add(time.Second)
	for i, want := range []time.Time{at(-50), at(-60).Add(time.Second), third, third.Add(time.Second), third.Add(time.Second), now} {
		if got := c.Messages[i].Date; !got.Equal(want) {
			t.Errorf("message %d is of %s, want %s", i, got, want)
		}
	}
	if got := c.PatchSets[2].Created; !got.Equal(third) {
		t.Errorf("patch set 3 is of %s", got)
	}
	if got := c.Reviewers[0].Date; !got.Equal(at(-20)) {
		t.Errorf("a date that is right became %s", got)
	}
}

// dates calls f for every date, with one entry in each list that has none.
func dates(v reflect.Value, f func(*time.Time)) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		f(v.Addr().Interface().(*time.Time))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				dates(v.Field(i), f)
			}
		}
	case v.Kind() == reflect.Slice:
		if v.Len() == 0 {
			v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		}
		for i := range v.Len() {
			dates(v.Index(i), f)
		}
	}
}

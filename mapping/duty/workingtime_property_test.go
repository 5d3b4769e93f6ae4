package duty_test

import (
	"testing"
	"time"

	"reviewsync/mapping/duty"

	"pgregory.net/rapid"
)

// anyOffice draws a working time with holidays around 2026.
func anyOffice(t *rapid.T) duty.WorkingTime {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{
		"UTC", "Europe/Berlin", "America/New_York", "Africa/Cairo", "America/Santiago", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Beirut",
	}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	w := duty.WorkingTime{Zone: zone}
	w.Days[rapid.IntRange(0, 6).Draw(t, "one day")] = true
	for i := range w.Days {
		w.Days[i] = w.Days[i] || rapid.Bool().Draw(t, "works")
	}
	from := rapid.IntRange(0, 24*60-1).Draw(t, "from")
	w.From, w.To = time.Duration(from)*time.Minute, time.Duration(rapid.IntRange(from+1, 24*60).Draw(t, "to"))*time.Minute
	around := duty.Day(20454) // 2026-01-01
	for _, d := range rapid.SliceOfNDistinct(rapid.IntRange(-400, 400), 0, 40, rapid.ID).Draw(t, "holidays") {
		w.Holidays = append(w.Holidays, around+duty.Day(d))
	}
	return w
}

var someTime = rapid.Custom(func(t *rapid.T) time.Time {
	near := rapid.Int64Range(1735689600, 1798761600) // 2025 and 2026
	far := rapid.Int64Range(2240438400, 2240611200)  // around the end of the leap year 2040
	return time.Unix(rapid.OneOf(near, far).Draw(t, "at"), 0)
})

// After and Between agree, and adjacent spans add up.
func TestPropertyWorkingTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, from := anyOffice(t), someTime.Draw(t, "from")
		d := time.Duration(rapid.Int64Range(1, 200*int64((w.To-w.From)/time.Second)).Draw(t, "seconds")) * time.Second
		end := w.After(from, d)
		if got := w.Between(from, end); got != d {
			t.Fatalf("%s after %s is %s, but %s lies between", d, from.In(w.Zone), end.In(w.Zone), got)
		}
		if got := w.Between(from, end.Add(-time.Second)); got != d-time.Second {
			t.Fatalf("%s is not the first instant: a second before it is %s", end.In(w.Zone), got)
		}
		between := someTime.Draw(t, "between")
		if between.After(from) && between.Before(end) && w.Between(from, between)+w.Between(between, end) != d {
			t.Fatalf("%s and %s are not %s", w.Between(from, between), w.Between(between, end), d)
		}
	})
}

// The working time is the number of seconds at which the clock shows working hours.
func TestPropertyWorkingTimeByTheClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, from := anyOffice(t), someTime.Draw(t, "from").Truncate(time.Minute)
		end := from.Add(time.Duration(rapid.IntRange(0, 4*24*60).Draw(t, "minutes")) * time.Minute)
		want := time.Duration(0)
		for at := from; at.Before(end); at = at.Add(time.Minute) {
			clock := at.In(w.Zone)
			since := time.Duration(clock.Hour())*time.Hour + time.Duration(clock.Minute())*time.Minute
			if w.Works(duty.DayOf(clock)) && w.From <= since && since < w.To {
				want += time.Minute
			}
		}
		if got := w.Between(from, end); got != want {
			t.Fatalf("from %s to %s: %s, by the clock %s", from.In(w.Zone), end.In(w.Zone), got, want)
		}
	})
}

// Midnight is the first second of a date.
func TestPropertyMidnight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, d := anyOffice(t), duty.Day(rapid.IntRange(15000, 21000).Draw(t, "day"))
		at := d.Midnight(w.Zone)
		if duty.DayOf(at.In(w.Zone)) < d || duty.DayOf(at.Add(-time.Second).In(w.Zone)) >= d {
			t.Fatalf("%s begins at %s", d, at.In(w.Zone))
		}
	})
}

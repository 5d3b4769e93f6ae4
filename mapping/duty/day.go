package duty

import (
	"fmt"
	"time"
)

// Day is a date of the calendar, in no time zone: the number of days since 1970-01-01.
type Day int

const secondsOfDay = 24 * 60 * 60

// DayOf is the date that a clock in t's own location shows.
func DayOf(t time.Time) Day {
	_, offset := t.Zone()
	return Day(floorDiv(t.Unix()+int64(offset), secondsOfDay))
}

// ParseDay reads a date such as 2026-12-07.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write one such as 2026-12-07", s)
	}
	return DayOf(t), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// String is the date as ParseDay reads it.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText writes the date as ParseDay reads it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads it again.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// Short is the date for a sentence: Dec 7.
func (d Day) Short() string { return d.utc().Format("Jan 2") }

// Weekday of the date.
func (d Day) Weekday() time.Weekday { return time.Weekday((int64(d)%7 + 7 + int64(time.Thursday)) % 7) }

// Midnight is the first instant of the date in a zone, in UTC; where the clock skips
// midnight, that at which it does.
func (d Day) Midnight(zone *time.Location) time.Time {
	clock := int64(d) * secondsOfDay
	for at := clock - secondsOfDay; ; { // no clock is ahead by so much
		offset, until := offsetAt(zone, at)
		if clock-offset < until {
			return time.Unix(max(clock-offset, at), 0).UTC()
		}
		at = until
	}
}

// offsetAt is by how much the clock of a zone is ahead of UTC at an instant, and until
// when it is at least, all in seconds. On the last day of a leap year Go says that this
// ended before (seen in Go 1.26, from 2040 on): then it is asked anew for the next day.
func offsetAt(zone *time.Location, at int64) (offset, until int64) {
	t := time.Unix(at, 0).In(zone)
	_, ahead := t.Zone()
	_, end := t.ZoneBounds()
	switch {
	case end.IsZero():
		return int64(ahead), endOfTime + secondsOfDay
	case end.After(t):
		return int64(ahead), end.Unix()
	}
	return int64(ahead), (floorDiv(at, secondsOfDay) + 1) * secondsOfDay
}

// Days are the dates from one to another, both included.
type Days struct {
	From Day `json:"from"`
	To   Day `json:"to"`
}

// Has says whether a date is one of them.
func (d Days) Has(day Day) bool { return d.From <= day && day <= d.To }

// And is what two spans have in common; false if that is nothing.
func (d Days) And(other Days) (Days, bool) {
	both := Days{max(d.From, other.From), min(d.To, other.To)}
	return both, both.From <= both.To
}

// String is the span for a sentence: Dec 21 to Jan 3.
func (d Days) String() string {
	if d.From == d.To {
		return d.From.Short()
	}
	return d.From.Short() + " to " + d.To.Short()
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

package duty

import (
	"fmt"
	"time"
)

// Day is a date of the calendar, in no time zone: the number of days since 1970-01-01.
type Day int

const secondsOfDay = 24 * 60 * 60

// DayOf returns the date of t in its location.
func DayOf(t time.Time) Day {
	_, offset := t.Zone()
	return Day(floorDiv(t.Unix()+int64(offset), secondsOfDay))
}

// ParseDay parses a date such as 2026-12-07.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no date; write one such as 2026-12-07", s)
	}
	return DayOf(t), nil
}

func (d Day) utc() time.Time { return time.Unix(int64(d)*secondsOfDay, 0).UTC() }

// String returns the date as ParseDay reads it.
func (d Day) String() string { return d.utc().Format(time.DateOnly) }

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// Short returns the date for a sentence: Dec 7.
func (d Day) Short() string { return d.utc().Format("Jan 2") }

// Weekday returns the day of the week.
func (d Day) Weekday() time.Weekday { return time.Weekday((int64(d)%7 + 7 + int64(time.Thursday)) % 7) }

// Midnight returns the first instant of the date in a zone, in UTC. It is later than 0:00 if
// the clock skips midnight.
func (d Day) Midnight(zone *time.Location) time.Time {
	clock := int64(d) * secondsOfDay
	for at := clock - secondsOfDay; ; { // no clock is ahead of UTC by a day
		offset, until := offsetAt(zone, at)
		if clock-offset < until {
			return time.Unix(max(clock-offset, at), 0).UTC()
		}
		at = until
	}
}

// offsetAt returns by how much the clock of a zone is ahead of UTC at an instant, and until when
// at least, all in seconds. On the last day of a leap year Go returns a time in the past (seen
// in Go 1.26, from 2040 on). Then it is until the next day.
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

// Has reports whether a date is one of them.
func (d Days) Has(day Day) bool { return d.From <= day && day <= d.To }

// And returns the dates that two spans have in common; false if there are none.
func (d Days) And(other Days) (Days, bool) {
	both := Days{max(d.From, other.From), min(d.To, other.To)}
	return both, both.From <= both.To
}

// String returns the span for a sentence: Dec 21 to Jan 3.
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

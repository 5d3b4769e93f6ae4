package duty

import (
	"math"
	"slices"
	"time"
)

// WorkingTime says when people work: on some days of the week, between two times by the clock
// of a zone, and not on holidays. Where the clock changes, time that it skips does not count,
// and time that it shows twice counts twice.
//
// Fractions of a second are ignored: the dates of both servers have none.
type WorkingTime struct {
	Zone     *time.Location
	Days     [7]bool       // by time.Weekday; at least one is set
	From, To time.Duration // since midnight by the clock, in whole seconds; From < To <= 24h
	Holidays []Day         // without duplicates
}

// DefaultWorkingTime is Monday to Friday from nine to five in UTC, without holidays.
func DefaultWorkingTime() WorkingTime {
	return WorkingTime{
		Zone: time.UTC, From: 9 * time.Hour, To: 17 * time.Hour,
		Days: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true},
	}
}

// endOfTime is later than any instant that is used, in Unix seconds.
const endOfTime = 1 << 40 // some 35,000 years

// Works reports whether a date is a working day.
func (w WorkingTime) Works(d Day) bool { return w.Days[d.Weekday()] && !slices.Contains(w.Holidays, d) }

// WorksIn reports whether one of these dates is a working day.
func (w WorkingTime) WorksIn(days Days) bool {
	return w.daysBefore(days.To+1) > w.daysBefore(days.From)
}

// Between returns the working time between two instants; 0 if the second is not later.
func (w WorkingTime) Between(from, to time.Time) time.Duration {
	sum := int64(0)
	for a, end := from.Unix(), to.Unix(); a < end; {
		offset, until := offsetAt(w.Zone, a)
		until = min(until, end)
		sum += w.worked(until+offset) - w.worked(a+offset)
		a = until
	}
	if sum > math.MaxInt64/int64(time.Second) {
		return math.MaxInt64
	}
	return time.Duration(sum) * time.Second
}

// After returns the first instant that is d of working time after t, in UTC.
func (w WorkingTime) After(t time.Time, d time.Duration) time.Time {
	left := int64((d + time.Second - 1) / time.Second)
	a := t.Unix()
	for left > 0 && a < endOfTime && w.workdays() > 0 {
		offset, until := offsetAt(w.Zone, a)
		before := w.worked(a + offset)
		if there := w.worked(until+offset) - before; there < left {
			left -= there
			a = until
			continue
		}
		return time.Unix(w.when(before+left)-offset, 0).UTC()
	}
	if left > 0 {
		return time.Unix(endOfTime, 0).UTC()
	}
	return time.Unix(a, 0).UTC()
}

// length returns the length of a working day in seconds.
func (w WorkingTime) length() int64 { return int64((w.To - w.From) / time.Second) }

// worked returns the working time in seconds since 1970, by a clock that never changes; negative
// before 1970.
func (w WorkingTime) worked(clock int64) int64 {
	day := floorDiv(clock, secondsOfDay)
	sum := w.daysBefore(Day(day)) * w.length()
	if w.Works(Day(day)) {
		sum += min(max(clock-day*secondsOfDay-int64(w.From/time.Second), 0), w.length())
	}
	return sum
}

// when is the inverse of worked: the first time at which it has this value.
func (w WorkingTime) when(worked int64) int64 {
	n := floorDiv(worked-1, w.length()) // whole working days before that time
	// Holidays delay the day. The later day may have more holidays before it, and so on.
	for day, off := Day(0), int64(-1); ; {
		skipped := w.holidaysUntil(day)
		if off == skipped {
			return int64(day)*secondsOfDay + int64(w.From/time.Second) + worked - n*w.length()
		}
		off, day = skipped, w.weekday(n+skipped)
	}
}

// weekday returns the date with n working days between 1970 and it, ignoring holidays.
func (w WorkingTime) weekday(n int64) Day {
	weeks := floorDiv(n, w.workdays())
	day := Day(weeks * 7)
	for left := n - weeks*w.workdays(); ; day++ {
		if !w.Days[day.Weekday()] {
			continue
		}
		if left == 0 {
			return day
		}
		left--
	}
}

// workdays returns how many days of a week are working days.
func (w WorkingTime) workdays() (n int64) {
	for _, works := range w.Days {
		if works {
			n++
		}
	}
	return n
}

// daysBefore returns the number of working days from 1970 to the day before a date; negative before 1970.
func (w WorkingTime) daysBefore(d Day) int64 {
	weeks := floorDiv(int64(d), 7)
	n := weeks * w.workdays()
	for day := Day(weeks * 7); day < d; day++ {
		if w.Days[day.Weekday()] {
			n++
		}
	}
	return n - w.holidaysUntil(d-1)
}

// holidaysUntil returns the number of holidays from 1970 to a date that fall on working days of
// the week. For a date before 1970 it is minus the number of those in between.
func (w WorkingTime) holidaysUntil(d Day) (n int64) {
	for _, h := range w.Holidays {
		switch {
		case !w.Days[h.Weekday()]:
		case 0 <= h && h <= d:
			n++
		case d < h && h < 0:
			n--
		}
	}
	return n
}

package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"reviewsync/mapping/duty"
)

// weekdays returns the names of the days in the file, by time.Weekday.
func weekdays() []string { return []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} }

// workingTime reads when people work.
func (r *reader) workingTime(v value) duty.WorkingTime {
	w := duty.DefaultWorkingTime()
	v.fields([]field{
		{name: "zone", read: func(v value) { w.Zone = v.zone() }},
		{name: "days", read: func(v value) { w.Days = v.weekdays() }},
		{name: "hours", read: func(v value) { w.From, w.To = v.hours() }},
		{name: "holidays", read: func(v value) {
			for _, item := range v.items() {
				if d, ok := item.day(); ok {
					w.Holidays = append(w.Holidays, d)
				}
			}
			v.unique(nil)
		}},
	})
	return w
}

// zone is a time zone by its name in the tz database.
func (v value) zone() *time.Location {
	s, ok := v.text()
	if !ok {
		return time.UTC
	}
	zone, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		v.wrong("no time zone %s; write one as AREA/CITY, such as Europe/Berlin, or UTC", label(s))
		return time.UTC
	}
	return zone
}

// weekdays is a list of days of the week.
func (v value) weekdays() (days [7]bool) {
	v.some()
	v.unique(nil)
	for _, item := range v.items() {
		name := item.node.Value
		i := slices.Index(weekdays(), strings.ToLower(name))
		switch {
		case !item.isSingle() || name == "": // reported by some
		case i < 0 && item.isSeveral():
			item.wrong("%s is no day of the week; if several are meant, write a list with a comma between them, such as [mon, tue]", label(name))
		case i < 0:
			item.wrong("%s is no day of the week; write mon, tue, wed, thu, fri, sat or sun", label(name))
		default:
			days[i] = true
		}
	}
	return days
}

// hours are two times of one day, since midnight.
func (v value) hours() (from, to time.Duration) {
	s, ok := v.text()
	if !ok {
		return 0, 0
	}
	first, second, two := strings.Cut(s, "-")
	from, fineFrom := timeOfDay(strings.TrimSpace(first))
	to, fineTo := timeOfDay(strings.TrimSpace(second))
	switch {
	case !two || !fineFrom || !fineTo:
		v.wrong("%s are no hours; write from and to as \"09:00-17:00\"", label(s))
	case from >= to:
		v.wrong("%s do not end after they begin; hours over midnight are not known here: write those of one day, 24:00 at the latest", label(s))
	}
	return from, to
}

// timeOfDay parses a time such as 09:00. 24:00 is the end of the day.
func timeOfDay(s string) (time.Duration, bool) {
	hour, minute, ok := strings.Cut(s, ":")
	h, errHour := strconv.ParseUint(hour, 10, 8)
	m, errMinute := strconv.ParseUint(minute, 10, 8)
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	return d, ok && errHour == nil && errMinute == nil && len(minute) == 2 && m < 60 && d <= 24*time.Hour
}

// day is a date without a time.
func (v value) day() (duty.Day, bool) {
	s, ok := v.text()
	if !ok {
		return 0, false
	}
	d, err := duty.ParseDay(s)
	if err != nil {
		v.wrong("%s is no day; write it as 2026-12-07, without a time", label(s))
	}
	return d, err == nil
}

// wholeDays is the length of a shift in days.
func (v value) wholeDays() int {
	const day = 24 * time.Hour
	d, ok := v.duration()
	switch {
	case !ok:
		return 0
	case d < day || d%day != 0:
		v.wrong("%s is no number of whole days; write a time span such as 1d, 1w or 2w", label(v.node.Value))
		return 0
	case d > longestShift*day:
		v.wrong("%s is longer than a year; write how long one shift lasts, such as 2w", label(v.node.Value))
		return 0
	}
	return int(d / day)
}

// notice is how long before its start a shift is fixed.
func (v value) notice() time.Duration {
	d, ok := v.duration()
	if ok && d > longestNotice {
		v.wrong("%s is too long: who is on duty would be fixed for more than half a year, and who joins would wait as long; write a time span such as 1w", fmt.Sprint(v.node.Value))
	}
	return d
}

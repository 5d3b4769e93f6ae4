package history

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// layouts are how a date may be written, in UTC if it does not say otherwise.
var layouts = []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly}

var (
	ofDay = regexp.MustCompile(`^\d{1,2}:\d{2}$`)
	ago   = regexp.MustCompile(`^(\d{1,6})([smhdw])$`)
	units = map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour}
)

// ParseTime reads when something was: a date, a time of today, or how long ago. flag is named in errors.
func ParseTime(flag, text string, now time.Time) (time.Time, error) {
	t, ok := parse(text, now.UTC())
	switch {
	case !ok:
		return t, fmt.Errorf("%s %s is no time; write 10:00 for today, 2026-12-07, \"2026-12-07 10:00\" (all UTC) or 2h for two hours ago", flag, text)
	case t.After(now):
		return t, fmt.Errorf("%s %s lies in the future: it is %s UTC now", flag, text, now.UTC().Format("2006-01-02 15:04"))
	}
	return t, nil
}

func parse(text string, now time.Time) (time.Time, bool) {
	if ofDay.MatchString(text) {
		t, err := time.Parse("2006-01-02 15:04", now.Format("2006-01-02 ")+text)
		return t, err == nil
	}
	if m := ago.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		return now.Add(-time.Duration(n) * units[m[2]]), err == nil
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

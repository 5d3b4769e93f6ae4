package main

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"reviewsync/internal/config"
	"reviewsync/mapping/duty"
	"reviewsync/mapping/tell"
)

// writeCalendar writes one event over whole days for each shift (RFC 5545). Its UID is
// that of the shift and does not depend on the people, so that a calendar that reads it again changes
// the event it has. The same plan gives the same bytes.
func writeCalendar(out io.Writer, cfg *config.Config, p duty.Plan) error {
	team := cfg.Rotation.TeamName
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//reviewsync//duty//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"X-WR-CALNAME:" + escaped("On duty: "+team),
	}
	for _, s := range p.Shifts {
		status := "TENTATIVE"
		if s.Near {
			status = "CONFIRMED"
		}
		lines = append(lines, "BEGIN:VEVENT",
			fmt.Sprintf("UID:%s", escaped(fmt.Sprintf("duty-%s-%s@%s", team, s.Days.From, host(cfg)))),
			"DTSTAMP:"+s.Start.UTC().Format("20060102T150405Z"), // there is no date at which it was written
			"DTSTART;VALUE=DATE:"+calendarDay(s.Days.From), "DTEND;VALUE=DATE:"+calendarDay(s.Days.To+1),
			"SUMMARY:"+escaped("On duty: "+strings.Join(whoOf(s), ", ")), "STATUS:"+status, "TRANSP:TRANSPARENT")
		if len(s.Holes) > 0 {
			var holes []string
			for _, h := range s.Holes {
				holes = append(holes, tell.Hole(s, h))
			}
			lines = append(lines, "DESCRIPTION:"+escaped(strings.Join(holes, "\n")))
		}
		lines = append(lines, "END:VEVENT")
	}
	lines = append(lines, "END:VCALENDAR")
	for _, line := range lines {
		if _, err := io.WriteString(out, folded75(line)); err != nil {
			return err
		}
	}
	return nil
}

func calendarDay(d duty.Day) string { return d.Midnight(time.UTC).Format("20060102") }

// escaped is a TEXT value.
func escaped(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// folded75 is a content line in pieces of at most 75 bytes, with their ends.
func folded75(line string) string {
	var out strings.Builder
	for room := 75; len(line) > room; room = 74 { // a space begins each further one
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		out.WriteString(line[:cut] + "\r\n ")
		line = line[cut:]
	}
	out.WriteString(line + "\r\n")
	return out.String()
}

package testworld

import (
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping/duty"
)

// OnCall is the project whose members are on duty.
const OnCall = "clinic-duty-on-call"

// Rotating adds a rotation to the config: two of the five people, in shifts of a week from
// Monday on, at midnight in Berlin, fixed four days ahead.
func (w *World) Rotating() *config.Rotation {
	w.Helper()
	w.Phab.AddProject("On call", OnCall)
	r := &config.Rotation{TeamName: "cpt", Members: w.Config.Teams["cpt"].Members, Calendar: true, Project: "#" + OnCall, Line: 90}
	for _, m := range r.Members {
		r.People = append(r.People, m.Gerrit)
	}
	r.Size, r.Length, r.Starts, r.Notice, r.Time = 2, 7, w.Day("2026-12-07"), 4*24*time.Hour, w.Config.WorkingTime
	zone, err := time.LoadLocation("Europe/Berlin")
	w.OK(err)
	r.Time.Zone = zone
	w.Config.Rotation = r
	w.Config.Gerrit.Poll = time.Hour // weeks pass here
	return r
}

// Day parses a date.
func (w *World) Day(s string) duty.Day {
	w.Helper()
	d, err := duty.ParseDay(s)
	w.OK(err)
	return d
}

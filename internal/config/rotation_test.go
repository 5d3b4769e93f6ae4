package config

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // for machines without

	"github.com/google/go-cmp/cmp"

	"reviewsync/mapping/duty"
)

// onDuty is a configuration with working time and a rotation, each key on its own line.
const onDuty = `gerrit: {url: https://gerrit.example.org/r, user: reviewsync}
phabricator: {url: https://phabricator.example.org}
teams:
  cpt: {members: [alice, bob, {gerrit: carol, phabricator: CarolX}, dave, erin]}
  all: {project: "#all"}
boards:
  - {board: b, team: cpt, rules: [{to: Done, when: {repositories: "*"}}]}
working_time:
  zone: Europe/Berlin
  days: [mon, tue, wed, thu]
  hours: "08:30-17:00"
  holidays: [2026-12-24, 2026-12-25]
rotation:
  team: cpt
  people: [dave, carol, bob, alice]
  size: 3
  every: 3w
  starts: 2026-12-07
  notice: 10d
  away: phabricator
  absences:
    - {who: bob, from: 2026-12-21, to: 2027-01-03}
  swaps:
    - {from: 2026-12-10, out: alice, in: dave}
    - {from: 2026-12-29, to: 2027-01-05, out: carol, in: alice}
  project: "#clinic-duty-on-call"
  exclusive: true
`

func TestRotation(t *testing.T) {
	secrets(t)
	c := parse(t, onDuty)
	if len(c.Warnings) > 0 {
		t.Errorf("warnings: %q", c.Warnings)
	}
	day := func(s string) duty.Day {
		d, err := duty.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	work := duty.WorkingTime{
		Zone: berlin, From: 8*time.Hour + 30*time.Minute, To: 17 * time.Hour, Holidays: []duty.Day{day("2026-12-24"), day("2026-12-25")},
		Days: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true},
	}
	if d := cmp.Diff(work, c.WorkingTime, equal); d != "" {
		t.Errorf("working time (-want +got)\n%s", d)
	}
	want := &Rotation{
		Rotation: duty.Rotation{
			People: []string{"dave", "carol", "bob", "alice"}, Size: 3, Length: 21, Starts: day("2026-12-07"), Notice: 10 * 24 * time.Hour, Time: work,
			Absences: []duty.Absence{{Who: "bob", Days: duty.Days{From: day("2026-12-21"), To: day("2027-01-03")}}},
			Swaps: []duty.Swap{
				{Days: duty.Days{From: day("2026-12-10"), To: day("2026-12-27")}, Out: "alice", In: "dave", Line: 24},
				{Days: duty.Days{From: day("2026-12-29"), To: day("2027-01-05")}, Out: "carol", In: "alice", Line: 25},
			},
		},
		TeamName: "cpt", Members: c.Teams["cpt"].Members, Calendar: true, Project: "#clinic-duty-on-call", Exclusive: true, Line: 14,
	}
	if d := cmp.Diff(want, c.Rotation, equal); d != "" {
		t.Errorf("rotation (-want +got)\n%s", d)
	}
}

func TestRotationDefaults(t *testing.T) {
	secrets(t)
	before, _, _ := strings.Cut(onDuty, "working_time:")
	c := parse(t, before+"rotation: {starts: 2026-12-07, team: cpt}\n")
	r := c.Rotation
	if strings.Join(r.People, " ") != "alice bob carol dave erin" || r.Size != 2 || r.Length != 14 || r.Notice != 7*24*time.Hour || r.Calendar || r.Project != "" || r.Exclusive {
		t.Errorf("rotation %+v", r)
	}
	if d := cmp.Diff(duty.DefaultWorkingTime(), r.Time, equal); d != "" || c.WorkingTime.Zone != time.UTC {
		t.Errorf("working time (-want +got)\n%s", d)
	}
	if c := parse(t, before+"rotation: {starts: 2026-12-07, team: all}\n"); len(c.Rotation.People) > 0 {
		t.Errorf("of a project: %q", c.Rotation.People)
	}
	if c := parse(t, before); c.Rotation != nil {
		t.Errorf("without one: %+v", c.Rotation)
	}
}

func TestMistakesInRotation(t *testing.T) {
	for _, c := range []struct{ old, with, want string }{
		{"Europe/Berlin", "Berlin", "9: working_time.zone: no time zone Berlin; write one as AREA/CITY, such as Europe/Berlin, or UTC"},
		{"Europe/Berlin", "Local", "9: working_time.zone: no time zone Local; write one as AREA/CITY, such as Europe/Berlin, or UTC"},
		{"tue, ", "tuesday, ", "10: working_time.days[1]: tuesday is no day of the week; write mon, tue, wed, thu, fri, sat or sun"},
		{"tue, ", "mon, ", "10: working_time.days[1]: mon is there twice, first on line 10; keep one"},
		{"[mon, tue, wed, thu]", "[]", "10: working_time.days: an empty list; name at least one or take the key out"},
		{"[mon, tue, wed, thu]", "mon,tue", "10: working_time.days: \"mon,tue\" is no day of the week; if several are meant, write a list with a comma between them, such as [mon, tue]"},
		{"08:30-17:00", "22:00-06:00", "11: working_time.hours: \"22:00-06:00\" do not end after they begin; hours over midnight are not known here: write those of one day, 24:00 at the latest"},
		{"08:30-17:00", "8-17", "11: working_time.hours: 8-17 are no hours; write from and to as \"09:00-17:00\""},
		{"08:30-17:00", "08:30-24:01", "11: working_time.hours: \"08:30-24:01\" are no hours; write from and to as \"09:00-17:00\""},
		{"2026-12-24,", "2026-24-12,", "12: working_time.holidays[0]: 2026-24-12 is no day; write it as 2026-12-07, without a time"},
		{"2026-12-24,", "2026-12-25,", "12: working_time.holidays[1]: 2026-12-25 is there twice, first on line 12; keep one"},
		{"  team: cpt\n  people", "  team: ctp\n  people", "14: rotation.team: no team ctp; define it under teams, or name one that is there: all, cpt"},
		{"  team: cpt\n", "", "14: rotation.team: missing; name the team that takes turns, as teams defines it"},
		{"[dave, carol", "[dave, carl", "15: rotation.people[1]: nobody called carl is in team cpt; did you mean carol?"},
		{"[dave, carol", "[dave, CarolX", "15: rotation.people[1]: CarolX is carol's name on Phabricator; write carol"},
		{"[dave, carol", "[dave, nobody, carol", "15: rotation.people[1]: nobody called nobody is in team cpt; name one of alice, bob, carol, dave, erin"},
		{"[dave, carol", "[dave, dave, carol", "15: rotation.people[1]: dave is there twice, first on line 15; keep one"},
		{"size: 3", "size: 5", "16: rotation.size: 5 people cannot be on duty at a time: there are 4 (dave, carol, bob, alice); name more people, or write a smaller size"},
		{"size: 3", "size: 0", "16: rotation.size: 0 is no number of people; write a whole number from 1"},
		{"every: 3w", "every: 36h", "17: rotation.every: 36h is no number of whole days; write a time span such as 1d, 1w or 2w"},
		{"every: 3w", "every: 60w", "17: rotation.every: 60w is longer than a year; write how long one shift lasts, such as 2w"},
		{"every: 3w", "every: 3", "17: rotation.every: 3 has no unit; write 3s for seconds, or use m, h, d, w"},
		{"starts: 2026-12-07", "starts: 2026-12-07T09:00:00Z", "18: rotation.starts: \"2026-12-07T09:00:00Z\" is no day; write it as 2026-12-07, without a time"},
		{"starts: 2026-12-07", "starts: 1999-12-31", "18: rotation.starts: 1999-12-31 is too long ago; write the day on which a shift began not long before the first one that counts"},
		{"  starts: 2026-12-07\n", "", "14: rotation.starts: missing; write the day on which the first shift begins, such as 2026-12-07"},
		{"notice: 10d", "notice: 53w", "19: rotation.notice: 53w is too long: who is on duty would be fixed for more than half a year, and who joins would wait as long; write a time span such as 1w"},
		{"away: phabricator", "away: gerrit", "20: rotation.away: nobody can be asked at gerrit who is away; write phabricator, or take the key out"},
		{"who: bob", "who: bobb", "22: rotation.absences[0].who: nobody called bobb is in team cpt; did you mean bob?"},
		{"who: bob", "who: erin", "22: rotation.absences[0].who: erin takes no turns; add the name to people, or take this out"},
		{"who: bob, ", "", "22: rotation.absences[0].who: missing; write who is away"},
		{"to: 2027-01-03", "to: 2026-12-20", "22: rotation.absences[0]: ends on 2026-12-20, before it begins on 2026-12-21; put the first day into from"},
		{"from: 2026-12-10, ", "from: 2026-12-06, ", "24: rotation.swaps[0]: nobody is on duty on 2026-12-06, before starts; write a later day"},
		{"from: 2026-12-10, out: alice, in: dave", "from: 2026-12-10", "24: rotation.swaps[0]: changes nothing; write who comes in (in: NAME), who goes out (out: NAME), or both"},
		{"out: alice, in: dave", "out: dave, in: dave", "24: rotation.swaps[0]: dave would go out and come in; name two people"},
		{"out: alice, in: dave", "out: alice, in: bob", "24: rotation.swaps[0]: bob is away Dec 21 to Jan 3, by absences; name somebody else"},
		{"out: alice, in: dave", "out: alice, in: dav", "24: rotation.swaps[0].in: nobody called dav is in team cpt; did you mean dave?"},
		{"to: 2027-01-05, ", "to: 2026-12-28, ", "25: rotation.swaps[1]: ends on 2026-12-28, before it begins on 2026-12-29; put the first day into from"},
		{"to: 2027-01-05, ", "to: 2027-01-20, ", "25: rotation.swaps[1]: goes on after 2027-01-17, when the shift of 2026-12-28 ends; write one swap for each shift"},
		{"from: 2026-12-29, to: 2027-01-05, out: carol, in: alice", "from: 2026-12-20, out: dave, in: carol", "25: rotation.swaps[1]: contradicts the swap on line 24 on 2026-12-20; write one that says who is on duty in the end"},
		{"from: 2026-12-29, to: 2027-01-05, out: carol, in: alice", "from: 2026-12-20, out: alice, in: carol", "25: rotation.swaps[1]: alice goes out on 2026-12-20 already, by the swap on line 24; keep one"},
		{"from: 2026-12-29, to: 2027-01-05, out: carol, in: alice", "from: 2026-12-20, out: carol, in: dave", "25: rotation.swaps[1]: dave comes in on 2026-12-20 already, by the swap on line 24; name somebody else"},
		{"  project: \"#clinic-duty-on-call\"\n", "", "26: rotation.exclusive: there is no project whose members it could be about; write project: \"#NAME\", or take exclusive out"},
		{"exclusive: true", "exclusiv: true", "27: rotation.exclusiv: unknown key; did you mean exclusive?"},
	} {
		secrets(t)
		if !strings.Contains(onDuty, c.old) {
			t.Errorf("%q is not in the configuration", c.old)
		}
		_, err := Parse("a.yaml", []byte(strings.Replace(onDuty, c.old, c.with, 1)))
		if got := fmt.Sprint(err); got != "a.yaml:"+c.want {
			t.Errorf("%s -> %s:\n got %s\nwant a.yaml:%s", c.old, c.with, got, c.want)
		}
	}
}

func TestMistakesOfAProject(t *testing.T) {
	secrets(t)
	before, _, _ := strings.Cut(onDuty, "working_time:")
	for rotation, want := range map[string]string{
		`{team: all, starts: 2026-12-07, project: All}`:                    "a.yaml:8: rotation.project: #all is the team itself, which would lose everybody who is not on duty; name another project",
		`{team: all, starts: 2026-12-07, people: [zoe]}`:                   "a.yaml:8: rotation: 2 people cannot be on duty at a time: there is 1 (zoe); name more people, or write a smaller size",
		`{team: cpt, starts: 2026-12-07, absences: {who: bob}}`:            "a.yaml:8: rotation.absences: keys where a list was expected; begin each element with a dash",
		`{team: cpt, starts: x, swaps: [{from: 2026-12-10, in: nobody}]}`:  "a.yaml:8: rotation.starts: x is no day; write it as 2026-12-07, without a time",
		`{team: cpt, starts: 2026-12-07, every: 0w, swaps: [{in: alice}]}`: "a.yaml:8: rotation.every: 0w is no number of whole days; write a time span such as 1d, 1w or 2w",
	} {
		if _, err := Parse("a.yaml", []byte(before+"rotation: "+rotation+"\n")); fmt.Sprint(err) != want {
			t.Errorf("%s:\n got %v\nwant %s", rotation, err, want)
		}
	}
	c := parse(t, before+"rotation: {team: cpt, people: [alice, bob], size: 2, starts: 2026-12-07}\n")
	want := []string{"reviewsync.yaml:8: rotation.size: all 2 people are always on duty, so nobody takes turns"}
	if d := cmp.Diff(want, c.Warnings); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

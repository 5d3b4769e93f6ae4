package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/testworld"
	"reviewsync/mapping/duty"
)

// duty is `reviewsync duty`.
func (w *world) duty(c *dutyCommand) string {
	w.Helper()
	var text bytes.Buffer
	if c.Weeks == 0 {
		c.Weeks = 3
	}
	o := w.options()
	w.OK(c.show(w.Context(), w.Config, o, output{out: &text, log: o.Log}))
	return text.String()
}

func TestDutyCommand(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		r := w.Rotating()
		w.Config.Path = "reviewsync.yaml"
		r.Absences = []duty.Absence{{Who: "dave", Days: duty.Days{From: w.Day("2026-12-16"), To: w.Day("2026-12-16")}}}
		r.Swaps = []duty.Swap{
			{Days: duty.Days{From: w.Day("2026-12-09"), To: w.Day("2026-12-13")}, Out: "bob", In: "dave", Line: 95},
			{Days: duty.Days{From: w.Day("2026-12-21"), To: w.Day("2026-12-27")}, Out: "carol", In: "alice", Line: 96},
		}
		want := `On duty for cpt; shifts begin at midnight, Europe/Berlin.

Mon Dec  7 2026 - Sun Dec 13 2026  now, to be fixed  alice, bob (Dec 7 to Dec 8), dave (Dec 9 to Dec 13)
Mon Dec 14 2026 - Sun Dec 20 2026  planned           carol, erin
Mon Dec 21 2026 - Sun Dec 27 2026  planned           alice, bob
Mon Dec 28 2026 - Sun Jan  3 2027  planned           dave, carol

reviewsync.yaml:96: this swap does nothing: carol is not on duty Dec 21 to Dec 27, or alice is anyway
`
		if d := cmp.Diff(want, w.duty(&dutyCommand{})); d != "" {
			t.Errorf("(-want +got)\n%s", d)
		}
		if _, err := os.Stat(w.Config.Store.Path); !os.IsNotExist(err) {
			t.Errorf("it made a store: %v", err)
		}
		if n := w.Phab.Requests()["project.edit"] + w.Phab.Requests()["maniphest.edit"]; n > 0 {
			t.Errorf("%d edits", n)
		}
		w.sync()
		got := w.duty(&dutyCommand{Why: true})
		for _, part := range []string{"now, fixed", "  bob: dave is on duty instead Dec 9 to Dec 13\n", "  dave: on duty Dec 9 to Dec 13 in place of bob\n", "  dave: away Dec 16\n", "  carol: on duty, never was before\n"} {
			if !strings.Contains(got, part) {
				t.Errorf("no %q in\n%s", part, got)
			}
		}
		var report dutyJSON
		if err := json.Unmarshal([]byte(w.duty(&dutyCommand{JSON: true})), &report); err != nil {
			t.Fatal(err)
		}
		if report.Zone != "Europe/Berlin" || !slices.Equal(report.OnDuty, []string{"alice", "bob"}) || len(report.Shifts) != 4 || len(report.Unused) != 1 ||
			report.Shifts[1].OnDuty[1] != (stintJSON{"erin", "2026-12-14", "2026-12-20"}) || !report.Shifts[0].Fixed || report.Shifts[1].Fixed {
			t.Errorf("the report is %+v", report)
		}

		w.ToPhab.Set(func(*http.Request) testworld.Trouble { // the calendar cannot be asked
			return func(*http.Request, http.RoundTripper) (*http.Response, error) { return nil, syscall.ECONNREFUSED }
		})
		if got := w.duty(&dutyCommand{}); !strings.Contains(got, "carol, erin") {
			t.Errorf("without Phabricator:\n%s", got)
		}
	})
}

// The calendar has one event for a shift, with an id that stays, in lines that a calendar can read.
func TestDutyAsACalendar(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		r := w.Rotating()
		text := w.duty(&dutyCommand{ICal: true})
		want := strings.ReplaceAll(`BEGIN:VEVENT
UID:duty-cpt-2026-12-14@phabricator.example.org
DTSTAMP:20261213T230000Z
DTSTART;VALUE=DATE:20261214
DTEND;VALUE=DATE:20261221
SUMMARY:On duty: carol\, dave
STATUS:TENTATIVE
TRANSP:TRANSPARENT
END:VEVENT
`, "\n", "\r\n")
		if !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") || !strings.HasSuffix(text, "\r\nEND:VCALENDAR\r\n") || !strings.Contains(text, want) {
			t.Errorf("the calendar is\n%s", text)
		}
		if again := w.duty(&dutyCommand{ICal: true}); again != text {
			t.Errorf("the same plan, another calendar:\n%s", again)
		}
		w.sync()
		r.People = []string{"älice;\\", "carol", "dave", "erin", "zoe"}
		r.Absences = nil
		gone := w.duty(&dutyCommand{ICal: true})
		if !strings.Contains(gone, "UID:duty-cpt-2026-12-14@phabricator.example.org\r\n") {
			t.Errorf("the shift has another id:\n%s", gone)
		}
		unfolded := strings.ReplaceAll(gone, "\r\n ", "")
		if !strings.Contains(unfolded, `is not in the rotation any more\; write who takes over under rotation.swaps: {from: 2026-12-07\, out: alice\, in: `) ||
			!strings.Contains(unfolded, "älice\\;\\\\") {
			t.Errorf("the calendar is\n%s", gone)
		}
		for line := range strings.SplitSeq(gone, "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
		}
	})
}

func TestDutyWithoutARotation(t *testing.T) {
	t.Parallel()
	inWorld(t, func(w *world) {
		for _, c := range []struct {
			weeks int
			want  string
		}{{8, "has no rotation; docs/rules.md says how to write one"}, {0, "--weeks 0: write a number from 1 to 520"}} {
			if c.weeks == 0 {
				w.Rotating()
			}
			err := (&dutyCommand{Weeks: c.weeks}).show(w.Context(), w.Config, w.options(), output{})
			if !strings.Contains(fmt.Sprint(err), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		}
	})
}

package duty_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/mapping/duty"
	"reviewsync/mapping/tell"

	"github.com/google/go-cmp/cmp"
)

// clinic is a rotation of two out of five people, for two weeks at a time from Dec 7, fixed a week ahead.
func clinic(t testing.TB) duty.Rotation {
	t.Helper()
	return duty.Rotation{
		People: []string{"alice", "bob", "carol", "dave", "erin"}, Size: 2, Length: 14,
		Starts: date(t, "2026-12-07"), Notice: 7 * 24 * time.Hour, Time: office(t, "Europe/Berlin"),
	}
}

// daysOf parses "2026-12-21 2027-01-03", or a single date.
func daysOf(t testing.TB, s string) duty.Days {
	t.Helper()
	from, to, two := strings.Cut(s, " ")
	if !two {
		to = from
	}
	return duty.Days{date(t, from), date(t, to)}
}

// noon returns noon of a date.
func noon(t testing.TB, day string) time.Time {
	t.Helper()
	return date(t, day).Midnight(time.UTC).Add(12 * time.Hour)
}

// shown returns a plan as a text: fixed shifts have an exclamation mark, those about to be fixed a dot.
func shown(p duty.Plan) string {
	var out strings.Builder
	for _, s := range p.Shifts {
		mark := ""
		switch {
		case s.Fixed:
			mark = "!"
		case s.Near:
			mark = "."
		}
		fmt.Fprintf(&out, "%s%s:", s.Days, mark)
		for _, at := range s.Stints {
			name := at.Who
			if name == "" {
				name = "-"
			}
			if at.Days != s.Days {
				name += " " + at.Days.String()
			}
			fmt.Fprintf(&out, " %s", name)
		}
		out.WriteByte('\n')
		for _, h := range s.Holes {
			fmt.Fprintf(&out, "  %s\n", tell.Hole(s, h))
		}
	}
	return out.String()
}

func TestRotation(t *testing.T) {
	for name, c := range map[string]struct {
		set  func(r *duty.Rotation, q *duty.Question)
		now  string
		want string
	}{
		"people take turns": {nil, "2026-12-10", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3: carol dave
Jan 4 to Jan 17: erin alice
`},
		"before the first shift": {nil, "2026-11-01", `
Dec 7 to Dec 20: alice bob
`},
		"the coming shift within the notice": {nil, "2026-12-14", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3.: carol dave
Jan 4 to Jan 17: erin alice
Jan 18 to Jan 31: bob carol
`},
		"three at a time": {func(r *duty.Rotation, _ *duty.Question) { r.Size = 3 }, "2026-12-10", `
Dec 7 to Dec 20.: alice bob carol
Dec 21 to Jan 3: dave erin alice
Jan 4 to Jan 17: bob carol dave
`},
		"an absence": {func(r *duty.Rotation, _ *duty.Question) {
			r.Absences = []duty.Absence{{"carol", daysOf(t, "2026-12-30 2026-12-30")}}
		}, "2026-12-10", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3: dave erin
Jan 4 to Jan 17: carol alice
`},
		"an absence on a weekend and a holiday": {func(r *duty.Rotation, _ *duty.Question) {
			r.Absences = []duty.Absence{{"carol", daysOf(t, "2027-01-01 2027-01-03")}}
			r.Time.Holidays = []duty.Day{date(t, "2027-01-01")}
		}, "2026-12-10", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3: carol dave
Jan 4 to Jan 17: erin alice
`},
		"nobody is left": {func(r *duty.Rotation, _ *duty.Question) {
			r.People = []string{"alice", "bob"}
			r.Absences = []duty.Absence{{"bob", daysOf(t, "2026-12-21 2026-12-23")}}
		}, "2026-12-10", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3: alice -
  one of 2 places is open Dec 21 to Jan 3: nobody is left for it; write who takes over under rotation.swaps: {from: 2026-12-21, in: NAME}
Jan 4 to Jan 17: bob alice
`},
		"a swap for a whole shift": {func(r *duty.Rotation, _ *duty.Question) {
			r.Swaps = []duty.Swap{{Days: daysOf(t, "2026-12-21 2027-01-03"), Out: "carol", In: "erin"}}
		}, "2026-12-10", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3: erin dave
Jan 4 to Jan 17: carol alice
`},
		"swaps for some days": {func(r *duty.Rotation, _ *duty.Question) {
			r.Swaps = []duty.Swap{
				{Days: daysOf(t, "2026-12-24 2026-12-27"), Out: "carol", In: "alice"},
				{Days: daysOf(t, "2026-12-28 2027-01-03"), Out: "carol", In: "bob"},
			}
		}, "2026-12-20", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3.: carol Dec 21 to Dec 23 alice Dec 24 to Dec 27 bob Dec 28 to Jan 3 dave
Jan 4 to Jan 17: erin carol
Jan 18 to Jan 31: alice bob
`},
		"a fixed shift stays when people come and go": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{{Days: daysOf(t, "2026-12-07 2026-12-20"), People: []string{"alice", "bob"}}, {Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "dave"}}}
			r.People = []string{"zoe", "alice", "bob", "carol", "erin"}
		}, "2026-12-15", `
Dec 7 to Dec 20!: alice bob
Dec 21 to Jan 3!: carol dave
  dave, on duty Dec 21 to Jan 3, is not in the rotation any more; write who takes over under rotation.swaps: {from: 2026-12-21, out: dave, in: zoe}
Jan 4 to Jan 17: zoe erin
Jan 18 to Jan 31: alice bob
`},
		"two holes": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{{Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"yves", "zoe"}}}
		}, "2026-12-22", `
Dec 21 to Jan 3!: yves zoe
  yves, on duty Dec 21 to Jan 3, is not in the rotation any more; write who takes over under rotation.swaps: {from: 2026-12-21, out: yves, in: carol}
  zoe, on duty Dec 21 to Jan 3, is not in the rotation any more; write who takes over under rotation.swaps: {from: 2026-12-21, out: zoe, in: dave}
Jan 4 to Jan 17: carol dave
Jan 18 to Jan 31: erin alice
`},
		"a swap fills the hole": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{{Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "dave"}}}
			r.Absences = []duty.Absence{{"dave", daysOf(t, "2026-12-24 2026-12-30")}}
			r.Swaps = []duty.Swap{{Days: daysOf(t, "2026-12-24 2026-12-30"), Out: "dave", In: "erin"}}
		}, "2026-12-15", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3!: carol dave Dec 21 to Dec 23 erin Dec 24 to Dec 30 dave Dec 31 to Jan 3
Jan 4 to Jan 17: alice bob
Jan 18 to Jan 31: carol dave
`},
		"somebody of a fixed shift is away": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{{Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "dave"}}}
			r.Absences = []duty.Absence{{"dave", daysOf(t, "2026-12-24 2026-12-30")}}
		}, "2026-12-22", `
Dec 21 to Jan 3!: carol dave
  dave, on duty Dec 21 to Jan 3, is away Dec 24 to Dec 30; write who takes over under rotation.swaps: {from: 2026-12-24, to: 2026-12-30, out: dave, in: erin}
Jan 4 to Jan 17: erin alice
Jan 18 to Jan 31: bob carol
`},
		"a hole that is over": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{{Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "dave"}}}
			r.Absences = []duty.Absence{{"dave", daysOf(t, "2026-12-24 2026-12-30")}}
		}, "2026-12-31", `
Dec 21 to Jan 3!: carol dave
Jan 4 to Jan 17.: erin alice
Jan 18 to Jan 31: bob carol
Feb 1 to Feb 14: dave erin
`},
		"away by the calendar": {func(r *duty.Rotation, q *duty.Question) {
			q.Away = map[string]time.Time{
				"bob":   noon(t, "2026-12-18"),                    // the 18th is worked for a part
				"carol": noon(t, "2026-12-22").Add(6 * time.Hour), // back in the evening
				"alice": noon(t, "2026-12-16"),                    // back today
				"guest": noon(t, "2027-12-22"),
			}
		}, "2026-12-16", `
Dec 7 to Dec 20.: alice bob
  bob, on duty Dec 7 to Dec 20, is away until Dec 17 by the calendar; write who takes over under rotation.swaps: {from: 2026-12-16, to: 2026-12-17, out: bob, in: dave}
Dec 21 to Jan 3.: dave erin
Jan 4 to Jan 17: carol alice
Jan 18 to Jan 31: bob dave
`},
		"a place that a swap leaves open": {func(r *duty.Rotation, _ *duty.Question) {
			r.Swaps = []duty.Swap{{Days: daysOf(t, "2026-12-21 2027-01-03"), Out: "carol"}}
		}, "2026-12-16", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3.: - dave
  one place is open Dec 21 to Jan 3: a swap took somebody out; write who takes over under rotation.swaps: {from: 2026-12-21, in: carol}
Jan 4 to Jan 17: carol erin
Jan 18 to Jan 31: alice bob
`},
		"one more": {func(r *duty.Rotation, _ *duty.Question) {
			r.Swaps = []duty.Swap{{Days: daysOf(t, "2026-12-21"), In: "erin"}}
		}, "2026-12-16", `
Dec 7 to Dec 20.: alice bob
Dec 21 to Jan 3.: carol dave erin Dec 21
Jan 4 to Jan 17: alice bob
Jan 18 to Jan 31: carol dave
`},
		"shifts were of another length": {func(r *duty.Rotation, q *duty.Question) {
			q.Fixed = []duty.FixedShift{
				{Days: daysOf(t, "2026-12-07 2026-12-20"), People: []string{"alice", "bob"}, Served: []string{"alice", "erin"}},
				{Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "dave"}},
			}
			r.Length = 7
		}, "2026-12-29", `
Dec 28 to Jan 3.: bob alice
Jan 4 to Jan 10.: erin carol
Jan 11 to Jan 17: dave bob
Jan 18 to Jan 24: alice erin
Jan 25 to Jan 31: carol dave
Feb 1 to Feb 7: bob alice
`},
	} {
		t.Run(name, func(t *testing.T) {
			r, q := clinic(t), duty.Question{Now: noon(t, c.now), Weeks: 5}
			if c.set != nil {
				c.set(&r, &q)
			}
			if d := cmp.Diff(strings.TrimPrefix(c.want, "\n"), shown(r.Plan(q))); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestRotationReasons(t *testing.T) {
	r := clinic(t)
	r.Absences = []duty.Absence{{"alice", daysOf(t, "2026-12-10 2027-01-03")}, {"erin", daysOf(t, "2026-12-28 2027-01-05")}}
	r.Swaps = []duty.Swap{{Days: daysOf(t, "2026-12-24 2026-12-27"), Out: "carol", In: "dave"}, {Days: daysOf(t, "2027-01-04"), Out: "alice", In: "carol"}}
	p := r.Plan(duty.Question{Now: noon(t, "2026-12-07"), Weeks: 4, Fixed: []duty.FixedShift{{Days: daysOf(t, "2026-12-07 2026-12-20"), People: []string{"alice", "bob"}}}})
	var got []string
	for _, s := range p.Shifts {
		var reasons []string
		for _, r := range s.Reasons {
			reasons = append(reasons, tell.OnDuty(r))
		}
		got = append(got, fmt.Sprintf("%s: %s", s.Days, strings.Join(reasons, "; ")))
	}
	want := []string{
		"Dec 7 to Dec 20: alice: on duty, as announced before; bob: on duty, as announced before; carol: was not chosen when this was announced; dave: was not chosen when this was announced; erin: was not chosen when this was announced",
		"Dec 21 to Jan 3: alice: away until Jan 3; bob: was on duty last; carol: on duty, never was before; dave: on duty, never was before; erin: away Dec 28 to Jan 5",
		"Jan 4 to Jan 17: alice: carol is on duty instead Jan 4; bob: on duty, last was until Dec 20; carol: on duty Jan 4 in place of alice; dave: was on duty last; erin: away until Jan 5",
	}
	if d := cmp.Diff(want, got[:3]); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if want := []duty.Swap{r.Swaps[0]}; !slices.Equal(p.Unused, want) { // dave is on duty then anyway
		t.Errorf("unused swaps %+v, want %+v", p.Unused, want)
	}
	if got := p.OnDuty(); !slices.Equal(got, []string{"alice", "bob"}) {
		t.Errorf("on duty: %q", got)
	}
}

// Nobody is on duty much more often than others.
func TestRotationIsFair(t *testing.T) {
	r := clinic(t)
	r.Absences = []duty.Absence{{"bob", daysOf(t, "2027-03-01 2027-03-31")}, {"erin", daysOf(t, "2027-07-01 2027-08-31")}}
	p := r.Plan(duty.Question{Now: noon(t, "2026-12-10"), Weeks: 104})
	shifts := map[string]int{}
	for _, s := range p.Shifts {
		for _, who := range s.People {
			shifts[who]++
		}
	}
	for _, who := range r.People {
		if n := shifts[who]; n < 19 || n > 22 {
			t.Errorf("%s has %d of %d places: %v", who, n, 2*len(p.Shifts), shifts)
		}
	}
}

// A hole is the same one on the next day, although fewer days are left, and somebody else could fill them.
func TestAHoleLasts(t *testing.T) {
	r := clinic(t)
	r.People = r.People[:3]
	q := duty.Question{Now: noon(t, "2026-12-15"), Away: map[string]time.Time{"bob": noon(t, "2026-12-19")}}
	hole := func() duty.Hole { return r.Plan(q).Shifts[0].Holes[0] }
	first := hole()
	q.Now, q.Away["carol"] = q.Now.AddDate(0, 0, 1), noon(t, "2026-12-18")
	next := hole()
	if first == next || first.Lasting() != next.Lasting() {
		t.Errorf("%+v is another than %+v", next, first)
	}
	q.Away["bob"] = noon(t, "2026-12-20")
	if later := hole(); later.Lasting() == first.Lasting() {
		t.Errorf("%+v is the same as %+v", later, first)
	}
}

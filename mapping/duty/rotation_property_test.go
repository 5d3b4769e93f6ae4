package duty_test

import (
	"slices"
	"testing"
	"time"

	"reviewsync/mapping/duty"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// Whatever happens, shifts follow each other without a gap, nobody has two places at a
// time or is chosen while away, and what was fixed stays.
func TestPropertyRotation(t *testing.T) {
	base := clinic(t)
	rapid.Check(t, func(t *rapid.T) {
		r := base
		names := rapid.Permutation([]string{"alice", "bob", "carol", "dave", "erin", "frank", "grace"}).Draw(t, "people")
		r.People = names[:rapid.IntRange(1, 7).Draw(t, "how many")]
		r.Size, r.Length = rapid.IntRange(1, len(r.People)).Draw(t, "size"), rapid.IntRange(1, 30).Draw(t, "length")
		r.Notice = time.Duration(rapid.IntRange(0, 60).Draw(t, "notice")) * 24 * time.Hour
		days := func() duty.Days {
			from := r.Starts + duty.Day(rapid.IntRange(0, 300).Draw(t, "from"))
			return duty.Days{from, from + duty.Day(rapid.IntRange(0, 30).Draw(t, "for"))}
		}
		for range rapid.IntRange(0, 5).Draw(t, "absences") {
			r.Absences = append(r.Absences, duty.Absence{rapid.SampledFrom(names).Draw(t, "who"), days()})
		}
		for range rapid.IntRange(0, 3).Draw(t, "swaps") {
			r.Swaps = append(r.Swaps, duty.Swap{Days: days(), Out: rapid.SampledFrom(names).Draw(t, "out"), In: rapid.SampledFrom(names).Draw(t, "in")})
		}
		now := r.Starts.Midnight(r.Time.Zone).Add(time.Duration(rapid.IntRange(0, 200*24).Draw(t, "hours")) * time.Hour)
		p := r.Plan(duty.Question{Now: now, Weeks: 8})
		if again := r.Plan(duty.Question{Now: now, Weeks: 8}); !cmp.Equal(p, again, sameZone) {
			t.Fatalf("two plans of the same rotation:\n%s\n%s", shown(p), shown(again))
		}
		var fixed []duty.FixedShift
		for i, s := range p.Shifts {
			if i > 0 && (s.Days.From != p.Shifts[i-1].Days.To+1 || !s.Start.Equal(p.Shifts[i-1].End)) {
				t.Fatalf("a gap before %s:\n%s", s.Days, shown(p))
			}
			for d := s.Days.From; d <= s.Days.To; d++ {
				if on := s.On(d); len(slices.Compact(slices.Sorted(slices.Values(on)))) != len(on) {
					t.Fatalf("%s: %q\n%s", d, on, shown(p))
				}
			}
			for _, who := range s.People {
				for _, a := range r.Absences {
					if both, some := a.Days.And(s.Days); some && a.Who == who && r.Time.WorksIn(both) {
						t.Fatalf("%s is chosen and away:\n%s", who, shown(p))
					}
				}
			}
			if s.Near {
				fixed = append(fixed, duty.FixedShift{Days: s.Days, People: s.People})
			}
		}
		for _, s := range p.Past {
			fixed = append(fixed, duty.FixedShift{Days: s.Days, People: s.People, Served: s.Served()})
		}
		kept := r.Plan(duty.Question{Now: now, Weeks: 8, Fixed: fixed})
		for i := range kept.Shifts {
			kept.Shifts[i].Fixed, kept.Shifts[i].Reasons = p.Shifts[i].Fixed, p.Shifts[i].Reasons
		}
		if d := cmp.Diff(shown(p), shown(kept)); d != "" {
			t.Fatalf("with the fixed shifts kept:\n%s", d)
		}
		r.People, r.Absences = names, nil
		later := r.Plan(duty.Question{Now: now, Weeks: 8, Fixed: fixed})
		for i, s := range p.Shifts {
			if s.Near && !slices.Equal(s.People, later.Shifts[i].People) {
				t.Fatalf("people came and %s changed:\n%s\n%s", s.Days, shown(p), shown(later))
			}
		}
	})
}

var sameZone = cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })

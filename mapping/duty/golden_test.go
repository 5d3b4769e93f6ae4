package duty_test

import (
	"bytes"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/internal/golden"
	"reviewsync/mapping/duty"
)

// example is a plan with a name.
type example struct {
	Name string    `json:"name"`
	Plan duty.Plan `json:"plan"`
}

// goldens returns plans that show every reason why people are on duty or not.
func goldens(t *testing.T) []example {
	var list []example
	plan := func(name, now string, set func(r *duty.Rotation, q *duty.Question)) {
		r, q := clinic(t), duty.Question{Now: noon(t, now), Weeks: 4}
		r.Time.Zone = time.UTC
		set(&r, &q)
		list = append(list, example{name, r.Plan(q)})
	}
	fixed := []duty.FixedShift{{Days: daysOf(t, "2026-12-07 2026-12-20"), People: []string{"alice", "bob"}, Served: []string{"alice", "bob"}}, {Days: daysOf(t, "2026-12-21 2027-01-03"), People: []string{"carol", "zoe"}}}
	plan("in turn", "2026-12-07", func(*duty.Rotation, *duty.Question) {})
	plan("fixed before, one left", "2026-12-22", func(_ *duty.Rotation, q *duty.Question) { q.Fixed = fixed })
	plan("away", "2026-12-22", func(r *duty.Rotation, q *duty.Question) {
		r.Absences = []duty.Absence{{Who: "dave", Days: daysOf(t, "2027-01-03 2027-01-08")}, {Who: "erin", Days: daysOf(t, "2027-01-11 2027-01-12")}}
		q.Fixed = fixed
		q.Away = map[string]time.Time{"carol": noon(t, "2026-12-24")}
	})
	plan("away as it is written", "2026-12-26", func(r *duty.Rotation, q *duty.Question) {
		r.Absences = []duty.Absence{{Who: "carol", Days: daysOf(t, "2026-12-28 2026-12-29")}}
		q.Fixed = fixed
	})
	plan("swaps", "2026-12-07", func(r *duty.Rotation, _ *duty.Question) {
		r.People = r.People[:4]
		r.Swaps = []duty.Swap{
			{Days: daysOf(t, "2026-12-10 2026-12-11"), Out: "alice", In: "carol", Line: 10},
			{Days: daysOf(t, "2026-12-14"), Out: "bob", Line: 11},
			{Days: daysOf(t, "2026-12-24"), In: "alice", Line: 12},
			{Days: daysOf(t, "2026-12-25"), In: "carol", Line: 13},
			{Days: daysOf(t, "2026-12-25"), Out: "alice", Line: 14},
		}
	})
	plan("nobody left", "2026-12-07", func(r *duty.Rotation, _ *duty.Question) {
		r.People = r.People[:2]
		r.Absences = []duty.Absence{{Who: "bob", Days: daysOf(t, "2026-12-07 2026-12-09")}}
	})
	plan("nobody at all", "2026-12-07", func(r *duty.Rotation, _ *duty.Question) {
		r.People, r.Size = r.People[:1], 1
		r.Absences = []duty.Absence{{Who: "alice", Days: daysOf(t, "2026-12-21 2026-12-23")}}
	})
	return list
}

const goldenFile = "testdata/plans.json"

// The JSON of a plan does not change, and holds all of it.
func TestGoldenPlans(t *testing.T) {
	list := goldens(t)
	back := golden.JSON(t, goldenFile, list)
	for i := range list {
		for j, s := range list[i].Plan.Shifts {
			if again := back[i].Plan.Shifts[j]; !slices.Equal(s.Holes, again.Holes) || !slices.Equal(s.Reasons, again.Reasons) || !slices.Equal(s.Stints, again.Stints) {
				t.Errorf("%s: JSON loses something (-plan +read again):\n%s", list[i].Name, cmp.Diff(s, again))
			}
		}
	}
}

// Every code has a plan that shows it.
func TestAllIsGolden(t *testing.T) {
	text, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range golden.Constants(t, "why.go") {
		if !bytes.Contains(text, []byte(`"code": "`+c.Value+`"`)) {
			t.Errorf("no plan for %s, %s", c.Name, c.Value)
		}
	}
}

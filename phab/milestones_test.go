package phab_test

import (
	"testing"

	"reviewsync/phab"
)

func TestCurrentMilestone(t *testing.T) {
	m := func(n int, archived bool) phab.Project {
		return phab.Project{Name: "any", Milestone: true, Number: n, Archived: archived}
	}
	for name, c := range map[string]struct {
		all  []phab.Project
		want int // 0: none
	}{
		"none at all":                {nil, 0},
		"the highest number":         {[]phab.Project{m(2, false), m(10, false), m(9, false)}, 10},
		"archived ones do not count": {[]phab.Project{m(1, false), m(2, false), m(3, true)}, 2},
		"only archived ones":         {[]phab.Project{m(1, true), m(2, true)}, 0},
	} {
		if got, found := phab.CurrentMilestone(c.all); got.Number != c.want || found != (c.want > 0) {
			t.Errorf("%s: %+v, %v", name, got, found)
		}
	}
}

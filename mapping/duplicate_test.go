package mapping_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	. "reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/mapping/review/reviewtest"
)

func TestDuplicatesPassTheirLinksOn(t *testing.T) {
	named := func(tasks ...string) func(hour int) review.PatchSet {
		return func(hour int) review.PatchSet {
			footers := ""
			for _, task := range tasks {
				footers += "Bug: " + task + "\n"
			}
			return review.PatchSet{Kind: reviewtest.Rework, Created: at(hour, 0, 0), Message: "S\n\n" + footers + "Change-Id: I1\n"}
		}
	}
	sets := func(list ...func(int) review.PatchSet) []func(int) review.PatchSet { return list }
	for _, tc := range []struct {
		name string
		sets []func(int) review.PatchSet // one an hour, from 8:00 on
		dups []Duplicate
		skew time.Duration
		want string
	}{
		{"from the merge on", sets(named("T2")), []Duplicate{{2, at(10, 0, 0)}}, 0, "10:00 linked"},
		{"from the push on", sets(named("T2")), []Duplicate{{2, at(7, 0, 0)}}, 0, "08:00 linked"},
		{"through others", sets(named("T3")), []Duplicate{{2, at(9, 0, 0)}, {3, at(9, 30, 0)}}, 0, "09:30 linked"},
		{"another task", sets(named("T4")), []Duplicate{{2, at(10, 0, 0)}}, 0, ""},
		{"named already", sets(named("T1", "T2")), []Duplicate{{2, at(10, 0, 0)}}, 0, "08:00 linked"},
		{"the footer is corrected", sets(named("T2"), named("T1")), []Duplicate{{2, at(8, 30, 0)}}, 0, "08:30 linked"},
		{"the footer is dropped", sets(named("T2"), named()), []Duplicate{{2, at(8, 30, 0)}}, 0, "08:30 linked, 09:00 unlinked"},
		{"dropped before the merge", sets(named("T2"), named()), []Duplicate{{2, at(10, 0, 0)}}, 0, ""},
		{"the other footer is dropped", sets(named("T1", "T2"), named("T2")), []Duplicate{{2, at(8, 30, 0)}}, 0, "08:00 linked"},
		{"on Gerrit's clock", sets(named("T2")), []Duplicate{{2, at(10, 0, 0)}}, time.Hour, "09:00 linked"},
	} {
		c := review.Change{Key: review.Key{Project: "p", Number: 1}, Status: review.StatusNew, Owner: reviewtest.Account("vol1"), Created: at(8, 0, 0)}
		for i, set := range tc.sets {
			ps := set(8 + i)
			ps.Number, ps.Uploader = i+1, c.Owner
			c.PatchSets = append(c.PatchSets, ps)
		}
		h := review.Reader{Footers: []string{"Bug"}}.Read(c)
		for range 2 {
			slices.Reverse(tc.dups)
			var got []string
			for _, f := range PassOn(h, 1, tc.dups, tc.skew).Facts {
				what := map[review.Kind]string{review.Linked: "linked", review.Unlinked: "unlinked"}[f.Kind]
				if what != "" && f.Task == 1 {
					got = append(got, fmt.Sprintf("%s %s", time.Unix(f.At, 0).UTC().Format("15:04"), what))
				}
			}
			if text := strings.Join(got, ", "); text != tc.want {
				t.Errorf("%s: %q, want %q", tc.name, text, tc.want)
			}
		}
	}
}

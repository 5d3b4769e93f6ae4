package tell

import "testing"

func TestCounted(t *testing.T) {
	for n, want := range map[int]string{0: "0 team votes", 1: "1 team vote", 2: "2 team votes", 11: "11 team votes"} {
		if got := Counted(n, "team vote"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	for _, c := range []struct {
		n, required int
		want        string
	}{{0, 1, "0 of 1 team votes"}, {1, 1, "1 of 1 team votes"}, {1, 2, "1 of 2 team votes"}, {2, 1, "2 team votes, 1 required"}, {3, 2, "3 team votes, 2 required"}} {
		if got := VotesOf(c.n, c.required); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

package review

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChain(t *testing.T) {
	change := func(number int, project string, status Status, sets ...string) *History { // "sha parent"
		c := Change{Key: Key{project, number}, Status: status, Owner: account("vol1"), Created: at(9, 0)}
		for i := 0; i < len(sets); i += 2 {
			c.PatchSets = append(c.PatchSets, PatchSet{Number: i/2 + 1, Kind: rework, Uploader: account("vol1"), Created: at(9, 0), SHA: sets[i], Parents: []string{sets[i+1]}})
		}
		return Reader{}.Read(c)
	}
	all := []*History{
		change(1, "p", StatusMerged, "a1", "tip"),
		change(2, "p", StatusNew, "b1", "a1", "b2", "tip"), // uploaded anew, no longer on 1
		change(3, "p", StatusNew, "c1", "b1"),              // on an older patch set of 2
		change(4, "p", StatusNew, "d1", "c1"),
		change(5, "p", StatusAbandoned, "e1", "d1"),
		change(6, "p", StatusNew, "f1", "e1"),
		change(7, "q", StatusNew, "g1", "b2"),
		change(8, "p", StatusNew, "h1", "tip"),
		change(9, "p", StatusNew, "i1", "b2"),
		change(10, "p", StatusNew, "", ""), // nothing known
		change(11, "p", StatusNew, "", ""),
	}
	p := func(numbers ...int) []Key {
		keys := []Key{}
		for _, n := range numbers {
			keys = append(keys, Key{"p", n})
		}
		return keys
	}
	for number, want := range map[int][]Key{2: p(3, 4, 9), 3: p(2, 4, 9), 4: p(2, 3, 9), 6: p(), 7: p(), 8: p(), 9: p(2, 3, 4), 10: p()} {
		got := all[number-1].Chain(shuffled(uint64(number), all))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("change %d (-want +got):\n%s", number, diff)
		}
	}
}

// shuffled is a list in another order.
func shuffled[T any](seed uint64, list []T) []T {
	list = slices.Clone(list)
	rand.New(rand.NewPCG(seed, 1)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

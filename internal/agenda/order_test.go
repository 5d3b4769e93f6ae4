package agenda

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Against a plain list: urgent keys come last in, first out, the others as they came, each key once.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o order
		var first, rest []string
		out := func(list []string, key string) []string {
			return slices.DeleteFunc(list, func(k string) bool { return k == key })
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				key := fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "key"))
				urgent := rapid.Bool().Draw(t, "urgent")
				o.add(key, urgent)
				switch {
				case urgent || slices.Contains(first, key):
					first, rest = append(out(first, key), key), out(rest, key)
				case !slices.Contains(rest, key):
					rest = append(rest, key)
				}
			},
			"take": func(t *rapid.T) {
				want := ""
				if n := len(first); n > 0 {
					want, first = first[n-1], first[:n-1]
				} else if len(rest) > 0 {
					want, rest = rest[0], rest[1:]
				}
				if got, ok := o.take(); got != want || ok != (want != "") {
					t.Fatalf("got %q, %v, want %q", got, ok, want)
				}
			},
			"": func(t *rapid.T) {
				if len(o.in) != len(first)+len(rest) {
					t.Fatalf("%d there, want %d", len(o.in), len(first)+len(rest))
				}
			},
		})
	})
}

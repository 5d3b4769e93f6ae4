package work

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Against a plain list: urgent keys come last in, first out, the others as they came, each key once.
func TestOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := newOrder()
		var first, rest []string
		there := func(key string) bool { return slices.Contains(first, key) || slices.Contains(rest, key) }
		out := func(list []string, key string) []string {
			return slices.DeleteFunc(list, func(k string) bool { return k == key })
		}
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				key := fmt.Sprint(rapid.IntRange(1, 5).Draw(t, "key"))
				urgent := rapid.Bool().Draw(t, "urgent")
				if urgent {
					o.hurry(key)
				}
				if there(key) {
					o.Touch(key)
				} else {
					o.Push(key)
				}
				switch {
				case urgent || slices.Contains(first, key):
					first, rest = append(out(first, key), key), out(rest, key)
				case !slices.Contains(rest, key):
					rest = append(rest, key)
				}
			},
			"take": func(t *rapid.T) {
				if o.Len() == 0 {
					t.Skip("nothing there")
				}
				var want string
				if n := len(first); n > 0 {
					want, first = first[n-1], first[:n-1]
				} else {
					want, rest = rest[0], rest[1:]
				}
				if got := o.Pop(); got != want {
					t.Fatalf("got %s, want %s", got, want)
				}
			},
			"": func(t *rapid.T) {
				if o.Len() != len(first)+len(rest) {
					t.Fatalf("%d there, want %d", o.Len(), len(first)+len(rest))
				}
			},
		})
	})
}

package review

import (
	"slices"
	"testing"
)

// TestThreads: of one second, an answer comes after what it answers, whatever the IDs; and
// no comment is lost, whatever it says that it answers.
func TestThreads(t *testing.T) {
	comment := func(id, answers string) Comment { return Comment{ID: id, InReplyTo: answers, Date: at(10, 0)} }
	for _, c := range []struct {
		name     string
		comments []Comment
		want     []string // thread, then comment
	}{
		{"a chain", []Comment{comment("a", "b"), comment("b", "c"), comment("c", "")}, []string{"c c", "c b", "c a"}},
		{"two answers", []Comment{comment("z", ""), comment("b", "z"), comment("a", "z")}, []string{"z z", "z a", "z b"}},
		{"an answer to nothing", []Comment{comment("b", "a"), comment("c", "b")}, []string{"b b", "b c"}},
		{"a circle", []Comment{comment("b", "a"), comment("a", "b"), comment("c", "c")}, []string{"a a", "b b", "c c"}},
		{"none", nil, nil},
	} {
		for range 2 {
			var got []string
			for _, k := range inThreads(c.comments, nil) {
				got = append(got, k.root+" "+k.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: %q, want %q", c.name, got, c.want)
			}
			slices.Reverse(c.comments)
		}
	}
}

package review

import (
	"cmp"
	"slices"
	"strings"
)

// comments makes a fact of each comment of a person. One that says nothing, or that a tool wrote, is
// no word: it neither opens nor closes a thread. But the writer of the first comment began the thread.
func (b *builder) comments(list []Comment) {
	threads := map[string]int32{}
	for _, c := range inThreads(list, b.places) {
		who := b.person(c.By)
		if who == Nobody {
			continue
		}
		thread, ok := threads[c.root]
		if !ok {
			thread = int32(len(b.h.threads))
			threads[c.root] = thread
			b.h.threads, b.h.begunBy = append(b.h.threads, c.root), append(b.h.begunBy, who)
		}
		if b.saidByBot(who, c.Tag) || b.saysNothing(c.Text) {
			continue
		}
		f := Fact{At: c.Date.Unix(), By: who, Who: Nobody, PatchSet: int32(c.PatchSet), Place: b.places[c.Message]}
		b.lines(f, c.Text)
		f.Kind = Said
		b.add(f)
		f.Kind, f.Index, f.Unresolved = Commented, thread, c.Unresolved
		b.add(f)
	}
}

// threaded is a comment in its thread.
type threaded struct {
	*Comment
	root  string // ID of the comment that began the thread
	depth int    // answers from there to this one
}

// inThreads sorts comments as they were said: of one second, by the places of their messages,
// and an answer comes after what it answers. Those that answer each other in a circle begin a
// thread each.
func inThreads(list []Comment, places map[string]int32) []threaded {
	index := make(map[string]int, len(list))
	all := make([]threaded, len(list))
	for i := range list {
		index[list[i].ID] = i
		all[i] = threaded{Comment: &list[i], root: list[i].ID}
	}
	answers := make(map[int][]int, len(list))
	var reached []int
	for i := range list {
		if to, known := index[list[i].InReplyTo]; known {
			answers[to] = append(answers[to], i)
		} else {
			reached = append(reached, i)
		}
	}
	for n := 0; n < len(reached); n++ { // it grows
		to := reached[n]
		for _, i := range answers[to] {
			all[i].root, all[i].depth = all[to].root, all[to].depth+1
			reached = append(reached, i)
		}
	}
	slices.SortFunc(all, func(x, y threaded) int {
		return cmp.Or(cmp.Compare(x.Date.Unix(), y.Date.Unix()), cmp.Compare(places[x.Message], places[y.Message]), cmp.Compare(x.depth, y.depth), strings.Compare(x.ID, y.ID))
	})
	return all
}

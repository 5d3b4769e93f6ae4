package pace

import "reviewsync/mapping/review"

// shared is what more than half of the edits have in common.
func shared(held []Held) Shared {
	changes, people, boards := map[review.Key]int{}, map[string]int{}, map[string]int{}
	for i := range held {
		c := &held[i].Cause
		changes[c.Change]++
		people[c.Person]++
		boards[c.Board]++
	}
	delete(changes, review.Key{})
	delete(people, "")
	delete(boards, "")
	s := Shared{Of: len(held)}
	if change, n := most(changes); 2*n > s.Of {
		s.Change, s.Edits = change, n
		s.Person = personOf(held, change)
	} else if person, n := most(people); 2*n > s.Of {
		s.Person, s.Edits = person, n
	} else if board, n := most(boards); 2*n > s.Of {
		s.Board, s.Edits = board, n
	} else {
		return Shared{}
	}
	return s
}

// most is what is counted most often. At most one is counted in more than half.
func most[K comparable](counts map[K]int) (K, int) {
	var best K
	for k, n := range counts {
		if n > counts[best] {
			best = k
		}
	}
	return best, counts[best]
}

// personOf is whose words all edits of a change come from; empty: of several people, or nobody.
func personOf(held []Held, change review.Key) string {
	who := ""
	for i := range held {
		c := &held[i].Cause
		switch {
		case c.Change != change:
		case who == "":
			who = c.Person
		case who != c.Person:
			return ""
		}
	}
	return who
}

package mapping

import (
	"slices"

	"reviewsync/mapping/review"
)

// Scope says which changes tags and comments look at, and on which tasks they are. The zero
// value has every change, of tasks on boards.
type Scope struct {
	Repositories []string // patterns: changes in these, whatever task they name; none: the changes of Boards, on tasks that are on a board
	Boards       []Followed
}

// Followed is what a board looks at.
type Followed struct {
	*review.Policy
	Repositories []string // patterns of those that its config names
}

// OnBoards says whether tasks must be on a board.
func (s *Scope) OnBoards() bool { return len(s.Repositories) == 0 }

// Covers says whether a change is looked at: by default one that a board counts, or whose
// repository a board names.
func (s *Scope) Covers(h *review.History) bool {
	if !s.OnBoards() {
		return review.Match(s.Repositories, h.Project)
	}
	return len(s.Boards) == 0 || slices.ContainsFunc(s.Boards, func(b Followed) bool { return review.Match(b.Repositories, h.Project) || b.Sees(h) })
}

// MayCover says whether changes of a repository can be looked at.
func (s *Scope) MayCover(repository string) bool {
	if !s.OnBoards() {
		return review.Match(s.Repositories, repository)
	}
	return len(s.Boards) == 0 || slices.ContainsFunc(s.Boards, func(b Followed) bool {
		return len(b.Count.Repositories) == 0 || review.Match(b.Count.Repositories, repository)
	})
}

// Of are those of the changes that are looked at.
func (s *Scope) Of(changes []*review.History) []*review.History {
	return slices.DeleteFunc(slices.Clone(changes), func(h *review.History) bool { return !s.Covers(h) })
}

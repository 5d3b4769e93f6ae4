package mapping

import (
	"slices"

	"reviewsync/mapping/review"
)

// Scope says which changes tags and comments are about, and which tasks get them. The zero value: every
// change, and tasks that are on a board.
type Scope struct {
	Repositories []string // patterns: changes in these, and all their tasks; none: the changes of Boards, and tasks that are on a board
	Boards       []Followed
}

// Followed is a board as a Scope needs it.
type Followed struct {
	*review.Policy
	Repositories []string // patterns of those that its config names
}

// OnBoards says whether tasks must be on a board.
func (s *Scope) OnBoards() bool { return len(s.Repositories) == 0 }

// Covers says whether a change is in scope: by default if a board counts it, or names its repository.
func (s *Scope) Covers(h *review.History) bool {
	if !s.OnBoards() {
		return review.Match(s.Repositories, h.Project)
	}
	return len(s.Boards) == 0 || slices.ContainsFunc(s.Boards, func(b Followed) bool { return review.Match(b.Repositories, h.Project) || b.Sees(h) })
}

// MayCover says whether changes of a repository can be in scope.
func (s *Scope) MayCover(repository string) bool {
	if !s.OnBoards() {
		return review.Match(s.Repositories, repository)
	}
	return len(s.Boards) == 0 || slices.ContainsFunc(s.Boards, func(b Followed) bool {
		return len(b.Count.Repositories) == 0 || review.Match(b.Count.Repositories, repository)
	})
}

// Of lists those of the changes that are in scope.
func (s *Scope) Of(changes []*review.History) []*review.History {
	return slices.DeleteFunc(slices.Clone(changes), func(h *review.History) bool { return !s.Covers(h) })
}

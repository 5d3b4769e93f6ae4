package gerrittest

import (
	"slices"
	"strings"
)

// Commit is the current patch set of a change, with its message.
func (s *Server) Commit(number int) (sha, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.changes[number]
	if c == nil {
		return "", ""
	}
	return c.current().sha, c.current().message
}

// hasCommit says whether a patch set is a commit, whose SHA may be abbreviated.
func (c *change) hasCommit(sha string) bool {
	return slices.ContainsFunc(c.patchSets, func(p patchSet) bool { return strings.HasPrefix(p.sha, strings.ToLower(sha)) })
}

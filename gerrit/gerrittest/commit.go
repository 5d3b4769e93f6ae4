package gerrittest

import (
	"slices"
	"strings"
)

// Commit returns the SHA and the message of the current patch set.
func (s *Server) Commit(number int) (sha, message string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.changes[number]
	if c == nil {
		return "", ""
	}
	return c.current().sha, c.current().message
}

// Pick cherry-picks a change to another branch, with the same Change-Id and commit message, and
// returns the number of the new change.
func (s *Server) Pick(user string, number int, branch string) (int, error) {
	var in PushInput
	var project string
	err := s.act(user, number, func(w *write) error {
		in, project = PushInput{Message: w.c.current().message, ChangeID: w.c.id}, w.c.project.name
		return nil
	})
	if err != nil {
		return 0, err
	}
	return s.Push(user, project, branch, in)
}

// hasCommit reports whether a patch set has a SHA, which may be abbreviated.
func (c *change) hasCommit(sha string) bool {
	return slices.ContainsFunc(c.patchSets, func(p patchSet) bool { return strings.HasPrefix(p.sha, strings.ToLower(sha)) })
}

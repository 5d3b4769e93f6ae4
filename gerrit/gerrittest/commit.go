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

// Pick makes a change for another branch with the Change-Id and the commit message of one, and
// returns its number.
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

// hasCommit says whether a patch set is a commit, whose SHA may be abbreviated.
func (c *change) hasCommit(sha string) bool {
	return slices.ContainsFunc(c.patchSets, func(p patchSet) bool { return strings.HasPrefix(p.sha, strings.ToLower(sha)) })
}

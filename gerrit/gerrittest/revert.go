package gerrittest

import (
	"fmt"
	"strings"
)

// Revert makes a change that reverts a merged one, and returns its number. message is its commit
// message without the Change-Id; empty: the one that Gerrit proposes. The reviewers of the old
// change are added to the new one, and its owner is asked for a review.
func (s *Server) Revert(user string, number int, message string) (int, error) {
	var in PushInput
	var projectName, branch string
	err := s.act(user, number, func(w *write) error {
		c := w.c
		if c.status != "MERGED" {
			return refuse(409, "change is %s", strings.ToLower(c.status))
		}
		id := "I" + s.sha()
		if message == "" {
			message = fmt.Sprintf("Revert %q\n\nThis reverts commit %s.\n\nReason for revert: <INSERT REASONING HERE>", c.subject, c.current().sha)
			if bugs := bugLines(c.current().message); bugs != "" {
				message += "\n\n" + bugs
			}
		}
		in.Message, in.ChangeID = withChangeID(message, id), id
		for _, r := range c.reviewers {
			switch {
			case r.account == w.who || r.account == c.owner:
			case r.state == Reviewer:
				in.Reviewers = append(in.Reviewers, r.account.username)
			default:
				in.CC = append(in.CC, r.account.username)
			}
		}
		if c.owner != w.who {
			in.Reviewers = append(in.Reviewers, c.owner.username)
		}
		projectName, branch = c.project.name, c.branch
		w.say(gerritTag+"revert", c.current().number, "Created a revert of this change as %s", id)
		return nil
	})
	if err != nil {
		return 0, err
	}
	revert, err := s.Push(user, projectName, branch, in)
	if err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changes[revert].revertOf = number
	return revert, nil
}

// bugLines returns the footers that name bugs, which a revert keeps.
func bugLines(message string) string {
	var lines []string
	for line := range strings.Lines(message) {
		if strings.HasPrefix(line, "Bug: ") {
			lines = append(lines, strings.TrimSpace(line))
		}
	}
	return strings.Join(lines, "\n")
}

// withChangeID adds the Change-Id to the footers of a message.
func withChangeID(message, id string) string {
	last := message[strings.LastIndex(message, "\n\n")+1:]
	gap := "\n\n"
	if strings.HasPrefix(strings.TrimSpace(last), "Bug: ") {
		gap = "\n"
	}
	return message + gap + "Change-Id: " + id + "\n"
}

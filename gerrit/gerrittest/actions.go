package gerrittest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// AddReviewer makes an account a reviewer or CC (state Reviewer or CC). The owner is silently
// left out.
func (s *Server) AddReviewer(by string, number int, who, state string) error {
	return s.act(by, number, func(w *write) error {
		a := s.accounts[who]
		if a == nil {
			return refuse(400, "%s does not identify a registered user or group", who)
		}
		if !w.c.project.visible(a) {
			return refuse(400, "%s does not have permission to see this change", who)
		}
		w.join(a, cmp.Or(state, Reviewer), false)
		return nil
	})
}

// join adds a reviewer and, unless quiet, updates the attention set.
func (w *write) join(a *account, state string, quiet bool) {
	if a == w.c.owner || !w.reviewer(a, state) {
		return
	}
	if state == Reviewer {
		w.emitAdded(a)
	}
	switch {
	case quiet:
	case state == CC:
		w.turnOff(a, "Reviewer/Cc was removed")
	case !w.c.wip && w.c.open():
		w.turnTo(a, "Reviewer was added")
	}
}

// RemoveReviewer removes a reviewer and their votes.
func (s *Server) RemoveReviewer(by string, number int, who string) error {
	return s.act(by, number, func(w *write) error {
		a := s.accounts[who]
		if a == nil || w.c.state(a) == "" {
			return refuse(404, "Not found: %s", who)
		}
		if w.who != a && w.who != w.c.owner && !w.who.team {
			return refuse(403, "remove reviewer not permitted")
		}
		role := "reviewer"
		if w.c.state(a) == CC {
			role = "cc"
		}
		var votes strings.Builder
		for _, k := range w.c.voteKeys() {
			if v := w.c.votes[k]; k.account == a.id {
				if v.value != 0 {
					fmt.Fprintf(&votes, "* %s by <GERRIT_ACCOUNT_%d>\n", score(k.label, v.value), a.id)
					w.setVoted(k.label, v, 0)
				}
				delete(w.c.votes, k)
			}
		}
		text := fmt.Sprintf("Removed %s <GERRIT_ACCOUNT_%d>", role, a.id)
		if votes.Len() == 0 {
			text += "."
		} else {
			text += " with the following votes:\n\n" + votes.String()
		}
		w.reviewer(a, Removed)
		w.turnOff(a, "Reviewer/Cc was removed")
		w.gerrit("deleteReviewer", text, "")
		w.emitRemoved("reviewer-deleted", a, text)
		return nil
	})
}

// DeleteVote deletes the vote of an account, which stays a reviewer.
func (s *Server) DeleteVote(by string, number int, who, label string) error {
	return s.act(by, number, func(w *write) error {
		a := s.accounts[who]
		if a == nil {
			return refuse(404, "Not found: %s", who)
		}
		v := w.c.votes[voteKey{a.id, label}]
		if v == nil || v.value == 0 {
			return refuse(404, "Not found: %s", label)
		}
		if !w.c.open() {
			return refuse(409, "change is closed")
		}
		if w.who != a && w.who.username != "admin" && w.who != w.c.owner && (!w.who.team || !w.c.project.lenient) {
			return refuse(403, "delete vote not permitted")
		}
		text := fmt.Sprintf("Removed %s by <GERRIT_ACCOUNT_%d>\n", score(label, v.value), a.id)
		w.gerrit("deleteVote", text, "")
		w.setVoted(label, v, 0)
		*v = vote{account: a, date: w.now}
		w.emitRemoved("vote-deleted", a, text)
		if w.who != a {
			w.turnTo(a, "Their vote was deleted")
		}
		return nil
	})
}

// SetWIP marks a change as work in progress.
func (s *Server) SetWIP(user string, number int, message string) error {
	return s.act(user, number, func(w *write) error {
		if err := w.mayToggle(true); err != nil {
			return err
		}
		w.c.wip = true
		w.everybodyOff("Change was marked work in progress")
		w.gerrit("setWorkInProgress", "Set Work In Progress", message)
		w.emit("wip-state-changed", "changer", w.c.current(), nil)
		return nil
	})
}

// SetReady marks a change as ready for review.
func (s *Server) SetReady(user string, number int, message string) error {
	return s.act(user, number, func(w *write) error {
		if err := w.mayToggle(false); err != nil {
			return err
		}
		w.ready()
		w.gerrit("setReadyForReview", "Set Ready For Review", message)
		w.emit("wip-state-changed", "changer", w.c.current(), nil)
		return nil
	})
}

func (w *write) mayToggle(wip bool) error {
	switch {
	case w.who != w.c.owner && !w.who.team:
		return refuse(403, "toggle work in progress state not permitted")
	case !w.c.open():
		return refuse(409, "change is %s", strings.ToLower(w.c.status))
	case w.c.wip == wip && wip:
		return refuse(409, "change is already work in progress")
	case w.c.wip == wip:
		return refuse(409, "change is not work in progress")
	}
	return nil
}

func (w *write) ready() {
	w.any, w.c.wip, w.c.started = true, false, true
	for _, r := range w.c.reviewers {
		if r.state == Reviewer {
			w.turnTo(r.account, "Change was marked ready for review")
		}
	}
}

// SetPrivate hides a change from everybody but owner, reviewers and CC, or shows it again.
func (s *Server) SetPrivate(user string, number int, private bool) error {
	return s.act(user, number, func(w *write) error {
		if w.who != w.c.owner {
			return refuse(403, "not allowed to mark private")
		}
		if w.c.private == private {
			return nil
		}
		w.c.private = private
		if private {
			w.gerrit("setPrivate", "Set private", "")
		} else {
			w.gerrit("unsetPrivate", "Unset private", "")
		}
		w.emit("private-state-changed", "changer", w.c.current(), nil)
		return nil
	})
}

// Abandon abandons a change.
func (s *Server) Abandon(user string, number int, message string) error {
	return s.act(user, number, func(w *write) error {
		if w.who != w.c.owner && !w.who.team {
			return refuse(403, "abandon not permitted")
		}
		if !w.c.open() {
			return refuse(409, "change is %s", strings.ToLower(w.c.status))
		}
		w.c.status = "ABANDONED"
		w.everybodyOff("Change was abandoned")
		w.gerrit("abandon", "Abandoned", message)
		w.emit("change-abandoned", "abandoner", w.c.current(), map[string]any{"reason": message})
		return nil
	})
}

// Restore opens an abandoned change again.
func (s *Server) Restore(user string, number int, message string) error {
	return s.act(user, number, func(w *write) error {
		if w.who != w.c.owner && !w.who.team {
			return refuse(403, "restore not permitted")
		}
		if w.c.status != "ABANDONED" {
			return refuse(409, "change is %s", strings.ToLower(w.c.status))
		}
		w.c.status = "NEW"
		w.gerrit("restore", "Restored", message)
		var reason map[string]any
		if message != "" {
			reason = map[string]any{"reason": message}
		}
		w.emit("change-restored", "restorer", w.c.current(), reason)
		return nil
	})
}

// Submit merges a change. It needs the highest Code-Review vote and none of the lowest,
// unless the project is Lenient.
func (s *Server) Submit(user string, number int) error {
	return s.act(user, number, func(w *write) error {
		c := w.c
		switch {
		case !w.who.team:
			return refuse(403, "submit not permitted")
		case !c.open():
			return refuse(409, "change is %s", strings.ToLower(c.status))
		case c.wip:
			return refuse(409, "Failed to submit 1 change due to the following problems:\nChange %d: Change %d is marked work in progress", number, number)
		case !c.approved():
			return refuse(409, "Failed to submit 1 change due to the following problems:\nChange %d: submit requirement 'Code-Review' is unsatisfied.", number)
		}
		c.status, c.submitted, c.submitter = "MERGED", w.now, w.who
		c.in["refs/heads/"+c.branch] = true
		w.everybodyOff("Change was submitted")
		w.gerrit("merged", "Change has been successfully merged", "")
		w.merged = true
		w.emit("change-merged", "submitter", c.current(), map[string]any{"newRev": c.current().sha})
		return nil
	})
}

func (c *change) approved() bool {
	l := c.project.label("Code-Review")
	if l == nil || c.project.lenient {
		return true
	}
	best := false
	for k, v := range c.votes {
		if k.label == l.Name && v.value == l.Min {
			return false
		}
		best = best || k.label == l.Name && v.value == l.Max
	}
	return best
}

// Delete removes a change.
func (s *Server) Delete(user string, number int) error {
	return s.act(user, number, func(w *write) error {
		if w.who.username != "admin" && w.who != w.c.owner {
			return refuse(403, "delete not permitted")
		}
		if w.c.status == "MERGED" {
			return refuse(405, "delete not permitted")
		}
		s.unplace(w.c)
		delete(s.changes, number)
		w.emit("change-deleted", "deleter", nil, nil)
		return nil
	})
}

// Hashtags adds and removes hashtags.
func (s *Server) Hashtags(user string, number int, add, remove []string) error {
	return s.act(user, number, func(w *write) error {
		if w.who != w.c.owner && !w.who.team {
			return refuse(403, "edit hashtags not permitted")
		}
		had := w.c.hashtags
		added := without(add, had)
		removed := slices.DeleteFunc(slices.Clone(remove), func(h string) bool { return !slices.Contains(had, h) })
		var said []string
		said = append(said, named("added", added)...)
		said = append(said, named("removed", removed)...)
		if len(said) == 0 {
			return nil
		}
		w.c.hashtags = without(append(slices.Clone(had), added...), removed)
		slices.Sort(w.c.hashtags)
		w.gerrit("setHashtag", strings.Join(said, "\n"), "")
		w.emitHashtags(added, removed)
		return nil
	})
}

func without(list, gone []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(h string) bool { return slices.Contains(gone, h) })
}

func named(what string, tags []string) []string {
	switch len(tags) {
	case 0:
		return nil
	case 1:
		return []string{"Hashtag " + what + ": " + tags[0]}
	}
	slices.Sort(tags)
	return []string{"Hashtags " + what + ": " + strings.Join(tags, ", ")}
}

// AddAttention adds an account to the attention set.
func (s *Server) AddAttention(by string, number int, who, reason string) error {
	return s.act(by, number, func(w *write) error {
		a := s.accounts[who]
		if !w.concerns(a) {
			return refuse(400, "%s doesn't exist or is not active on the change as an owner, uploader, reviewer, or cc", who)
		}
		if a.service {
			return refuse(400, "%s is a robot, and robots can't be added to the attention set.", who)
		}
		w.turnTo(a, reason)
		return nil
	})
}

// RemoveAttention removes an account from the attention set, if it is in it.
func (s *Server) RemoveAttention(by string, number int, who, reason string) error {
	return s.act(by, number, func(w *write) error {
		if a := s.accounts[who]; a != nil {
			w.turnOff(a, reason)
		}
		return nil
	})
}

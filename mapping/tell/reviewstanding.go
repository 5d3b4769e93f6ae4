package tell

import (
	"fmt"
	"strings"

	"reviewsync/mapping/review"
)

// Standing says what a vote, an open thread, a request or an expected review amounts to.
func (t Teller) Standing(s review.Stand) string {
	switch s.Kind {
	case review.StandVote:
		return fmt.Sprintf("%s's %s on patch set %d (%s) %s", s.Who, Points(s.Vote), s.PatchSet, t.Date(s.At), worth(&s))
	case review.StandThread:
		return fmt.Sprintf("%s's thread on patch set %d (%s) is not resolved%s", s.Who, s.PatchSet, t.Date(s.At), threadWorth(s.Worth))
	case review.StandRequest:
		return Requested(s.Request, t.Date(s.At))
	case review.StandDue:
		return fmt.Sprintf("%s is expected to review: asked by %s (%s)", s.Who, named(s.AskedBy, "the team"), t.Date(s.At))
	}
	return ""
}

// worth says what a vote amounts to.
func worth(s *review.Stand) string {
	switch s.Worth {
	case review.WorthBotsOnly:
		return fmt.Sprintf("does not count: on %s only bots do", s.Vote.Label)
	case review.WorthOldCode:
		if s.Vote.Value < 0 {
			return fmt.Sprintf("was answered by patch set %d", s.Later)
		}
		return fmt.Sprintf("no longer counts: patch set %d brought new code", s.Later)
	case review.WorthCounts:
		return "counts"
	case review.WorthOwn:
		return "is the owner's own: a draft"
	case review.WorthUnanswered:
		return "is not answered"
	case review.WorthAnswered:
		return "is answered" + second(s)
	case review.WorthDropped:
		return fmt.Sprintf("was dropped by Gerrit with patch set %d, which changed no code", s.Later) + second(s)
	default:
		return "does not count: " + idle(s.Worth)
	}
}

func second(s *review.Stand) string {
	if s.Second {
		return "; a second look is expected"
	}
	return ""
}

// idle says why a positive vote does not count.
func idle(w review.Worth) string {
	switch w {
	case review.WorthBot:
		return "a bot"
	case review.WorthOtherLabel:
		return "only Code-Review approves"
	case review.WorthAuthors:
		return "on the author's side"
	case review.WorthOutsider:
		return "not in the team"
	default:
		return string(w)
	}
}

// threadWorth says what an open thread amounts to.
func threadWorth(w review.Worth) string {
	switch w {
	case review.WorthAuthors:
		return ", but the author side's own"
	case review.WorthOutsider:
		return ", but begun outside the team: no objection"
	case review.WorthPositive:
		return ", but its beginner voted positively"
	case review.WorthNoThreads:
		return ", but threads are no objections here"
	case review.WorthAnswered:
		return ", but answered"
	default:
		return " and not answered"
	}
}

// Act names what somebody can do about a change. footer is the name of the footer that links a change
// to a task.
func Act(a review.Act, footer string, task int) string {
	change, who := fmt.Sprintf("change %d", a.Change), named(a.By, "its owner")
	switch a.Code {
	case review.ActObject:
		if a.Threads {
			return "a negative vote, or an unresolved comment of the team, on " + change
		}
		return "a negative vote on " + change
	case review.ActVote:
		return missing(&a) + " on " + change
	case review.ActApprove:
		if a.Taken.By != "" {
			return fmt.Sprintf("the highest Code-Review vote on %s, once %s takes %s back", change, a.Taken.By, Points(a.Taken.Vote))
		}
		return "the highest Code-Review vote on " + change
	case review.ActMerge:
		return "the merge of " + change
	case review.ActAbandon:
		return change + " being abandoned"
	case review.ActRestore:
		return change + " being restored"
	case review.ActAnswer:
		return fmt.Sprintf("an answer of %s to %s on %s: new code, or %s", who, a.To, change, reply(&a))
	case review.ActAnswerCode:
		return fmt.Sprintf("an answer of %s to %s on %s: new code", who, a.To, change)
	case review.ActReply:
		return fmt.Sprintf("%s of %s to %s on %s", reply(&a), who, a.To, change)
	case review.ActReady:
		return who + " marking " + change + " ready for review"
	case review.ActWithdraw:
		return who + " taking back their own negative vote on " + change
	case review.ActNewCode:
		if a.Hashtag != "" {
			return fmt.Sprintf("new code on %s, or the hashtag %s on %s by the team or its owner", change, a.Hashtag, change)
		}
		return "new code on " + change
	case review.ActDeploy:
		return fmt.Sprintf("the deployment of %s: a branch or tag that fits %s has it", change, OneOf(shortRefs(a.Refs)))
	case review.ActWait:
		return fmt.Sprintf("time: %s is deployed %s after it came there", change, span(a.After))
	case review.ActLink:
		return fmt.Sprintf("another open change with a footer '%s: T%d'", footer, task)
	case review.ActAnotherWord:
		return fmt.Sprintf("another word of %s on %s", a.By, change)
	case review.ActAnotherVote:
		return "another positive vote of the team on " + change
	case review.ActApproveMore:
		return "another highest Code-Review vote on " + change
	case review.ActMergeMore:
		return "the merge of another change"
	}
	return ""
}

func reply(a *review.Act) string {
	if a.Threads {
		return "a reply in each of their open threads"
	}
	return "a reply"
}

// missing says what it takes until a change that needs review is reviewed.
func missing(a *review.Act) string {
	var parts []string
	if a.Votes > 0 {
		parts = append(parts, Plural(a.Votes, "one more positive vote", fmt.Sprintf("%d more positive votes", a.Votes))+" of the team")
	}
	if a.Taken.By != "" {
		parts = append(parts, fmt.Sprintf("%s taking back their negative vote", a.Taken.By))
	}
	if a.Review != "" {
		parts = append(parts, fmt.Sprintf("the review of %s", a.Review))
	}
	return strings.Join(parts, " and ")
}

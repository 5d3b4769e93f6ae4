package review

import (
	"strconv"
	"strings"
)

// What Gerrit writes in the name of the person who pressed a button is nobody's word. Most of it has a
// tag (ChangeMessagesUtil), and ownMessage reads it. The rest is known by its text: people's words
// stand below a line "Patch Set 3:", and these words of Gerrit's stand among them.

const (
	// readyText takes the place of a word where somebody pressed "Start review" and wrote none (PostReviewOp).
	readyText = "This change is ready for review."

	// copiesText begins the paragraph below a vote on an older patch set that says what became of
	// its copies (PostReviewOp).
	copiesText = "Copied votes on follow-up patch sets have been updated:"
)

// spoken is what a person wrote in the body of a review. ready: Gerrit says there that the
// change is ready for review.
func spoken(body string) (text string, ready bool) {
	body = strings.TrimSpace(body)
	if strings.HasPrefix(body, copiesText) {
		_, body, _ = strings.Cut(body, "\n\n")
	}
	var words []string
	for line := range strings.SplitSeq(body, "\n") {
		switch line = strings.TrimSpace(line); {
		case isCommentCount(line), line == "" && len(words) == 0:
		case line == readyText && len(words) == 0:
			ready = true
		default:
			words = append(words, line)
		}
	}
	return strings.TrimSpace(strings.Join(words, "\n")), ready
}

// typed is what a person wrote into the box beside a button, or with a push: it stands below
// Gerrit's line, and above what became of older votes (ReplaceOp, WorkInProgressOp, AbandonOp, RestoreOp).
func typed(tag, text string) string {
	switch tag {
	case "newPatchSet", "newWipPatchSet", "setWorkInProgress", "setReadyForReview", "abandon", "restore":
	default:
		return ""
	}
	_, body, _ := strings.Cut(text, "\n")
	for _, begins := range []string{
		"Copied Votes:", "Outdated Votes:", "The following approvals got outdated", "The following files contain Git conflicts",
	} {
		body, _, _ = strings.Cut("\n"+body, "\n"+begins)
	}
	words, _ := spoken(body)
	return words
}

// saysNothing says whether a comment is no word: a command for a CI system, or what
// Gerrit put in the place of one that an administrator removed (DeleteComment).
func (b *builder) saysNothing(comment string) bool {
	return strings.HasPrefix(comment, "Comment removed by: ") || b.isCommand(comment)
}

// isCommentCount knows "(1 comment)" and "(3 comments)".
func isCommentCount(line string) bool {
	n, ok := strings.CutPrefix(line, "(")
	if !ok {
		return false
	}
	n, ok = strings.CutSuffix(n, ")")
	count, word, found := strings.Cut(n, " ")
	_, err := strconv.Atoi(count)
	return ok && found && err == nil && (word == "comment" || word == "comments")
}

// gerritWrote says whether a message without a tag is Gerrit's own, by its first line. Before
// 2.13 none had a tag; since then only what an administrator put in the place of a message.
func gerritWrote(head string) bool {
	if text, ok := strings.CutPrefix(head, "Patch Set "); ok {
		_, head, _ = strings.Cut(text, ": ")
	}
	for _, begins := range []string{
		"Change message removed by: ", // DeleteChangeMessage
		"Uploaded patch set ", "Patch Set ", "Commit message was ", "Published edit on patch set ", "Cherry Picked from ",
		"Abandoned", "Restored", "Reverted", "Created a revert of this change as ",
		"Change has been successfully ", "Change could not be merged ", "Change destination moved from ",
		"Topic set to ", "Topic changed from ", "Hashtag added: ", "Hashtags added: ", "Hashtag removed: ", "Hashtags removed: ",
		"Removed reviewer ", "Removed cc ", "Removed the following ", "Assignee added: ", "Assignee changed from: ", "Assignee deleted: ",
	} {
		if strings.HasPrefix(head, begins) {
			return true
		}
	}
	return strings.HasPrefix(head, "Removed ") && strings.Contains(head, " by ") || strings.HasPrefix(head, "Topic ") && strings.HasSuffix(head, " removed")
}

package review

import "testing"

// TestGerritsOwnWords goes through all that Gerrit writes by itself in somebody's name, by
// the classes of 3.10 to 3.13 that do: none of it is a word of that person.
func TestGerritsOwnWords(t *testing.T) {
	const (
		copied   = "\n\nCopied votes on follow-up patch sets have been updated:"
		added    = "\n* Code-Review-1 has been copied to patch set 2 (copy condition: \"changekind:TRIVIAL_REBASE OR is:MIN\")."
		replaced = "\n* Code-Review-1 has been copied to patch set 2 (was Code-Review+1), 3 (copy condition: \"is:ANY\")."
		gone     = "\n* Copied Code-Review vote has been removed from patch set 2 (was Code-Review+1) since the new Code-Review-1 vote is not copyable (copy condition: \"is:MIN\")."
		taken    = "\n* Copied Code-Review vote has been removed from patch set 2 (was Code-Review+1) since the new Code-Review=0 vote is not copyable."
		ready    = "\n\nThis change is ready for review."
	)
	for _, m := range []struct{ class, tag, text, facts string }{
		// PostReviewOp: a review, of which only what stands below all this is the person's.
		{"PostReviewOp", "", "Patch Set 2:" + ready, "ready"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review+1" + ready, "voted CR+1, ready"},
		{"PostReviewOp", "", "Patch Set 2:\n\n(1 comment)" + ready, "ready"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1" + copied + added, "voted CR-1"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1" + copied + replaced, "voted CR-1"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1" + copied + gone, "voted CR-1"},
		{"PostReviewOp", "", "Patch Set 2: -Code-Review" + copied + taken, "unvoted CR+0"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1 Verified+1" + copied + added + gone + "\n\n(2 comments)" + ready, "voted CR-1, voted V+1, ready"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1" + copied + added + "\n\n(1 comment)\n\nNo.", "voted CR-1, said"},
		{"PostReviewOp", "", "Patch Set 2: Code-Review-1" + copied + added + "\n\nrecheck", "voted CR-1"},
		{"PostReviewOp", "", "Patch Set 2:\n\nSee below.\n\nCopied votes on follow-up patch sets have been updated:", "said"},
		{"PostReviewOp", "", "Patch Set 2:\n\nThis change is ready for review. I fixed it.", "said"},
		{"PostReviewOp", "", "Patch Set 2:" + ready + "\n\nI fixed it.", "said, ready"},
		{"PostReviewOp", "", "Patch Set 2:\n\nI fixed it." + ready, "said"},
		{"PublishCommentsOp", "", "Patch Set 2:\n\n(3 comments)", ""},
		{"MailProcessor", "mailMessageId=<x@example.org>", "Patch Set 2:\n\n(1 comment)", ""},
		{"DeleteChangeMessage", "", "Change message removed by: <GERRIT_ACCOUNT_1000002>", ""},
		{"DeleteChangeMessage", "", "Change message removed by: Administrator\nReason: spam", ""},

		{"ChangeInserter", gerritTag + "newPatchSet", "Uploaded patch set 1.", ""},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2: Patch Set 1 was rebased.", ""},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2: Commit message was updated.", ""},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2: New merge patch set was added with a new first parent relative to Patch Set 1.", ""},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2: New patch set was added with same tree, parent tree, and commit message as Patch Set 1.", ""},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2.\n\nOutdated Votes:\n* Code-Review-1 (copy condition: \"is:MIN\")\n", "dropped CR-1"},
		{"ReplaceOp", gerritTag + "newPatchSet", "Uploaded patch set 2.\n\nThe following approvals got outdated and were removed:\n* Code-Review-1 by <GERRIT_ACCOUNT_1000002>\n", ""},
		{"CherryPickChange", gerritTag + "newPatchSet", "Patch Set 1: Cherry Picked from branch master.", ""},
		{"CherryPickChange", gerritTag + "newPatchSet", "Patch Set 1: Cherry Picked from commit 0123456789012345678901234567890123456789.\n\nThe following files contain Git conflicts:\n* a.txt\n", ""},
		{"ChangeEditUtil", gerritTag + "newPatchSet", "Patch Set 2: Published edit on patch set 1.", ""},
		{"ChangeEditUtil", gerritTag + "newPatchSet", "Patch Set 2: Commit message was updated.", ""},
		{"PutMessage", gerritTag + "newPatchSet", "Patch Set 2: Commit message was updated.", ""},
		{"RebaseChangeOp", gerritTag + "newPatchSet", "Patch Set 2: Patch Set 1 was rebased on behalf of <GERRIT_ACCOUNT_1000002>", ""},
		{"RebaseChangeOp", gerritTag + "newPatchSet", "Patch Set 2: Patch Set 1 was rebased\n\nThe following files contain Git conflicts:\n* a.txt\n", ""},
		{"SetTopicOp", gerritTag + "setTopic", "Topic set to big", ""},
		{"SetTopicOp", gerritTag + "setTopic", "Topic changed from big to small", ""},
		{"SetTopicOp", gerritTag + "setTopic", "Topic small removed", ""},
		{"SetPrivateOp", gerritTag + "setPrivate", "Set private", ""},
		{"SetPrivateOp", gerritTag + "unsetPrivate", "Unset private", ""},
		{"WorkInProgressOp", gerritTag + "setWorkInProgress", "Set Work In Progress", "draft"},
		{"WorkInProgressOp", gerritTag + "setReadyForReview", "Set Ready For Review", "ready"},
		{"PutDescription", gerritTag + "setPsDescription", "Description of patch set 2 set to \"x\"", ""},
		{"PutDescription", gerritTag + "setPsDescription", "Description \"x\" removed from patch set 2", ""},
		{"Move", gerritTag + "move", "Change destination moved from master to wmf/1", ""},
		{"AbandonOp", gerritTag + "abandon", "Abandoned", "abandoned"},
		{"Restore", gerritTag + "restore", "Restored", "restored"},
		{"CommitUtil", gerritTag + "revert", "Created a revert of this change as I0123456789012345678901234567890123456789", ""},
		{"SubmitStrategyOp", gerritTag + "merged", "Change has been successfully cherry-picked as 0123456789012345678901234567890123456789", ""},
		{"MergedByPushOp", gerritTag + "merged", "Change has been successfully pushed into branch master.", ""},
		{"MergeOp", gerritTag + "merged", "Project was deleted.", ""},
		{"AddToAttentionSetOp", gerritTag + "updateAttentionSet", "Added to attention set: <GERRIT_ACCOUNT_1000002>", ""},
		{"SetAssigneeOp", gerritTag + "setAssignee", "Assignee added: bob", ""},
		{"DeleteReviewerByEmailOp", gerritTag + "deleteReviewer", "Removed reviewer x@example.org", ""},

		// The same before 2.13, which knew no tags.
		{"ReplaceOp", "", "Uploaded patch set 2.", ""},
		{"ReplaceOp", "", "Uploaded patch set 2: Patch Set 1 was rebased", ""},
		{"RebaseChangeOp", "", "Patch Set 2: Patch Set 1 was rebased", ""},
		{"ChangeEditUtil", "", "Patch Set 2: Published edit on patch set 1", ""},
		{"ChangeEditUtil", "", "Patch Set 2: Commit message was updated", ""},
		{"CherryPickChange", "", "Patch Set 2: Cherry Picked from branch master.", ""},
		{"AbandonOp", "", "Abandoned\n\nNot needed.", ""},
		{"Restore", "", "Restored", ""},
		{"CommitUtil", "", "Patch Set 2: Reverted\n\nThis patchset was reverted in change: I0123456789012345678901234567890123456789", ""},
		{"SubmitStrategyOp", "", "Change has been successfully merged into the git repository by Alice", ""},
		{"SubmitStrategyOp", "", "Change could not be merged due to a path conflict.\n\nPlease rebase the change locally and upload the rebased commit for review.", ""},
		{"SetTopicOp", "", "Topic set to big", ""},
		{"SetTopicOp", "", "Topic big removed", ""},
		{"SetHashtagsOp", "", "Hashtag added: big", ""},
		{"DeleteReviewerOp", "", "Removed the following votes:\n\n* Code-Review+1 by Bob <bob@example.org>\n", ""},
		{"DeleteVoteOp", "", "Removed Code-Review+1 by Bob <bob@example.org>\n", ""},
	} {
		if got := describe(factsOf(m.tag, m.text)); got != m.facts {
			t.Errorf("%s: %q %q\n got %q\nwant %q", m.class, m.tag, m.text, got, m.facts)
		}
	}
}

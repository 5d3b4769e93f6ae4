package gerrit_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
)

// update writes what a real server answers to ../testdata/gerrit/contract; without it both
// servers must answer what is there.
var update = flag.Bool("update", false, "write the real server's answers to the golden files")

// story is what happens to a change. It reads the change at any step.
type story struct {
	t      *testing.T
	s      server
	client *gerrit.Client
	number int
	out    strings.Builder
}

func (y *story) read(title string) *gerrit.Change {
	y.t.Helper()
	c, err := y.client.Change(y.t.Context(), y.project(), y.number)
	ok(y.t, err)
	y.out.WriteString("## " + title + "\n" + render(c))
	return c
}

func (y *story) project() string {
	if strings.Contains(y.t.Name(), "Plain") {
		return y.s.ProjectNames().plain
	}
	return y.s.ProjectNames().core
}

func (y *story) start(user string, in gerrittest.PushInput) {
	y.t.Helper()
	branch := "master"
	switch { // what is merged would be in the way of the others' rebases and merges
	case strings.Contains(y.t.Name(), "Merge"):
		branch = "REL1_43"
	case strings.Contains(y.t.Name(), "Revert"):
		branch = "REL1_44"
	}
	n, err := y.s.Push(user, y.project(), branch, in)
	ok(y.t, err)
	y.number = n
}

func (y *story) review(user string, in gerrittest.ReviewInput) []string {
	y.t.Helper()
	return reviews(y.t, y.s, user, y.number, in)
}

func (y *story) amend(user, kind string, in gerrittest.AmendInput) {
	y.t.Helper()
	ok(y.t, y.s.Amend(user, y.number, kind, in))
}

// refused notes what the server refuses.
func (y *story) refused(title string, err error) {
	y.t.Helper()
	if err == nil {
		y.t.Errorf("%s: was accepted", title)
	}
}

var normal = gerrittest.PushInput{Subject: "Fix the job queue", Footers: []string{"Bug: T1"}}

func TestStories(t *testing.T) {
	stories := map[string]func(y *story){
		"Votes":           votes,
		"Rework":          rework,
		"Copies":          copies,
		"PlainReword":     plainReword,
		"Comments":        comments,
		"WorkInProgress":  workInProgress,
		"AbandonRestore":  abandonRestore,
		"Merge":           merge,
		"Revert":          revert,
		"Reviewers":       reviewers,
		"Attention":       attention,
		"PushWithVote":    pushWithVote,
		"PushWithHashtag": pushWithHashtag,
		"Private":         private,
		"BotVotesAndTags": botVotes,
		"OwnWords":        ownWords,
	}
	for name, play := range stories {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, s server) {
				y := &story{t: t, s: s, client: clientOf(t, s, sync)}
				play(y)
				golden := filepath.Join("..", "testdata", "gerrit", "contract", name+".txt")
				if _, real := s.(*realGerrit); real && *update {
					ok(t, os.WriteFile(golden, []byte(y.out.String()), 0o666))
				}
				want, err := os.ReadFile(golden)
				ok(t, err)
				if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(y.out.String(), "\n")); diff != "" {
					t.Errorf("(-a real server +this one)\n%s", diff)
				}
			})
		})
	}
}

func votes(y *story) {
	y.start(vol, normal)
	y.read("pushed")
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(1), Message: "Looks fine."})
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(-1), Message: "On second thought."})
	y.read("+1 and then -1")
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(0)})
	y.read("taken back")
	y.review(bob, gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": 2, "Verified": 1}, Message: "Tried it."})
	y.review(eve, gerrittest.ReviewInput{Labels: codeReview(-1)})
	y.review(vol, gerrittest.ReviewInput{Labels: codeReview(-1), Message: "Not yet."})
	y.read("two labels, an outsider, the owner")
	_, err := y.s.Review(eve, y.number, gerrittest.ReviewInput{Labels: codeReview(2)})
	y.refused("+2 of an outsider", err)
	ok(y.t, y.s.DeleteVote("admin", y.number, bob, "Code-Review"))
	y.read("a vote deleted by an administrator")
}

func rework(y *story) {
	y.start(vol, normal)
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(-1), Message: "Please add a limit."})
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{})
	y.read("-1, then rework")
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-1), Message: "Late.", PatchSet: 1})
	y.read("a vote on the old patch set")
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-2), Message: "Never."})
	y.read("+1 and -2")
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{})
	y.read("-2 stays")
}

func copies(y *story) {
	y.start(vol, normal)
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-1)})
	y.amend(vol, gerrittest.TrivialRebase, gerrittest.AmendInput{})
	y.read("trivial rebase")
	y.amend(vol, gerrittest.NoCodeChange, gerrittest.AmendInput{})
	y.read("reworded")
	y.amend(vol, gerrittest.NoChange, gerrittest.AmendInput{})
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-1)})
	y.read("no change, and the same vote again")
}

// plainReword drops the Bug footer with a new message, where -1 is not copied.
func plainReword(y *story) {
	y.start(vol, normal)
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(-1)})
	y.review(ci, gerrittest.ReviewInput{Labels: verified(1), Tag: "autogenerated:ci-test", Message: "Build ok."})
	c := y.read("voted")
	message := strings.Replace(c.Revisions[0].CommitMessage, "Bug: T1\n", "", 1)
	y.amend(vol, gerrittest.NoCodeChange, gerrittest.AmendInput{Message: message})
	y.read("without the footer")
}

func comments(y *story) {
	y.start(vol, normal)
	asked := y.review(alice, gerrittest.ReviewInput{Labels: codeReview(-1), Message: "One problem.", Comments: []gerrittest.CommentInput{
		{Path: filePath, Line: 1, Text: "This never ends.", Unresolved: true},
	}})
	y.read("an open thread")
	y.review(vol, gerrittest.ReviewInput{Comments: []gerrittest.CommentInput{
		{Path: filePath, Line: 1, Text: "Now it does.", InReplyTo: asked[0]},
	}})
	y.read("answered")
	y.review(bob, gerrittest.ReviewInput{Tag: "custom", Comments: []gerrittest.CommentInput{
		{Path: gerrittest.PatchSetLevel, Text: "And the tests?", Unresolved: true},
		{Path: filePath, Line: 1, Text: "Typo."},
	}})
	y.read("on the patch set")
	found, err := y.client.Comments(y.t.Context(), y.project(), y.number)
	ok(y.t, err)
	y.out.WriteString(renderComments(found))
}

func workInProgress(y *story) {
	y.start(vol, gerrittest.PushInput{Subject: "Soon", WIP: true})
	y.review(alice, gerrittest.ReviewInput{Message: "An early look."})
	ok(y.t, y.s.AddReviewer(vol, y.number, bob, gerrittest.Reviewer))
	y.read("work in progress from the start")
	ok(y.t, y.s.SetReady(vol, y.number, "Ready now."))
	y.read("ready")
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-1)})
	ok(y.t, y.s.SetWIP(vol, y.number, ""))
	y.read("again in progress")
	y.refused("twice", y.s.SetWIP(vol, y.number, ""))
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{})
	y.read("rework while in progress")
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{Ready: true})
	y.read("ready by push")
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{WIP: true})
	y.read("in progress by push")
	y.review(vol, gerrittest.ReviewInput{Ready: true, Message: "Now."})
	y.read("ready by review")
}

// ownWords is what Gerrit writes in the name of a person who only pressed a button.
func ownWords(y *story) {
	y.start(vol, gerrittest.PushInput{Subject: "Soon", WIP: true})
	y.review(vol, gerrittest.ReviewInput{Ready: true})
	y.read("ready without a word")
	ok(y.t, y.s.SetWIP(vol, y.number, ""))
	y.review(vol, gerrittest.ReviewInput{Ready: true, Labels: codeReview(1)})
	y.read("ready with a vote")
	y.amend(vol, gerrittest.TrivialRebase, gerrittest.AmendInput{})
	y.amend(vol, gerrittest.NoCodeChange, gerrittest.AmendInput{})
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(-2), PatchSet: 1})
	y.read("a bare vote on an older patch set")
	y.review(vol, gerrittest.ReviewInput{Labels: codeReview(-1), PatchSet: 1, Message: "Not yet.", Comments: []gerrittest.CommentInput{
		{Path: gerrittest.PatchSetLevel, Text: "Wait."},
	}})
	y.read("one that had a copy, with words")
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(0), PatchSet: 1})
	y.read("one taken back there")
}

func abandonRestore(y *story) {
	y.start(vol, normal)
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(-1)})
	y.refused("abandon by an outsider", y.s.Abandon(eve, y.number, ""))
	ok(y.t, y.s.Abandon(vol, y.number, "Not needed."))
	y.read("abandoned")
	_, err := y.s.Review(bob, y.number, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.refused("a vote on a closed change", err)
	y.refused("twice", y.s.Abandon(vol, y.number, ""))
	y.review(bob, gerrittest.ReviewInput{Message: "A pity."})
	ok(y.t, y.s.Restore(vol, y.number, "Needed after all."))
	y.read("restored")
	ok(y.t, y.s.Abandon(alice, y.number, ""))
	y.read("abandoned by another")
}

func merge(y *story) {
	y.start(vol, normal)
	y.review(bob, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.refused("submit without +2", y.s.Submit(alice, y.number))
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(2)})
	y.refused("submit by an outsider", y.s.Submit(eve, y.number))
	ok(y.t, y.s.Submit(alice, y.number))
	y.read("merged")
	y.review(eve, gerrittest.ReviewInput{Labels: codeReview(1), Message: "after the fact"})
	y.read("a vote after the merge")
	_, err := y.s.Review(alice, y.number, gerrittest.ReviewInput{Labels: codeReview(1)})
	y.refused("a lower vote after the merge", err)
	y.refused("abandon after the merge", y.s.Abandon(vol, y.number, ""))
}

func revert(y *story) {
	y.start(vol, normal)
	ok(y.t, y.s.AddReviewer(vol, y.number, bob, gerrittest.Reviewer))
	_, err := y.s.Revert("admin", y.number, "It broke.")
	y.refused("of an open change", err)
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(2)})
	ok(y.t, y.s.Submit(alice, y.number))
	n, err := y.s.Revert("admin", y.number, "Revert \"Fix the job queue\"\n\nIt broke.\n\nBug: T1")
	ok(y.t, err)
	y.read("reverted")
	c, err := y.client.Change(y.t.Context(), y.s.ProjectNames().core, n)
	ok(y.t, err)
	if c.RevertOf != y.number || y.number == n {
		y.t.Errorf("change %d reverts %d, want %d", n, c.RevertOf, y.number)
	}
	y.number = n
	y.read("the revert")
}

func reviewers(y *story) {
	y.start(vol, normal)
	ok(y.t, y.s.AddReviewer(vol, y.number, bob, gerrittest.Reviewer))
	ok(y.t, y.s.AddReviewer(vol, y.number, eve, gerrittest.CC))
	ok(y.t, y.s.AddReviewer(vol, y.number, ci, gerrittest.Reviewer))
	ok(y.t, y.s.AddReviewer(vol, y.number, vol, gerrittest.Reviewer))
	y.read("added; the owner is left out")
	ok(y.t, y.s.AddReviewer(vol, y.number, eve, gerrittest.Reviewer))
	ok(y.t, y.s.AddReviewer(vol, y.number, eve, gerrittest.CC))
	ok(y.t, y.s.RemoveReviewer(vol, y.number, bob))
	y.read("up, down, and removed")
	y.review(alice, gerrittest.ReviewInput{Labels: codeReview(1)})
	ok(y.t, y.s.RemoveReviewer("admin", y.number, alice))
	ok(y.t, y.s.RemoveReviewer(vol, y.number, eve))
	y.read("removed with a vote, and a CC")
	y.refused("an unknown reviewer", y.s.AddReviewer(vol, y.number, "ct-nobody", gerrittest.Reviewer))
}

func attention(y *story) {
	y.start(vol, normal)
	y.review(sync, gerrittest.ReviewInput{
		Tag: "autogenerated:reviewsync~ask", Message: "Asked for a review.", QuietAttention: true,
		Reviewers: []gerrittest.ReviewerInput{{Name: bob, State: gerrittest.Reviewer}},
		Attention: []gerrittest.AttentionInput{{Name: bob, Reason: "extra review wanted"}, {Name: eve, Reason: "not on the change"}},
	})
	y.read("asked")
	ok(y.t, y.s.RemoveAttention(bob, y.number, bob, "not mine"))
	y.read("declined")
	ok(y.t, y.s.AddAttention(vol, y.number, bob, "please look"))
	y.refused("somebody not on the change", y.s.AddAttention(vol, y.number, eve, "x"))
	y.refused("a robot", y.s.AddAttention(vol, y.number, sync, "x"))
	y.review(vol, gerrittest.ReviewInput{Message: "Ready for another look."})
	y.review(sync, gerrittest.ReviewInput{Tag: "autogenerated:reviewsync~note", Message: "For your information."})
	y.read("the owner's and the bot's words")
	y.review(bob, gerrittest.ReviewInput{Message: "Will do tomorrow."})
	ok(y.t, y.s.Hashtags(vol, y.number, []string{"zeta", "alpha"}, nil))
	ok(y.t, y.s.Hashtags(vol, y.number, []string{"beta"}, []string{"zeta"}))
	y.read("a reply, and hashtags")
}

func pushWithVote(y *story) {
	y.start(alice, gerrittest.PushInput{
		Subject: "With everything", Labels: codeReview(1), Reviewers: []string{bob}, CC: []string{eve},
	})
	y.read("pushed")
	y.amend(alice, gerrittest.Rework, gerrittest.AmendInput{})
	y.read("rework")
}

func pushWithHashtag(y *story) {
	y.start(vol, gerrittest.PushInput{Subject: "With hashtags", WIP: true, Labels: codeReview(1), Hashtags: []string{"second-review", "other"}})
	y.read("pushed as a work in progress")
	ok(y.t, y.s.SetReady(vol, y.number, ""))
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{Hashtags: []string{"later"}})
	y.read("new code with one more")
	ok(y.t, y.s.Hashtags(vol, y.number, nil, []string{"later", "second-review"}))
	y.read("two taken away")
}

func private(y *story) {
	y.start(vol, normal)
	ok(y.t, y.s.SetPrivate(vol, y.number, true))
	ok(y.t, y.s.AddReviewer(vol, y.number, sync, gerrittest.CC))
	y.read("private, with the bot as CC")
	ok(y.t, y.s.SetPrivate(vol, y.number, false))
	y.read("public again")
}

func botVotes(y *story) {
	y.start(vol, normal)
	y.review(ci, gerrittest.ReviewInput{Labels: verified(-1), Tag: "autogenerated:ci-test", Message: "Build failed."})
	y.read("a bot's -1")
	y.review(ci, gerrittest.ReviewInput{Labels: verified(0), Tag: "autogenerated:ci-gate", Message: "Starting gate-and-submit jobs."})
	y.read("the gate begins")
	y.review(ci, gerrittest.ReviewInput{Labels: verified(2), Tag: "autogenerated:ci-gate"})
	y.amend(vol, gerrittest.Rework, gerrittest.AmendInput{})
	y.read("rework")
}

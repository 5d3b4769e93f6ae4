package gerrittest

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// ReviewInput is a review (Doc/rest-api-changes.txt, ReviewInput).
type ReviewInput struct {
	Labels    map[string]int
	Message   string
	Comments  []CommentInput
	Tag       string
	PatchSet  int // 0: the current one
	Reviewers []ReviewerInput
	Attention []AttentionInput
	// QuietAttention changes nothing in the attention set except Attention.
	QuietAttention bool
	Ready          bool
}

// CommentInput is a comment on a file or, with PatchSetLevel as Path, on the patch set.
type CommentInput struct {
	Path       string
	Line       int
	Text       string
	Unresolved bool
	InReplyTo  string
}

// PatchSetLevel is the path of comments on a patch set as a whole.
const PatchSetLevel = "/PATCHSET_LEVEL"

// ReviewerInput adds an account to a change. State is Reviewer (default) or CC.
type ReviewerInput struct{ Name, State string }

// AttentionInput adds an account to the attention set.
type AttentionInput struct{ Name, Reason string }

// Review posts a review and returns the ids of its comments.
func (s *Server) Review(user string, number int, in ReviewInput) (comments []string, err error) {
	err = s.act(user, number, func(w *write) error {
		ps := cmp.Or(in.PatchSet, w.c.current().number)
		if err := w.mayReview(in, ps); err != nil {
			return err
		}
		for _, r := range in.Reviewers {
			w.join(s.accounts[r.Name], cmp.Or(r.State, Reviewer), in.QuietAttention)
		}
		added := w.events // these come last
		w.events = nil
		if in.Ready && w.c.wip {
			w.ready()
			w.emit("wip-state-changed", "changer", w.c.current(), nil)
		}
		votes := w.vote(in.Labels, ps, in.Tag)
		for _, c := range in.Comments {
			comments = append(comments, w.comment(c, ps, in.Tag))
		}
		spoke := votes != "" || len(in.Comments) > 0 || in.Message != "" || in.Ready
		if spoke {
			text := reviewText(ps, votes, len(in.Comments), in.Message, in.Ready)
			w.say(in.Tag, ps, "%s", text)
			w.emitWords(ps, text)
			if w.c.state(w.who) == "" && w.who != w.c.owner {
				w.reviewer(w.who, CC)
			}
		}
		for _, a := range in.Attention {
			if on := s.accounts[a.Name]; w.concerns(on) {
				w.turnTo(on, a.Reason)
			}
		}
		if spoke && !in.QuietAttention {
			w.replied(in, ps)
		}
		w.events = append(w.events, added...)
		return nil
	})
	return comments, err
}

func reviewText(ps int, votes string, comments int, message string, ready bool) string {
	text := fmt.Sprintf("Patch Set %d:%s", ps, votes)
	switch comments {
	case 0:
	case 1:
		text += "\n\n(1 comment)"
	default:
		text += fmt.Sprintf("\n\n(%d comments)", comments)
	}
	switch {
	case message != "":
		text += "\n\n" + message
	case ready:
		text += "\n\nThis change is ready for review."
	}
	return text
}

func (w *write) mayReview(in ReviewInput, ps int) error {
	if ps < 1 || ps > w.c.current().number {
		return refuse(404, "Not found: %d", ps)
	}
	for _, r := range in.Reviewers {
		a := w.s.accounts[r.Name]
		if a == nil || !w.c.project.visible(a) {
			return refuse(400, "error adding reviewer")
		}
	}
	for _, c := range in.Comments {
		if c.InReplyTo != "" && !slices.ContainsFunc(w.c.comments, func(o comment) bool { return o.id == c.InReplyTo }) {
			return refuse(400, "Invalid inReplyTo, comment %s not found", c.InReplyTo)
		}
		if c.Text == "" || c.Path == "" {
			return refuse(400, "a comment needs a path and a text")
		}
	}
	return w.mayVote(in.Labels)
}

// mayVote checks votes before anything is written. Labels that the project does not
// have are ignored, as Gerrit does.
func (w *write) mayVote(labels map[string]int) error {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		l, v := w.c.project.label(name), labels[name]
		if l == nil {
			continue
		}
		if v < l.Min || v > l.Max {
			return refuse(400, "label \"%s\": %d is not a valid value", name, v)
		}
		if !l.may(w.who, v) {
			return refuse(403, "Applying label \"%s\": %d is restricted", name, v)
		}
		if w.c.status == "ABANDONED" {
			return refuse(409, "change is closed")
		}
		if old := w.c.votes[voteKey{w.who.id, name}]; w.c.status == "MERGED" && old != nil && v < old.value {
			return refuse(409, "Cannot reduce vote on labels for closed change: %s", name)
		}
	}
	return nil
}

func (l *Label) may(a *account, value int) bool {
	switch {
	case value == 0, a.team, l.TeamOnly && a.service:
		return true
	case l.TeamOnly:
		return false
	}
	return value >= -1 && value <= 1
}

// vote applies votes, and returns those that changed as in a message: " Code-Review-1", and below
// them what became of the copies of votes on an older patch set.
func (w *write) vote(labels map[string]int, ps int, tag string) string {
	var text, copies strings.Builder
	onCurrent := ps == w.c.current().number
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		l, v := w.c.project.label(name), labels[name]
		if l == nil {
			continue
		}
		key := voteKey{w.who.id, name}
		old := w.c.votes[key]
		if onCurrent && (old == nil && v == 0 || old != nil && old.value == v && !old.copied) {
			continue
		}
		w.any = true
		w.setVoted(name, old, v)
		text.WriteString(" " + score(name, v))
		if v != 0 {
			w.reviewer(w.who, Reviewer)
		}
		copies.WriteString(w.copiesOf(l, ps, old, v))
		if onCurrent || w.reaches(l, ps, v) {
			w.c.votes[key] = &vote{
				account: w.who, value: v, date: w.now, tag: tag, copied: !onCurrent, postSubmit: w.c.status == "MERGED",
			}
		}
	}
	if copies.Len() > 0 {
		text.WriteString("\n\nCopied votes on follow-up patch sets have been updated:" + copies.String())
	}
	return text.String()
}

// copiesOf says what a vote on an older patch set does to its copies on later ones.
func (w *write) copiesOf(l *Label, ps int, old *vote, value int) string {
	condition, was := strings.Join(l.Copy, " OR "), ""
	if old != nil && old.copied && old.value != 0 {
		was = fmt.Sprintf(" (was %s)", score(l.Name, old.value))
	}
	var reached, lost []string
	for _, p := range w.c.patchSets[ps:] {
		number := strconv.Itoa(p.number) + was
		_, ok := l.copies(p.kind, value)
		switch {
		case ok && value != 0 && len(lost) == 0:
			reached = append(reached, number)
		case was != "":
			lost = append(lost, number)
		}
	}
	text := ""
	if len(reached) > 0 {
		text += fmt.Sprintf("\n* %s has been copied to patch set %s (copy condition: \"%s\").", score(l.Name, value), strings.Join(reached, ", "), condition)
	}
	if len(lost) > 0 {
		given := score(l.Name, value)
		if value == 0 {
			given = l.Name + "=0"
		}
		text += fmt.Sprintf("\n* Copied %s vote has been removed from patch set %s since the new %s vote is not copyable (copy condition: \"%s\").",
			l.Name, strings.Join(lost, ", "), given, condition)
	}
	return text
}

// reaches reports whether a vote on an older patch set is copied up to the current one.
func (w *write) reaches(l *Label, ps, value int) bool {
	for _, p := range w.c.patchSets[ps:] {
		if _, ok := l.copies(p.kind, value); !ok {
			return false
		}
	}
	return true
}

func (c *change) voteKeys() []voteKey {
	return slices.SortedFunc(maps.Keys(c.votes), func(a, b voteKey) int {
		return cmp.Or(a.account-b.account, strings.Compare(a.label, b.label))
	})
}

func (w *write) comment(in CommentInput, ps int, tag string) string {
	w.any = true
	sha := w.s.sha()
	id := sha[:8] + "_" + sha[8:16]
	w.c.comments = append(w.c.comments, comment{
		id: id, path: in.Path, author: w.who, date: w.now, patchSet: ps, line: in.Line, inReplyTo: in.InReplyTo,
		unresolved: in.Unresolved, text: in.Text, messageID: w.meta, tag: tag, commit: w.c.patchSets[ps-1].sha,
	})
	return id
}

// replied applies the attention set's rules for a reply (Doc/user-attention-set.txt, Rules).
func (w *write) replied(in ReviewInput, ps int) {
	c := w.c
	if w.who.service {
		for _, v := range in.Labels {
			if v < 0 && c.open() && !c.wip && ps == c.current().number {
				w.turnTo(c.owner, "A robot voted negatively on a label")
			}
		}
		return
	}
	w.turnOff(w.who, "removed on reply")
	if c.wip || !c.open() {
		return
	}
	if ps < c.current().number {
		for name, v := range in.Labels {
			if l := c.project.label(name); l != nil && v != 0 && !w.reaches(l, ps, v) {
				w.turnTo(w.who, "Some votes were not copied to the current patch set")
			}
		}
	}
	if w.who != c.owner {
		w.turnTo(c.owner, "Someone else replied on the change")
	}
	for _, reply := range in.Comments {
		for _, a := range c.thread(reply.InReplyTo) {
			if a != w.who && (a != c.owner || w.who == c.owner) {
				w.turnTo(a, "Someone else replied on a comment you posted")
			}
		}
	}
}

// thread returns the authors of a comment and of those that it answers.
func (c *change) thread(id string) []*account {
	var out []*account
	for id != "" {
		i := slices.IndexFunc(c.comments, func(o comment) bool { return o.id == id })
		if i < 0 {
			break
		}
		out, id = append(out, c.comments[i].author), c.comments[i].inReplyTo
	}
	return out
}

// concerns reports whether an account is the owner, uploader, a reviewer or CC.
func (w *write) concerns(a *account) bool {
	return a != nil && (a == w.c.owner || a == w.c.current().uploader || w.c.state(a) != "")
}

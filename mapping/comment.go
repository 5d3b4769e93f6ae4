package mapping

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"reviewsync/mapping/review"
)

// CommentKind is what a comment on a task says about a change.
type CommentKind string

// The kinds of comments, in the words of the config.
const (
	CommentLinked   CommentKind = "linked"
	CommentMerged   CommentKind = "merged"
	CommentReverted CommentKind = "reverted"
	CommentAsked    CommentKind = "asked"
)

// CommentKinds lists them.
func CommentKinds() []CommentKind {
	return []CommentKind{CommentLinked, CommentMerged, CommentReverted, CommentAsked}
}

// CommentQuestion is everything that the comments due on one task depend on.
type CommentQuestion struct {
	Task    int
	Starts  map[CommentKind]time.Time // of the kinds that are wanted; what happened up to then gets no comment
	Skew    time.Duration
	Changes []*review.History // every change that is or was linked to the task
	Scope   Scope             // which of them get comments
	Asking  []*review.Policy  // of the boards whose asks get comments
}

// TaskComment is a comment that a task gets once.
type TaskComment struct {
	Kind   CommentKind
	Change *review.History
	Revert *review.History // the change that reverts it, if it is reverted
	Asked  *review.AskKey  // of CommentAsked

	at int64 // when it happened
}

// TaskComments lists the comments that a task gets, the oldest first, whether they were posted before
// or not: on a change that is open, linked and ready, on one that was merged, and on one that a merged
// change reverts. The merge of a revert gets a comment of its own only where the reverted change gets
// none.
func TaskComments(q CommentQuestion) []TaskComment {
	var out []TaskComment
	reverting := review.WhoReverts(q.Changes)
	asRevert := map[*review.History]bool{} // the comment is on the change that it reverts
	for _, h := range q.Changes {
		if h.Linked(q.Task) && q.Scope.Covers(h) {
			for _, r := range reverting.By(h) {
				asRevert[r] = q.isNew(CommentReverted, r.Merged())
			}
		}
	}
	for _, h := range q.Changes {
		if !h.Linked(q.Task) || !q.Scope.Covers(h) {
			continue
		}
		linked := h.Newest(func(f *review.Fact) bool { return f.Kind == review.Linked && int(f.Task) == q.Task })
		switch {
		case h.Status == review.StatusNew && !h.WIP:
			out = q.add(out, TaskComment{Kind: CommentLinked, Change: h, at: linked}, linked)
		case h.Status == review.StatusMerged && !asRevert[h]:
			out = q.add(out, TaskComment{Kind: CommentMerged, Change: h, at: h.Merged()}, linked)
		}
		out = q.asked(out, h, linked)
		for _, r := range reverting.By(h) {
			if r.Status == review.StatusMerged {
				out = q.add(out, TaskComment{Kind: CommentReverted, Change: h, Revert: r, at: r.Merged()}, linked)
			}
		}
	}
	slices.SortFunc(out, func(x, y TaskComment) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.Change.Number, y.Change.Number), cmp.Compare(x.Key(), y.Key()))
	})
	return out
}

// asked adds whom we asked for a review of an open change.
func (q *CommentQuestion) asked(list []TaskComment, h *review.History, linked int64) []TaskComment {
	if h.Status != review.StatusNew || !slices.ContainsFunc(q.Asking, func(p *review.Policy) bool { return p.Sees(h) }) {
		return list
	}
	for i := range h.Facts {
		if f := &h.Facts[i]; f.Kind == review.AskPosted {
			key := h.Asked(f)
			list = q.add(list, TaskComment{Kind: CommentAsked, Change: h, Asked: &key, at: f.At}, linked)
		}
	}
	return list
}

// add adds a comment of a kind that is wanted, if it is about something new. What happened before the
// change was linked is not: the task that was merged into this one has comments on it.
func (q *CommentQuestion) add(list []TaskComment, c TaskComment, linked int64) []TaskComment {
	if c.at >= linked && q.isNew(c.Kind, c.at) {
		list = append(list, c)
	}
	return list
}

func (q *CommentQuestion) isNew(kind CommentKind, at int64) bool {
	start, wanted := q.Starts[kind]
	return wanted && at != 0 && onPhabricator(at, q.Skew).After(start)
}

// The mark of a comment is the end of the address in it: the number of the change and,
// as a fragment that no server sees, what the comment is about. It stays the same however
// the sentence around it is worded.
const fragment = "#reviewsync-"

// At is when it happened, on Phabricator's clock, which is ahead of Gerrit's by skew.
func (c TaskComment) At(skew time.Duration) time.Time { return onPhabricator(c.at, skew) }

// Key names the comment for ever. It ends the address that the comment shows.
func (c TaskComment) Key() string {
	what := string(c.Kind)
	switch {
	case c.Revert != nil:
		what = fmt.Sprintf("%s-by-%d", c.Kind, c.Revert.Number)
	case c.Asked != nil: // a name may hold what ends an address
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(c.Asked.String()))
		what = fmt.Sprintf("%s-%x", c.Kind, sum.Sum64())
	}
	return fmt.Sprintf("%d%s%s", c.Change.Number, fragment, what)
}

// CommentKeys lists the keys of the comments in a text.
func CommentKeys(text string) []string {
	var keys []string
	digit := func(at int) bool { return '0' <= text[at] && text[at] <= '9' }
	for at := 0; ; {
		i := strings.Index(text[at:], fragment)
		if i < 0 {
			return keys
		}
		begin, end := at+i, at+i+len(fragment)
		for begin > 0 && digit(begin-1) {
			begin--
		}
		for end < len(text) && (digit(end) || text[end] == '-' || 'a' <= text[end] && text[end] <= 'z') {
			end++
		}
		if begin < at+i && begin > 0 && text[begin-1] == '/' {
			keys = append(keys, text[begin:end])
		}
		at = end
	}
}

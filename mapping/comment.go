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

// CommentKind is what a comment on a task tells of a change.
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
	Starts  map[CommentKind]time.Time // of the kinds that are wanted; what happened up to then is not told
	Skew    time.Duration
	Changes []*review.History // every change that is or was linked to the task
	Scope   Scope             // which of them are told of
	Asking  []*review.Policy  // of the boards whose asks are told
}

// TaskComment is something to tell on a task, once.
type TaskComment struct {
	Kind   CommentKind
	Change *review.History
	Revert *review.History // the change that reverts it, if it is reverted
	Asked  *review.AskKey  // of CommentAsked

	at int64 // when it happened
}

// TaskComments lists what is to be told on a task, the oldest first, whether it was told
// before or not: a change that is open, linked and ready, one that was merged, and one
// that a merged change reverts. A revert is told of the change that it undoes; of
// itself, that it was merged is told only where that is not.
func TaskComments(q CommentQuestion) []TaskComment {
	var out []TaskComment
	reverting := review.WhoReverts(q.Changes)
	toldAsRevert := map[*review.History]bool{} // of the change that it undoes
	for _, h := range q.Changes {
		if h.Linked(q.Task) && q.Scope.Covers(h) {
			for _, r := range reverting.By(h) {
				toldAsRevert[r] = q.isNew(CommentReverted, r.Merged())
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
		case h.Status == review.StatusMerged && !toldAsRevert[h]:
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

// add adds a comment of a kind that is wanted, if it is about something new. What happened
// before the change was linked is none, such as what a task tells that was merged into this one.
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

// onPhabricator is a time of Gerrit's clock on Phabricator's, which is ahead by skew.
func onPhabricator(at int64, skew time.Duration) time.Time {
	t := time.Unix(at, 0).UTC()
	if skew.Abs() > clockError {
		t = t.Add(skew)
	}
	return t
}

// The mark of a comment is the end of the address in it: the number of the change and,
// as a fragment that no server sees, what is told. It stays the same however the
// sentence around it is worded.
const fragment = "#reviewsync-"

// At is when it happened, on Phabricator's clock, which is ahead of Gerrit's by skew.
func (c TaskComment) At(skew time.Duration) time.Time { return onPhabricator(c.at, skew) }

// Key names what is told, for ever. It ends the address that the comment shows.
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

// Told lists the keys of comments that a text holds.
func Told(text string) []string {
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

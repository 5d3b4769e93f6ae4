package reconcile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// A comment is made once. Which ones were made is in the store; that a crash or a lost
// answer kept it from being noted is seen on the task itself, whose comments of ours are
// searched for the mark before anything is written. After a write whose answer was lost,
// which may take effect late, a task gets no comment for some time.

// saying is what becomes of the comments on one task.
type saying struct {
	keys    []string // of those that go with the next edit
	texts   []string
	reasons []string
	written []string // keys of those that went and are not yet noted
}

// edits is the one edit that makes the comments.
func (s *saying) edits() []phab.Edit {
	if len(s.texts) == 0 {
		return nil
	}
	return []phab.Edit{phab.Comment(strings.Join(s.texts, "\n\n"))}
}

// takeWritten returns the keys to note with the end of an op.
func (s *saying) takeWritten() []string {
	keys := s.written
	s.written = nil
	return keys
}

// owed lists the comments that are due on the task and, as far as the store knows, not
// made. Those on a duplicate are made on the task that it was merged into.
func (t *look) owed(ctx context.Context) ([]mapping.TaskComment, error) {
	if len(t.bound.Comments) == 0 || t.bound.Merged[t.task.Status] || t.bound.Commented.OnBoards() && !t.placed {
		return nil, nil
	}
	skew, _ := t.r.skew()
	due := mapping.TaskComments(mapping.CommentQuestion{Task: t.task.ID, Starts: t.bound.Comments, Skew: skew, Changes: t.changes, Scope: t.bound.Commented, Asking: t.bound.Asking()})
	if len(due) == 0 {
		return nil, nil
	}
	said, err := t.r.o.Store.Said(ctx, t.task.ID)
	return slices.DeleteFunc(due, func(c mapping.TaskComment) bool { return said[c.Key()] }), err
}

// hear notes which comments of ours are on the task. Nobody needs the texts any longer.
func (t *look) hear() {
	t.heard = map[string]bool{}
	for i := range t.transactions {
		x := &t.transactions[i]
		if x.AuthorPHID == t.bound.Self.PHID {
			for _, key := range mapping.Told(x.Comment) {
				t.heard[key] = true
			}
		}
		x.Comment = ""
	}
}

// decideComments notes what has to be told on the task. It goes into the same edit as the
// first move, if there is one.
func (t *look) decideComments(ctx context.Context) error {
	owed, err := t.owed(ctx)
	if err != nil || len(owed) == 0 {
		return err
	}
	if lost, err := t.r.mayChange(ctx, t.task.ID); err != nil || lost {
		return err
	}
	if err := t.readEvents(ctx); err != nil {
		return err
	}
	var there []string
	var failed []error
	var came time.Time
	if t.bound.Commented.OnBoards() {
		came = t.came()
	}
	skew, _ := t.r.skew()
	for _, c := range owed {
		if t.heard[c.Key()] || c.At(skew).Before(came) { // what happened before it came onto a board is no news there
			there = append(there, c.Key())
			continue
		}
		text, err := t.text(ctx, c)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		s := &t.saying
		s.keys, s.texts, s.reasons = append(s.keys, c.Key()), append(s.texts, text), append(s.reasons, c.Reason(t.task.ID))
	}
	if len(there) > 0 && !t.r.o.DryRun {
		failed = append(failed, t.r.o.Store.Say(ctx, t.task.ID, there))
	}
	return worst(failed)
}

// text is that of a comment. What the public cannot read is not in it.
func (t *look) text(ctx context.Context, c mapping.TaskComment) (string, error) {
	if t.r.o.DryRun {
		return "", nil
	}
	public := false
	if t.r.o.Public != nil {
		var err error
		if public, err = t.r.o.Public(ctx, c.Change.Key); err != nil {
			return "", err
		}
	}
	data := c.Data(t.r.o.Config.Gerrit.URL, public)
	text, err := t.r.o.Config.Comments[c.Kind].Write(data)
	if err == nil {
		return text, nil
	}
	t.r.warnOnce("comments."+string(c.Kind), "%s: comments.%s: for change %d the template %v; the default text is used", t.r.o.Config.Path, c.Kind, c.Change.Number, err)
	usual, err := mapping.ParseComment(c.Kind, mapping.DefaultComment(c.Kind))
	if err != nil {
		return "", err
	}
	return usual.Write(data)
}

// say makes the comments that no other edit took along.
func (t *look) say(ctx context.Context) error {
	if len(t.saying.keys) == 0 {
		return nil
	}
	if t.r.o.DryRun {
		t.said()
		return nil
	}
	key := fmt.Sprintf("comment T%d %s", t.task.ID, strings.Join(t.saying.keys, " "))
	return t.edit(ctx, store.Op{Key: key, Kind: "comment", Detail: strings.Join(t.saying.reasons, "; ")}, t.saying.edits(), t.said)
}

// said tells of the comments that were made, once.
func (t *look) said() {
	for _, reason := range t.saying.reasons {
		if t.r.o.DryRun {
			t.r.moved(mapping.Decision{Reason: reason})
		} else {
			t.r.o.Log.Info().Int("task", t.task.ID).Msg(reason)
		}
	}
	t.saying = saying{written: append(t.saying.written, t.saying.keys...)}
}

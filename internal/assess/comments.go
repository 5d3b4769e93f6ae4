package assess

import (
	"context"
	"slices"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// A comment is made once. The store has those that were made. A crash or a lost answer may keep one
// from being noted, so our comments on the task are searched for its mark before it is written. After
// a write whose answer was lost, a task gets no comment for some time: the write may still take effect.

// owed are the comments that are due on the task and, as far as the store knows, not made. Those on
// a duplicate are made on the task that it was merged into.
func (t *assessment) owed(ctx context.Context) ([]mapping.TaskComment, error) {
	if len(t.bound.Comments) == 0 || t.bound.Merged[t.task.Status] || t.bound.Commented.OnBoards() && !t.placed {
		return nil, nil
	}
	skew, _ := t.a.o.Changes.Skew()
	due := mapping.TaskComments(mapping.CommentQuestion{Task: t.task.ID, Starts: t.bound.Comments, Skew: skew, Changes: t.changes, Scope: t.bound.Commented, Asking: t.bound.Asking()})
	if len(due) == 0 {
		return nil, nil
	}
	said, err := t.a.o.Store.Said(ctx, t.task.ID)
	return slices.DeleteFunc(due, func(c mapping.TaskComment) bool { return said[c.Key()] }), err
}

// findMarks notes which comments of ours are on the task. Their texts are dropped: nothing needs them.
func (t *assessment) findMarks() {
	t.marks = map[string]bool{}
	for i := range t.transactions {
		x := &t.transactions[i]
		if x.AuthorPHID == t.bound.Self.PHID {
			for _, key := range mapping.CommentKeys(x.Comment) {
				t.marks[key] = true
			}
		}
		x.Comment = ""
	}
}

// decideComments notes the comments to write. They go with the first move, if there is one.
func (t *execution) decideComments(ctx context.Context) error {
	owed, err := t.owed(ctx)
	if err != nil || len(owed) == 0 {
		return err
	}
	if lost, err := t.a.mayChange(ctx, t.task.ID); err != nil || lost {
		return err
	}
	if err := t.readEvents(ctx); err != nil {
		return err
	}
	var there []string
	var failed []error
	var joined time.Time
	if t.bound.Commented.OnBoards() {
		joined = t.joined()
	}
	skew, _ := t.a.o.Changes.Skew()
	for _, c := range owed {
		if c.At(skew).Before(joined) { // what happened before the task came onto a board is no news there
			there = append(there, c.Key())
			continue
		}
		text, err := t.text(ctx, c)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		t.along = append(t.along, c.Effect(t.task.ID, text))
	}
	if len(there) > 0 {
		failed = append(failed, t.a.o.Store.Note(ctx, store.Said{Task: t.task.ID, Keys: there}))
	}
	return worst(failed)
}

// text is the text of a comment. What the public cannot read is not in it.
func (t *assessment) text(ctx context.Context, c mapping.TaskComment) (string, error) {
	public, err := t.a.o.Gerrit.Public(ctx, c.Change.Project, c.Change.Number)
	if err != nil {
		return "", err
	}
	data := c.Data(t.a.o.Config.Gerrit.URL, public)
	text, err := t.a.o.Config.Comments[c.Kind].Write(data)
	if err == nil {
		return text, nil
	}
	t.a.o.Warn.Warn("comments."+string(c.Kind), "%s: comments.%s: for change %d the template %v; the default text is used", t.a.o.Config.Path, c.Kind, c.Change.Number, err)
	usual, err := mapping.ParseComment(c.Kind, mapping.DefaultComment(c.Kind))
	if err != nil {
		return "", err
	}
	return usual.Write(data)
}

package assess

import (
	"context"
	"slices"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

// A comment is made once. Which ones were made is in the store; that a crash or a lost
// answer kept it from being noted is seen on the task itself, whose comments of ours are
// searched for the mark before anything is written. After a write whose answer was lost,
// which may take effect late, a task gets no comment for some time.

// owed lists the comments that are due on the task and, as far as the store knows, not
// made. Those on a duplicate are made on the task that it was merged into.
func (t *assessment) owed(ctx context.Context) ([]mapping.TaskComment, error) {
	if len(t.bound.Comments) == 0 || t.bound.Merged[t.task.Status] || t.bound.Commented.OnBoards() && !t.placed {
		return nil, nil
	}
	skew, _ := t.r.o.Changes.Skew()
	due := mapping.TaskComments(mapping.CommentQuestion{Task: t.task.ID, Starts: t.bound.Comments, Skew: skew, Changes: t.changes, Scope: t.bound.Commented, Asking: t.bound.Asking()})
	if len(due) == 0 {
		return nil, nil
	}
	said, err := t.r.o.Store.Said(ctx, t.task.ID)
	return slices.DeleteFunc(due, func(c mapping.TaskComment) bool { return said[c.Key()] }), err
}

// hear notes which comments of ours are on the task. Nobody needs the texts any longer.
func (t *assessment) hear() {
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
func (t *execution) decideComments(ctx context.Context) error {
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
	skew, _ := t.r.o.Changes.Skew()
	for _, c := range owed {
		if c.At(skew).Before(came) { // what happened before it came onto a board is no news there
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
		failed = append(failed, t.r.o.Store.Note(ctx, store.Said{Task: t.task.ID, Keys: there}))
	}
	return worst(failed)
}

// text is that of a comment. What the public cannot read is not in it.
func (t *assessment) text(ctx context.Context, c mapping.TaskComment) (string, error) {
	public, err := t.r.o.Gerrit.Public(ctx, c.Change.Project, c.Change.Number)
	if err != nil {
		return "", err
	}
	data := c.Data(t.r.o.Config.Gerrit.URL, public)
	text, err := t.r.o.Config.Comments[c.Kind].Write(data)
	if err == nil {
		return text, nil
	}
	t.r.o.Warn.Warn("comments."+string(c.Kind), "%s: comments.%s: for change %d the template %v; the default text is used", t.r.o.Config.Path, c.Kind, c.Change.Number, err)
	usual, err := mapping.ParseComment(c.Kind, mapping.DefaultComment(c.Kind))
	if err != nil {
		return "", err
	}
	return usual.Write(data)
}

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

// bindComments finds out since when there are comments of each kind that is wanted.
func (r *Reconciler) bindComments(ctx context.Context) (map[mapping.CommentKind]time.Time, error) {
	starts := map[mapping.CommentKind]time.Time{}
	for _, kind := range mapping.CommentKinds() {
		var err error
		if r.o.Config.Comments[kind] == nil {
			err = r.o.Store.CommentsEnd(ctx, string(kind))
		} else {
			starts[kind], err = r.o.Store.CommentsBegin(ctx, string(kind), r.o.Phab.HTTP().Now())
		}
		if err != nil {
			return nil, err
		}
	}
	return starts, nil
}

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
	if len(t.bound.comments) == 0 || t.bound.merged[t.task.Status] || t.bound.commented.OnBoards() && !t.placed {
		return nil, nil
	}
	skew, _ := t.r.skew()
	due := mapping.TaskComments(mapping.CommentQuestion{Task: t.task.ID, Starts: t.bound.comments, Skew: skew, Changes: t.changes, Scope: t.bound.commented, Asking: t.bound.asking()})
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
		if x.AuthorPHID == t.bound.self {
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
	if t.r.again.putOff(t.task.ID) {
		return nil
	}
	if err := t.readEvents(ctx); err != nil {
		return err
	}
	var there []string
	var failed []error
	var came time.Time
	if t.bound.commented.OnBoards() {
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

// putOff says whether a write to a task whose answer was lost may take effect yet, so that
// nobody knows what will be on it. The server must have answered since: it is given some
// time from then on, after which the task is marked.
func (a *again) putOff(task int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	until, lost := a.lost[task]
	now := time.Now()
	switch {
	case !lost:
		return false
	case until.IsZero():
		until = now.Add(afterUnsure)
		a.lost[task] = until
	case !until.After(now):
		delete(a.lost, task)
		return false
	}
	a.owed[task] = until
	a.wake()
	return true
}

// pay removes and returns the tasks whose comments were put off until now, and tells how
// long to wait for the rest.
func (a *again) pay(now time.Time) (tasks []int, wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	wait = time.Hour
	for task, until := range a.owed {
		if left := until.Sub(now); left > 0 {
			wait = min(wait, left)
			continue
		}
		delete(a.owed, task)
		tasks = append(tasks, task)
	}
	return tasks, wait
}

// pay marks the tasks whose comments were put off until now, and tells how long to wait
// for the rest.
func (r *Reconciler) pay(ctx context.Context) time.Duration {
	tasks, wait := r.again.pay(time.Now())
	for _, task := range tasks {
		if err := r.o.Store.MarkTask(ctx, task); err != nil && ctx.Err() == nil {
			r.o.Log.Warn().Err(err).Int("task", task).Msg("a comment that was put off is made with the next sweep")
		}
	}
	return wait
}

// asking are the boards that tell on tasks whom they asked.
func (b *bound) asking() []*mapping.Board {
	var boards []*mapping.Board
	for _, board := range b.boards {
		if board.Ask != nil && board.AskComment {
			boards = append(boards, &board.Board.Board)
		}
	}
	return boards
}

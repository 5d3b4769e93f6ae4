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

// boundTag is a tag of the config that is on tasks while a change is open.
type boundTag struct {
	tag   string
	line  int
	phid  string
	scope mapping.Scope
	since time.Time // it has had this scope
}

// bindOpenTags finds the projects of those tags.
func (r *Reconciler) bindOpenTags(ctx context.Context, b *bound) error {
	for _, t := range r.o.Config.Tags {
		project, err := r.project(ctx, t.Tag)
		if board := b.board(project.PHID); err == nil && board != nil {
			err = blocked("%s is the same project as board %s; use adopt and untag there", t.Tag, board.Tag)
		}
		if err != nil {
			if err := b.leftOut.leave("tag "+t.Tag, fmt.Errorf("%s:%d: tags: %w", r.o.Config.Path, t.Line, err)); err != nil {
				return err
			}
			continue
		}
		b.tags = append(b.tags, boundTag{tag: t.Tag, line: t.Line, phid: project.PHID, scope: mapping.Scope{Repositories: t.Repositories}})
	}
	return nil
}

// tagging is what becomes of the tags of one task.
type tagging struct {
	edits   []phab.Edit
	phids   []string // of the edits
	reasons []string
	kept    []string // why tags stay as people want them
	unread  bool     // it takes the events to say
}

// tags decides on all tags of the task.
func (t *look) tags() tagging {
	var out tagging
	skew, doubt := t.r.skew()
	for _, tag := range t.bound.tags {
		q := mapping.TagQuestion{
			Tag: tag.tag, Task: t.task.ID, Has: slices.Contains(t.task.Projects, tag.phid),
			Barred: tag.scope.OnBoards() && !t.placed, Start: t.r.o.Store.Created(), Since: tag.since,
			Skew: skew, Doubt: doubt, Changes: tag.scope.Of(t.changes),
		}
		if t.told {
			q.Events, q.EventsRead = t.bound.tagEvents(tag, t.transactions, t.r.names), true
		}
		d := mapping.DecideTag(q)
		switch {
		case d.Unread:
			out.unread = true
		case d.Add:
			out.edit(phab.AddProject(tag.phid), tag, d)
		case d.Remove:
			out.edit(phab.RemoveProject(tag.phid), tag, d)
		case d.Reason != "":
			out.kept = append(out.kept, d.Reason)
		}
	}
	return out
}

func (t *tagging) edit(e phab.Edit, tag boundTag, d mapping.TagDecision) {
	t.edits, t.phids, t.reasons = append(t.edits, e), append(t.phids, tag.phid), append(t.reasons, d.Reason)
}

// tagEvents tells who put a tag on a task or took it off.
func (b *bound) tagEvents(tag boundTag, transactions []phab.Transaction, names *names) []mapping.Event {
	var events []mapping.Event
	for _, t := range transactions {
		e := b.event(t, names)
		e.Tag = tag.tag
		if slices.Contains(t.ProjectsAdded, tag.phid) {
			e.Kind = mapping.TaskTagged
			events = append(events, e)
		}
		if slices.Contains(t.ProjectsRemoved, tag.phid) {
			e.Kind = mapping.TaskUntagged
			events = append(events, e)
		}
	}
	return events
}

// decideTags notes what has to be done to the tags. It goes into the same edit as the
// first move, if there is one.
func (t *look) decideTags(ctx context.Context) error {
	if t.tagging = t.tags(); t.tagging.unread {
		if err := t.readEvents(ctx); err != nil {
			return err
		}
		t.tagging = t.tags()
	}
	if len(t.tagging.kept) == 0 {
		return nil
	}
	if err := t.r.nameAll(ctx, t.transactions); err != nil { // the sentences name people
		return err
	}
	t.tagging = t.tags()
	for _, reason := range t.tagging.kept {
		t.r.o.Log.Debug().Int("task", t.task.ID).Msg(reason)
	}
	return nil
}

// tag writes what no move took along, and the comments with it.
func (t *look) tag(ctx context.Context) error {
	if len(t.tagging.edits) == 0 {
		return nil
	}
	if t.r.o.DryRun {
		t.tagged()
		return nil
	}
	key := fmt.Sprintf("tag T%d %d", t.task.ID, t.task.Modified.Unix())
	return t.edit(ctx, store.Op{Key: key, Kind: "tag", Detail: strings.Join(t.tagging.reasons, "; ")},
		slices.Concat(t.tagging.edits, t.saying.edits()), t.tagged, t.said)
}

// edit writes to the task what is no move, and then tells of it.
func (t *look) edit(ctx context.Context, op store.Op, edits []phab.Edit, tell ...func()) error {
	op.Task, op.Created = t.task.ID, t.r.o.Phab.HTTP().Now()
	ops, err := t.r.o.Store.BeginOps(ctx, []store.Op{op})
	if err != nil {
		return err
	}
	written, err := t.r.edit(ctx, t.task.ID, edits)
	if err != nil {
		return t.failed(ctx, ops, err)
	}
	for _, say := range tell {
		say()
	}
	return t.r.o.Store.EndOps(ctx, ops, store.OpEnd{State: store.OpDone, Result: strings.Join(written, " ")}, store.Says(t.task.ID, t.saying.takeWritten()...))
}

// tagged tells of the tags that were written, once.
func (t *look) tagged() {
	for _, reason := range t.tagging.reasons {
		if t.r.o.DryRun {
			t.r.moved(mapping.Decision{Reason: reason})
		} else {
			t.r.o.Log.Info().Int("task", t.task.ID).Msg(reason)
		}
	}
	for _, board := range t.bound.boards { // whose rules name such a tag has something new to decide on
		t.retagged = t.retagged || slices.ContainsFunc(t.tagging.phids, func(phid string) bool { return len(board.Tags[phid]) > 0 })
	}
	t.tagging = tagging{}
}

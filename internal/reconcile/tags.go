package reconcile

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/phab"
)

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
	for _, tag := range t.bound.Tags {
		q := mapping.TagQuestion{
			Tag: tag.Tag, Task: t.task.ID, Has: slices.Contains(t.task.Projects, tag.PHID),
			Barred: tag.Scope.OnBoards() && !t.placed, Start: t.r.o.Store.Created(), Since: tag.Since,
			Skew: skew, Doubt: doubt, Changes: tag.Scope.Of(t.changes),
		}
		if t.told {
			q.Events, q.EventsRead = tagEvents(t.bound, tag, t.transactions, t.r.names), true
		}
		d := mapping.DecideTag(q)
		switch {
		case d.Unread:
			out.unread = true
		case d.Add:
			out.edit(phab.AddProject(tag.PHID), tag, d)
		case d.Remove:
			out.edit(phab.RemoveProject(tag.PHID), tag, d)
		case d.Reason != "":
			out.kept = append(out.kept, d.Reason)
		}
	}
	return out
}

func (t *tagging) edit(e phab.Edit, tag bind.Tag, d mapping.TagDecision) {
	t.edits, t.phids, t.reasons = append(t.edits, e), append(t.phids, tag.PHID), append(t.reasons, d.Reason)
}

// tagEvents tells who put a tag on a task or took it off.
func tagEvents(b *bind.Bound, tag bind.Tag, transactions []phab.Transaction, names *names) []mapping.Event {
	var events []mapping.Event
	for _, t := range transactions {
		e := event(b, t, names)
		e.Tag = tag.Tag
		if slices.Contains(t.ProjectsAdded, tag.PHID) {
			e.Kind = mapping.TaskTagged
			events = append(events, e)
		}
		if slices.Contains(t.ProjectsRemoved, tag.PHID) {
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
	for _, board := range t.bound.Boards { // whose rules name such a tag has something new to decide on
		t.retagged = t.retagged || slices.ContainsFunc(t.tagging.phids, func(phid string) bool { return len(board.Tags[phid]) > 0 })
	}
	t.tagging = tagging{}
}

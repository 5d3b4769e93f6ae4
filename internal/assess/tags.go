package assess

import (
	"context"
	"slices"

	"reviewsync/internal/bind"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// tagging is what becomes of the tags of one task.
type tagging struct {
	effects []mapping.Effect
	kept    []mapping.TagDecision // to leave tags as people want them
	unread  bool                  // the events are needed to decide
}

// tags decides on all tags of the task.
func (t *assessment) tags() tagging {
	var out tagging
	skew, doubt := t.a.o.Changes.Skew()
	for _, tag := range t.bound.Tags {
		q := mapping.TagQuestion{
			Tag: tag.Tag, Task: t.task.ID, Has: slices.Contains(t.task.Projects, tag.PHID),
			Barred: tag.Scope.OnBoards() && !t.placed, Start: t.a.o.Store.Created(), Since: tag.Since,
			Skew: skew, Doubt: doubt, Changes: tag.Scope.Of(t.changes),
		}
		if t.eventsRead {
			q.Events, q.EventsRead = tagEvents(t.bound, tag, t.transactions), true
		}
		d := mapping.DecideTag(q)
		e, is := d.Effect(mapping.Named{ID: tag.PHID, Name: tag.Tag}, t.task.Modified)
		switch {
		case is:
			out.effects = append(out.effects, e)
		case d.Code == mapping.TagUnread:
			out.unread = true
		case d.Code != mapping.TagAsIs:
			out.kept = append(out.kept, d)
		}
	}
	return out
}

// tagEvents are the events that put a tag on a task or took it off.
func tagEvents(b *bind.Bound, tag bind.Tag, transactions []phab.Transaction) []mapping.Event {
	var events []mapping.Event
	for _, t := range transactions {
		e := event(b, t)
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

// decideTags notes what has to be done to the tags. That goes with the first move, if there is one.
func (t *execution) decideTags(ctx context.Context) error {
	decided := t.tags()
	if decided.unread {
		if err := t.readEvents(ctx); err != nil {
			return err
		}
		decided = t.tags()
	}
	t.along = append(t.along, decided.effects...)
	for _, d := range decided.kept {
		if line := t.a.o.Log.Debug(); line.Enabled() {
			line.Int("task", t.task.ID).Msg(tell.Tag(d, t.a.o.Names.Lookup(ctx, []string{d.By})))
		}
	}
	return nil
}

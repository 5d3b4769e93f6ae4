package assess

import (
	"context"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/mapping"
	"reviewsync/mapping/tell"
	"reviewsync/phab"
)

// card is a task as one board sees it.
func card(b *bind.Bound, board *bind.Board, task phab.Task, read time.Time, settled mapping.Settlement) mapping.Card {
	c := mapping.Card{
		Task: task.ID, Status: task.Status, Closed: b.Closed[task.Status],
		Modified: task.Modified, Read: read, Settled: settled,
	}
	if columns := task.Boards[board.PHID]; len(columns) > 0 {
		c.OnBoard = true
		c.Column = mapping.Column{ID: columns[0].PHID, Name: columns[0].Name}
	}
	c.NoBoard = !c.OnBoard && slices.Contains(task.Projects, board.PHID)
	for _, p := range task.Projects {
		if name, below := board.Within[p]; below {
			c.Within = name
		}
		c.Tags = append(c.Tags, board.Tags[p]...)
	}
	c.Old = board.Place(task)
	return c
}

// now is Phabricator's time, early enough that nothing that is read from now on can be older: its
// clock is known only to the second.
func (a *Assessor) now() time.Time { return a.o.Phab.HTTP().Earliest().Add(-2 * time.Second) }

// events are what happened to a card, from the task's transactions. A first placing is no move:
// Phorge writes it as one, from the default column, in the edit that added the tag.
func events(b *bind.Bound, board *bind.Board, transactions []phab.Transaction) []mapping.Event {
	placed := map[string]bool{} // edit and board
	for _, t := range transactions {
		for _, p := range t.ProjectsAdded {
			placed[edit(t)+p] = true
		}
	}
	var events []mapping.Event
	for _, t := range transactions {
		e := event(b, t)
		add := func(kind mapping.EventKind, column string) {
			e.Kind, e.Column = kind, column
			events = append(events, e)
		}
		if slices.Contains(t.ProjectsAdded, board.PHID) {
			add(mapping.CardAdded, "")
		}
		if slices.Contains(t.ProjectsRemoved, board.PHID) {
			add(mapping.CardRemoved, "")
		}
		for _, p := range t.ProjectsAdded {
			for _, e.Tag = range board.Tags[p] {
				add(mapping.TaskTagged, "")
			}
		}
		for _, p := range t.ProjectsRemoved {
			for _, e.Tag = range board.Tags[p] {
				add(mapping.TaskUntagged, "")
			}
		}
		e.Tag = ""
		for _, m := range t.Moves {
			first := t.Create || placed[edit(t)+m.Board]
			switch {
			case slices.Contains(m.From, m.Column): // a reorder
			case m.Board == board.PHID && first:
				add(mapping.CardAdded, m.Column)
			case m.Board == board.PHID:
				if len(m.From) > 0 {
					e.Was.Column = m.From[0]
				}
				add(mapping.CardMoved, m.Column)
				e.Was = mapping.Was{}
			case board.TakesFrom(m.Board, m.Column) && !first:
				add(mapping.CardMoved, "")
			}
		}
		if t.Type == "status" || t.MergedInto != "" {
			e.Was = mapping.Was{Status: t.OldStatus, Closed: b.Closed[t.OldStatus]}
			add(mapping.StatusSet, "")
			e.Was = mapping.Was{}
		}
		if t.Type == "status" && !t.Create && b.Closed[t.OldStatus] && !b.Closed[t.NewStatus] {
			add(mapping.TaskReopened, "")
		}
	}
	return events
}

// event is a transaction without what it did.
func event(b *bind.Bound, t phab.Transaction) mapping.Event {
	_, bot := b.Bots[t.AuthorPHID]
	return mapping.Event{
		At: t.Date, Order: t.ID, Own: t.AuthorPHID == b.Self.PHID, By: t.AuthorPHID, Edit: edit(t),
		Person: strings.HasPrefix(t.AuthorPHID, "PHID-USER-") && t.AuthorPHID != b.Self.PHID && !bot,
	}
}

// edit names the edit that a transaction was part of. Old servers do not have it: there, it is what
// one user did in one second.
func edit(t phab.Transaction) string {
	if t.GroupID != "" {
		return t.GroupID
	}
	return t.AuthorPHID + t.Date.String()
}

// sentence is the one on a decision.
func (a *Assessor) sentence(ctx context.Context, d mapping.Decision) string {
	return tell.Decision(d, a.o.Names.Lookup(ctx, d.Why.Accounts()))
}

package mapping

import (
	"fmt"
	"time"
)

// teller writes the sentences. They name the change, the patch set, the person, the
// vote and the time; times are UTC, by weekday where that is plain enough.
type teller struct {
	q *Question
	c *course
}

// moves tells why a card moves: by what was said, or because somebody asked for it on the task.
func (t teller) moves(to Column, asked *Event) string {
	why := t.why()
	if asked != nil {
		what := "put it on the board"
		if asked.Kind == TaskReopened {
			what = "reopened the task"
		}
		why = fmt.Sprintf("%s %s (%s), and %s", asked.By, what, t.date(asked.At.Unix()), why)
	}
	return fmt.Sprintf("T%d: %s -> %s: %s", t.q.Card.Task, t.q.Card.Column.Name, to.Name, why)
}

func (t teller) stays(why string) string {
	if t.q.Card.OnBoard {
		return fmt.Sprintf("T%d stays in %s: %s", t.q.Card.Task, t.q.Card.Column.Name, why)
	}
	return fmt.Sprintf("T%d stays as it is: %s", t.q.Card.Task, why)
}

const nextMoves = "the next vote, new code or answer moves it"

func (t teller) heldBy(e *Event, said time.Time) string {
	who, moved := e.By, "moved it"
	if e.Column == "" || e.Column == t.q.Card.Column.ID {
		moved = "moved it here"
	}
	if e.Own {
		who = "reviewsync, before its store was lost,"
	}
	order := "after"
	if said.After(e.At) {
		order = "in the same moment as"
	}
	return t.stays(fmt.Sprintf("%s %s %s, %s the last review word (%s); %s", who, moved, t.date(e.At.Unix()), order, t.lastWord(), nextMoves))
}

func (t teller) heldByStart(to Column) string {
	return t.stays(fmt.Sprintf("nothing has been said since the rules of this board began (%s); by the rules it would be in %s: %s; %s",
		t.date(t.q.Start.Unix()), to.Name, t.why(), nextMoves))
}

// known tells of a card that is not where the rules want it, though nothing was said since it was settled.
func (t teller) known(to Column) string {
	since := "nothing has been said since it was left here"
	last := newest(t.q.Card.Events, func(e Event) bool { return e.Kind == CardMoved })
	if last != nil && !last.Own && last.Column == t.q.Card.Column.ID {
		since = fmt.Sprintf("%s moved it here %s, and nothing has been said since", last.By, t.date(last.At.Unix()))
	}
	return t.stays(fmt.Sprintf("%s; by the rules of today it would be in %s: %s; %s", since, to.Name, t.why(), nextMoves))
}

// lastWord names the fact that dated the card.
func (t teller) lastWord() string {
	at := t.date(t.c.since)
	if t.c.from == nil {
		return at
	}
	h, f := t.c.from.h, &t.c.fact
	who := "somebody"
	if f.By != nobody {
		who = h.People[f.By].String()
	}
	switch f.Kind {
	case Voted:
		return fmt.Sprintf("%s's %s, %s", who, t.c.from.points(f.Label, f.Value), at)
	case Uploaded:
		return fmt.Sprintf("%s's patch set %d, %s", who, f.PatchSet, at)
	case Said, Commented:
		return fmt.Sprintf("what %s wrote, %s", who, at)
	case WasSubmitted:
		return fmt.Sprintf("the merge of change %d, %s", h.Number, at)
	case WasAbandoned:
		return fmt.Sprintf("change %d abandoned, %s", h.Number, at)
	case WasRestored:
		return fmt.Sprintf("change %d restored, %s", h.Number, at)
	case BecameDraft:
		return fmt.Sprintf("change %d set to work in progress, %s", h.Number, at)
	case BecameReady:
		return fmt.Sprintf("change %d ready, %s", h.Number, at)
	case Linked:
		return fmt.Sprintf("change %d linked, %s", h.Number, at)
	case ReviewerIn, TurnOn:
		return fmt.Sprintf("a review of change %d asked for, %s", h.Number, at)
	default:
		return fmt.Sprintf("change %d, %s", h.Number, at)
	}
}

// date writes a time: by weekday if it is less than six days before the newest that the decision knows.
func (t teller) date(at int64) string {
	if at == 0 {
		return "unknown"
	}
	newest := max(t.c.since, t.q.Card.Modified.Unix(), t.q.Card.Read.Unix())
	when := time.Unix(at, 0).UTC()
	switch age := time.Duration(newest-at) * time.Second; {
	case age < 6*24*time.Hour:
		return when.Format("Mon 15:04")
	case age < 300*24*time.Hour:
		return when.Format("Jan 2 15:04")
	default:
		return when.Format("2006-01-02")
	}
}

package assess

import (
	"context"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
	"reviewsync/phab"
)

// assessment is what was read of one task, and what is decided from that.
type assessment struct {
	a            *Assessor
	bound        *bind.Bound
	task         phab.Task
	read         time.Time
	changes      []*review.History
	cards        map[string]store.Card // what was decided before, by board
	placed       bool                  // on a board, or about to be
	transactions []phab.Transaction
	eventsRead   bool // the transactions
	eventsReadAt time.Time
	marks        map[string]bool // of our comments on the task, once the events are read
	aligning     bool            // all facts count, see Align
	refsRead     time.Time       // where merged changes are must have been read since, by Gerrit's clock; zero: see stillKnown
}

// assess is the one way to an assessment: for a hint, the sweep, align, explain and a dry run. It puts
// what is stored of a task beside what was just read of it.
func (a *Assessor) assess(ctx context.Context, task phab.Task, read time.Time, changes []*review.History) (*assessment, error) {
	t := &assessment{a: a, bound: a.o.Binder.Current(), task: task, read: read, changes: changes}
	t.placed = t.bound.Has(task)
	var err error
	t.cards, err = a.o.Store.Cards(ctx, task.ID)
	return t, err
}

// decide is the one way to a decision on a card: from what was read and nothing else.
func (t *assessment) decide(board *bind.Board) mapping.Decision {
	return t.answer(t.question(board))
}

func (t *assessment) answer(q mapping.Question) mapping.Decision {
	if t.aligning {
		return mapping.Align(q)
	}
	return mapping.Decide(q)
}

// question is what the rules of a board are asked about its card.
func (t *assessment) question(board *bind.Board) mapping.Question {
	skew, doubt := t.a.o.Changes.Skew()
	q := mapping.Question{
		Board: &board.Board.Board, Columns: board.Columns, Start: board.Start, Born: t.a.o.Store.Created(), Skew: skew, Doubt: doubt,
		Footer: t.a.o.Config.Links.Footers[0], Looked: t.refsRead,
		Card: card(t.bound, board, t.task, t.read, mapping.Settlement(t.cards[board.PHID].Settled)), Changes: t.changes,
	}
	if q.Looked.IsZero() {
		q.Looked = t.a.o.Gerrit.HTTP().Now().Add(-stillKnown)
	}
	if t.eventsRead {
		q.Card.Events, q.Card.EventsRead = events(t.bound, board, t.transactions), true
		if last := placing(q.Card.Events); last != nil && t.torn(board) {
			for _, c := range t.task.Boards[board.PHID] {
				if c.PHID == last.Column {
					q.Card.Column = mapping.Column{ID: c.PHID, Name: c.Name}
				}
			}
		}
	}
	return q
}

// freshness is how old the events may be when a card is written.
const freshness = time.Second

// readEvents reads what happened to the task, unless it has just done so: what a person did while we
// waited for our turn must be seen.
func (t *assessment) readEvents(ctx context.Context) error {
	if t.eventsRead && time.Since(t.eventsReadAt) < freshness {
		return nil
	}
	all, err := t.a.o.Phab.Transactions(ctx, []int{t.task.ID})
	if err != nil {
		return err
	}
	t.transactions, t.eventsRead, t.eventsReadAt = all[t.task.ID], true, time.Now()
	notAhead(t.transactions, t.a.o.Phab.HTTP().Latest())
	t.findMarks()
	return t.foreign(ctx)
}

// eventsOf takes over what another assessment of the task has just read.
func (t *assessment) eventsOf(other *assessment) {
	t.transactions, t.eventsRead, t.eventsReadAt, t.marks = other.transactions, other.eventsRead, other.eventsReadAt, other.marks
}

// notAhead corrects transactions that a wrong clock has dated later than now: they are as old as the
// one that came next, or made now.
func notAhead(transactions []phab.Transaction, now time.Time) {
	next := now
	for i := len(transactions) - 1; i >= 0; i-- {
		if t := &transactions[i]; t.Date.After(now) {
			t.Date = next
		} else {
			next = t.Date
		}
	}
}

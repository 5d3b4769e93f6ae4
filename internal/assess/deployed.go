package assess

import (
	"context"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// stillKnown is for how long a look at where a change is tells where it is: those that cards wait for
// are looked at every ten minutes.
const stillKnown = 15 * time.Minute

// located decides on a card. What that takes for not deployed was looked at: if not lately, it is looked at now.
func (t *assessment) located(ctx context.Context, board *bind.Board) (mapping.Decision, error) {
	d := t.decide(board)
	if d.Verdict != mapping.Unlooked {
		return d, nil
	}
	for _, key := range d.Look {
		if err := t.r.o.Locate.FindRefs(ctx, key); err != nil {
			return d, err
		}
	}
	var err error
	if t.changes, err = t.r.o.Changes.OfTask(ctx, t.task.ID); err != nil {
		return d, err
	}
	q := t.question(board)
	q.Looked = time.Time{}
	return t.answer(q), nil
}

// wait remembers the changes whose deployment a card waits for: only those are looked at.
func (t *execution) wait(ctx context.Context, board *bind.Board, waits []mapping.Wait) error {
	if len(board.Deployed) == 0 {
		return nil
	}
	return t.r.o.Store.Note(ctx, t.awaits(board, waits))
}

func (t *execution) awaits(board *bind.Board, waits []mapping.Wait) store.Awaits {
	return store.Awaits{Task: t.task.ID, Board: board.PHID, Waits: waits, Now: t.r.o.Store.Now()}
}

// keepWaits forgets what was waited for by boards that are no more, or no longer ask for it.
func (a *Assessor) keepWaits(ctx context.Context, boards []*bind.Board) error {
	var asking []string
	for _, b := range boards {
		if len(b.Deployed) > 0 {
			asking = append(asking, b.PHID)
		}
	}
	return a.o.Store.KeepWaits(ctx, asking)
}

// Ripen marks the tasks for which a change is deployed now, for which nothing but time was
// waited, and tells when it is for the next one; zero: never.
func (a *Assessor) Ripen(ctx context.Context, key review.Key) (next time.Time, err error) {
	now := a.now()
	next, err = a.o.Store.Ripe(ctx, key, now)
	if err != nil || next.IsZero() {
		return time.Time{}, err
	}
	return a.o.Store.Now().Add(next.Sub(now)), nil
}

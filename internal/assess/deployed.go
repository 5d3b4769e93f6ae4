package assess

import (
	"context"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// stillKnown is how long it is known where a change is. Those that cards wait for are read every ten
// minutes.
const stillKnown = 15 * time.Minute

// located decides on a card. If it depends on a change not being deployed, and where that change is
// was not read lately, it is read now.
func (t *assessment) located(ctx context.Context, board *bind.Board) (mapping.Decision, error) {
	d := t.decide(board)
	if d.Verdict != mapping.Unlooked {
		return d, nil
	}
	for _, key := range d.Look {
		if err := t.a.o.Locate.FindRefs(ctx, key); err != nil {
			return d, err
		}
	}
	var err error
	if t.changes, err = t.a.o.Changes.OfTask(ctx, t.task.ID); err != nil {
		return d, err
	}
	q := t.question(board)
	q.Looked = time.Time{}
	return t.answer(q), nil
}

// wait stores the changes whose deployment a card waits for: only those are read.
func (t *execution) wait(ctx context.Context, board *bind.Board, waits []mapping.Wait) error {
	if len(board.Deployed) == 0 {
		return nil
	}
	return t.a.o.Store.Note(ctx, t.awaits(board, waits))
}

func (t *execution) awaits(board *bind.Board, waits []mapping.Wait) store.Awaits {
	return store.Awaits{Task: t.task.ID, Board: board.PHID, Waits: waits, Now: t.a.o.Store.Now()}
}

// keepWaits forgets the waits of boards that are gone or no longer have deployments.
func (a *Assessor) keepWaits(ctx context.Context, boards []*bind.Board) error {
	var asking []string
	for _, b := range boards {
		if len(b.Deployed) > 0 {
			asking = append(asking, b.PHID)
		}
	}
	return a.o.Store.KeepWaits(ctx, asking)
}

// Ripen marks the tasks whose cards waited only for time to pass until the change counts as deployed.
// It returns when the next one is due; zero: never.
func (a *Assessor) Ripen(ctx context.Context, key review.Key) (next time.Time, err error) {
	now := a.now()
	next, err = a.o.Store.Ripe(ctx, key, now)
	if err != nil || next.IsZero() {
		return time.Time{}, err
	}
	return a.o.Store.Now().Add(next.Sub(now)), nil
}

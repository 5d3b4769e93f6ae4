package assess

import (
	"context"

	"reviewsync/internal/store"
)

// A task that is closed as a duplicate passes its links on to the task that it was merged into. Only
// its own transactions have that task.

// unclear reports whether the task was merged into another one, or no longer is, since we last read
// where its links go. It returns what we know, too.
func (t *assessment) unclear(ctx context.Context) (bool, store.Duplicate, error) {
	known, is, err := t.a.o.Store.Duplicate(ctx, t.task.ID)
	if !t.bound.Merged[t.task.Status] {
		return is, known, err
	}
	return !is || t.task.Modified.After(known.Modified), known, err
}

// follow finds out where the links of the task go, if that may have changed.
func (t *assessment) follow(ctx context.Context) error {
	unclear, known, err := t.unclear(ctx)
	if err != nil || !unclear {
		return err
	}
	d := store.Duplicate{Task: t.task.ID, Modified: t.task.Modified}
	if t.bound.Merged[t.task.Status] {
		if err := t.mergedInto(ctx, &d); err != nil {
			return err
		}
		err = t.a.o.Store.PutDuplicate(ctx, d)
	} else {
		err = t.a.o.Store.EndDuplicate(ctx, t.task.ID)
	}
	if err != nil {
		return err
	}
	if d.Target != known.Target && d.Target != 0 {
		t.a.o.Log.Info().Int("task", t.task.ID).Msgf("T%d was merged into T%d, where its links to changes count from now on", t.task.ID, d.Target)
	}
	return nil
}

// mergedInto reads from the task's transactions into which task it was merged last, and when.
func (t *assessment) mergedInto(ctx context.Context, d *store.Duplicate) error {
	if err := t.readEvents(ctx); err != nil {
		return err
	}
	phid, last := "", 0
	for _, e := range t.transactions {
		if e.MergedInto != "" && e.ID > last {
			phid, last, d.At = e.MergedInto, e.ID, e.Date
		}
	}
	if phid == "" {
		return nil
	}
	var err error
	d.Target, err = t.a.o.Phab.TaskID(ctx, phid)
	return err
}

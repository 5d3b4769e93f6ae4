package explain

import (
	"context"
	"slices"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// passedOn adds what the service knows of a task: the changes that name it, and those that
// name a task that was merged into it. names are all these tasks.
func (r *run) passedOn(ctx context.Context, task int, found []review.Key) (names []int, changes []review.Key, err error) {
	names = []int{task}
	duplicates, err := r.Store.DuplicatesOf(ctx, task)
	if err != nil {
		return nil, nil, err
	}
	for _, d := range duplicates {
		more, err := r.mentions(ctx, d.Task)
		if err != nil {
			return nil, nil, err
		}
		names, found = append(names, d.Task), append(found, more...)
		r.note("T%d was merged into T%d: its changes count here since", d.Task, task)
	}
	r.stored = map[review.Key]store.ChangeRow{}
	for _, name := range names {
		rows, err := r.Store.Changes(ctx, name)
		if err != nil {
			return nil, nil, err
		}
		for _, row := range rows {
			r.stored[row.Key] = row
			found = append(found, row.Key)
		}
	}
	slices.SortFunc(found, func(x, y review.Key) int { return x.Number - y.Number })
	if into, is, err := r.Store.Duplicate(ctx, task); err != nil || is && into.Target != 0 {
		r.note("T%d was merged into T%d: its changes count there", task, into.Target)
		return names, slices.Compact(found), err
	}
	return names, slices.Compact(found), nil
}

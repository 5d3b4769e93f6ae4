package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"reviewsync/internal/store"
	"reviewsync/mapping"
)

const (
	sqlDuplicate    = `select task, target, at, modified from duplicate where task = $1`
	sqlDuplicatesOf = `select task, target, at, modified from duplicate where target = $1 order by task`
	sqlPutDuplicate = `insert into duplicate (task, target, at, modified) values ($1, $2, $3, $4)
on conflict (task) do update set target = excluded.target, at = excluded.at, modified = excluded.modified`
	sqlEndDuplicate = `delete from duplicate where task = $1`
)

func scanDuplicate(r *sql.Rows, d *store.Duplicate) error {
	var at, modified int64
	err := r.Scan(&d.Task, &d.Target, &at, &modified)
	d.At, d.Modified = date(at), date(modified)
	return err
}

func (s duplicates) Duplicate(ctx context.Context, task int) (d store.Duplicate, known bool, err error) {
	d, known, err = one(ctx, &s.db, scanDuplicate, sqlDuplicate, task)
	if err != nil {
		return d, false, fmt.Errorf("read what T%d is a duplicate of: %w", task, err)
	}
	return d, known, nil
}

func (s duplicates) PutDuplicate(ctx context.Context, d store.Duplicate) error {
	return s.redirect(ctx, d.Task, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlPutDuplicate, d.Task, d.Target, millis(d.At), millis(d.Modified))
	})
}

func (s duplicates) EndDuplicate(ctx context.Context, task int) error {
	return s.redirect(ctx, task, func(ctx context.Context, t tx) error { return t.exec(ctx, sqlEndDuplicate, task) })
}

func (s duplicates) redirect(ctx context.Context, task int, write func(context.Context, tx) error) error {
	return s.change(ctx, fmt.Sprintf("note what T%d is a duplicate of", task), func(ctx context.Context, t tx) error {
		before, err := targets(ctx, t, []int{task})
		if err != nil {
			return err
		}
		if err := write(ctx, t); err != nil {
			return err
		}
		after, err := targets(ctx, t, []int{task})
		if err != nil || slices.Equal(before, after) {
			return err
		}
		behind := slices.DeleteFunc(union(before, after), func(n int) bool { return n == task })
		return t.markTasks(ctx, behind, false)
	})
}

// targets are the tasks and those that they were merged into, up to mapping.MaxHops away.
func targets(ctx context.Context, from queryer, tasks []int) ([]int, error) {
	all, next := slices.Clone(tasks), tasks
	for range mapping.MaxHops {
		var found []int
		for _, n := range next {
			d, known, err := one(ctx, from, scanDuplicate, sqlDuplicate, n)
			if err != nil {
				return nil, err
			}
			if known && d.Target != 0 && !slices.Contains(all, d.Target) {
				all, found = append(all, d.Target), append(found, d.Target)
			}
		}
		if next = found; len(next) == 0 {
			break
		}
	}
	slices.Sort(all)
	return all, nil
}

func (s duplicates) DuplicatesOf(ctx context.Context, task int) ([]mapping.Duplicate, error) {
	var found []mapping.Duplicate
	seen := map[int]bool{task: true}
	next := []mapping.Duplicate{{Task: task}}
	for range mapping.MaxHops {
		var more []mapping.Duplicate
		for _, to := range next {
			list, err := all(ctx, &s.db, scanDuplicate, sqlDuplicatesOf, to.Task)
			if err != nil {
				return nil, fmt.Errorf("read the duplicates of T%d: %w", to.Task, err)
			}
			for _, d := range list {
				if seen[d.Task] {
					continue
				}
				seen[d.Task] = true
				if d.At.Before(to.At) {
					d.At = to.At
				}
				more = append(more, mapping.Duplicate{Task: d.Task, At: d.At})
			}
		}
		if found, next = append(found, more...), more; len(more) == 0 {
			break
		}
	}
	return found, nil
}

// union returns the numbers that are in either list, in ascending order.
func union(x, y []int) []int {
	all := slices.Concat(x, y)
	slices.Sort(all)
	return slices.Compact(all)
}

package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

const (
	sqlKnown = `select c.found, c.meta, c.sweep, coalesce(w.want - w.done, 0), coalesce(w.class, '')
from change c left join agenda w on w.kind = 'change' and w.key = c.key where c.key = $1`

	sqlFound = `insert into change (key, found, meta, open, sweep) values ($1, $2, '', 0, $3)
on conflict (key) do update set found = excluded.found, sweep = excluded.sweep`

	sqlPutChange = `insert into change (key, found, meta, open, sweep, shape) values ($1, '', $2, $3, 0, $4)
on conflict (key) do update set meta = excluded.meta, open = excluded.open, shape = excluded.shape`

	sqlOutdated = `insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
select $1, key, 1, 0, 0, 0, 0, '', '', 0 from change where open = 1 and shape <> $2
on conflict (kind, key) do update set want = agenda.want + 1, not_before = 0, attempts = 0`

	sqlPutSnapshot = `insert into snapshot (key, body) values ($1, $2)
on conflict (key) do update set body = excluded.body`

	sqlHasSnapshot = `select 1 from snapshot where key = $1`

	sqlLinks      = `select task from link where key = $1 order by task`
	sqlPutLink    = `insert into link (key, task) values ($1, $2)`
	sqlDropLinks  = `delete from link where key = $1`
	sqlDropBody   = `delete from snapshot where key = $1`
	sqlDropChange = `delete from change where key = $1`

	sqlChange = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from change c join snapshot s on s.key = c.key where c.key = $1`

	sqlOpenAfter = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from change c join snapshot s on s.key = c.key
where c.open = 1 and c.key > $1 order by c.key limit $2`

	sqlOpenChanges = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from change c join snapshot s on s.key = c.key
where c.open = 1 and substr(c.key, 1, length($1)) = $1 and substr(c.key, length($1) + 1) not like '%~%' order by c.key limit $2`

	sqlChanges = `select c.key, c.meta, c.open, c.twins, c.shape, s.body from link l
join change c on c.key = l.key join snapshot s on s.key = l.key
where l.task = $1 order by c.key`

	sqlLinksOfTask = `select o.key, o.task from link l join link o on o.key = l.key
where l.task = $1 order by o.key, o.task`

	sqlUnseen = `select key from change where open = 1 and sweep <> $1 order by key`

	sqlTasksAfter = `select task from link where task > $1 union select target from duplicate where target > $1 order by 1 limit $2`
)

func (s changes) Found(ctx context.Context, name string, watermark time.Time, sweep int64, rows []store.Seen) ([]review.Key, error) {
	var behind []review.Key
	err := s.change(ctx, fmt.Sprintf("note %d found changes", len(rows)), func(ctx context.Context, t tx) error {
		for _, row := range rows {
			marked, err := found(ctx, t, sweep, row)
			if err != nil {
				return fmt.Errorf("change %s: %w", row.Key, err)
			}
			if marked {
				behind = append(behind, row.Key)
			}
		}
		if watermark.IsZero() {
			return nil
		}
		return t.exec(ctx, sqlSetMoment, momentWatermark, name, millis(watermark))
	})
	if err != nil {
		return nil, err
	}
	return behind, nil
}

type known struct {
	found, meta string
	sweep       int64
	behind      int64
	class       string
}

func scanKnown(r *sql.Rows, k *known) error {
	return r.Scan(&k.found, &k.meta, &k.sweep, &k.behind, &k.class)
}

// found stores a row, and reports whether it marked the change.
func found(ctx context.Context, t tx, sweep int64, row store.Seen) (bool, error) {
	key := row.Key.String()
	k, _, err := one(ctx, t, scanKnown, sqlKnown, key)
	if err != nil {
		return false, err
	}
	behind := k.behind != 0
	read := row.Meta != "" && row.Meta == k.meta
	noted := behind && row.Meta == k.found
	news := !read && !noted
	if sweep == 0 {
		sweep = k.sweep
	} else if behind && k.class != "" {
		news = true
	}
	if news {
		if err := t.mark(ctx, store.KindChange, key, row.Urgent); err != nil {
			return false, err
		}
	}
	if row.Meta != k.found || sweep != k.sweep {
		if err := t.exec(ctx, sqlFound, key, row.Meta, sweep); err != nil {
			return false, err
		}
	}
	return news, nil
}

// markOutdated marks the open changes whose snapshots an earlier version stored in another form.
// Closed ones are marked when they are needed.
func (s *file) markOutdated(ctx context.Context) error {
	return s.change(ctx, "mark changes of another shape", func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlOutdated, store.KindChange, review.Shape)
	})
}

func (s changes) PutChange(ctx context.Context, c store.ChangeRow, gen int64) error {
	key := c.Key.String()
	tasks := slices.Compact(slices.Sorted(slices.Values(c.Tasks)))
	return s.change(ctx, "store change "+key, func(ctx context.Context, t tx) error {
		wasOpen, _, err := one(ctx, t, scalar[bool], sqlWasOpen, key)
		if err != nil {
			return err
		}
		if err := t.exec(ctx, sqlPutChange, key, c.Meta, number(c.Open), review.Shape); err != nil {
			return err
		}
		if err := t.exec(ctx, sqlPutSnapshot, key, string(c.Snapshot)); err != nil {
			return err
		}
		behind, err := relink(ctx, t, key, tasks)
		if err != nil {
			return err
		}
		if !c.Open {
			others, err := merged(ctx, t, &c, wasOpen)
			if err != nil {
				return err
			}
			if others, err = targets(ctx, t, others); err != nil {
				return err
			}
			behind = union(behind, others)
		}
		if err := t.markTasks(ctx, behind, c.Urgent); err != nil {
			return err
		}
		if c.Ask {
			if err := t.mark(ctx, store.KindAsk, key, false); err != nil {
				return err
			}
		}
		return t.exec(ctx, sqlDone, store.KindChange, key, gen)
	})
}

// relink replaces the links of a change, and returns the old and the new tasks and those that they
// were merged into.
func relink(ctx context.Context, t tx, key string, tasks []int) ([]int, error) {
	had, err := all(ctx, t, scalar[int], sqlLinks, key)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(had, tasks) {
		if err := t.exec(ctx, sqlDropLinks, key); err != nil {
			return nil, err
		}
		for _, n := range tasks {
			if err := t.exec(ctx, sqlPutLink, key, n); err != nil {
				return nil, err
			}
		}
	}
	return targets(ctx, t, union(had, tasks))
}

func (s changes) DropChange(ctx context.Context, key review.Key, meta string, gen int64) error {
	return s.change(ctx, "forget change "+key.String(), func(ctx context.Context, t tx) error {
		behind, err := relink(ctx, t, key.String(), nil)
		if err != nil {
			return err
		}
		if err := t.markTasks(ctx, behind, false); err != nil {
			return err
		}
		if err := t.exec(ctx, sqlNameless, key.String()); err != nil {
			return err
		}
		if err := t.exec(ctx, sqlDropBody, key.String()); err != nil {
			return err
		}
		if err := forgetMerged(ctx, t, key.String()); err != nil {
			return err
		}
		if err := t.exec(ctx, sqlCancel, store.KindAsk, key.String()); err != nil {
			return err
		}
		if meta == "" {
			err = t.exec(ctx, sqlDropChange, key.String())
		} else {
			err = t.exec(ctx, sqlPutChange, key.String(), meta, 0, review.Shape)
		}
		if err != nil {
			return err
		}
		return t.exec(ctx, sqlDone, store.KindChange, key.String(), gen)
	})
}

func (s changes) Unseen(ctx context.Context, sweep int64) ([]review.Key, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, k *review.Key) error {
		var text string
		if err := r.Scan(&text); err != nil {
			return err
		}
		var err error
		*k, err = review.ParseKey(text)
		return err
	}, sqlUnseen, sweep)
	if err != nil {
		return nil, fmt.Errorf("list changes that the sweep did not meet: %w", err)
	}
	return list, nil
}

func (s changes) Changes(ctx context.Context, task int) ([]store.ChangeRow, error) {
	list, err := all(ctx, &s.db, scanChange, sqlChanges, task)
	if err != nil {
		return nil, fmt.Errorf("read changes of T%d: %w", task, err)
	}
	type link struct {
		key  string
		task int
	}
	links, err := all(ctx, &s.db, func(r *sql.Rows, l *link) error { return r.Scan(&l.key, &l.task) }, sqlLinksOfTask, task)
	if err != nil {
		return nil, fmt.Errorf("read links of T%d: %w", task, err)
	}
	tasks := map[string][]int{}
	for _, l := range links {
		tasks[l.key] = append(tasks[l.key], l.task)
	}
	merged := false
	for i := range list {
		list[i].Tasks = tasks[list[i].Key.String()]
		merged = merged || list[i].Twins != ""
	}
	if !merged {
		return list, nil
	}
	return list, s.whereTheyAre(ctx, task, list)
}

func scanChange(r *sql.Rows, c *store.ChangeRow) error {
	var key string
	var open, shape int
	if err := r.Scan(&key, &c.Meta, &open, &c.Twins, &shape, &c.Snapshot); err != nil {
		return err
	}
	c.Open, c.Outdated = open != 0, shape != review.Shape
	var err error
	c.Key, err = review.ParseKey(key)
	return err
}

func (s changes) TasksAfter(ctx context.Context, after, limit int) ([]int, error) {
	list, err := all(ctx, &s.db, scalar[int], sqlTasksAfter, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list tasks after T%d: %w", after, err)
	}
	return list, nil
}

// number converts a bool to how it is stored.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s changes) Change(ctx context.Context, key review.Key) (store.ChangeRow, bool, error) {
	c, known, err := one(ctx, &s.db, scanChange, sqlChange, key.String())
	if err != nil {
		return c, false, fmt.Errorf("read change %s: %w", key, err)
	}
	return c, known, nil
}

func (s changes) OpenAfter(ctx context.Context, after string, limit int) ([]store.ChangeRow, error) {
	list, err := all(ctx, &s.db, scanChange, sqlOpenAfter, after, limit)
	if err != nil {
		return nil, fmt.Errorf("list open changes: %w", err)
	}
	return list, nil
}

func (s changes) OpenChanges(ctx context.Context, project string, limit int) ([]store.ChangeRow, error) {
	list, err := all(ctx, &s.db, scanChange, sqlOpenChanges, project+"~", limit)
	if err != nil {
		return nil, fmt.Errorf("list open changes of %s: %w", project, err)
	}
	return list, nil
}

func (s changes) TasksOf(ctx context.Context, key review.Key) (tasks []int, known bool, err error) {
	_, known, err = one(ctx, &s.db, scalar[int], sqlHasSnapshot, key.String())
	if err == nil && known {
		tasks, err = all(ctx, &s.db, scalar[int], sqlLinks, key.String())
	}
	if err != nil {
		return nil, false, fmt.Errorf("read tasks of change %s: %w", key, err)
	}
	return tasks, known, nil
}

package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/store"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

const (
	sqlSetTwins = `update change set twins = $2 where key = $1`
	sqlWasOpen  = `select open from change where key = $1`

	sqlContain = `insert into contained (key, ref, since) values ($1, $2, $3) on conflict (key, ref) do nothing`
	sqlHasRef  = `select 1 from contained where key = $1 and ref = $2`
	sqlLooked  = `insert into looked (key, at) values ($1, $2) on conflict (key) do update set at = excluded.at`
	sqlSeen    = `insert into looked (key, at) values ($1, 0) on conflict (key) do nothing`

	// The branches and tags of a change or its twins, for all changes of a task.
	sqlRefsOfTask = `select c.key, r.ref, min(r.since) from link l
join change c on c.key = l.key and c.twins <> ''
join change o on o.twins = c.twins
join contained r on r.key = o.key
where l.task = $1 group by c.key, r.ref order by c.key, r.ref`

	sqlLooksOfTask = `select l.key, d.at from link l join looked d on d.key = l.key where l.task = $1`

	sqlTasksOfTwins = `select distinct l.task from change c
join change o on o.twins = c.twins
join link l on l.key = o.key
where c.key = $1 and c.twins <> '' order by l.task`

	sqlWaits    = `select key, until from wait where task = $1 and board = $2 order by key`
	sqlPutWait  = `insert into wait (task, board, key, until, since) values ($1, $2, $3, $4, $5) on conflict (task, board, key) do update set until = excluded.until`
	sqlEndWait  = `delete from wait where task = $1 and board = $2 and key = $3`
	sqlEndWaits = `delete from wait where task = $1`
	sqlKeepWait = `delete from wait where instr($1, ' ' || board || ' ') = 0`

	// The waits for a change.
	sqlAwaited = `select w.key, l.at is not null, coalesce((select min(since) from contained c where c.key = w.key), 0),
	coalesce((select twins from change c where c.key = w.key), ''), max(coalesce(l.at, 0) + $2, min(w.since) + $3)
from wait w left join looked l on l.key = w.key where w.key = $1 and w.until = 0 group by w.key`

	sqlMerged = `select c.key, l.at is not null, coalesce((select min(since) from contained r where r.key = c.key), 0), c.twins, 0
from change c left join looked l on l.key = c.key where c.key = $1 and c.twins <> ''`

	sqlRipe     = `select distinct task from wait where key = $1 and until > 0 and until <= $2 order by task`
	sqlEndRipe  = `delete from wait where key = $1 and until > 0 and until <= $2`
	sqlNextRipe = `select until from wait where key = $1 and until > 0 order by until limit 1`
)

// Awaits stores the changes whose deployment a card waits for.
func (t tx) Awaits(ctx context.Context, n store.Awaits) error {
	end, put, err := otherWaits(ctx, t, n)
	if err != nil {
		return err
	}
	for _, key := range end {
		if err := t.exec(ctx, sqlEndWait, n.Task, n.Board, key); err != nil {
			return err
		}
	}
	for _, w := range put {
		if err := t.exec(ctx, sqlPutWait, n.Task, n.Board, w.Change.String(), millis(w.Until), millis(n.Now)); err != nil {
			return err
		}
		if err := t.mark(ctx, store.KindDeployed, w.Change.String(), false); err != nil {
			return err
		}
	}
	return nil
}

// otherWaits compares waits with the stored ones: which to end, by key, and which to put.
func otherWaits(ctx context.Context, from queryer, n store.Awaits) (end []string, put []mapping.Wait, err error) {
	type row struct {
		key   string
		until int64
	}
	had, err := all(ctx, from, func(r *sql.Rows, v *row) error { return r.Scan(&v.key, &v.until) }, sqlWaits, n.Task, n.Board)
	if err != nil {
		return nil, nil, fmt.Errorf("read what T%d waits for: %w", n.Task, err)
	}
	old := map[string]int64{}
	for _, h := range had {
		old[h.key] = h.until
	}
	for _, w := range n.Waits {
		key := w.Change.String()
		if until, known := old[key]; !known || until != millis(w.Until) {
			put = append(put, w)
		}
		delete(old, key)
	}
	return slices.Sorted(maps.Keys(old)), put, nil
}

func (s deployments) EndWaits(ctx context.Context, task int) error {
	return s.change(ctx, fmt.Sprintf("end the waits of T%d", task), func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlEndWaits, task)
	})
}

func (s deployments) KeepWaits(ctx context.Context, boards []string) error {
	return s.change(ctx, "keep the waits of the boards", func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlKeepWait, " "+strings.Join(boards, " ")+" ")
	})
}

func scanAwaited(r *sql.Rows, a *store.Awaited) error {
	var key, twins string
	var merged, due int64
	if err := r.Scan(&key, &a.Known, &merged, &twins, &due); err != nil {
		return err
	}
	a.Merged, a.Due, a.ChangeID = date(merged), date(due), twins[strings.LastIndexByte(twins, '~')+1:]
	var err error
	a.Key, err = review.ParseKey(key)
	return err
}

func (s deployments) Merged(ctx context.Context, key review.Key) (store.Awaited, bool, error) {
	a, is, err := one(ctx, &s.db, scanAwaited, sqlMerged, key.String())
	if err != nil {
		return a, false, fmt.Errorf("read merged change %s: %w", key, err)
	}
	return a, is, nil
}

func (s deployments) Awaited(ctx context.Context, key review.Key, every, first time.Duration) (store.Awaited, bool, error) {
	a, is, err := one(ctx, &s.db, scanAwaited, sqlAwaited, key.String(), every.Milliseconds(), first.Milliseconds())
	if err != nil {
		return a, false, fmt.Errorf("see what waits for change %s: %w", key, err)
	}
	return a, is, nil
}

func (s deployments) Looked(ctx context.Context, key review.Key, now time.Time, refs []review.Ref) error {
	k := key.String()
	return s.change(ctx, "note where change "+k+" is", func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlLooked, k, millis(now)); err != nil {
			return err
		}
		news := false
		for _, ref := range refs {
			_, had, err := one(ctx, t, scalar[int], sqlHasRef, k, ref.Name)
			if err != nil {
				return err
			}
			if had {
				continue
			}
			news = true
			if err := t.exec(ctx, sqlContain, k, ref.Name, millis(ref.Since)); err != nil {
				return err
			}
		}
		if !news {
			return nil
		}
		behind, err := all(ctx, t, scalar[int], sqlTasksOfTwins, k)
		if err != nil {
			return err
		}
		if behind, err = targets(ctx, t, behind); err != nil {
			return err
		}
		return t.markTasks(ctx, behind, false)
	})
}

func (s deployments) Ripe(ctx context.Context, key review.Key, now time.Time) (next time.Time, err error) {
	k := key.String()
	tasks, err := all(ctx, &s.db, scalar[int], sqlRipe, k, millis(now))
	if err == nil && len(tasks) > 0 {
		err = s.change(ctx, "end waits", func(ctx context.Context, t tx) error {
			if err := t.exec(ctx, sqlEndRipe, k, millis(now)); err != nil {
				return err
			}
			return t.markTasks(ctx, tasks, false)
		})
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("see whose time has come: %w", err)
	}
	until, _, err := one(ctx, &s.db, scalar[int64], sqlNextRipe, k)
	if err != nil {
		return time.Time{}, fmt.Errorf("see whose time comes next: %w", err)
	}
	return date(until), nil
}

// merged stores that a change is merged: which refs have it, and whether it was stored while it was
// open. It returns the tasks of the other changes with its Change-Id.
func merged(ctx context.Context, t tx, c *store.ChangeRow, wasOpen bool) ([]int, error) {
	key := c.Key.String()
	if err := t.exec(ctx, sqlSetTwins, key, c.Twins); err != nil || c.Twins == "" {
		return nil, err
	}
	if wasOpen {
		if err := t.exec(ctx, sqlSeen, key); err != nil {
			return nil, err
		}
	}
	for _, r := range c.Refs {
		if err := t.exec(ctx, sqlContain, key, r.Name, millis(r.Since)); err != nil {
			return nil, err
		}
	}
	return all(ctx, t, scalar[int], sqlTasksOfTwins, key)
}

// forgetMerged undoes merged.
func forgetMerged(ctx context.Context, t tx, key string) error {
	if err := t.exec(ctx, sqlSetTwins, key, ""); err != nil {
		return err
	}
	for _, table := range []string{"contained", "looked", "wait"} {
		if err := t.exec(ctx, "delete from "+table+" where key = $1", key); err != nil {
			return err
		}
	}
	return nil
}

// whereTheyAre adds to the changes of a task the branches and tags that have them.
func (s *file) whereTheyAre(ctx context.Context, task int, list []store.ChangeRow) error {
	refs, err := s.refsOfTask(ctx, task)
	if err != nil {
		return err
	}
	type row struct {
		key string
		at  int64
	}
	looks, err := all(ctx, &s.db, func(r *sql.Rows, v *row) error { return r.Scan(&v.key, &v.at) }, sqlLooksOfTask, task)
	if err != nil {
		return fmt.Errorf("read when the changes of T%d were looked for: %w", task, err)
	}
	looked := make(map[string]int64, len(looks))
	for _, v := range looks {
		looked[v.key] = v.at
	}
	for i := range list {
		key := list[i].Key.String()
		at, followed := looked[key]
		list[i].Refs, list[i].Followed, list[i].Looked = refs[key], followed, date(at)
	}
	return nil
}

// refsOfTask returns by change which branches and tags have it or one of its twins.
func (s *file) refsOfTask(ctx context.Context, task int) (map[string][]review.Ref, error) {
	type row struct {
		key string
		review.Ref
	}
	list, err := all(ctx, &s.db, func(r *sql.Rows, v *row) error {
		var since int64
		err := r.Scan(&v.key, &v.Name, &since)
		v.Since = date(since)
		return err
	}, sqlRefsOfTask, task)
	if err != nil {
		return nil, fmt.Errorf("read where the changes of T%d are: %w", task, err)
	}
	refs := map[string][]review.Ref{}
	for _, v := range list {
		refs[v.key] = append(refs[v.key], v.Ref)
	}
	return refs, nil
}

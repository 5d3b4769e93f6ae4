package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"reviewsync/internal/store"
)

const (
	sqlMark = `insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
values ($1, $2, 1, 0, 0, $3, 0, '', '', 0)
on conflict (kind, key) do update set want = agenda.want + 1, not_before = 0, attempts = 0,
	urgent = agenda.urgent | excluded.urgent`

	sqlDone = `update agenda set done = $3, attempts = 0, class = '', error = '', since = 0,
	not_before = case when want = $3 then 0 else not_before end,
	urgent = case when want = $3 then 0 else urgent end
where kind = $1 and key = $2 and done < $3`

	sqlPlan = `insert into agenda (kind, key, want, done, not_before, urgent, attempts, class, error, since)
values ($1, $2, 1, 0, $3, 0, 0, $4, $5, $6)
on conflict (kind, key) do update set want = agenda.want + 1, not_before = excluded.not_before, attempts = 0,
	class = excluded.class, error = excluded.error, since = excluded.since`

	sqlLater = `update agenda set done = $3, attempts = 0,
	class = case when want = $3 then '' else class end,
	error = case when want = $3 then '' else error end,
	since = case when want = $3 then 0 else since end,
	urgent = case when want = $3 then 0 else urgent end,
	not_before = case when want = $3 then $4 else not_before end,
	want = case when want = $3 then want + 1 else want end
where kind = $1 and key = $2 and done < $3`

	sqlEndLost = sqlDone + ` and want = $3`

	sqlCancel = `update agenda set done = want, not_before = 0, urgent = 0, attempts = 0, class = '', error = '', since = 0
where kind = $1 and key = $2`

	sqlDoneTo = `select done from agenda where kind = $1 and key = $2`

	sqlItem   = `select key, want, not_before, urgent, attempts, class from agenda `
	sqlBehind = sqlItem + `where kind = $1 and want <> done and not_before <= $2 order by not_before, key`
	sqlOpen   = sqlItem + `where kind = $1 and key = $2 and want <> done`

	sqlFailed = `update agenda set attempts = case when want = $3 then attempts + 1 else 0 end,
	not_before = case when want = $3 then $4 else not_before end,
	class = $5, error = $6, since = case when since = 0 then $7 else since end
where kind = $1 and key = $2`

	sqlCount = `select kind, class, since <= $1, count(*) from agenda where want <> done group by 1, 2, 3`

	sqlFaults = `select kind, key, class, error, since, not_before, attempts from agenda
where want <> done and error <> '' order by since, kind, key limit $1`
)

func (s agenda) Mark(ctx context.Context, kind string, urgent bool, keys ...string) error {
	return s.change(ctx, "mark "+kind+" "+strings.Join(keys, ", "), func(ctx context.Context, t tx) error {
		for _, key := range keys {
			if err := t.mark(ctx, kind, key, urgent); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t tx) mark(ctx context.Context, kind, key string, urgent bool) error {
	t.wake(store.Wake{Kind: kind, Key: key, Urgent: urgent})
	return t.exec(ctx, sqlMark, kind, key, number(urgent))
}

func (t tx) markTasks(ctx context.Context, tasks []int, urgent bool) error {
	for _, n := range tasks {
		if err := t.mark(ctx, store.KindTask, strconv.Itoa(n), urgent); err != nil {
			return err
		}
	}
	return nil
}

// SecondLook puts a second look at a task on the agenda.
func (t tx) SecondLook(ctx context.Context, n store.SecondLook) error {
	return t.plan(ctx, store.KindSecond, strconv.Itoa(n.Task), n.At(t.now))
}

// plan puts an item on the agenda for a later time, or moves it to that time.
func (t tx) plan(ctx context.Context, kind, key string, at time.Time) error {
	t.wake(store.Wake{Kind: kind, Key: key, Due: at})
	return t.exec(ctx, sqlPlan, kind, key, millis(at), "", "", 0)
}

// lose stores that the answer to an op was lost. If it is a write to a task, it may take effect
// until EndLost.
func (t tx) lose(ctx context.Context, op int64, errText string) error {
	task, _, err := one(ctx, t, scalar[int], sqlTaskOfOp, op)
	if err != nil || task == 0 {
		return err
	}
	at, key := t.now.Add(store.AfterLoss), strconv.Itoa(task)
	t.wake(store.Wake{Kind: store.KindLost, Key: key, Due: at})
	return t.exec(ctx, sqlPlan, store.KindLost, key, millis(at), store.ClassRetry, errText, millis(t.now))
}

func (s agenda) EndLost(ctx context.Context, i store.Item) error {
	return s.change(ctx, "end the lost answer on T"+i.Key, func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlEndLost, store.KindLost, i.Key, i.Want); err != nil {
			return err
		}
		return t.mark(ctx, store.KindTask, i.Key, false)
	})
}

func (s agenda) Behind(ctx context.Context, kind string, now time.Time) ([]store.Item, error) {
	list, err := all(ctx, &s.db, scanItem, sqlBehind, kind, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list every %s that is behind: %w", kind, err)
	}
	return list, nil
}

func (s agenda) Open(ctx context.Context, kind, key string) (store.Item, bool, error) {
	i, open, err := one(ctx, &s.db, scanItem, sqlOpen, kind, key)
	if err != nil {
		return store.Item{}, false, fmt.Errorf("see whether %s %s is behind: %w", kind, key, err)
	}
	return i, open, nil
}

func scanItem(r *sql.Rows, i *store.Item) error {
	var due int64
	err := r.Scan(&i.Key, &i.Want, &due, &i.Urgent, &i.Attempts, &i.Class)
	i.Due = date(due)
	return err
}

func (s agenda) Done(ctx context.Context, kind string, items ...store.Item) error {
	what := fmt.Sprintf("end %d of kind %s", len(items), kind)
	if len(items) == 1 { // PutChange has ended a change already
		if done, _, err := one(ctx, &s.db, scalar[int64], sqlDoneTo, kind, items[0].Key); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		} else if done >= items[0].Want {
			return nil
		}
	}
	return s.change(ctx, what, func(ctx context.Context, t tx) error {
		for _, i := range items {
			if err := t.exec(ctx, sqlDone, kind, i.Key, i.Want); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s agenda) Later(ctx context.Context, kind string, i store.Item, next time.Time) error {
	return s.change(ctx, "put off "+kind+" "+i.Key, func(ctx context.Context, t tx) error {
		at := next.Add(time.Millisecond - 1) // rounded up to milliseconds, so never before next
		t.wake(store.Wake{Kind: kind, Key: i.Key, Due: at.Truncate(time.Millisecond)})
		return t.exec(ctx, sqlLater, kind, i.Key, i.Want, millis(at))
	})
}

func (s agenda) Failed(ctx context.Context, kind string, i store.Item, class, msg string, next time.Time) error {
	now := s.Now()
	if next.IsZero() {
		next = now.Add(store.Again)
	}
	return s.change(ctx, "note failure of "+kind+" "+i.Key, func(ctx context.Context, t tx) error {
		t.wake(store.Wake{Kind: kind, Key: i.Key, Due: next})
		return t.exec(ctx, sqlFailed, kind, i.Key, i.Want, millis(next), class, msg, millis(now))
	})
}

func (s agenda) Faults(ctx context.Context, limit int) ([]store.Fault, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, f *store.Fault) error {
		var since, next int64
		err := r.Scan(&f.Kind, &f.Key, &f.Class, &f.Error, &since, &next, &f.Attempts)
		f.Since, f.Next = date(since), date(next)
		return err
	}, sqlFaults, limit)
	if err != nil {
		return nil, fmt.Errorf("list faults: %w", err)
	}
	return list, nil
}

func (s agenda) Count(ctx context.Context, long time.Time) (store.Backlog, error) {
	type row struct {
		kind, class string
		long        bool
		n           int
	}
	b := store.Backlog{Faults: map[string]int{}, Stuck: map[string]int{}}
	rows, err := all(ctx, &s.db, func(r *sql.Rows, v *row) error { return r.Scan(&v.kind, &v.class, &v.long, &v.n) }, sqlCount, millis(long))
	if err != nil {
		return b, fmt.Errorf("count what is behind: %w", err)
	}
	for _, v := range rows {
		b.Add(v.kind, v.class, v.long, v.n)
	}
	return b, nil
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// The kinds of work.
const (
	KindChange = "change" // keys are mapping.Key's "project~number"
	KindTask   = "task"   // keys are task numbers, "123"
	KindAsk    = "ask"    // keys as of changes: whether somebody is asked for a review
)

// The classes of a failure.
const (
	ClassRetry   = "retry"   // tried again at its next date
	ClassBlocked = "blocked" // tried again once it is marked again, and after Again
	ClassUnseen  = "unseen"  // likewise, as there is no such task for us: somebody's slip, and no trouble of ours
)

// Again is when what is blocked is tried again without a mark: no server tells of everything
// that a person mends, such as a permission.
const Again = 10 * time.Minute

const (
	sqlMark = `insert into work (kind, key, want, done, attempts, next_at, class, error, since)
values ($1, $2, 1, 0, 0, 0, '', '', 0)
on conflict (kind, key) do update set want = work.want + 1, attempts = 0, next_at = 0`

	sqlDone = `update work set done = $3, attempts = 0, next_at = 0, class = '', error = '', since = 0
where kind = $1 and key = $2 and done < $3`

	sqlGeneration = `select want, done, attempts from work where kind = $1 and key = $2`

	sqlBehind = `select key, want, attempts from work
where kind = $1 and want <> done and next_at <= $2 order by next_at, key`

	sqlDue = `select key, want, attempts from work
where kind = $1 and key = $2 and want <> done and next_at <= $3`

	sqlFailed = `update work set attempts = case when want = $3 then attempts + 1 else 0 end,
	next_at = case when want = $3 then $4 else 0 end,
	class = $5, error = $6, since = case when since = 0 then $7 else since end
where kind = $1 and key = $2`

	sqlCount = `select kind, class, since <= $1, count(*) from work where want <> done group by 1, 2, 3`

	sqlFaults = `select kind, key, class, error, since, next_at, attempts from work
where want <> done and error <> '' order by since, kind, key limit $1`
)

// Item is something that is behind.
type Item struct {
	Key      string
	Want     int64 // the generation to reach
	Attempts int   // failures since the last mark
}

// Fault is something that is behind because working on it failed.
type Fault struct {
	Kind, Key string
	Class     string // of the newest failure
	Error     string // of the newest failure
	Since     time.Time
	Next      time.Time // when it is tried again, unless it is marked before
	Attempts  int
}

// Name is what the fault is of, for people: "T12" or "change mediawiki/core~3".
func (f Fault) Name() string {
	if f.Kind == KindTask {
		return "T" + f.Key
	}
	return f.Kind + " " + f.Key
}

// MarkTask says that the task must be looked at again.
func (s *Store) MarkTask(ctx context.Context, task int) error {
	return s.MarkTasks(ctx, []int{task})
}

// MarkTasks says that the tasks must be looked at again.
func (s *Store) MarkTasks(ctx context.Context, tasks []int) error {
	return s.change(ctx, "mark tasks", func(ctx context.Context, t tx) error {
		return markTasks(ctx, t, tasks)
	})
}

func markTasks(ctx context.Context, t tx, tasks []int) error {
	for _, n := range tasks {
		if err := t.exec(ctx, sqlMark, KindTask, strconv.Itoa(n)); err != nil {
			return err
		}
	}
	return nil
}

// Behind lists what is behind and due at now.
func (s *Store) Behind(ctx context.Context, kind string, now time.Time) ([]Item, error) {
	list, err := all(ctx, &s.db, scanItem, sqlBehind, kind, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list every %s that is behind: %w", kind, err)
	}
	return list, nil
}

// Due tells whether the key is behind and due at now.
func (s *Store) Due(ctx context.Context, kind, key string, now time.Time) (Item, bool, error) {
	i, ok, err := one(ctx, &s.db, scanItem, sqlDue, kind, key, millis(now))
	if err != nil {
		return Item{}, false, fmt.Errorf("see whether %s %s is behind: %w", kind, key, err)
	}
	return i, ok, nil
}

func scanItem(r *sql.Rows, i *Item) error { return r.Scan(&i.Key, &i.Want, &i.Attempts) }

type generation struct {
	want, done int64
	attempts   int
}

func scanGeneration(r *sql.Rows, g *generation) error { return r.Scan(&g.want, &g.done, &g.attempts) }

// Generation tells what Done must be told once the key has been worked on, and how often that
// failed since it was marked. It is 0 for what is not behind.
func (s *Store) Generation(ctx context.Context, kind, key string) (want int64, attempts int, err error) {
	g, _, err := one(ctx, &s.db, scanGeneration, sqlGeneration, kind, key)
	if err != nil {
		return 0, 0, fmt.Errorf("read generation of %s %s: %w", kind, key, err)
	}
	if g.want == g.done {
		return 0, 0, nil
	}
	return g.want, g.attempts, nil
}

// Done says that the key was worked on at generation gen. It is still behind if it was marked
// since. Saying it twice does no harm.
func (s *Store) Done(ctx context.Context, kind, key string, gen int64) (stillBehind bool, err error) {
	what := "end " + kind + " " + key
	g, _, err := one(ctx, &s.db, scanGeneration, sqlGeneration, kind, key)
	if err != nil {
		return false, fmt.Errorf("%s: %w", what, err)
	}
	if g.done >= gen {
		return g.want != g.done, nil
	}
	err = s.change(ctx, what, func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlDone, kind, key, gen); err != nil {
			return err
		}
		g, _, err = one(ctx, t, scanGeneration, sqlGeneration, kind, key)
		return err
	})
	return g.want != g.done, err
}

// Failed says that working on the key at generation gen failed. It is due again at next,
// or after Again if next is zero. If it was marked since gen, it is due at once.
func (s *Store) Failed(ctx context.Context, kind, key string, gen int64, class, msg string, next time.Time) error {
	now := s.Now()
	if next.IsZero() {
		next = now.Add(Again)
	}
	return s.change(ctx, "note failure of "+kind+" "+key, func(ctx context.Context, t tx) error {
		return t.exec(ctx, sqlFailed, kind, key, gen, millis(next), class, msg, millis(now))
	})
}

// Faults lists at most limit of what is behind because of a failure, the oldest first.
func (s *Store) Faults(ctx context.Context, limit int) ([]Fault, error) {
	list, err := all(ctx, &s.db, func(r *sql.Rows, f *Fault) error {
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

// Backlog is how much is behind.
type Backlog struct {
	Changes, Tasks int
	Faults         map[string]int // what failed, by class
	Stuck          map[string]int // what has failed for long, likewise
}

// Count counts what is behind. Stuck is what has failed since before long.
func (s *Store) Count(ctx context.Context, long time.Time) (Backlog, error) {
	type row struct {
		kind, class string
		long        bool
		n           int
	}
	b := Backlog{Faults: map[string]int{}, Stuck: map[string]int{}}
	rows, err := all(ctx, &s.db, func(r *sql.Rows, v *row) error { return r.Scan(&v.kind, &v.class, &v.long, &v.n) }, sqlCount, millis(long))
	if err != nil {
		return b, fmt.Errorf("count what is behind: %w", err)
	}
	for _, v := range rows {
		switch v.kind {
		case KindChange:
			b.Changes += v.n
		case KindTask:
			b.Tasks += v.n
		}
		if v.class == "" {
			continue
		}
		b.Faults[v.class] += v.n
		if v.long && v.class != ClassUnseen {
			b.Stuck[v.class] += v.n
		}
	}
	return b, nil
}

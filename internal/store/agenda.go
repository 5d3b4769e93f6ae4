package store

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"time"
)

// The kinds of what is to be done.
const (
	KindChange   = "change"   // read it; keys are mapping.Key's "project~number"
	KindTask     = "task"     // decide on it; keys are task numbers, "123"
	KindAsk      = "ask"      // decide whether somebody is asked for a review; keys as of changes
	KindSecond   = "second"   // look a second time at a task that was written to; keys as of tasks
	KindDeployed = "deployed" // see whether a merged change is deployed that cards wait for; keys as of changes
	KindDuty     = "duty"     // keep who is on duty; the one key is DutyKey
	KindLost     = "lost"     // a write to a task, whose answer was lost, may take effect yet; keys as of tasks
)

// DutyKey is the key of KindDuty.
const DutyKey = "rotation"

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
	afterWrite = 2 * time.Second // a second look is taken
	afterLoss  = time.Second     // it is seen whether the server that owes an answer gives any
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

	sqlGeneration = `select want, done, attempts from agenda where kind = $1 and key = $2`

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

// Item is something on the agenda.
type Item struct {
	Key      string
	Want     int64     // the generation to reach
	Due      time.Time // zero: at once
	Urgent   bool      // a person waits for it
	Attempts int       // failures since the last mark
	Class    string    // of the newest failure; empty: none
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
	switch f.Kind {
	case KindTask:
		return "T" + f.Key
	case KindSecond:
		return "second look at T" + f.Key
	case KindLost:
		return "lost answer on T" + f.Key
	}
	return f.Kind + " " + f.Key
}

// Mark says that something is to be done, at once. Urgent: a person waits for it.
func (s *Store) Mark(ctx context.Context, kind, key string, urgent bool) error {
	return s.change(ctx, "mark "+kind+" "+key, func(ctx context.Context, t tx) error {
		return t.mark(ctx, kind, key, urgent)
	})
}

// MarkTask says that the task must be looked at again.
func (s *Store) MarkTask(ctx context.Context, task int) error {
	return s.MarkTasks(ctx, []int{task})
}

// MarkTasks says that the tasks must be looked at again.
func (s *Store) MarkTasks(ctx context.Context, tasks []int) error {
	return s.change(ctx, "mark tasks", func(ctx context.Context, t tx) error {
		return t.markTasks(ctx, tasks, false)
	})
}

func (t tx) mark(ctx context.Context, kind, key string, urgent bool) error {
	t.wake(Wake{Kind: kind, Key: key, Urgent: urgent})
	return t.exec(ctx, sqlMark, kind, key, number(urgent))
}

func (t tx) markTasks(ctx context.Context, tasks []int, urgent bool) error {
	for _, n := range tasks {
		if err := t.mark(ctx, KindTask, strconv.Itoa(n), urgent); err != nil {
			return err
		}
	}
	return nil
}

// plan puts something on the agenda for a later time, or moves it to that.
func (t tx) plan(ctx context.Context, kind, key string, at time.Time) error {
	t.wake(Wake{Kind: kind, Key: key, Due: at})
	return t.exec(ctx, sqlPlan, kind, key, millis(at), "", "", 0)
}

// lose notes that the answer to an op was lost. If that is a write to a task, it may take effect
// until EndLost.
func (t tx) lose(ctx context.Context, op int64, errText string) error {
	task, _, err := one(ctx, t, scalar[int], sqlTaskOfOp, op)
	if err != nil || task == 0 {
		return err
	}
	at, key := t.now.Add(afterLoss), strconv.Itoa(task)
	t.wake(Wake{Kind: KindLost, Key: key, Due: at})
	return t.exec(ctx, sqlPlan, KindLost, key, millis(at), ClassRetry, errText, millis(t.now))
}

// EndLost says that no write whose answer was lost takes effect on a task any more, unless
// another was lost since generation gen. The task is marked for whatever waited for that.
func (s *Store) EndLost(ctx context.Context, key string, gen int64) error {
	return s.change(ctx, "end the lost answer on T"+key, func(ctx context.Context, t tx) error {
		if err := t.exec(ctx, sqlEndLost, KindLost, key, gen); err != nil {
			return err
		}
		return t.mark(ctx, KindTask, key, false)
	})
}

// Behind lists what is behind and due at now.
func (s *Store) Behind(ctx context.Context, kind string, now time.Time) ([]Item, error) {
	list, err := all(ctx, &s.db, scanItem, sqlBehind, kind, millis(now))
	if err != nil {
		return nil, fmt.Errorf("list every %s that is behind: %w", kind, err)
	}
	return list, nil
}

// Open tells whether the key is behind, due or not.
func (s *Store) Open(ctx context.Context, kind, key string) (Item, bool, error) {
	i, open, err := one(ctx, &s.db, scanItem, sqlOpen, kind, key)
	if err != nil {
		return Item{}, false, fmt.Errorf("see whether %s %s is behind: %w", kind, key, err)
	}
	return i, open, nil
}

func scanItem(r *sql.Rows, i *Item) error {
	var due int64
	err := r.Scan(&i.Key, &i.Want, &due, &i.Urgent, &i.Attempts, &i.Class)
	i.Due = date(due)
	return err
}

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
func (s *Store) Done(ctx context.Context, kind, key string, gen int64) error {
	what := "end " + kind + " " + key
	g, _, err := one(ctx, &s.db, scanGeneration, sqlGeneration, kind, key)
	if err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	if g.done >= gen {
		return nil
	}
	return s.change(ctx, what, func(ctx context.Context, t tx) error { return t.exec(ctx, sqlDone, kind, key, gen) })
}

// DoneAll is Done for several items, all or none.
func (s *Store) DoneAll(ctx context.Context, kind string, items []Item) error {
	return s.change(ctx, fmt.Sprintf("end %d of kind %s", len(items), kind), func(ctx context.Context, t tx) error {
		for _, i := range items {
			if err := t.exec(ctx, sqlDone, kind, i.Key, i.Want); err != nil {
				return err
			}
		}
		return nil
	})
}

// Later says that the key was worked on at generation gen, and is to be again at next; sooner if it
// was marked since gen.
func (s *Store) Later(ctx context.Context, kind, key string, gen int64, next time.Time) error {
	return s.change(ctx, "put off "+kind+" "+key, func(ctx context.Context, t tx) error {
		at := next.Add(time.Millisecond - 1) // never before next, of which the store keeps milliseconds
		t.wake(Wake{Kind: kind, Key: key, Due: at.Truncate(time.Millisecond)})
		return t.exec(ctx, sqlLater, kind, key, gen, millis(at))
	})
}

// Failed says that working on the key at generation gen failed. It is due again at next,
// or after Again if next is zero; if it was marked since gen, as that says.
func (s *Store) Failed(ctx context.Context, kind, key string, gen int64, class, msg string, next time.Time) error {
	now := s.Now()
	if next.IsZero() {
		next = now.Add(Again)
	}
	return s.change(ctx, "note failure of "+kind+" "+key, func(ctx context.Context, t tx) error {
		t.wake(Wake{Kind: kind, Key: key, Due: next})
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
	Waits, Duty    bool           // what has failed for long
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
		case KindAsk:
		case KindDeployed:
			b.Waits = b.Waits || v.long && v.class != ""
			continue
		case KindDuty:
			b.Duty = b.Duty || v.long && v.class != ""
			continue
		default:
			continue // what it is about is counted
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

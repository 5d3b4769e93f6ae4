package hint

import (
	"context"
	"slices"
	"time"
)

// taskHint is a hint at a task that was not delivered yet.
type taskHint struct {
	since        time.Time
	transactions []string
}

// Task takes a hint at a task. transactions are the PHIDs of its new transactions. There are
// none after an edit without effect.
func (q *Queue) Task(from, phid string, transactions []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.counts[from]++
	fresh := slices.DeleteFunc(slices.Clone(transactions), q.known.has)
	if len(fresh) == 0 {
		return // our own edit, or known
	}
	h := q.phids[phid]
	if h == nil {
		if len(q.phids) >= most {
			return // left to the sweep
		}
		h = &taskHint{since: time.Now()}
		q.phids[phid] = h
	}
	if h.transactions = append(h.transactions, fresh...); len(h.transactions) > batch {
		h.transactions = h.transactions[len(h.transactions)-batch:]
	}
	wake(q.tasks)
}

// IgnoreTransactions makes hints at these transactions, which are our own, count for nothing.
func (q *Queue) IgnoreTransactions(transactions []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, t := range transactions {
		q.known.add(t)
	}
}

func (q *Queue) deliverTasks(ctx context.Context) {
	logged := ""
	for {
		hints, wait := q.dueTasks(time.Now())
		if len(hints) == 0 {
			if !pause(ctx, wait, q.tasks) {
				return
			}
			continue
		}
		phids := make([]string, 0, len(hints))
		for phid := range hints {
			phids = append(phids, phid)
		}
		slices.Sort(phids)
		rest := spacing
		err := q.o.Tasks(ctx, phids)
		if err != nil && ctx.Err() == nil {
			if err.Error() != logged {
				q.o.Log.Warn().Err(err).Msg("reading tasks after a hint failed; trying again")
			}
			logged, rest = err.Error(), again
			q.putBack(hints)
		} else {
			logged = ""
		}
		if !pause(ctx, rest, nil) {
			return
		}
	}
}

// dueTasks is due for hints at tasks.
func (q *Queue) dueTasks(now time.Time) (hints map[string]*taskHint, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	hints = map[string]*taskHint{}
	for phid, h := range q.phids {
		left := h.since.Add(echo).Sub(now)
		switch {
		case len(hints) == batch:
			return hints, 0
		case left > 0:
			if wait == 0 || left < wait {
				wait = left
			}
			continue
		}
		delete(q.phids, phid)
		if fresh := slices.DeleteFunc(h.transactions, q.known.has); len(fresh) == 0 {
			continue // ours: the answer to our edit has come meanwhile
		}
		for _, t := range h.transactions {
			q.known.add(t)
		}
		hints[phid] = h
	}
	return hints, wait
}

// putBack keeps hints for the next try.
func (q *Queue) putBack(hints map[string]*taskHint) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for phid, h := range hints {
		for _, t := range h.transactions {
			q.known.drop(t)
		}
		if newer := q.phids[phid]; newer != nil {
			newer.transactions = append(newer.transactions, h.transactions...)
		} else if len(q.phids) < most {
			q.phids[phid] = h
		}
	}
}

// ring remembers the newest names.
type ring struct {
	names []string
	next  int
	there map[string]bool
}

func newRing(size int) ring {
	return ring{names: make([]string, size), there: make(map[string]bool, size)}
}

func (r *ring) has(name string) bool { return r.there[name] }

func (r *ring) drop(name string) { delete(r.there, name) }

func (r *ring) add(name string) {
	if r.there[name] {
		return
	}
	delete(r.there, r.names[r.next])
	r.names[r.next], r.there[name] = name, true
	r.next = (r.next + 1) % len(r.names)
}

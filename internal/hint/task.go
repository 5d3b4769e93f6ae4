package hint

import (
	"context"
	"slices"
	"time"
)

// taskHint is a hint at a task that was not looked at yet.
type taskHint struct {
	since        time.Time
	transactions []string
}

// Task takes a hint at a task: transactions are what happened to it. None means that nothing
// did, as after an edit without effect.
func (b *Box) Task(from, phid string, transactions []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[from]++
	fresh := slices.DeleteFunc(slices.Clone(transactions), b.known.has)
	if len(fresh) == 0 {
		return // our own edit, or told before
	}
	h := b.phids[phid]
	if h == nil {
		if len(b.phids) >= most {
			return // the sweep sees it
		}
		h = &taskHint{since: time.Now()}
		b.phids[phid] = h
	}
	if h.transactions = append(h.transactions, fresh...); len(h.transactions) > batch {
		h.transactions = h.transactions[len(h.transactions)-batch:]
	}
	wake(b.tasks)
}

// Own says that we made these transactions: a hint at them is no news.
func (b *Box) Own(transactions []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, t := range transactions {
		b.known.add(t)
	}
}

func (b *Box) lookAtTasks(ctx context.Context) {
	told := ""
	for {
		hints, wait := b.dueTasks(time.Now())
		if len(hints) == 0 {
			if !pause(ctx, wait, b.tasks) {
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
		err := b.o.Tasks(ctx, phids)
		if err != nil && ctx.Err() == nil {
			if err.Error() != told {
				b.o.Log.Warn().Err(err).Msg("a look at tasks failed; trying again")
			}
			told, rest = err.Error(), again
			b.putBack(hints)
		} else {
			told = ""
		}
		if !pause(ctx, rest, nil) {
			return
		}
	}
}

// dueTasks takes out tasks that are to be looked at now, and tells how long nothing else is; 0: until more comes.
func (b *Box) dueTasks(now time.Time) (hints map[string]*taskHint, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hints = map[string]*taskHint{}
	for phid, h := range b.phids {
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
		delete(b.phids, phid)
		if fresh := slices.DeleteFunc(h.transactions, b.known.has); len(fresh) == 0 {
			continue // ours: the answer to our edit came meanwhile
		}
		for _, t := range h.transactions {
			b.known.add(t)
		}
		hints[phid] = h
	}
	return hints, wait
}

// putBack keeps hints for the next try.
func (b *Box) putBack(hints map[string]*taskHint) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for phid, h := range hints {
		for _, t := range h.transactions {
			b.known.drop(t)
		}
		if newer := b.phids[phid]; newer != nil {
			newer.transactions = append(newer.transactions, h.transactions...)
		} else if len(b.phids) < most {
			b.phids[phid] = h
		}
	}
}

// ring remembers the newest of many names.
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

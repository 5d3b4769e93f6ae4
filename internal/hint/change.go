package hint

import (
	"context"
	"time"

	"reviewsync/mapping/review"
)

// Change takes a hint at a change. from is its source.
func (q *Queue) Change(from string, c Change) {
	now := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	q.counts[from]++
	before := q.recent[c.Key]
	switch {
	case !q.o.Follows(c.Key.Project):
		return
	case c.Meta != "" && c.Meta == before.meta:
		return // the same write, from another source
	}
	c.Urgent = q.person(c, now)
	q.recent[c.Key] = last{at: now, meta: c.Meta}
	into := q.ready
	if now.Sub(before.at) < quiet && q.ready[c.Key] == nil {
		into = q.held
	}
	w := into[c.Key]
	if w == nil {
		if len(q.ready)+len(q.held) >= most {
			q.lose()
			return
		}
		w = &waiting{since: now}
		into[c.Key] = w
	}
	c.Urgent = c.Urgent || w.Urgent
	w.Change, w.at = c, now
	wake(q.changes)
}

// person reports whether a person waits for a change: it was not written by a bot, nor is it one of many.
func (q *Queue) person(c Change, now time.Time) bool {
	if c.By == "" || q.o.Bot(c.By) {
		return false
	}
	w := q.writers[c.By]
	if w == nil || now.Sub(w.since) > crowd {
		w = &writer{since: now, keys: map[review.Key]bool{}}
		q.writers[c.By] = w
	}
	if len(w.keys) <= many {
		w.keys[c.Key] = true
	}
	return len(w.keys) <= many
}

func (q *Queue) deliverChanges(ctx context.Context) {
	for {
		list, wait := q.due(time.Now())
		if len(list) > 0 {
			if err := q.o.Changes(ctx, list); err != nil && ctx.Err() == nil {
				q.o.Log.Warn().Err(err).Msg("hints at changes are lost; the poll makes up for them")
				q.mu.Lock()
				q.lose()
				q.mu.Unlock()
			}
			continue
		}
		if !pause(ctx, wait, q.changes) {
			return
		}
	}
}

// due takes out the hints to deliver now, and returns how long to wait for the next; 0: until another comes.
func (q *Queue) due(now time.Time) (list []Change, wait time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for key, w := range q.ready {
		if len(list) == chunk {
			return list, 0
		}
		list = append(list, w.Change)
		delete(q.ready, key)
	}
	for key, w := range q.held {
		left := min(w.at.Add(quiet).Sub(now), w.since.Add(longest).Sub(now))
		if left <= 0 {
			list = append(list, w.Change)
			delete(q.held, key)
		} else if wait == 0 || left < wait {
			wait = left
		}
	}
	if len(q.recent) > most {
		q.forget(now)
	}
	return list, wait
}

// forget drops what is too old to matter.
func (q *Queue) forget(now time.Time) {
	for key, l := range q.recent {
		if now.Sub(l.at) > quiet {
			delete(q.recent, key)
		}
	}
	for name, w := range q.writers {
		if now.Sub(w.since) > crowd {
			delete(q.writers, name)
		}
	}
}

package hint

import (
	"context"
	"time"

	"reviewsync/mapping/review"
)

// Change takes a hint at a change. from is where it came from.
func (b *Box) Change(from string, c Change) {
	now := time.Now()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.counts[from]++
	before := b.recent[c.Key]
	switch {
	case !b.o.Covers(c.Key.Project):
		return
	case c.Meta != "" && c.Meta == before.meta:
		return // the same by another way
	}
	c.First = b.person(c, now)
	b.recent[c.Key] = last{at: now, meta: c.Meta}
	into := b.ready
	if now.Sub(before.at) < quiet && b.ready[c.Key] == nil {
		into = b.held
	}
	w := into[c.Key]
	if w == nil {
		if len(b.ready)+len(b.held) >= most {
			b.lose()
			return
		}
		w = &waiting{since: now}
		into[c.Key] = w
	}
	c.First = c.First || w.First
	w.Change, w.at = c, now
	wake(b.changes)
}

// person says whether somebody waits for a change to be looked at: it is no bot's work, nor one of many.
func (b *Box) person(c Change, now time.Time) bool {
	if c.By == "" || b.o.Bot(c.By) {
		return false
	}
	w := b.writers[c.By]
	if w == nil || now.Sub(w.since) > crowd {
		w = &writer{since: now, keys: map[review.Key]bool{}}
		b.writers[c.By] = w
	}
	if len(w.keys) <= many {
		w.keys[c.Key] = true
	}
	return len(w.keys) <= many
}

func (b *Box) lookAtChanges(ctx context.Context) {
	for {
		list, wait := b.due(time.Now())
		if len(list) > 0 {
			if err := b.o.Changes(ctx, list); err != nil && ctx.Err() == nil {
				b.o.Log.Warn().Err(err).Msg("hints at changes are lost; the poll makes up for them")
				b.mu.Lock()
				b.lose()
				b.mu.Unlock()
			}
			continue
		}
		if !pause(ctx, wait, b.changes) {
			return
		}
	}
}

// due takes out what is to be looked at now, and tells how long nothing else is; 0: until more comes.
func (b *Box) due(now time.Time) (list []Change, wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for key, w := range b.ready {
		if len(list) == chunk {
			return list, 0
		}
		list = append(list, w.Change)
		delete(b.ready, key)
	}
	for key, w := range b.held {
		left := min(w.at.Add(quiet).Sub(now), w.since.Add(longest).Sub(now))
		if left <= 0 {
			list = append(list, w.Change)
			delete(b.held, key)
		} else if wait == 0 || left < wait {
			wait = left
		}
	}
	if len(b.recent) > most {
		b.forget(now)
	}
	return list, wait
}

// forget drops what is too long ago to matter.
func (b *Box) forget(now time.Time) {
	for key, l := range b.recent {
		if now.Sub(l.at) > quiet {
			delete(b.recent, key)
		}
	}
	for name, w := range b.writers {
		if now.Sub(w.since) > crowd {
			delete(b.writers, name)
		}
	}
}

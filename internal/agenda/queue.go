package agenda

import (
	"container/heap"
	"sync"
	"time"
)

// queue knows which keys of a kind are to be looked up in the store, and when, and no more than that.
// A key too many does no harm: the store then has nothing to do for it. A key has one worker at a
// time; a wake that comes meanwhile counts after that.
type queue struct {
	now func() time.Time

	mu     sync.Mutex
	added  sync.Cond
	ready  order
	later  wakes
	at     map[string]time.Time // the wake of a key that counts; others in later are obsolete
	held   map[string][]wake    // by key that has a worker: the wakes that came meanwhile
	timer  *time.Timer          // for the first of later
	closed bool
}

// wake is when to look up a key.
type wake struct {
	key    string
	at     time.Time
	urgent bool
}

func newQueue(now func() time.Time) *queue {
	q := &queue{now: now, at: map[string]time.Time{}, held: map[string][]wake{}}
	q.added.L = &q.mu
	q.timer = time.AfterFunc(time.Hour, q.ripen)
	q.timer.Stop() // until there is something to wait for
	return q
}

// add queues keys.
func (q *queue) add(all ...wake) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	for _, w := range all {
		q.put(w, now)
	}
	q.wind(now)
}

func (q *queue) put(w wake, now time.Time) {
	meanwhile, held := q.held[w.key]
	switch known, waits := q.at[w.key]; {
	case held:
		q.held[w.key] = append(meanwhile, w)
	case !w.at.After(now):
		q.ready.add(w.key, w.urgent)
		q.added.Signal()
	case !waits || w.at.Before(known):
		q.at[w.key] = w.at
		heap.Push(&q.later, w)
	}
}

// wind sets the timer for the first key that waits.
func (q *queue) wind(now time.Time) {
	switch {
	case q.closed || len(q.later) == 0:
		q.timer.Stop()
	default:
		q.timer.Reset(q.later[0].at.Sub(now))
	}
}

// ripen releases the keys that have waited long enough.
func (q *queue) ripen() {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	for len(q.later) > 0 && !q.later[0].at.After(now) {
		w, _ := heap.Pop(&q.later).(wake)
		if q.at[w.key].Equal(w.at) {
			delete(q.at, w.key)
			q.put(w, now)
		}
	}
	q.wind(now)
}

// take waits for keys and takes at most that many. There are none once the queue is closed.
func (q *queue) take(most int) (keys []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for !q.closed {
		for len(keys) < most {
			key, ok := q.ready.take()
			if !ok {
				break
			}
			q.held[key] = nil
			keys = append(keys, key)
		}
		if len(keys) > 0 {
			return keys
		}
		q.added.Wait()
	}
	return nil
}

// release says that the worker of keys is done.
func (q *queue) release(keys []string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := q.now()
	for _, key := range keys {
		meanwhile := q.held[key]
		delete(q.held, key)
		for _, w := range meanwhile {
			q.put(w, now)
		}
	}
	q.wind(now)
}

// close ends all waiting.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
	q.timer.Stop()
	q.added.Broadcast()
}

// wakes is a heap with the first wake on top.
type wakes []wake

func (w wakes) Len() int           { return len(w) }
func (w wakes) Less(i, j int) bool { return w[i].at.Before(w[j].at) }
func (w wakes) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *wakes) Push(x any)        { *w = append(*w, x.(wake)) }
func (w *wakes) Pop() any {
	last := len(*w) - 1
	x := (*w)[last]
	*w = (*w)[:last]
	return x
}

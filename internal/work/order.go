package work

import "sync"

// order gives out keys: first those that a person waits for, the newest of them first of all,
// then the rest as it came. A flood then holds up nobody who has just voted.
type order struct {
	first, rest []entry
	in          map[string]int // the number of the entry that counts for a key; others are left behind
	entries     int

	mu     sync.Mutex
	urgent map[string]bool // keys that a person waits for
}

type entry struct {
	key    string
	number int
}

func newOrder() *order { return &order{in: map[string]int{}, urgent: map[string]bool{}} }

// hurry says that a person waits for a key that is about to be added.
func (o *order) hurry(key string) {
	o.mu.Lock()
	o.urgent[key] = true
	o.mu.Unlock()
}

func (o *order) hurries(key string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.urgent[key]
}

// Push adds a key that is not there.
func (o *order) Push(key string) {
	o.entries++
	o.in[key] = o.entries
	if e := (entry{key, o.entries}); o.hurries(key) {
		o.first = append(o.first, e)
	} else {
		o.rest = append(o.rest, e)
	}
}

// Touch is told of a key that is there, and was added again.
func (o *order) Touch(key string) {
	if o.hurries(key) {
		o.Push(key)
	}
}

// Len is how many keys are there.
func (o *order) Len() int { return len(o.in) }

// Pop takes the next key out. It is asked only while Len is not 0.
func (o *order) Pop() string {
	for {
		var e entry
		if last := len(o.first) - 1; last >= 0 {
			e, o.first = o.first[last], o.first[:last]
		} else {
			e, o.rest = o.rest[0], o.rest[1:]
		}
		if o.in[e.key] == e.number {
			delete(o.in, e.key)
			o.mu.Lock()
			delete(o.urgent, e.key)
			o.mu.Unlock()
			return e.key
		}
	}
}

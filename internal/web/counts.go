package web

import (
	"crypto/sha256"
	"maps"
	"sync"
)

// counts are counters by name.
type counts struct {
	mu     sync.Mutex
	byName map[string]int64
}

func (c *counts) add(name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byName == nil {
		c.byName = map[string]int64{}
	}
	c.byName[name]++
}

// with returns the counts plus others; never nil.
func (c *counts) with(others map[string]int64) map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := maps.Clone(c.byName)
	if sum == nil {
		sum = map[string]int64{}
	}
	for name, n := range others {
		sum[name] += n
	}
	return sum
}

// remembered is how many signed webhooks are remembered.
const remembered = 4096

// replays recognises copies of the newest signed webhooks. A signature never expires, so an
// eavesdropper could send one again and again. A copy of an older one only costs a read.
type replays struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]bool
	order [][sha256.Size]byte // of known; oldest at next, once it is full
	next  int
}

// first reports whether a body is new.
func (r *replays) first(body []byte) bool {
	sum := sha256.Sum256(body)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.known[sum]:
		return false
	case r.known == nil:
		r.known = map[[sha256.Size]byte]bool{}
	}
	if len(r.order) < remembered {
		r.order = append(r.order, sum)
	} else {
		delete(r.known, r.order[r.next])
		r.order[r.next] = sum
		r.next = (r.next + 1) % remembered
	}
	r.known[sum] = true
	return true
}

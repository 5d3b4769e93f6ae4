package web

import (
	"crypto/sha256"
	"maps"
	"sync"
)

// counts counts by name.
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

// with gives the counts with others added to them; never nil.
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

// remembered is how many signed hints are told from a copy.
const remembered = 4096

// replays knows the newest signed hints again. A signature holds for ever, so whoever
// overheard one could send it at any rate; one that is older than all that are remembered
// costs one look more.
type replays struct {
	mu    sync.Mutex
	known map[[sha256.Size]byte]bool
	order [][sha256.Size]byte // of known; oldest at next, once it is full
	next  int
}

// first says whether a body was not here before.
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

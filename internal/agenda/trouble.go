package agenda

import "sync"

// troubles remembers why keys are behind, so that it is logged once and not each time.
type troubles struct {
	mu sync.Mutex
	of map[string]trouble // by key, until a success
}

type trouble struct {
	text   string
	times  int  // in a row
	logged bool // above debug
}

// changed notes why the key is blocked, and reports whether that is news.
func (r *troubles) changed(key, text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	old, ok := r.of[key]
	r.put(key, trouble{text: text, logged: true})
	return !ok || old.text != text
}

// count notes that the key failed, and returns how often in a row.
func (r *troubles) count(key, text string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	t := trouble{text: text, times: r.of[key].times + 1, logged: r.of[key].logged}
	r.put(key, t)
	return t.times
}

// warn says whether to warn of the trouble of a key: not of one of the same text that another key has.
func (r *troubles) warn(key, text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for other, t := range r.of {
		if other != key && t.logged && t.text == text {
			return false
		}
	}
	t := r.of[key]
	t.logged = true
	r.put(key, t)
	return true
}

func (r *troubles) put(key string, t trouble) {
	if r.of == nil {
		r.of = map[string]trouble{}
	}
	r.of[key] = t
}

// recovered notes that the key is well, and says whether there was a warning of its trouble.
func (r *troubles) recovered(key string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	logged := r.of[key].logged
	delete(r.of, key)
	return logged
}

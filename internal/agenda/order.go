package agenda

// order is a queue of keys: first those that a person waits for, the newest first, then the others
// as they came. So a flood does not delay a person who has just voted.
type order struct {
	first, rest []entry
	in          map[string]entry // the entry that counts for a key; others are left behind
	entries     int
}

type entry struct {
	key    string
	number int
	urgent bool
}

// add adds a key, or moves it to the front if a person waits for it now.
func (o *order) add(key string, urgent bool) {
	old, there := o.in[key]
	if urgent = urgent || old.urgent; there && !urgent {
		return
	}
	o.entries++
	e := entry{key, o.entries, urgent}
	if o.in == nil {
		o.in = map[string]entry{}
	}
	o.in[key] = e
	if urgent {
		o.first = append(o.first, e)
	} else {
		o.rest = append(o.rest, e)
	}
}

// take removes the next key, if there is one.
func (o *order) take() (key string, ok bool) {
	for len(o.in) > 0 {
		var e entry
		if last := len(o.first) - 1; last >= 0 {
			e, o.first = o.first[last], o.first[:last]
		} else {
			e, o.rest = o.rest[0], o.rest[1:]
		}
		if o.in[e.key] == e {
			delete(o.in, e.key)
			return e.key, true
		}
	}
	return "", false
}

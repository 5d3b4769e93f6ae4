package agenda

// order gives out keys: first those that a person waits for, the newest of them first of all,
// then the rest as it came. A flood then holds up nobody who has just voted.
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

// add adds a key, or brings one to the front that is there and that a person waits for now.
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

// take takes the next key out, if there is one.
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

package phabtest

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// params is what a request asks, with numbers as json.Number. Types are strict, as
// they are for requests with JSON on the real server.
type params map[string]any

func (p params) token() string {
	meta, _ := p["__conduit__"].(map[string]any)
	token, _ := meta["token"].(string)
	return token
}

func asList(name string, v any) ([]any, *refusal) {
	list, ok := v.([]any)
	if !ok {
		return nil, core("Error while reading %q: Expected a list, but value is not a list.", name)
	}
	return list, nil
}

func asStrings(name string, v any) ([]string, *refusal) {
	list, err := asList(name, v)
	if err != nil {
		return nil, err
	}
	var out []string
	for i, v := range list {
		text, ok := v.(string)
		if !ok {
			return nil, core("Error while reading %q: Expected string, got something else.", name+"["+strconv.Itoa(i)+"]")
		}
		out = append(out, text)
	}
	return out, nil
}

func asInts(name string, v any) ([]int, *refusal) {
	list, err := asList(name, v)
	if err != nil {
		return nil, err
	}
	var out []int
	for i, v := range list {
		n, ok := asInt(v)
		if !ok {
			return nil, core("Error while reading %q: Expected integer, got something else.", name+"["+strconv.Itoa(i)+"]")
		}
		out = append(out, n)
	}
	return out, nil
}

func asInt(v any) (int, bool) {
	n, ok := v.(json.Number)
	if !ok {
		return 0, false
	}
	i, err := n.Int64()
	return int(i), err == nil
}

// constraints returns the constraints of a search, without empty lists, which constrain nothing.
func (p params) constraints(known ...string) (map[string]any, *refusal) {
	all, _ := p["constraints"].(map[string]any) // [] stands for {}
	out := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(all)) {
		if !slices.Contains(known, key) {
			return nil, refuse("ERR-INVALID-CONSTRAINT", "Parameter \"constraints\" includes an invalid key.")
		}
		if list, ok := all[key].([]any); ok && len(list) == 0 {
			continue
		}
		if all[key] != nil && all[key] != "" {
			out[key] = all[key]
		}
	}
	return out, nil
}

// attachments returns the requested keys; their values do not count.
func (p params) attachments(known ...string) (map[string]bool, *refusal) {
	all, _ := p["attachments"].(map[string]any)
	out := map[string]bool{}
	for key := range all {
		if !slices.Contains(known, key) {
			return nil, refuse("ERR-INVALID-ATTACHMENT", "Parameter \"attachments\" includes an invalid key.")
		}
		out[key] = true
	}
	return out, nil
}

// list is a kind of object that can be searched.
type list[T any] struct {
	id     func(T) int
	row    func(T) map[string]any
	less   func(a, b T) int // the default order; nil: newest first
	orders string           // for the error about an unknown one
}

// answer pages through what was found.
func (l list[T]) answer(p params, found []T, extraMaps map[string]any) (any, *refusal) {
	limit, order, err := l.paging(p)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(found, func(a, b T) int {
		switch {
		case order == "oldest":
			return l.id(a) - l.id(b)
		case order == "" && l.less != nil:
			return l.less(a, b)
		default:
			return l.id(b) - l.id(a)
		}
	})
	if after, _ := p["after"].(string); after != "" {
		at := slices.IndexFunc(found, func(v T) bool { return strconv.Itoa(l.id(v)) == after })
		if at < 0 {
			return nil, core("Cursor %q does not identify a valid object in query.", after)
		}
		found = found[at+1:]
	}
	var next any
	if len(found) > limit {
		found = found[:limit]
		next = strconv.Itoa(l.id(found[limit-1]))
	}
	rows := make([]any, 0, len(found))
	for _, v := range found {
		rows = append(rows, l.row(v))
	}
	cursor := map[string]any{"limit": limit, "after": next, "before": nil, "order": p["order"]}
	if extraMaps == nil {
		extraMaps = map[string]any{}
	}
	return map[string]any{"data": rows, "maps": extraMaps, "query": map[string]any{"queryKey": nil}, "cursor": cursor}, nil
}

func (l list[T]) paging(p params) (limit int, order string, err *refusal) {
	limit = 100
	if v, ok := p["limit"]; ok && v != nil {
		n, ok := asInt(v)
		switch {
		case !ok:
			return 0, "", core("Error while reading \"limit\": Expected integer, got something else.")
		case n > 100:
			return 0, "", refuse("ERR-INVALID-PAGE-SIZE", "Maximum page size for Conduit API method calls is 100, but this call specified %d.", n)
		case n < 1:
			return 0, "", refuse("ERR-INVALID-PAGE-SIZE", "Minimum page size for Conduit API method calls is 1, but this call specified %d.", n)
		}
		limit = n
	}
	order, _ = p["order"].(string)
	if order != "" && order != "newest" && order != "oldest" {
		return 0, "", core("Query does not support a builtin order %q. Supported orders are: %snewest, oldest.", order, l.orders)
	}
	return limit, order, nil
}

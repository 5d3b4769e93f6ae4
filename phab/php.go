package phab

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// number is an integer that may come as a string, or as null for 0.
type number int64

func (n *number) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if s == "null" || s == "" {
		*n = 0
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return fmt.Errorf("%w: %s is no number", errShape, short(b))
	}
	*n = number(v)
	return nil
}

func (n number) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// text is a string that may come as null for "", or as a number.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	switch {
	case string(b) == "null":
		*t = ""
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(t))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*t = text(b)
	default:
		return fmt.Errorf("%w: %s is no text", errShape, short(b))
	}
	return nil
}

// truth is a boolean that may come as 0, 1, a string of them, or null.
type truth bool

func (t *truth) UnmarshalJSON(b []byte) error {
	switch strings.Trim(string(b), `"`) {
	case "true", "1":
		*t = true
	case "false", "0", "", "null":
		*t = false
	default:
		return fmt.Errorf("%w: %s is neither true nor false", errShape, short(b))
	}
	return nil
}

// dict is a map that comes as [] (or null) when it is empty.
type dict[T any] map[string]T

func (d *dict[T]) UnmarshalJSON(b []byte) error {
	*d = nil
	if hollow(b) {
		return nil
	}
	return json.Unmarshal(b, (*map[string]T)(d))
}

// list is a list that comes as a map when its PHP array has gaps, or as null.
type list[T any] []T

func (l *list[T]) UnmarshalJSON(b []byte) error {
	*l = nil
	if b[0] != '{' {
		return json.Unmarshal(b, (*[]T)(l))
	}
	var m map[string]T
	if err := json.Unmarshal(b, &m); err != nil {
		return err
	}
	for _, k := range sortedKeys(m) {
		*l = append(*l, m[k])
	}
	return nil
}

// phids is a list of PHIDs, or a map that has them as keys, or null.
type phids []string

func (p *phids) UnmarshalJSON(b []byte) error {
	*p = nil
	switch {
	case hollow(b):
		return nil
	case b[0] == '{':
		var m map[string]json.RawMessage
		if err := json.Unmarshal(b, &m); err != nil {
			return err
		}
		for _, k := range sortedKeys(m) {
			*p = append(*p, phidOf(k, m[k]))
		}
		return nil
	default:
		return json.Unmarshal(b, (*[]string)(p))
	}
}

// phidOf returns the PHID of a map's entry: its key or, if PHP renumbered the keys, its value.
func phidOf(key string, value []byte) string {
	var s string
	if !strings.HasPrefix(key, "PHID-") && json.Unmarshal(value, &s) == nil {
		return s
	}
	return key
}

// hollow reports whether b is empty in one of PHP's ways.
func hollow(b []byte) bool {
	b = bytes.TrimSpace(b)
	return len(b) == 0 || string(b) == "null" || string(b) == "[]" || string(b) == `""` || string(b) == "false"
}

// sortedKeys returns numeric keys in the order of the numbers, before the others.
func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		x, errX := strconv.Atoi(a)
		y, errY := strconv.Atoi(b)
		switch {
		case errX == nil && errY == nil && x != y:
			return cmp.Compare(x, y)
		case errX == nil && errY != nil:
			return -1
		case errX != nil && errY == nil:
			return 1
		default:
			return strings.Compare(a, b)
		}
	})
	return keys
}

func short(b []byte) string {
	if len(b) > 40 {
		return string(b[:40]) + "…"
	}
	return string(b)
}

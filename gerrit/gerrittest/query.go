package gerrittest

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxRows is the capability queryLimit that accounts have by default.
const maxRows = 500

// token of a query: a parenthesis, OR, AND, NOT, "-", an operator with its value, or a word.
type token struct{ sign, op, value string }

var operator = regexp.MustCompile(`^[A-Za-z][A-Za-z_]*:`)

// scan splits a query into tokens. Values may be quoted with "…" (\ escapes) or {…}.
func scan(q string) ([]token, error) {
	var out []token
	for i := 0; i < len(q); {
		switch rest := q[i:]; {
		case rest[0] == ' ':
			i++
		case strings.IndexByte("()-", rest[0]) >= 0:
			out = append(out, token{sign: rest[:1]})
			i++
		default:
			op := operator.FindString(rest)
			value, n, ok := word(rest[len(op):])
			if !ok {
				return nil, refuse(400, "line 1:%d mismatched character '<EOF>' expecting '\"'", len(q))
			}
			i += len(op) + n
			if op == "" && (value == "OR" || value == "AND" || value == "NOT") {
				out = append(out, token{sign: value})
				continue
			}
			out = append(out, token{op: strings.TrimSuffix(op, ":"), value: value})
		}
	}
	return out, nil
}

// word reads a value, and returns its length in bytes.
func word(s string) (value string, n int, ok bool) {
	if strings.HasPrefix(s, "{") {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return "", 0, false
		}
		return s[1:end], end + 1, true
	}
	if !strings.HasPrefix(s, `"`) {
		end := strings.IndexAny(s, " ()")
		if end < 0 {
			end = len(s)
		}
		return s[:end], end, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i + 1, true
		case '\\':
			if i++; i == len(s) {
				return "", 0, false
			}
		}
		b.WriteByte(s[i])
	}
	return "", 0, false
}

// filter is a parsed query. since and until limit the date of the last update, both inclusive;
// zero: no limit.
type filter struct {
	match        func(*change) bool
	since, until time.Time
}

type parser struct {
	query  string
	tokens []token
}

func parse(q string) (filter, error) {
	tokens, err := scan(q)
	if err != nil {
		return filter{}, err
	}
	p := &parser{q, tokens}
	f, err := p.or()
	if err == nil && len(p.tokens) > 0 {
		err = refuse(400, "line 1:%d no viable alternative at input ')'", len(q)-1)
	}
	return f, err
}

func (p *parser) next(signs ...string) bool {
	return len(p.tokens) > 0 && slices.Contains(signs, p.tokens[0].sign)
}

// or binds least tightly: A B OR C is (A B) OR C, whatever Doc/user-search.txt says.
func (p *parser) or() (filter, error) {
	f, err := p.and()
	for err == nil && p.next("OR") {
		p.tokens = p.tokens[1:]
		var g filter
		g, err = p.and()
		f = either(f, g)
	}
	return f, err
}

func (p *parser) and() (filter, error) {
	f, err := p.term()
	for err == nil && len(p.tokens) > 0 && !p.next(")", "OR") {
		if p.next("AND") {
			p.tokens = p.tokens[1:]
		}
		var g filter
		g, err = p.term()
		f = both(f, g)
	}
	return f, err
}

func (p *parser) term() (filter, error) {
	if len(p.tokens) == 0 {
		return filter{}, refuse(400, "line 1:%d no viable alternative at input '<EOF>'", len(p.query))
	}
	t := p.tokens[0]
	p.tokens = p.tokens[1:]
	switch t.sign {
	case "-", "NOT":
		if len(p.tokens) > 0 && slices.Contains([]string{"after", "since"}, p.tokens[0].op) {
			return filter{}, refuse(400, "cannot negate: %s:%q", p.tokens[0].op, p.tokens[0].value)
		}
		f, err := p.term()
		return filter{match: func(c *change) bool { return !f.holds(c) }}, err
	case "(":
		f, err := p.or()
		if err != nil {
			return f, err
		}
		if !p.next(")") {
			return f, refuse(400, "line 1:%d mismatched input '<EOF>' expecting ')'", len(p.query))
		}
		p.tokens = p.tokens[1:]
		return f, nil
	case "":
		return t.filter()
	}
	return filter{}, refuse(400, "no viable alternative at input '%s'", t.sign)
}

func (t token) filter() (filter, error) {
	match := func(f func(*change) bool) (filter, error) { return filter{match: f}, nil }
	switch t.op {
	case "": // full text, which the stand-in does not have
		return match(func(*change) bool { return false })
	case "project", "p", "repo":
		if pattern, ok := strings.CutPrefix(t.value, "^"); ok {
			re, err := regexp.Compile("^(?:" + pattern + ")$")
			if err != nil {
				return filter{}, refuse(400, "invalid regular expression: %s", t.value)
			}
			return match(func(c *change) bool { return re.MatchString(c.project.name) })
		}
		return match(func(c *change) bool { return c.project.name == t.value })
	case "projects":
		return match(func(c *change) bool { return strings.HasPrefix(c.project.name, t.value) })
	case "branch":
		return match(func(c *change) bool { return c.branch == t.value })
	case "owner":
		return match(func(c *change) bool { return c.owner.username == t.value || strconv.Itoa(c.owner.id) == t.value })
	case "message":
		return match(func(c *change) bool { return c.mentions(t.value) })
	case "commit":
		return match(func(c *change) bool { return c.hasCommit(t.value) })
	case "change":
		return match(func(c *change) bool { return c.id == t.value || strconv.Itoa(c.number) == t.value })
	case "is", "status":
		return t.status()
	case "after", "since", "before", "until":
		when, err := date(t.value)
		if err != nil {
			return filter{}, err
		}
		if t.op == "after" || t.op == "since" {
			return filter{since: when}, nil
		}
		return filter{until: when}, nil
	}
	return filter{}, refuse(400, "Unsupported operator %s:%s", t.op, t.value)
}

func (t token) status() (filter, error) {
	is := map[string]func(*change) bool{
		"open": (*change).open, "new": (*change).open, "pending": (*change).open,
		"closed":    func(c *change) bool { return !c.open() },
		"merged":    func(c *change) bool { return c.status == "MERGED" },
		"abandoned": func(c *change) bool { return c.status == "ABANDONED" },
		"wip":       func(c *change) bool { return c.wip },
		"private":   func(c *change) bool { return c.private },
	}[t.value]
	if is == nil {
		return filter{}, refuse(400, "Unsupported operator %s:%s", t.op, t.value)
	}
	return filter{match: is}, nil
}

// date parses a time of the query language, in UTC unless it has a zone.
func date(s string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, refuse(400, "Invalid date format: %s", s)
}

func (f filter) holds(c *change) bool {
	return (f.since.IsZero() || !c.updated.Before(f.since)) && (f.until.IsZero() || !c.updated.After(f.until)) &&
		(f.match == nil || f.match(c))
}

func both(f, g filter) filter {
	out := filter{since: f.since, until: f.until}
	if g.since.After(out.since) {
		out.since = g.since
	}
	if out.until.IsZero() || !g.until.IsZero() && g.until.Before(out.until) {
		out.until = g.until
	}
	f.since, f.until, g.since, g.until = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	out.match = func(c *change) bool { return f.holds(c) && g.holds(c) }
	return out
}

func either(f, g filter) filter {
	return filter{match: func(c *change) bool { return f.holds(c) || g.holds(c) }}
}

// query answers /changes/?q=…&n=…&S=…, the last updated first. An account never gets more rows
// at once than its limit.
func (s *Server) query(caller *account, q url.Values) (any, error) {
	if len(q["q"]) != 1 {
		return nil, refuse(400, "gerrittest answers one query at a time, not %d", len(q["q"]))
	}
	o, err := parseOptions(q["o"])
	if err != nil {
		return nil, err
	}
	f, err := parse(q.Get("q"))
	if err != nil {
		return nil, err
	}
	limit, err := number(q, "n")
	if err != nil {
		return nil, err
	}
	skip, err := number(q, "S", "start")
	if err != nil {
		return nil, err
	}
	most := maxRows
	if caller != nil && caller.queryLimit > 0 {
		most = caller.queryLimit
	}
	if limit <= 0 || limit > most {
		limit = most
	}
	rows := []*changeJSON{}
	for i := s.from(f.until) - 1; i >= 0; i-- {
		c := s.order[i]
		if c.updated.Before(f.since) {
			break
		}
		if !f.holds(c) || !c.visible(caller) {
			continue
		}
		if skip > 0 {
			skip--
			continue
		}
		if len(rows) == limit {
			rows[limit-1].MoreChanges = true
			break
		}
		rows = append(rows, c.json(o))
	}
	return rows, nil
}

// from returns the index after the last change that was updated by then.
func (s *Server) from(until time.Time) int {
	if until.IsZero() {
		return len(s.order)
	}
	i, _ := slices.BinarySearchFunc(s.order, until, func(c *change, t time.Time) int {
		if c.updated.After(t) {
			return 1
		}
		return -1
	})
	return i
}

// number reads a parameter, which may have two names.
func number(q url.Values, names ...string) (int, error) {
	for _, name := range names {
		if !q.Has(name) {
			continue
		}
		n, err := strconv.Atoi(q.Get(name))
		if err != nil {
			return 0, refuse(400, "%s", fmt.Sprintf("%q is not a valid value for \"-%s\"", q.Get(name), name))
		}
		return n, nil
	}
	return 0, nil
}

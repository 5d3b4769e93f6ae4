package phabtest

import (
	"slices"
	"strings"
)

type user struct {
	id       int
	phid     string
	name     string
	token    string
	bot      bool
	disabled bool
	away     int64 // until when; 0: available
	created  int64
}

type project struct {
	id        int
	phid      string
	name      string
	slug      string   // the primary one, made of the name; "" for a milestone
	slugs     []string // all
	path      string   // of a milestone: what the methods of Server call it
	parent    *project
	milestone int // its number; 0: no milestone
	archived  bool
	members   []string // PHIDs
	closed    bool     // only administrators may edit it
	hidden    bool     // from the accounts that call methods
	off       bool     // its workboard, which keeps its columns
	columns   []*column
	created   int64
	modified  int64
}

type column struct {
	id       int
	phid     string
	name     string // of a proxy: see Server.columnName
	board    *project
	proxy    *project
	hidden   bool
	created  int64
	modified int64
}

type task struct {
	id       int
	phid     string
	title    string
	status   string
	author   *user
	owner    *user
	priority int
	created  int64
	modified int64
	closed   int64 // 0: open
	closer   *user
	view     string // a policy: "public", "users" or a user's PHID
	edit     string
	tags     []*project
	subs     []*user
	places   map[*project]place // stay when the tag goes
	history  []*transaction     // oldest first
}

// place is a card's stored position on a board.
type place struct {
	column *column
	rank   int64
}

type transaction struct {
	id      int
	phid    string
	kind    string
	author  *user
	date    int64
	old     any
	new     any
	meta    map[string]any
	comment *string
	title   string
	moves   []move // of core:columns
}

type move struct{ from, to *column } // from is nil at creation

func (t *task) tagged(p *project) bool { return slices.Contains(t.tags, p) }

// depth is how many projects are above it.
func (p *project) depth() int {
	n := 0
	for p = p.parent; p != nil; p = p.parent {
		n++
	}
	return n
}

// under says whether a is an ancestor of p.
func (p *project) under(a *project) bool {
	for q := p.parent; q != nil; q = q.parent {
		if q == a {
			return true
		}
	}
	return false
}

// columnOf is where the server lays a task out on a board, be it on the board or not:
// the proxy column of its milestone; else its stored place, which outlives the tag;
// else the default column.
func (t *task) columnOf(board *project) *column {
	for _, c := range board.columns {
		if c.proxy == nil {
			continue
		}
		for _, tag := range t.tags {
			if tag == c.proxy || tag.under(c.proxy) {
				return c
			}
		}
	}
	if at, ok := t.places[board]; ok {
		return at.column
	}
	return board.columns[0]
}

// makeProxies adds the columns for milestones and subprojects that a board lacks. The
// server does so when it lays the board out, not when they are made.
func (s *Server) makeProxies(board *project) {
	if len(board.columns) == 0 {
		return
	}
	for _, p := range s.projects {
		known := func(c *column) bool { return c.proxy == p }
		if p.parent == board && !slices.ContainsFunc(board.columns, known) {
			s.addColumn(board, "", p)
		}
	}
}

func (s *Server) addColumn(board *project, name string, proxy *project) {
	c := &column{id: len(s.columns) + 1, phid: s.phid("PCOL"), name: name, board: board, proxy: proxy, created: s.now(), modified: s.now()}
	s.columns = append(s.columns, c)
	s.byPHID[c.phid] = c
	board.columns = append(board.columns, c)
}

func (s *Server) columnName(c *column) string {
	if c.proxy != nil {
		return c.proxy.name
	}
	return c.name
}

// withTags returns tags after adding and removing some. A project and its ancestor
// exclude each other, as do the milestones of one parent: the later one wins.
func withTags(tags, add, remove []*project) []*project {
	out := slices.DeleteFunc(slices.Clone(tags), func(p *project) bool { return slices.Contains(remove, p) })
	for _, p := range add {
		if slices.Contains(out, p) {
			continue
		}
		out = slices.DeleteFunc(out, func(q *project) bool {
			siblings := p.milestone > 0 && q.milestone > 0 && p.parent == q.parent
			return siblings || p.under(q) || q.under(p)
		})
		out = append(out, p)
	}
	return out
}

// names are those that the methods of Server know a project by.
func (p *project) names() []string {
	if p.path != "" {
		return []string{p.path}
	}
	return p.slugs
}

func minus(a, b []*project) []*project {
	return slices.DeleteFunc(slices.Clone(a), func(p *project) bool { return slices.Contains(b, p) })
}

func (t *task) allows(policy string, u *user) bool {
	return policy == "public" || policy == "users" || policy == u.phid || t.owner == u
}

// normal is the form in which slugs are compared.
func normal(slug string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(slug, "#")), " ", "_")
}

// statusName names the statuses of a fresh installation.
func statusName(value string) string { return strings.ToUpper(value[:1]) + value[1:] }

func closedStatus(value string) bool { return value != "open" }

// statuses are the values that a task's status can have.
func (s *Server) statuses() []string {
	return append(statusValues[:len(statusValues):len(statusValues)], s.o.Statuses...)
}

var statusValues = [...]string{"open", "resolved", "wontfix", "invalid", "duplicate", "spite"}

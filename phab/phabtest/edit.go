package phabtest

import (
	"fmt"
	"slices"
	"strings"
)

// part is what transactions are about. The server keeps them in the order in which they
// were named, but for the comment, which comes last.
type part int

const (
	columnPart part = iota
	tagPart
	subscriberPart
	statusPart
)

// edits is one maniphest.edit, or one thing that somebody does on the site.
type edits struct {
	create      bool
	add, remove []*project
	order       []part // in which they were named; what was not, follows in the order of the parts
	columns     []*column
	reorder     bool // place within the column; then a move to the same column has an effect
	below       bool // at the end of the column instead of on top
	status      string
	mergedInto  *task
	subscribe   []*user
	comment     string
}

// apply makes the edits and gives the transactions that had an effect. It always
// changes the task's date, as the server does.
func (s *Server) apply(by *user, t *task, e edits) []*transaction {
	group := s.random(20) + s.random(12)
	before := len(t.history)
	record := func(kind string, old, new any, title string) *transaction {
		s.xacts++
		x := &transaction{
			id: s.xacts, phid: s.phid("XACT-TASK"), kind: kind, author: by, date: s.now(),
			old: old, new: new, meta: map[string]any{"core.groupID": group}, title: by.name + " " + title,
		}
		if e.create {
			x.meta["core.create"] = true
		}
		t.history = append(t.history, x)
		return x
	}
	if e.create {
		record("core:create", nil, nil, "created this task.")
		record("title", "", t.title, "created this task.")
		e.subscribe = append(e.subscribe, by)
	} else if e.comment != "" && !by.bot && !slices.Contains(t.subs, by) {
		s.subscribe(t, []*user{by}, record)
	}
	moves := s.movesOf(t, e)
	tags := withTags(t.tags, s.implied(t, moves, e.add), e.remove)
	for _, p := range unique(append(e.order, columnPart, tagPart, subscriberPart, statusPart)) {
		switch p {
		case columnPart:
			s.moveCards(t, moves, e, record)
		case tagPart:
			s.retag(t, tags, record)
		case subscriberPart:
			s.subscribe(t, e.subscribe, record)
		case statusPart:
			s.setStatus(by, t, e, record)
		}
	}
	if e.comment != "" {
		record("core:comment", nil, nil, "added a comment.").comment = &e.comment
	}
	t.modified = s.now()
	made := t.history[before:]
	s.announce("TASK", t.phid, made)
	return made
}

// unique drops what was there before.
func unique(parts []part) []part {
	var out []part
	for _, p := range parts {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

type record func(kind string, old, new any, title string) *transaction

// movesOf drops each move to where the card already is. That comes before the board's
// tag is implied, so a card that is not on the board does not get there that way.
func (s *Server) movesOf(t *task, e edits) []move {
	var moves []move
	for _, c := range e.columns {
		s.makeProxies(c.board)
		m := move{to: c}
		if !e.create {
			m.from = t.columnOf(c.board)
		}
		if m.from != c || e.reorder {
			moves = append(moves, m)
		}
	}
	return moves
}

// implied adds the tags that moves need: the board's or, for a proxy column, the milestone's.
func (s *Server) implied(t *task, moves []move, add []*project) []*project {
	add = slices.Clone(add)
	for _, m := range moves {
		p := m.to.board
		if m.to.proxy != nil {
			p = m.to.proxy
		}
		if !t.tagged(p) && !slices.Contains(add, p) {
			add = append(add, p)
		}
	}
	return add
}

func (s *Server) retag(t *task, tags []*project, note record) {
	added, removed := minus(tags, t.tags), minus(t.tags, tags)
	if len(added)+len(removed) == 0 {
		return
	}
	var title string
	switch {
	case len(removed) == 0:
		title = "added a project: " + namesOf(added) + "."
	case len(added) == 0:
		title = "removed a project: " + namesOf(removed) + "."
	default:
		title = "edited projects, added: " + namesOf(added) + "; removed: " + namesOf(removed) + "."
	}
	note("core:edge", phidsOf(removed), phidsOf(added), title).meta["edge:type"] = 41
	t.tags = tags
	for _, p := range added {
		if _, ok := t.places[p]; !ok && len(p.columns) > 0 {
			s.place(t, p.columns[0], false)
		}
	}
}

func (s *Server) moveCards(t *task, moves []move, e edits, note record) {
	if len(moves) == 0 {
		return
	}
	var wire []any
	for _, m := range moves {
		from := map[string]any{}
		if m.from != nil {
			from[m.from.phid] = m.from.phid
		}
		wire = append(wire, map[string]any{
			"columnPHID": m.to.phid, "beforePHIDs": []any{}, "afterPHIDs": []any{},
			"boardPHID": m.to.board.phid, "fromColumnPHIDs": phpMap(from),
		})
		if m.to.proxy == nil {
			s.place(t, m.to, e.below)
		}
	}
	note("core:columns", nil, wire, s.moveTitle(moves)).moves = moves
}

func (s *Server) moveTitle(moves []move) string {
	m := moves[0]
	switch {
	case len(moves) > 1:
		var parts []string
		for _, m := range moves {
			parts = append(parts, fmt.Sprintf("%s (%s)", m.to.board.name, s.columnName(m.to)))
		}
		return fmt.Sprintf("moved this task on %d boards: %s.", len(moves), strings.Join(parts, ", "))
	case m.from == nil:
		return fmt.Sprintf("moved this task to %s on the %s board.", s.columnName(m.to), m.to.board.name)
	default:
		return fmt.Sprintf("moved this task from %s to %s on the %s board.", s.columnName(m.from), s.columnName(m.to), m.to.board.name)
	}
}

func (s *Server) place(t *task, c *column, below bool) {
	s.rank++
	rank := -s.rank
	if below {
		rank = s.rank
	}
	t.places[c.board] = place{c, rank}
}

func (s *Server) subscribe(t *task, who []*user, note record) {
	old := userPHIDs(t.subs)
	for _, u := range who {
		if !slices.Contains(t.subs, u) {
			t.subs = append(t.subs, u)
		}
	}
	if len(t.subs) > len(old) {
		added := t.subs[len(old):]
		title := "subscribed."
		if len(added) != 1 || added[0] != t.author || len(old) > 0 {
			title = "added a subscriber: " + added[0].name + "."
		}
		note("core:subscribers", old, userPHIDs(t.subs), title)
	}
}

// setStatus closes or reopens. A person who closes a task without an owner becomes its owner.
func (s *Server) setStatus(by *user, t *task, e edits, note record) {
	status := e.status
	if e.mergedInto != nil {
		status = "duplicate"
	}
	if status == "" || status == t.status {
		return
	}
	switch {
	case e.mergedInto != nil:
		note("mergedinto", nil, e.mergedInto.phid, fmt.Sprintf("closed this task as a duplicate of T%d: %s.", e.mergedInto.id, e.mergedInto.title))
	case closedStatus(status):
		note("status", t.status, status, fmt.Sprintf("closed this task as %q.", statusName(status)))
	default:
		note("status", t.status, status, fmt.Sprintf("reopened this task as %q.", statusName(status)))
	}
	t.status, t.closed, t.closer = status, 0, nil
	if !closedStatus(status) {
		return
	}
	t.closed, t.closer = s.now(), by
	if t.owner == nil && e.mergedInto == nil {
		t.owner = by
		note("reassign", nil, by.phid, "claimed this task.")
	}
}

func namesOf(ps []*project) string {
	var names []string
	for _, p := range ps {
		name := p.name
		if p.milestone > 0 {
			name = p.parent.name + " (" + p.name + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ")
}

func phidsOf(ps []*project) []any {
	out := []any{}
	for _, p := range ps {
		out = append(out, p.phid)
	}
	return out
}

func userPHIDs(us []*user) []any {
	out := []any{}
	for _, u := range us {
		out = append(out, u.phid)
	}
	return out
}

// phpMap is what PHP's json_encode makes of a map: a list, when it is empty.
func phpMap(m map[string]any) any {
	if len(m) == 0 {
		return []any{}
	}
	return m
}

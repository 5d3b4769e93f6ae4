package phabtest

import (
	"slices"
	"time"
)

// BoardColumn is a column with its cards from top to bottom.
type BoardColumn struct {
	Name   string
	PHID   string
	Hidden bool
	Tasks  []int // closed ones too
}

// Board returns the columns of a workboard from left to right.
func (s *Server) Board(slug string) []BoardColumn {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projectOf(slug)
	s.makeProxies(p)
	cards := map[*column][]*task{}
	for _, t := range s.tasks {
		if slices.ContainsFunc(t.tags, func(q *project) bool { return q == p || q.under(p) }) && len(p.columns) > 0 {
			c := t.columnOf(p)
			cards[c] = append(cards[c], t)
		}
	}
	var out []BoardColumn
	for _, c := range p.columns {
		slices.SortStableFunc(cards[c], func(a, b *task) int { return int(a.places[p].rank - b.places[p].rank) })
		b := BoardColumn{Name: s.columnName(c), PHID: c.phid, Hidden: c.hidden}
		for _, t := range cards[c] {
			b.Tasks = append(b.Tasks, t.id)
		}
		out = append(out, b)
	}
	return out
}

// Where returns the name of the column that a task is in, by the slug of the board; both
// its slugs, where it has two.
func (s *Server) Where(id int) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taskOf(id)
	out := map[string]string{}
	for _, p := range t.tags {
		if len(p.columns) == 0 {
			continue
		}
		for _, slug := range p.names() {
			out[slug] = s.columnName(t.columnOf(p))
		}
	}
	return out
}

// Entry is one transaction of a task, in names.
type Entry struct {
	ID      int
	PHID    string
	Author  string
	Date    time.Time
	Type    string
	Group   string
	Moves   []EntryMove
	Comment string
	Title   string // the server's sentence
}

// EntryMove is one move of a core:columns transaction. From is "" at creation.
type EntryMove struct{ Board, From, To string }

// History returns all transactions of a task, oldest first.
func (s *Server) History(id int) []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Entry
	for _, x := range s.taskOf(id).history {
		e := Entry{
			ID: x.id, PHID: x.phid, Author: x.author.name, Date: time.Unix(x.date, 0).UTC(), Type: x.kind,
			Group: x.meta["core.groupID"].(string), Title: x.title,
		}
		if x.comment != nil {
			e.Comment = *x.comment
		}
		for _, m := range x.moves {
			names := m.to.board.names()
			em := EntryMove{Board: names[len(names)-1], To: s.columnName(m.to)}
			if m.from != nil {
				em.From = s.columnName(m.from)
			}
			e.Moves = append(e.Moves, em)
		}
		out = append(out, e)
	}
	return out
}

// Members returns the user names of a project's members.
func (s *Server) Members(slug string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, phid := range s.projectOf(slug).members {
		out = append(out, s.byPHID[phid].(*user).name)
	}
	return out
}

// Title returns a task's title.
func (s *Server) Title(id int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taskOf(id).title
}

// Status returns a task's status.
func (s *Server) Status(id int) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taskOf(id).status
}

// ColumnPHID returns the PHID of a column.
func (s *Server) ColumnPHID(slug, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.columnNamed(s.projectOf(slug), name).phid
}

package phabtest

import "slices"

// AddUser makes an approved account and returns its PHID and an API token.
func (s *Server) AddUser(name string, bot bool) (phid, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := &user{id: len(s.users) + 1, phid: s.phid("USER"), name: name, bot: bot, created: s.now()}
	u.token = "api-" + s.random(20) + s.random(8)
	s.users = append(s.users, u)
	s.byPHID[u.phid], s.byName[name], s.byToken[u.token] = u, u, u
	return u.phid, u.token
}

// DisableUser disables an account: its token is refused from now on.
func (s *Server) DisableUser(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.userNamed(name).disabled = true
}

// AddProject makes a project with a slug besides the one made of its name, and gives
// its PHID. With columns it has a workboard; the first is the default one.
func (s *Server) AddProject(name, slug string, columns ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addSlugged(name, slug, nil, columns).phid
}

// AddSubproject is AddProject below another.
func (s *Server) AddSubproject(parent, name, slug string, columns ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addSlugged(name, slug, s.projectOf(parent), columns).phid
}

func (s *Server) addSlugged(name, slug string, parent *project, columns []string) *project {
	p := s.addProject(name)
	p.parent = parent
	p.slug = normal(name)
	p.slugs = slices.Compact([]string{p.slug, normal(slug)})
	for _, slug := range p.slugs {
		s.bySlug[slug] = p
	}
	for _, c := range columns {
		s.addColumn(p, c, nil)
	}
	return p
}

func (s *Server) addProject(name string) *project {
	p := &project{id: len(s.projects) + 1, phid: s.phid("PROJ"), name: name, created: s.now(), modified: s.now()}
	s.projects = append(s.projects, p)
	s.byPHID[p.phid] = p
	return p
}

// AddMilestone makes the next milestone of a project and returns its PHID. It has no
// slug, and no board before AddColumns; in the methods here it goes by "parent/name".
func (s *Server) AddMilestone(parent, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	above := s.projectOf(parent)
	m := s.addProject(name)
	m.parent, m.milestone = above, 1
	for _, p := range s.projects {
		if p.parent == above && p != m && p.milestone > 0 {
			m.milestone++
		}
	}
	m.path = parent + "/" + name
	s.bySlug[normal(m.path)] = m
	return m.phid
}

// AddHashtag adds a slug to a project.
func (s *Server) AddHashtag(slug, more string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projectOf(slug)
	p.slugs = append(p.slugs, normal(more))
	s.bySlug[normal(more)] = p
}

// RenameHashtag replaces a slug of a project.
func (s *Server) RenameHashtag(slug, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projectOf(slug)
	for i, old := range p.slugs {
		if old == normal(slug) {
			p.slugs[i] = normal(to)
		}
	}
	if p.slug == normal(slug) {
		p.slug = normal(to)
	}
	delete(s.bySlug, normal(slug))
	s.bySlug[normal(to)] = p
}

// HideProject hides a project, with its board, from all who call methods, or shows it again. Its
// tasks still name it.
func (s *Server) HideProject(slug string, hidden bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projectOf(slug).hidden = hidden
}

// SetParent puts a project below another.
func (s *Server) SetParent(slug, parent string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projectOf(slug).parent = s.projectOf(parent)
}

// AddColumns makes a workboard for a project, or adds columns to the one that it has.
func (s *Server) AddColumns(slug string, columns ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projectOf(slug)
	for _, c := range columns {
		s.addColumn(p, c, nil)
	}
}

// ArchiveProject archives a project or brings it back.
func (s *Server) ArchiveProject(slug string, archived bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projectOf(slug).archived = archived
}

// DisableBoard turns the workboard of a project off or on again. Columns and places stay, and can be read and
// moved to; only its tasks show no column.
func (s *Server) DisableBoard(slug string, off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projectOf(slug).off = off
}

// SetMembers says who is a member of a project.
func (s *Server) SetMembers(slug string, users ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projectOf(slug)
	p.members = nil
	for _, name := range users {
		p.members = append(p.members, s.userNamed(name).phid)
	}
}

// RenameColumn renames a column.
func (s *Server) RenameColumn(slug, name, to string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.columnNamed(s.projectOf(slug), name)
	c.name, c.modified = to, s.now()
}

// HideColumn hides a column or shows it again. Cards can still be moved into it.
func (s *Server) HideColumn(slug, name string, hidden bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.columnNamed(s.projectOf(slug), name)
	c.hidden, c.modified = hidden, s.now()
}

// Placement is a board and a column of it.
type Placement struct{ Board, Column string }

// On is a Placement; with an empty column, the task only gets the tag.
func On(board, column string) Placement { return Placement{board, column} }

// NewTask makes a task on some boards and returns its number.
func (s *Server) NewTask(by, title string, on ...Placement) int {
	s.mu.Lock()
	defer s.unlock()
	u := s.userNamed(by)
	t := &task{
		id: len(s.tasks) + 1, phid: s.phid("TASK"), title: title, status: "open", author: u, priority: 90,
		created: s.now(), view: "users", edit: "users", places: map[*project]place{},
	}
	if s.o.Public {
		t.view = "public"
	}
	s.tasks = append(s.tasks, t)
	s.byPHID[t.phid] = t
	e := edits{create: true, order: []part{tagPart}}
	for _, at := range on {
		p := s.projectOf(at.Board)
		e.add = append(e.add, p)
		if at.Column != "" {
			e.columns = append(e.columns, s.columnNamed(p, at.Column))
		}
	}
	s.apply(u, t, e)
	return t.id
}

// act lets a person edit a task, whatever the policies.
func (s *Server) act(by string, id int, make func(t *task) edits) {
	s.mu.Lock()
	defer s.unlock()
	t := s.taskOf(id)
	s.apply(s.userNamed(by), t, make(t))
}

// AddTag adds a project to a task. The card stands where it last stood on the board, or in the default column.
func (s *Server) AddTag(by string, id int, slug string) {
	s.act(by, id, func(*task) edits { return edits{add: []*project{s.projectOf(slug)}, order: []part{tagPart}} })
}

// RemoveTag takes a project off a task.
func (s *Server) RemoveTag(by string, id int, slug string) {
	s.act(by, id, func(*task) edits { return edits{remove: []*project{s.projectOf(slug)}, order: []part{tagPart}} })
}

// AddToBoard adds the tag and puts the card into a column.
func (s *Server) AddToBoard(by string, id int, slug, to string) {
	s.act(by, id, func(*task) edits {
		p := s.projectOf(slug)
		return edits{add: []*project{p}, columns: []*column{s.columnNamed(p, to)}, order: []part{tagPart}}
	})
}

// Drag moves a card to the top of a column.
func (s *Server) Drag(by string, id int, slug, to string) {
	s.act(by, id, func(*task) edits { return edits{columns: []*column{s.columnNamed(s.projectOf(slug), to)}} })
}

// Reorder moves a card to the end of the column that it is in, which leaves a
// transaction like that of a move, from the column to itself.
func (s *Server) Reorder(by string, id int, slug string) {
	s.act(by, id, func(t *task) edits {
		return edits{columns: []*column{t.columnOf(s.projectOf(slug))}, reorder: true, below: true}
	})
}

// SetStatus closes or reopens a task.
func (s *Server) SetStatus(by string, id int, status string) {
	if !slices.Contains(s.statuses(), status) {
		panic("phabtest: no status " + status)
	}
	s.act(by, id, func(*task) edits { return edits{status: status} })
}

// ReopenIn reopens a task and places its card, in one edit: as with "Change status" added below "Move on
// workboard" in the form, or a drag into a column that sets the status.
func (s *Server) ReopenIn(by string, id int, slug, to string) {
	s.act(by, id, func(*task) edits {
		return edits{columns: []*column{s.columnNamed(s.projectOf(slug), to)}, status: "open"}
	})
}

// Merge closes a task as a duplicate of another. Conduit cannot do that.
func (s *Server) Merge(by string, id, into int) {
	s.act(by, id, func(*task) edits { return edits{mergedInto: s.taskOf(into)} })
}

// Comment adds a comment.
func (s *Server) Comment(by string, id int, text string) {
	s.act(by, id, func(*task) edits { return edits{comment: text} })
}

// SetInvisible lets nobody but its author see a task.
func (s *Server) SetInvisible(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taskOf(id)
	t.view, t.edit = t.author.phid, t.author.phid
}

// SetNotEditable lets nobody but its author edit a task.
func (s *Server) SetNotEditable(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taskOf(id)
	t.edit = t.author.phid
}

// SetOpen lets every account see and edit a task.
func (s *Server) SetOpen(id int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.taskOf(id)
	t.view, t.edit = "users", "users"
}

package phabtest

import (
	"cmp"
	"slices"
	"strings"
)

func whoami(u *user) any {
	roles := []string{"verified", "approved", "activated"}
	if u.bot {
		roles = append([]string{"agent"}, roles...)
	}
	return map[string]any{
		"phid": u.phid, "userName": u.name, "realName": statusName(u.name), "image": "http://phabricator.example.org/file/data/picture.png",
		"uri": "http://phabricator.example.org/p/" + u.name + "/", "roles": roles, "primaryEmail": u.name + "@example.org",
	}
}

func policies(view string, more ...string) map[string]any {
	out := map[string]any{"view": view}
	for i := 0; i < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

func (s *Server) userSearch(_ *user, p params) (any, *refusal) {
	where, err := p.constraints("ids", "phids", "usernames")
	if err != nil {
		return nil, err
	}
	attach, err := p.attachments("availability")
	if err != nil {
		return nil, err
	}
	keep, err := filter(where, func(u *user) any { return u.id }, func(u *user) string { return u.phid })
	if err != nil {
		return nil, err
	}
	var names []string
	if v, ok := where["usernames"]; ok {
		if names, err = asStrings("usernames", v); err != nil {
			return nil, err
		}
	}
	var found []*user
	for _, u := range s.users {
		named := names == nil || slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, u.name) })
		if keep(u) && named {
			found = append(found, u)
		}
	}
	row := func(u *user) map[string]any {
		r := userRow(u)
		if attach["availability"] {
			r["attachments"] = map[string]any{"availability": s.availability(u)}
		}
		return r
	}
	return list[*user]{id: func(u *user) int { return u.id }, row: row}.answer(p, found, nil)
}

func userRow(u *user) map[string]any {
	roles, edit := []string{}, "no-one"
	if u.disabled {
		roles = append(roles, "disabled")
	}
	if u.bot {
		roles, edit = append(roles, "bot"), "admin"
	}
	roles = append(roles, "verified", "approved", "activated")
	return map[string]any{"id": u.id, "type": "USER", "phid": u.phid, "fields": map[string]any{
		"username": u.name, "realName": statusName(u.name), "roles": roles, "dateCreated": u.created, "dateModified": u.created,
		"policy": policies("public", "edit", edit),
	}, "attachments": map[string]any{}}
}

// filter reads the constraints that every search has.
func filter[T any](where map[string]any, id func(T) any, phid func(T) string) (func(T) bool, *refusal) {
	var ids []int
	var phids []string
	var err *refusal
	if v, ok := where["ids"]; ok {
		if ids, err = asInts("ids", v); err != nil {
			return nil, err
		}
	}
	if v, ok := where["phids"]; ok {
		if phids, err = asStrings("phids", v); err != nil {
			return nil, err
		}
	}
	return func(v T) bool {
		return (ids == nil || slices.Contains(ids, id(v).(int))) && (phids == nil || slices.Contains(phids, phid(v)))
	}, nil
}

func (s *Server) projectSearch(_ *user, p params) (any, *refusal) {
	known := []string{"ids", "phids", "slugs", "ancestors", "parents", "members", "status"}
	if s.o.NoStatusConstraint {
		known = known[:len(known)-1]
	}
	where, err := p.constraints(known...)
	if err != nil {
		return nil, err
	}
	attach, err := p.attachments("members")
	if err != nil {
		return nil, err
	}
	keep, err := filter(where, func(q *project) any { return q.id }, func(q *project) string { return q.phid })
	if err != nil {
		return nil, err
	}
	var texts [4][]string
	for i, key := range []string{"slugs", "ancestors", "parents", "members"} {
		if v, ok := where[key]; ok {
			if texts[i], err = asStrings(key, v); err != nil {
				return nil, err
			}
		}
	}
	slugs, ancestors, parents, members := texts[0], texts[1], texts[2], texts[3]
	slugMap := map[string]any{}
	var found []*project
	for _, q := range s.projects {
		if q.hidden || !keep(q) || !s.inStatus(q, where["status"]) {
			continue
		}
		if slugs != nil && !matchSlugs(q, slugs, slugMap) {
			continue
		}
		if ancestors != nil && !slices.ContainsFunc(ancestors, func(phid string) bool { a, ok := s.byPHID[phid].(*project); return ok && q.under(a) }) {
			continue
		}
		if parents != nil && (q.parent == nil || !slices.Contains(parents, q.parent.phid)) {
			continue
		}
		if members != nil && !slices.ContainsFunc(members, func(phid string) bool { return slices.Contains(q.members, phid) }) {
			continue
		}
		found = append(found, q)
	}
	l := list[*project]{
		id:     func(q *project) int { return q.id },
		row:    func(q *project) map[string]any { return projectRow(q, attach["members"]) },
		less:   func(a, b *project) int { return cmp.Or(strings.Compare(a.name, b.name), b.id-a.id) },
		orders: "name, ",
	}
	return l.answer(p, found, map[string]any{"slugMap": slugMap})
}

func matchSlugs(q *project, slugs []string, slugMap map[string]any) bool {
	match := false
	for _, slug := range slugs {
		if slices.Contains(q.slugs, normal(slug)) {
			match = true
			slugMap[slug] = map[string]any{"slug": normal(slug), "projectPHID": q.phid}
		}
	}
	return match
}

func (s *Server) inStatus(q *project, status any) bool {
	switch status {
	case "active":
		return !q.archived
	case "archived":
		return q.archived
	case "all":
		return true
	default:
		return s.o.NoStatusConstraint || !q.archived
	}
}

func projectRow(q *project, members bool) map[string]any {
	status, color := "active", map[string]any{"key": "blue", "name": "Blue"}
	if q.archived {
		status, color = "archived", map[string]any{"key": "disabled", "name": nil}
	}
	fields := map[string]any{
		"name": q.name, "slug": q.slug, "subtype": "default", "milestone": nil, "depth": 0, "parent": nil,
		"icon":  map[string]any{"key": "project", "name": "Project", "icon": "fa-briefcase"},
		"color": color, "status": status, "spacePHID": nil,
		"dateCreated": q.created, "dateModified": q.modified,
		"policy": policies("users", "edit", "users", "join", "users"), "description": nil,
	}
	if q.slug == "" {
		fields["slug"] = nil
	}
	if q.parent != nil {
		fields["depth"] = q.depth()
		fields["parent"] = map[string]any{"id": q.parent.id, "phid": q.parent.phid, "name": q.parent.name}
	}
	if q.milestone > 0 {
		fields["milestone"] = q.milestone
		fields["icon"] = map[string]any{"key": "milestone", "name": "Milestone", "icon": "fa-map-marker"}
	}
	attachments := map[string]any{}
	if members {
		rows := []any{}
		for _, phid := range q.members {
			rows = append(rows, map[string]any{"phid": phid})
		}
		attachments["members"] = map[string]any{"members": rows}
	}
	return map[string]any{"id": q.id, "type": "PROJ", "phid": q.phid, "fields": fields, "attachments": attachments}
}

func (s *Server) columnSearch(_ *user, p params) (any, *refusal) {
	where, err := p.constraints("ids", "phids", "projects")
	if err != nil {
		return nil, err
	}
	keep, err := filter(where, func(c *column) any { return c.id }, func(c *column) string { return c.phid })
	if err != nil {
		return nil, err
	}
	var boards []string
	if v, ok := where["projects"]; ok {
		if boards, err = asStrings("projects", v); err != nil {
			return nil, err
		}
	}
	var found []*column
	for _, c := range s.columns {
		if !c.board.hidden && keep(c) && (boards == nil || slices.Contains(boards, c.board.phid)) {
			found = append(found, c)
		}
	}
	return list[*column]{id: func(c *column) int { return c.id }, row: s.columnRow}.answer(p, found, nil)
}

func (s *Server) columnRow(c *column) map[string]any {
	sequence := slices.Index(c.board.columns, c)
	hidden, proxy := c.hidden, any(nil)
	if c.proxy != nil {
		hidden, proxy = c.proxy.archived, c.proxy.phid
	}
	return map[string]any{"id": c.id, "type": "PCOL", "phid": c.phid, "fields": map[string]any{
		"name": s.columnName(c), "proxyPHID": proxy,
		"project":  map[string]any{"id": c.board.id, "phid": c.board.phid, "name": c.board.name},
		"isHidden": hidden, "isDefaultColumn": sequence == 0, "sequence": sequence,
		"dateCreated": c.created, "dateModified": c.modified,
		"policy": policies("users", "edit", "users"),
	}, "attachments": map[string]any{}}
}

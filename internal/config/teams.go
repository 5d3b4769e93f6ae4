package config

import "strings"

func (r *reader) teams(v value) map[string]Team {
	teams := map[string]Team{}
	for _, e := range v.entries() {
		teams[e.name] = r.team(e.name, e.value)
	}
	if v.isEmptyMapping() {
		v.wrong("no team; name at least one, such as cpt: {members: [alice, bob]}")
	}
	return teams
}

func (r *reader) team(name string, v value) Team {
	t := Team{Name: name}
	var members, project bool
	fine := v.fields([]field{
		{name: "members", read: func(v value) { members, t.Members = true, r.members(v) }},
		{name: "project", read: func(v value) { project, t.Project = true, v.hashtag() }},
	})
	switch {
	case fine && members && project:
		v.wrong("members and project; keep the one that says who is in the team")
	case fine && !members && !project:
		v.wrong("says nobody; write members: [alice, bob] or project: \"#NAME\"")
	}
	return t
}

func (r *reader) members(v value) []Member {
	var out []Member
	items := v.elements()
	if v.isEmptyList() {
		v.wrong("nobody is in the team; name at least one member")
	}
	gerrit, phabricator := map[string]int{}, map[string]int{}
	for _, item := range items {
		m, ok := r.member(item)
		if !ok {
			continue
		}
		line, again := gerrit[m.Gerrit]
		if !again {
			line, again = phabricator[strings.ToLower(m.Phabricator)]
		}
		if again {
			item.wrong("%s is in the team twice, first on line %d; keep one", label(m.Gerrit), line)
			continue
		}
		gerrit[m.Gerrit], phabricator[strings.ToLower(m.Phabricator)] = item.line(), item.line()
		out = append(out, m)
	}
	return out
}

// member is a user name for both servers, or one for each.
func (r *reader) member(v value) (Member, bool) {
	var m Member
	if !v.isKeys() {
		name, ok := v.text()
		return Member{name, name}, ok
	}
	v.fields([]field{
		{name: "gerrit", need: "write the user name on Gerrit", read: func(v value) { m.Gerrit, _ = v.text() }},
		{name: "phabricator", read: func(v value) { m.Phabricator, _ = v.text() }},
	})
	if m.Phabricator == "" {
		m.Phabricator = m.Gerrit
	}
	return m, m.Gerrit != ""
}

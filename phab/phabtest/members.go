package phabtest

import (
	"slices"
	"strings"
	"time"
)

// SetAway makes somebody away by the calendar until a time.
func (s *Server) SetAway(name string, until time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.userNamed(name).away = until.Unix()
}

// SetMembersFixed makes the members of a project unchangeable.
func (s *Server) SetMembersFixed(slug string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.projectOf(slug).closed = true
}

// availability is what the calendar says of somebody now.
func (s *Server) availability(u *user) map[string]any {
	if u.away > s.now() {
		return map[string]any{"value": "away", "until": u.away, "name": "Away", "color": "red", "eventPHID": "PHID-CEVT-aaaaaaaaaaaaaaaaaaaa"}
	}
	return map[string]any{"value": "available", "until": nil, "name": "Available", "color": "green", "eventPHID": nil}
}

// projectEdit changes members. The rest of the method is not simulated.
func (s *Server) projectEdit(by *user, p params) (any, *refusal) {
	id, _ := p["objectIdentifier"].(string)
	q, ok := s.byPHID[id].(*project)
	switch {
	case !ok && strings.HasPrefix(id, "PHID-"):
		return nil, core("No object exists with PHID %q.", id)
	case !ok:
		return nil, core("Monogram %q does not identify a valid object.", id)
	}
	list, ok := p["transactions"].([]any)
	if !ok {
		return nil, core("Parameter \"transactions\" is not a list of transactions.")
	}
	members, known := q.members, q.milestone == 0 && !slices.ContainsFunc(s.projects, func(r *project) bool { return r.parent == q && r.milestone == 0 })
	for i, item := range list {
		t, _ := item.(map[string]any)
		kind, _ := t["type"].(string)
		if kind != "members.add" && kind != "members.remove" || !known {
			return nil, core("Transaction with key \"%d\" has invalid type %q. This type is not recognized. Valid types are: parent, milestone, name, description, slugs, subtype, mfa.", i, kind)
		}
		phids, err := asStrings("value", t["value"])
		if err != nil {
			return nil, core("Exception when processing transaction of type %q: %s", kind, err.info)
		}
		members = slices.DeleteFunc(slices.Clone(members), func(m string) bool { return slices.Contains(phids, m) && kind == "members.remove" })
		for _, phid := range phids {
			if kind == "members.add" && !slices.Contains(members, phid) {
				members = append(members, phid)
			}
		}
	}
	if q.closed && len(list) > 0 {
		return nil, core("[You Shall Not Pass: #%s] (Can Edit) You do not have permission to edit this object. // admin (Admin) can take this action.", q.slug)
	}
	made := []any{}
	var announced []*transaction
	if same := len(minusPHIDs(members, q.members))+len(minusPHIDs(q.members, members)) == 0; !same {
		announced = []*transaction{{phid: s.phid("XACT-PROJ")}}
		made = append(made, map[string]any{"phid": announced[0].phid})
		q.modified = s.now()
	} else {
		s.noOps++
	}
	q.members = members
	s.announce("PROJ", q.phid, announced)
	return map[string]any{"object": map[string]any{"id": q.id, "phid": q.phid}, "transactions": made}, nil
}

func minusPHIDs(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(phid string) bool { return slices.Contains(b, phid) })
}

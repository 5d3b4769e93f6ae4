package phabtest

import (
	"slices"
	"strings"
)

// readEdits reads the transactions of maniphest.edit. forced says whether one of them
// needs the right to edit; a comment does not.
func (s *Server) readEdits(list []any) (e edits, forced bool, err *refusal) {
	for i, v := range list {
		tx, _ := v.(map[string]any)
		kind, ok := tx["type"].(string)
		if !ok {
			return e, false, core("Parameter \"transactions\" must contain a list of transaction descriptions, but item with key \"%d\" is missing a \"type\" field. Each transaction must have a type field.", i)
		}
		value, ok := tx["value"]
		if !ok {
			return e, false, core("Parameter \"transactions\" must contain a list of transaction descriptions, but item with key \"%d\" is missing a \"value\" field. Each transaction must have a value field.", i)
		}
		forced = forced || kind != "comment"
		if err := s.readEdit(&e, i, kind, value); err != nil {
			return e, false, err
		}
	}
	return e, forced, nil
}

func (s *Server) readEdit(e *edits, i int, kind string, value any) *refusal {
	switch kind {
	case "projects.add", "projects.remove":
		projects, err := s.readProjects(kind, value)
		if err != nil {
			return err
		}
		e.order = append(e.order, tagPart)
		if kind == "projects.add" {
			e.add = append(e.add, projects...)
		} else {
			e.remove = append(e.remove, projects...)
		}
	case "column":
		e.order = append(e.order, columnPart)
		return s.readColumns(e, value)
	case "comment", "status":
		text, ok := value.(string)
		switch {
		case !ok:
			return core("Exception when processing transaction of type %q: Error while reading \"value\": Expected string, got something else.", kind)
		case kind == "comment":
			e.comment = text
		case !slices.Contains(s.statuses(), text):
			return core("phabtest: no status %q", text)
		default:
			e.status = text
			e.order = append(e.order, statusPart)
		}
	case "subscribers.add":
		e.order = append(e.order, subscriberPart)
		phids, err := asStrings("value", value)
		if err != nil {
			return core("Exception when processing transaction of type %q: %s", kind, err.info)
		}
		for _, phid := range phids {
			if u, ok := s.byPHID[phid].(*user); ok {
				e.subscribe = append(e.subscribe, u)
			}
		}
	default:
		if slices.Contains(strings.Split(validTypes, ", "), kind) {
			return core("phabtest: the transaction type %q is not simulated", kind)
		}
		return core("Transaction with key \"%d\" has invalid type %q. This type is not recognized. Valid types are: %s.", i, kind, validTypes)
	}
	return nil
}

func (s *Server) readProjects(kind string, value any) ([]*project, *refusal) {
	names, err := asStrings("value", value)
	if err != nil {
		return nil, core("Exception when processing transaction of type %q: %s", kind, err.info)
	}
	var out []*project
	for _, name := range names {
		p, ok := s.byPHID[name].(*project)
		if !ok {
			p = s.bySlug[normal(name)]
		}
		if p == nil {
			return nil, core("Edge transactions must have destination PHIDs as in edge lists (found key %q on transaction of type \"41\").", name)
		}
		out = append(out, p)
	}
	return out, nil
}

func (s *Server) readColumns(e *edits, value any) *refusal {
	phids, err := asStrings("value", value)
	if err != nil {
		return core("Exception when processing transaction of type \"column\": %s", err.info)
	}
	for _, phid := range phids {
		c, ok := s.byPHID[phid].(*column)
		if !ok {
			return core("Validation errors:\n  - Column move transaction specifies column PHID %q, but there is no corresponding column with this PHID.", phid)
		}
		e.columns = append(e.columns, c)
	}
	return nil
}

const validTypes = "parent, column, space, title, owner, status, priority, points, description, parents.add, parents.remove, parents.set, " +
	"subtasks.add, subtasks.remove, subtasks.set, commits.add, commits.remove, commits.set, view, edit, projects.add, projects.remove, projects.set, " +
	"subscribers.add, subscribers.remove, subscribers.set, subtype, comment, mfa"

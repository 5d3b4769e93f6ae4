package phabtest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

func (s *Server) taskSearch(by *user, p params) (any, *refusal) {
	where, err := p.constraints("ids", "phids", "projects", "statuses", "modifiedStart")
	if err != nil {
		return nil, err
	}
	attach, err := p.attachments("columns", "projects", "subscribers")
	if err != nil {
		return nil, err
	}
	keep, err := s.taskFilter(by, where)
	if err != nil {
		return nil, err
	}
	var found []*task
	for _, t := range s.candidates(where) {
		if keep(t) {
			found = append(found, t)
		}
	}
	l := list[*task]{
		id:     func(t *task) int { return t.id },
		row:    func(t *task) map[string]any { return s.taskRow(by, t, attach) },
		less:   func(a, b *task) int { return cmp.Or(b.priority-a.priority, b.id-a.id) },
		orders: "priority, ",
	}
	return l.answer(p, found, nil)
}

// candidates keeps a search by number from going through all tasks.
func (s *Server) candidates(where map[string]any) []*task {
	ids, err := asInts("ids", where["ids"])
	if err != nil {
		return s.tasks
	}
	slices.Sort(ids)
	var out []*task
	for _, id := range slices.Compact(ids) {
		if t := s.task(id); t != nil {
			out = append(out, t)
		}
	}
	return out
}

func (s *Server) taskFilter(by *user, where map[string]any) (func(*task) bool, *refusal) {
	base, err := filter(where, func(t *task) any { return t.id }, func(t *task) string { return t.phid })
	if err != nil {
		return nil, err
	}
	var projects, statuses []string
	if v, ok := where["projects"]; ok {
		if projects, err = asStrings("projects", v); err != nil {
			return nil, err
		}
	}
	if v, ok := where["statuses"]; ok {
		if statuses, err = asStrings("statuses", v); err != nil {
			return nil, err
		}
	}
	since := 0
	if v, ok := where["modifiedStart"]; ok {
		if since, ok = asInt(v); !ok {
			return nil, core("Error while reading \"modifiedStart\": Expected integer, got something else.")
		}
	}
	return func(t *task) bool {
		return base(t) && t.modified >= int64(since) && t.allows(t.view, by) && inStatuses(t, statuses) && s.inProjects(t, projects)
	}, nil
}

func inStatuses(t *task, statuses []string) bool {
	return statuses == nil || slices.ContainsFunc(statuses, func(v string) bool {
		return v == t.status || v == "open()" && !closedStatus(t.status) || v == "closed()" && closedStatus(t.status)
	})
}

// inProjects wants a tag of each project or of one below it. An unknown project fits no task.
func (s *Server) inProjects(t *task, wanted []string) bool {
	for _, w := range wanted {
		p, ok := s.byPHID[w].(*project)
		if !ok {
			p = s.bySlug[normal(w)]
		}
		if p == nil || !slices.ContainsFunc(t.tags, func(q *project) bool { return q == p || q.under(p) }) {
			return false
		}
	}
	return true
}

func (s *Server) taskRow(by *user, t *task, attach map[string]bool) map[string]any {
	fields := map[string]any{
		"name": t.title, "description": map[string]any{"raw": ""}, "authorPHID": t.author.phid, "ownerPHID": phidOrNull(t.owner),
		"status":   map[string]any{"value": t.status, "name": statusName(t.status), "color": nil},
		"priority": priorityField(t.priority), "points": nil, "subtype": "default",
		"closerPHID": phidOrNull(t.closer), "dateClosed": nil, "groupByProjectPHID": nil, "spacePHID": nil,
		"dateCreated": t.created, "dateModified": t.modified,
		"policy": policies(t.view, "interact", t.view, "edit", t.edit),
	}
	if t.closed != 0 {
		fields["dateClosed"] = t.closed
	}
	attachments := map[string]any{}
	if attach["columns"] {
		attachments["columns"] = map[string]any{"boards": s.boardsOf(t)}
	}
	if attach["projects"] {
		attachments["projects"] = map[string]any{"projectPHIDs": phidsOf(t.tags)}
	}
	if attach["subscribers"] {
		attachments["subscribers"] = map[string]any{
			"subscriberPHIDs": userPHIDs(t.subs),
			"subscriberCount": len(t.subs), "viewerIsSubscribed": slices.Contains(t.subs, by),
		}
	}
	return map[string]any{"id": t.id, "type": "TASK", "phid": t.phid, "fields": fields, "attachments": attachments}
}

// boardsOf returns the columns on the boards of direct tags; [] if there are none.
func (s *Server) boardsOf(t *task) any {
	boards := map[string]any{}
	for _, p := range t.tags {
		if len(p.columns) == 0 || p.off || p.hidden {
			continue
		}
		s.makeProxies(p)
		c := t.columnOf(p)
		row := map[string]any{"id": c.id, "phid": c.phid, "name": s.columnName(c)}
		boards[p.phid] = map[string]any{"columns": []any{row}}
	}
	return phpMap(boards)
}

func phidOrNull(u *user) any {
	if u == nil {
		return nil
	}
	return u.phid
}

func priorityField(value int) any {
	for _, p := range priorities {
		if p.value == value {
			return map[string]any{"value": p.value, "name": p.name, "color": p.color}
		}
	}
	return nil
}

func (s *Server) getTransactions(by *user, p params) (any, *refusal) {
	ids, err := asInts("ids", p["ids"])
	if err != nil || len(ids) == 0 {
		return nil, refuse("ERR-BAD-IDS", "Must pass an array of integer task IDs for parameter \"ids\".")
	}
	out := map[string]any{}
	for _, id := range ids {
		t := s.task(id)
		if t == nil || !t.allows(t.view, by) {
			continue
		}
		rows := make([]any, 0, len(t.history))
		for _, x := range slices.Backward(t.history) {
			rows = append(rows, x.row(t))
		}
		out[strconv.Itoa(id)] = rows
	}
	return phpMap(out), nil
}

// row has its numbers as strings: they come from the database as they are.
func (x *transaction) row(t *task) any {
	var comment any
	if x.comment != nil {
		comment = *x.comment
	}
	return map[string]any{
		"taskID": strconv.Itoa(t.id), "title": x.title, "transactionID": strconv.Itoa(x.id), "transactionPHID": x.phid,
		"transactionType": x.kind, "oldValue": x.old, "newValue": x.new, "meta": phpMap(x.meta), "comments": comment,
		"authorPHID": x.author.phid, "dateCreated": strconv.FormatInt(x.date, 10),
	}
}

// edit is maniphest.edit.
func (s *Server) edit(by *user, p params) (any, *refusal) {
	t, err := s.target(by, p["objectIdentifier"])
	if err != nil {
		return nil, err
	}
	list, ok := p["transactions"].([]any)
	if !ok {
		return nil, core("Parameter \"transactions\" is not a list of transactions.")
	}
	e, forced, err := s.readEdits(list)
	if err != nil {
		return nil, err
	}
	if forced && !t.allows(t.edit, by) {
		return nil, core("[You Shall Not Pass: T%d] (Can Edit) You do not have permission to edit this object. // %s (%s) can take this action. The assignee of a task can always view and edit it.",
			t.id, t.author.name, statusName(t.author.name))
	}
	made := []any{}
	for _, x := range s.apply(by, t, e) {
		made = append(made, map[string]any{"phid": x.phid})
	}
	if len(made) == 0 {
		s.noOps++
	}
	return map[string]any{"object": map[string]any{"id": t.id, "phid": t.phid}, "transactions": made}, nil
}

// target finds the task to edit. Making one is not simulated: the service never does.
func (s *Server) target(by *user, id any) (*task, *refusal) {
	var t *task
	var unknown *refusal
	switch v := id.(type) {
	case string:
		if v == "" || v == "0" {
			return nil, core("Validation errors:\n  - Tasks must have a title.")
		}
		if strings.HasPrefix(v, "PHID-") {
			t, _ = s.byPHID[v].(*task)
			unknown = core("No object exists with PHID %q.", v)
			break
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(v, "T")); err == nil {
			t = s.task(n)
		}
		unknown = core("Monogram %q does not identify a valid object.", v)
	case nil:
		return nil, core("Validation errors:\n  - Tasks must have a title.")
	default:
		n, _ := asInt(v)
		t = s.task(n)
		unknown = core("No object exists with ID \"%v\".", v)
	}
	if t == nil || !t.allows(t.view, by) {
		return nil, unknown
	}
	return t, nil
}

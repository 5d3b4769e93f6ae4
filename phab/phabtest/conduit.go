package phabtest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// refusal is an error in Conduit's words.
type refusal struct{ code, info string }

func refuse(code, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

func core(format string, args ...any) *refusal { return refuse("ERR-CONDUIT-CORE", format, args...) }

// method is one method of the API.
type method struct {
	params []string // that it defines
	open   bool     // needs no token
	run    func(by *user, p params) (any, *refusal)
}

func (s *Server) method(name string) (method, bool) {
	search := []string{"queryKey", "constraints", "attachments", "order", "before", "after", "limit"}
	switch name {
	case "conduit.ping":
		return method{open: true, run: func(*user, params) (any, *refusal) { return "phabtest", nil }}, true
	case "conduit.getcapabilities":
		return method{open: true, run: func(*user, params) (any, *refusal) { return capabilities(), nil }}, true
	case "user.whoami":
		return method{run: func(by *user, _ params) (any, *refusal) { return whoami(by), nil }}, true
	case "user.search":
		return method{params: search, run: s.userSearch}, true
	case "project.edit":
		return method{params: []string{"transactions", "objectIdentifier"}, run: s.projectEdit}, true
	case "project.search":
		return method{params: search, run: s.projectSearch}, true
	case "project.column.search":
		return method{params: search, run: s.columnSearch}, true
	case "maniphest.search":
		return method{params: search, run: s.taskSearch}, true
	case "maniphest.gettasktransactions":
		return method{params: []string{"ids"}, run: s.getTransactions}, true
	case "maniphest.edit":
		return method{params: []string{"transactions", "objectIdentifier"}, run: s.edit}, true
	case "maniphest.status.search":
		return method{run: func(*user, params) (any, *refusal) { return s.statusRows(), nil }}, true
	case "maniphest.priority.search":
		return method{run: func(*user, params) (any, *refusal) { return priorityRows(), nil }}, true
	default:
		return method{}, false
	}
}

// ServeHTTP speaks Conduit on /api/METHOD. An error, too, has the status 200.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.o.Clock().UTC().Format(http.TimeFormat))
	name, ok := strings.CutPrefix(r.URL.Path, "/api/")
	if !ok || name == "" {
		answerText(w, http.StatusNotFound, "text/html; charset=UTF-8", "<!DOCTYPE html><html><body>404 Not Found</body></html>")
		return
	}
	p, bad := readParams(r)
	s.mu.Lock()
	s.requests[name]++
	fault, known := s.fault, s.byToken[p.token()]
	s.mu.Unlock()
	var f *Fault
	if fault != nil {
		q := Request{Method: name, Params: p}
		if known != nil {
			q.User = known.name
		}
		f = fault(q)
	}
	if f == nil {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(s.call(name, p, bad))
		return
	}
	f.serve(w, r, func() []byte { return s.call(name, p, bad) })
}

// call runs a method and gives Conduit's answer.
func (s *Server) call(name string, p params, bad *refusal) []byte {
	result, err := s.run(name, p, bad)
	answer := map[string]any{"result": result, "error_code": nil, "error_info": nil}
	if err != nil {
		answer = map[string]any{"result": nil, "error_code": err.code, "error_info": err.info}
	}
	body, _ := json.Marshal(answer) // maps of plain values; cannot fail
	return body
}

func (s *Server) run(name string, p params, bad *refusal) (any, *refusal) {
	if bad != nil {
		return nil, bad
	}
	m, ok := s.method(name)
	if !ok {
		return nil, refuse("ERR-CONDUIT-CALL", "Conduit API method %q does not exist.", name)
	}
	s.mu.Lock()
	defer s.unlock()
	var by *user
	if !m.open {
		var err *refusal
		if by, err = s.authenticate(p); err != nil {
			return nil, err
		}
	}
	for key := range p {
		if key != "__conduit__" && !strings.Contains(" "+strings.Join(m.params, " ")+" ", " "+key+" ") {
			return nil, refuse("ERR-CONDUIT-CALL", "API Method %q does not define these parameters: '%s'.", name, key)
		}
	}
	return m.run(by, p)
}

// authenticate repeats the token in its errors, as the real server does.
func (s *Server) authenticate(p params) (*user, *refusal) {
	token := p.token()
	switch u := s.byToken[token]; {
	case token == "":
		return nil, refuse("ERR-INVALID-SESSION", "Session key is not present.")
	case len(token) != 32:
		return nil, refuse("ERR-INVALID-AUTH", "API token %q has the wrong length. API tokens should be 32 characters long.", token)
	case u == nil:
		return nil, refuse("ERR-INVALID-AUTH", "API token %q is not valid.", token)
	case u.disabled:
		return nil, refuse("ERR-INVALID-AUTH", "User account is not permitted to use the API.")
	default:
		return u, nil
	}
}

func readParams(r *http.Request) (params, *refusal) {
	if err := r.ParseForm(); err != nil {
		return params{}, core("%s", err.Error())
	}
	p := params{}
	if text := r.PostForm.Get("params"); text != "" {
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		if err := d.Decode(&p); err != nil {
			return params{}, core("Invalid parameter information was passed to method '%s'. Could not decode JSON.", r.URL.Path)
		}
	}
	if token := r.PostForm.Get("api.token"); token != "" {
		p["__conduit__"] = map[string]any{"token": token}
	}
	return p, nil
}

func capabilities() any {
	return map[string]any{
		"authentication": []string{"token", "asymmetric", "session", "sessionless"},
		"signatures":     []string{"consign"},
		"input":          []string{"json", "urlencoded"},
		"output":         []string{"json", "human"},
	}
}

func (s *Server) statusRows() any {
	special := map[string]string{"open": "default", "resolved": "closed", "duplicate": "duplicate"}
	rows := []any{}
	for _, v := range s.statuses() {
		row := map[string]any{"name": statusName(v), "value": v, "closed": closedStatus(v)}
		if special[v] != "" {
			row["special"] = special[v]
		}
		rows = append(rows, row)
	}
	return map[string]any{"data": rows}
}

func priorityRows() any {
	rows := []any{}
	for _, p := range priorities {
		rows = append(rows, map[string]any{"name": p.name, "keywords": p.keywords, "short": p.short, "color": p.color, "value": p.value})
	}
	return map[string]any{"data": rows}
}

type priority struct {
	value              int
	name, short, color string
	keywords           []string
}

var priorities = [...]priority{
	{100, "Unbreak Now!", "Unbreak!", "pink", []string{"unbreak"}},
	{90, "Needs Triage", "Triage", "violet", []string{"triage"}},
	{80, "High", "High", "red", []string{"high"}},
	{50, "Normal", "Normal", "orange", []string{"normal"}},
	{25, "Low", "Low", "yellow", []string{"low"}},
	{0, "Wishlist", "Wish", "sky", []string{"wish", "wishlist"}},
}

package gerrittest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Transport passes requests to the server without a network.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	a := &answer{header: http.Header{}, status: http.StatusOK}
	t.s.ServeHTTP(a, r)
	return &http.Response{
		Status: strconv.Itoa(a.status) + " " + http.StatusText(a.status), StatusCode: a.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: a.header,
		Body: io.NopCloser(&a.body), ContentLength: int64(a.body.Len()), Request: r,
	}, nil
}

// answer is an http.ResponseWriter in memory.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) WriteHeader(status int)      { a.status = status }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }

// ServeHTTP serves the reads of Gerrit's REST API, and POSTs of reviews.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	s.counted(kindOf(path, r.URL.Query()))
	rw.Header().Set("Date", s.clock().UTC().Format(http.TimeFormat))
	s.mu.RLock()
	fault := s.fault
	s.mu.RUnlock()
	if fault != nil {
		if status, body, ok := fault(r); ok {
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(body))
			return
		}
	}
	status, body, err := s.answer(r, path)
	if err != nil {
		status, text := http.StatusInternalServerError, "Internal server error"
		if f, ok := errors.AsType[*Refusal](err); ok {
			status, text = f.Status, f.Text
		}
		rw.Header().Set("Content-Type", "text/plain;charset=utf-8")
		if status == http.StatusUnauthorized {
			rw.Header().Set("WWW-Authenticate", `Basic realm="Gerrit Code Review"`)
		} else {
			text += "\n"
		}
		rw.WriteHeader(status)
		_, _ = rw.Write([]byte(text))
		return
	}
	rw.Header().Set("Content-Type", "application/json;charset=utf-8")
	rw.WriteHeader(status)
	_, _ = rw.Write([]byte(")]}'\n"))
	_, _ = rw.Write(body)
}

func kindOf(path string, q url.Values) string {
	_, below, ok := strings.Cut(path, "/changes/")
	switch {
	case !ok:
		return "other"
	case below == "" && q.Has("q"):
		return "query"
	case strings.HasSuffix(below, "/comments"):
		return "comments"
	case strings.HasSuffix(below, "/in"):
		return "in"
	case strings.HasSuffix(below, "/files"):
		return "files"
	case strings.HasSuffix(below, "/review"):
		return "review"
	case !strings.Contains(below, "/"):
		return "change"
	}
	return "other"
}

// answer finds what a request is for, and encodes it under the lock.
func (s *Server) answer(r *http.Request, path string) (status int, body []byte, err error) {
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		return s.post(r, path)
	default:
		return 0, nil, refuse(http.StatusMethodNotAllowed, "Method not allowed: %s", r.Method)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	caller, path, err := s.caller(r, path)
	if err != nil {
		return 0, nil, err
	}
	v, err := s.find(caller, path, r.URL.Query())
	if err != nil {
		return 0, nil, err
	}
	body, err = json.Marshal(v)
	return http.StatusOK, body, err
}

// caller returns the account of a request; nil: anonymous. Credentials count only below /a/.
func (s *Server) caller(r *http.Request, path string) (*account, string, error) {
	rest, signedIn := strings.CutPrefix(path, "/a/")
	if !signedIn {
		return nil, strings.TrimPrefix(path, "/"), nil
	}
	user, password, ok := r.BasicAuth()
	a := s.accounts[user]
	if !ok || a == nil || a.inactive || password != s.Password(user) {
		return nil, "", refuse(http.StatusUnauthorized, "Unauthorized")
	}
	return a, rest, nil
}

func (s *Server) find(caller *account, path string, q url.Values) (any, error) {
	kind, rest, _ := strings.Cut(path, "/")
	id, view, _ := strings.Cut(rest, "/")
	name, err := url.PathUnescape(id)
	if err != nil {
		return nil, refuse(404, "Not found")
	}
	switch {
	case path == "config/server/version":
		return s.version, nil
	case kind == "accounts" && name == "":
		return s.findAccounts(q)
	case kind == "accounts" && view == "":
		return s.account(caller, name)
	case kind == "projects" && name == "":
		return s.findProjects(caller, q), nil
	case kind == "projects" && view == "":
		return s.project(caller, name)
	case kind == "projects" && view == "HEAD":
		return s.head(caller, name)
	case kind == "changes" && name == "":
		return s.query(caller, q)
	case kind == "changes" && (view == "" || view == "comments" || view == "in" || strings.HasSuffix(view, "/files")):
		c, err := s.change(caller, name)
		if err != nil {
			return nil, err
		}
		if revision, ok := strings.CutSuffix(view, "/files"); ok {
			return c.filesJSON(strings.TrimPrefix(revision, "revisions/"))
		}
		switch view {
		case "comments":
			return c.commentsJSON(), nil
		case "in":
			return c.included(), nil
		}
		o, err := parseOptions(q["o"])
		if err != nil {
			return nil, err
		}
		return c.json(o), nil
	}
	return nil, refuse(404, "Not Found")
}

func (s *Server) change(caller *account, name string) (*change, error) {
	projectName, n, ok := cutLast(name, "~")
	number, err := strconv.Atoi(n)
	if !ok || err != nil {
		return nil, refuse(404, "Not found: %s", name)
	}
	c := s.changes[number]
	if c == nil || c.project.name != projectName || !c.visible(caller) {
		return nil, refuse(404, "Not found: %s", name)
	}
	return c, nil
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

func (s *Server) account(caller *account, name string) (any, error) {
	if name == "self" {
		if caller == nil {
			return nil, refuse(403, "Authentication required")
		}
		return detailed(caller), nil
	}
	for _, a := range s.accounts {
		byID := name == strconv.Itoa(a.id)
		if !byID && name != a.username && name != a.email && name != a.name {
			continue
		}
		if a.inactive && !byID {
			return nil, refuse(404, "Account '%s' only matches inactive accounts. To use an inactive account, "+
				"retry with one of the following exact account IDs:\n%d: %s <%s>", name, a.id, a.name, a.email)
		}
		return detailed(a), nil
	}
	return nil, refuse(404, "Account '%s' not found", name)
}

// findAccounts knows username:"…", alone or with is:inactive.
func (s *Server) findAccounts(q url.Values) (any, error) {
	tokens, err := scan(q.Get("q"))
	if err != nil {
		return nil, err
	}
	name, inactive := "", false
	for _, t := range tokens {
		switch {
		case t.op == "username":
			name = t.value
		case t.op == "is" && t.value == "inactive":
			inactive = true
		default:
			return nil, refuse(400, "Unsupported operator %s:%s", t.op, t.value)
		}
	}
	found := []*accountJSON{}
	if a := s.accounts[name]; a != nil && a.inactive == inactive {
		found = append(found, detailed(a))
	}
	return found, nil
}

func (s *Server) findProjects(caller *account, q url.Values) any {
	limit, _ := strconv.Atoi(q.Get("n"))
	var names []string
	for name, p := range s.projects {
		if strings.HasPrefix(name, q.Get("p")) && p.visible(caller) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	found := map[string]projectJSON{}
	for _, name := range names {
		if limit > 0 && len(found) == limit {
			break
		}
		found[name] = projectJSON{ID: url.PathEscape(name), State: "ACTIVE"}
	}
	return found
}

func (s *Server) visibleProject(caller *account, name string) (*project, error) {
	p := s.projects[name]
	if p == nil || !p.visible(caller) {
		return nil, refuse(404, "Not found: %s", name)
	}
	return p, nil
}

// head returns the branch that a project was made with first.
func (s *Server) head(caller *account, name string) (any, error) {
	p, err := s.visibleProject(caller, name)
	if err != nil {
		return nil, err
	}
	return "refs/heads/" + p.branches[0], nil
}

func (s *Server) project(caller *account, name string) (any, error) {
	p, err := s.visibleProject(caller, name)
	if err != nil {
		return nil, err
	}
	out := projectJSON{ID: url.PathEscape(name), Name: name, Parent: "All-Projects", State: "ACTIVE", Labels: map[string]labelJSON{}}
	for _, l := range p.labels {
		out.Labels[l.Name] = labelJSON{Values: l.values()}
	}
	return out, nil
}

package gerrittest

import (
	"slices"
	"strings"
)

// CreateBranch makes a branch from the tip of another branch or of a tag. It contains
// every change that from contains.
func (s *Server) CreateBranch(user, projectName, branch, from string) error {
	return s.createRef(user, projectName, "refs/heads/", branch, from)
}

// CreateTag makes a tag on the tip of a branch or of another tag.
func (s *Server) CreateTag(user, projectName, tag, from string) error {
	return s.createRef(user, projectName, "refs/tags/", tag, from)
}

func (s *Server) createRef(user, projectName, kind, name, from string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, p := s.accounts[user], s.projects[projectName]
	if a == nil || a.inactive {
		return refuse(401, "Unauthorized")
	}
	if p == nil || !p.visible(a) {
		return refuse(404, "Not found: %s", projectName)
	}
	source := p.ref(from)
	switch {
	case !a.team:
		return refuse(403, "not permitted: create on %s%s", kind, name)
	case slices.Contains(p.refs(), kind+name):
		return refuse(409, "%q already exists", kind+name)
	case source == "":
		return refuse(422, "Unprocessable entity: %s", from)
	}
	if kind == "refs/heads/" {
		p.branches = append(slices.Clone(p.branches), name)
	} else {
		p.tags = append(p.tags, name)
	}
	for _, c := range s.changes {
		if c.project == p && c.in[source] {
			c.in[kind+name] = true
		}
	}
	s.refMoved(a, p, kind+name, noRevision)
	return nil
}

// Contain makes a branch or tag, by its full name, contain a merged change, as a merge of branches
// or a push without review does.
func (s *Server) Contain(ref string, number int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.changes[number]
	switch {
	case c == nil:
		return refuse(404, "Not found: %d", number)
	case c.status != "MERGED":
		return refuse(409, "change is %s", strings.ToLower(c.status))
	case !slices.Contains(c.project.refs(), ref):
		return refuse(404, "Not found: %s", ref)
	}
	c.in[ref] = true
	s.refMoved(s.accounts["admin"], c.project, ref, c.current().parent)
	return nil
}

// refs returns the full names of a project's branches and tags.
func (p *project) refs() []string {
	var refs []string
	for _, b := range p.branches {
		refs = append(refs, "refs/heads/"+b)
	}
	for _, t := range p.tags {
		refs = append(refs, "refs/tags/"+t)
	}
	return refs
}

// ref finds a branch or tag by its short or full name; "" if there is none.
func (p *project) ref(name string) string {
	for _, ref := range p.refs() {
		if ref == name || ref == "refs/heads/"+name || ref == "refs/tags/"+name {
			return ref
		}
	}
	return ""
}

type includedJSON struct {
	Branches []string `json:"branches"`
	Tags     []string `json:"tags"`
}

func (c *change) included() includedJSON {
	out := includedJSON{Branches: []string{}, Tags: []string{}}
	for ref := range c.in {
		if b, ok := strings.CutPrefix(ref, "refs/heads/"); ok {
			out.Branches = append(out.Branches, b)
		} else {
			out.Tags = append(out.Tags, strings.TrimPrefix(ref, "refs/tags/"))
		}
	}
	slices.Sort(out.Branches)
	slices.Sort(out.Tags)
	return out
}

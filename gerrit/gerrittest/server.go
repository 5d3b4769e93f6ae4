// Package gerrittest is a stand-in for a Gerrit server: changes, votes, comments and
// people in memory, and the part of the REST interface that reviewsync uses.
//
// What people do are methods of Server (Push, Amend, Review, Submit …). They write the same
// messages, tags, dates, reviewer updates and attention entries as Gerrit 3.10 and 3.13, and
// refuse what Gerrit refuses. Recorded answers of real servers, and tests that run against both,
// pin this behaviour.
//
// Every write is reported as by the real server: as events over SSH (ServeSSH), and as the bodies
// of the webhooks plugin (Webhook).
//
// There are no submit requirements and no topics.
package gerrittest

import (
	"crypto/sha1"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/crypto/ssh"
)

// Options of a Server. The zero value is usable.
type Options struct {
	Clock   func() time.Time // default time.Now; also for the Date header
	Version string           // default "3.10.2"
	// Fault answers a request in the server's place, if ok.
	Fault func(r *http.Request) (status int, body string, ok bool)
}

// Server is a Gerrit. It is an http.Handler and safe for concurrent use.
type Server struct {
	clock   func() time.Time
	version string

	mu       sync.RWMutex
	fault    func(r *http.Request) (status int, body string, ok bool)
	serial   uint64
	number   int // of the newest change
	accounts map[string]*account
	projects map[string]*project
	labels   []Label // of every project
	changes  map[int]*change
	order    []*change // in the reverse order of a query, see byUpdate

	listeners []*listener
	keys      map[string][]string // SSH keys by user name
	hostKey   func() ssh.Signer

	counts sync.Mutex
	count  map[string]int
}

// Refusal is an action that Gerrit would refuse, with its status and text.
type Refusal struct {
	Status int
	Text   string
}

func (r *Refusal) Error() string { return fmt.Sprintf("%d %s", r.Status, r.Text) }

func refuse(status int, format string, args ...any) error {
	return &Refusal{status, fmt.Sprintf(format, args...)}
}

// New returns a Server with the account "admin" and the labels Code-Review (as it comes
// with Gerrit) and Verified (-1..+2).
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Version == "" {
		o.Version = "3.10.2"
	}
	s := &Server{
		clock: o.Clock, version: o.Version, fault: o.Fault,
		accounts: map[string]*account{}, projects: map[string]*project{}, changes: map[int]*change{},
		count: map[string]int{}, keys: map[string][]string{}, hostKey: sync.OnceValue(newHostKey),
		labels: []Label{
			{Name: "Code-Review", Min: -2, Max: 2, Copy: []string{"changekind:NO_CHANGE", "changekind:TRIVIAL_REBASE", "is:MIN"}},
			{Name: "Verified", Min: -1, Max: 2, Copy: []string{"changekind:NO_CODE_CHANGE", "changekind:NO_CHANGE"}, TeamOnly: true},
		},
	}
	s.AddAccount("admin", false)
	s.AddTeam("admin")
	return s
}

// SetFault sets Options.Fault on a running server; nil: no more faults.
func (s *Server) SetFault(f func(r *http.Request) (status int, body string, ok bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

type account struct {
	id                      int
	name, email, username   string
	service, inactive, team bool
	queryLimit              int // rows of a query at once; 0: the default
}

// AddAccount makes an account with the full name "Name Example", or returns the id of an existing
// one. service puts it into the group "Service Users".
func (s *Server) AddAccount(name string, service bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[name]; a != nil {
		return a.id
	}
	a := &account{
		id: 1000000 + len(s.accounts), username: name, email: name + "@example.org", service: service,
		name: strings.ToUpper(name[:1]) + name[1:] + " Example",
	}
	s.accounts[name] = a
	return a.id
}

// AddTeam lets accounts vote the whole range, and submit and abandon changes of others.
func (s *Server) AddTeam(names ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		s.mustAccount(n).team = true
	}
}

// SetName sets an account's full name.
func (s *Server) SetName(name, full string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustAccount(name).name = full
}

// SetInactive makes an account inactive, or active again.
func (s *Server) SetInactive(name string, inactive bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustAccount(name).inactive = inactive
}

// SetQueryLimit sets the capability queryLimit of an account: how many rows of a query it gets at
// once. The default is 500.
func (s *Server) SetQueryLimit(name string, rows int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mustAccount(name).queryLimit = rows
}

func (s *Server) mustAccount(name string) *account {
	a := s.accounts[name]
	if a == nil {
		panic("gerrittest: no account " + name)
	}
	return a
}

// Password returns the HTTP password of an account.
func (s *Server) Password(name string) string {
	if name == "admin" {
		return "secret"
	}
	return name + "-secret"
}

// Label is a label of a project.
type Label struct {
	Name     string
	Min, Max int
	// Copy has the alternatives of the copy condition: changekind:… and is:MIN, is:MAX, is:ANY.
	Copy []string
	// TeamOnly: only the team and service users may vote. Otherwise everybody may vote -1..+1.
	TeamOnly bool
}

// ProjectOptions of a project. The zero value is an ordinary one.
type ProjectOptions struct {
	// CopyOnNoCodeChange keeps Code-Review votes when only the commit message changes.
	CopyOnNoCodeChange bool
	Readers            []string // who may see it; empty: everybody
	// Lenient: a change needs no votes to be submitted, and the team may delete votes of others.
	Lenient bool
}

type project struct {
	name     string
	branches []string
	tags     []string
	readers  []string
	lenient  bool
	labels   []Label // by name
}

// AddProject makes a project, or replaces its options. Without branches it has master.
func (s *Server) AddProject(name string, o ProjectOptions, branches ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(branches) == 0 {
		branches = []string{"master"}
	}
	p := s.projects[name]
	if p == nil {
		p = &project{name: name}
		s.projects[name] = p
	}
	p.branches, p.readers, p.lenient = branches, o.Readers, o.Lenient
	p.labels = slices.Clone(s.labels)
	if o.CopyOnNoCodeChange {
		p.setLabel(Label{Name: "Code-Review", Min: -2, Max: 2, Copy: []string{
			"changekind:NO_CHANGE", "changekind:TRIVIAL_REBASE", "changekind:NO_CODE_CHANGE", "is:MIN",
		}})
	}
}

// AddLabel adds a label to a project, or replaces the one with that name.
func (s *Server) AddLabel(projectName string, l Label) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.projects[projectName]
	if p == nil {
		panic("gerrittest: no project " + projectName)
	}
	p.setLabel(l)
}

func (p *project) setLabel(l Label) {
	p.labels = slices.DeleteFunc(slices.Clone(p.labels), func(have Label) bool { return have.Name == l.Name })
	p.labels = append(p.labels, l)
	slices.SortFunc(p.labels, func(a, b Label) int { return strings.Compare(a.Name, b.Name) })
}

func (p *project) label(name string) *Label {
	i := slices.IndexFunc(p.labels, func(l Label) bool { return l.Name == name })
	if i < 0 {
		return nil
	}
	return &p.labels[i]
}

// visible reports whether an account (nil: anonymous) may read a project.
func (p *project) visible(a *account) bool {
	return len(p.readers) == 0 || a != nil && slices.Contains(p.readers, a.username)
}

// Requests returns how many requests of each kind came: "query", "change", "comments", "in" (which
// refs contain a change), "files" (of a patch set), "review" (a POST) and "other".
func (s *Server) Requests() map[string]int {
	s.counts.Lock()
	defer s.counts.Unlock()
	out := map[string]int{}
	maps.Copy(out, s.count)
	return out
}

// ResetRequests starts counting from 0.
func (s *Server) ResetRequests() {
	s.counts.Lock()
	defer s.counts.Unlock()
	clear(s.count)
}

func (s *Server) counted(kind string) {
	s.counts.Lock()
	defer s.counts.Unlock()
	s.count[kind]++
}

// sha returns a new id that looks like a commit's.
func (s *Server) sha() string {
	s.serial++
	sum := sha1.Sum(binary.BigEndian.AppendUint64(nil, s.serial))
	return hex.EncodeToString(sum[:])
}

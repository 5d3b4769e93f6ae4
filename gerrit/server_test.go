package gerrit_test

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// server is a Gerrit on which people act, real or not. Actions that Gerrit refuses
// return errors. Every action of a server happens in a second of its own, so that the
// times of a story show its order.
type server interface {
	URL() string
	Password(user string) string
	ProjectNames() projectNames

	Push(user, project, branch string, in gerrittest.PushInput) (int, error)
	Amend(user string, number int, kind string, in gerrittest.AmendInput) error
	Review(user string, number int, in gerrittest.ReviewInput) ([]string, error)
	AddReviewer(by string, number int, who, state string) error
	RemoveReviewer(by string, number int, who string) error
	DeleteVote(by string, number int, who, label string) error
	SetWIP(user string, number int, message string) error
	SetReady(user string, number int, message string) error
	SetPrivate(user string, number int, private bool) error
	Abandon(user string, number int, message string) error
	Restore(user string, number int, message string) error
	Submit(user string, number int) error
	Revert(user string, number int, message string) (int, error)
	Pick(user string, number int, branch string) (int, error)
	CreateBranch(user, project, branch, from string) error
	CreateTag(user, project, tag, from string) error
	Delete(user string, number int) error
	Hashtags(user string, number int, add, remove []string) error
	AddAttention(by string, number int, who, reason string) error
	RemoveAttention(by string, number int, who, reason string) error

	// newListener makes an account that may listen over SSH, if it is a service user.
	newListener(t *testing.T, service bool) gerrit.StreamOptions
}

// The people. ct-alice and ct-bob are the team, ct-vol and ct-eve outsiders, ct-sync
// and ct-ci service users, ct-ghost is inactive.
const (
	alice, bob, vol, eve, sync, ci, ghost = "ct-alice", "ct-bob", "ct-vol", "ct-eve", "ct-sync", "ct-ci", "ct-ghost"
)

// projectNames of one server. core copies Code-Review votes on NO_CODE_CHANGE too, hidden
// can be read by ct-alice alone.
type projectNames struct{ core, plain, hidden string }

// filePath is the file that every change touches.
const filePath = "src/main.txt"

type standIn struct {
	*gerrittest.Server
	url string
}

func (s standIn) URL() string { return s.url }
func (s standIn) ProjectNames() projectNames {
	return projectNames{"mediawiki/core", "mediawiki/plain", "ops/hidden"}
}

func newStandIn(t *testing.T) standIn {
	t.Helper()
	var now atomic.Int64 // each reading is a second later
	now.Store(time.Now().Unix())
	s := gerrittest.New(gerrittest.Options{Clock: func() time.Time { return time.Unix(now.Add(1), 0) }})
	for _, n := range []string{alice, bob, vol, eve, ghost} {
		s.AddAccount(n, false)
	}
	for _, n := range []string{sync, ci} {
		s.AddAccount(n, true)
	}
	s.AddTeam(alice, bob)
	s.SetInactive(ghost, true)
	out := standIn{Server: s}
	p := out.ProjectNames()
	s.AddProject(p.core, gerrittest.ProjectOptions{CopyOnNoCodeChange: true}, "master", "REL1_43", "REL1_44")
	s.AddProject(p.plain, gerrittest.ProjectOptions{}, "master", "REL1_43", "REL1_44")
	s.AddProject(p.hidden, gerrittest.ProjectOptions{Readers: []string{alice}})
	web := httptest.NewServer(s)
	t.Cleanup(web.Close)
	out.url = web.URL
	return out
}

// onBoth runs a test on the stand-in and on a real server.
func onBoth(t *testing.T, f func(t *testing.T, s server)) {
	t.Run("standin", func(t *testing.T) { t.Parallel(); f(t, newStandIn(t)) })
	t.Run("real", func(t *testing.T) { t.Parallel(); f(t, realServer(t)) })
}

func clientOf(t *testing.T, s server, user string) *gerrit.Client {
	t.Helper()
	return newClient(t, s.URL(), user, s.Password(user))
}

func newClient(t *testing.T, url, user, password string) *gerrit.Client {
	t.Helper()
	base := &http.Transport{}
	t.Cleanup(base.CloseIdleConnections)
	c, err := gerrit.New(gerrit.Options{
		URL: url, User: user, Password: password,
		HTTP: remote.New(remote.Options{Server: "gerrit", Secrets: []string{password}, Base: base}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// push makes a change of ct-vol with a Bug footer.
func push(t *testing.T, s server, project string) int {
	t.Helper()
	n, err := s.Push(vol, project, "master", gerrittest.PushInput{Subject: "Fix the job queue", Footers: []string{"Bug: T1"}})
	ok(t, err)
	return n
}

func reviews(t *testing.T, s server, user string, number int, in gerrittest.ReviewInput) []string {
	t.Helper()
	ids, err := s.Review(user, number, in)
	if err != nil {
		t.Fatalf("%s on %d: %v", user, number, err)
	}
	return ids
}

func codeReview(v int) map[string]int { return map[string]int{"Code-Review": v} }
func verified(v int) map[string]int   { return map[string]int{"Verified": v} }

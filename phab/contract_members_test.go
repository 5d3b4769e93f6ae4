package phab_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"reviewsync/internal/remote"
	"reviewsync/phab"
	"reviewsync/phab/phabtest"
)

func contractMembers(t *testing.T, w *world) {
	slug := newParent()
	milestone := w.newMilestone(t, slug, "Sprint 1") // its parent keeps members of its own
	project, err := w.bot.Project(t.Context(), slug)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		add, remove, want []string
	}{
		{add: []string{w.adminUser.PHID}, want: []string{w.adminUser.PHID}},
		{add: []string{w.botUser.PHID}, remove: []string{w.adminUser.PHID}, want: []string{w.botUser.PHID}},
		{add: []string{w.botUser.PHID}, remove: []string{w.adminUser.PHID}, want: []string{w.botUser.PHID}}, // changes nothing
		{add: []string{w.adminUser.PHID}, want: []string{w.adminUser.PHID, w.botUser.PHID}},
		{remove: []string{w.adminUser.PHID, w.botUser.PHID}},
	} {
		if err := w.bot.EditMembers(t.Context(), project.PHID, step.add, step.remove); err != nil {
			t.Fatal(err)
		}
		got, err := w.bot.Members(t.Context(), project.PHID)
		slices.Sort(got)
		slices.Sort(step.want)
		if err != nil || !slices.Equal(got, step.want) {
			t.Errorf("add %q, remove %q: members are %q, %v; want %q", step.add, step.remove, got, err, step.want)
		}
	}
	for what, phid := range map[string]string{"a milestone": milestone, "an unknown project": "PHID-PROJ-aaaaaaaaaaaaaaaaaaaa"} {
		err := w.bot.EditMembers(t.Context(), phid, []string{w.adminUser.PHID}, nil)
		wantClass(t, err, remote.Blocked)
		if err != nil && !strings.Contains(err.Error(), "let the bot's account edit the project") {
			t.Errorf("%s: no fix in: %v", what, err)
		}
	}
	if w.bot.EditMembers(t.Context(), "", []string{w.adminUser.PHID}, nil) == nil || w.bot.EditMembers(t.Context(), project.PHID, nil, nil) == nil {
		t.Error("no project, or nothing to edit, and no error")
	}
}

// A real server has no way to make somebody away but the calendar's pages, so nobody is.
func contractAway(t *testing.T, w *world) {
	away, err := w.bot.Away(t.Context(), []string{w.adminUser.PHID, w.botUser.PHID, "PHID-USER-aaaaaaaaaaaaaaaaaaaa"})
	if err != nil || len(away) > 0 {
		t.Errorf("away are %v, %v", away, err)
	}
}

func TestAway(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	alice, _ := s.AddUser("alice", false)
	bob, _ := s.AddUser("bob", false)
	carol, _ := s.AddUser("carol", false)
	c := served(t, s, token)
	until := time.Now().Add(time.Hour).Truncate(time.Second)
	s.SetAway("bob", until)
	s.SetAway("carol", time.Now().Add(-time.Hour))
	got, err := c.Away(t.Context(), []string{alice, bob, carol})
	if err != nil || len(got) != 1 || !got[bob].Equal(until) {
		t.Errorf("away are %v, %v; want bob until %s", got, err, until)
	}
	busy := `{"result":{"data":[{"phid":"a","attachments":{"availability":{"value":"busy","until":1795600000}}},{"phid":"b","attachments":{"availability":{"value":"away","until":null}}}],"cursor":{"after":null}},"error_code":null,"error_info":null}`
	got, err = answering(t, []byte(busy)).Away(t.Context(), []string{"a", "b"})
	if at, away := got["b"]; err != nil || len(got) != 1 || !away || !at.IsZero() {
		t.Errorf("away are %v, %v; want b without a date", got, err)
	}
}

func TestMembersThatMayNotBeEdited(t *testing.T) {
	s := phabtest.New(phabtest.Options{})
	_, token := s.AddUser("reviewsync", true)
	alice, _ := s.AddUser("alice", false)
	project := s.AddProject("On call", "on-call")
	s.SetMembersFixed("on-call")
	err := served(t, s, token).EditMembers(t.Context(), project, []string{alice}, nil)
	wantClass(t, err, remote.Blocked)
	if len(s.Members("on-call")) > 0 {
		t.Errorf("members are %q", s.Members("on-call"))
	}
}

// served is a client of a stand-in.
func served(t *testing.T, s *phabtest.Server, token string) *phab.Client {
	t.Helper()
	c, err := phab.New(phab.Options{URL: "http://phab.example.org", Token: token, HTTP: remote.New(remote.Options{Server: "phabricator", Base: s.Transport()})})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

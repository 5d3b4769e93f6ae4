package gerrittest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit/gerrittest"
)

// keys are where values stand in a JSON value, e.g. "change.owner.name", with how many
// approvals there are.
func keys(v any, at string, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for key, value := range v {
			keys(value, strings.TrimPrefix(at+"."+key, "."), into)
		}
	case []any:
		if at == "approvals" {
			into[fmt.Sprintf("approvals (%d)", len(v))] = true
		}
		for _, e := range v {
			keys(e, at, into)
		}
	case float64:
		into[at+" (number)"] = true
	default:
		into[at] = true
	}
}

// keysOf are the keys in each of the events, by type.
func keysOf(t *testing.T, lines []string) map[string][]map[string]bool {
	t.Helper()
	out := map[string][]map[string]bool{}
	for _, line := range lines {
		var event map[string]any
		if err := json.Unmarshal([]byte(line), &event); err != nil {
			t.Fatal(err)
		}
		found := map[string]bool{}
		keys(event, "", found)
		kind := event["type"].(string)
		out[kind] = append(out[kind], found)
	}
	return out
}

func recorded(t *testing.T, version, name string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "testdata", "gerrit", version, name+".jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(b)), "\n")
}

// everything does something of each kind to changes of p.
func everything(t *testing.T, s *gerrittest.Server) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "x", Labels: map[string]int{"Code-Review": 1}, Reviewers: []string{"bob"}})
	must(err)
	say := func(user string, in gerrittest.ReviewInput) {
		t.Helper()
		_, err := s.Review(user, n, in)
		must(err)
	}
	say("alice", gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": -1}, Message: "No."})
	must(s.DeleteVote("admin", n, "alice", "Code-Review"))
	must(s.RemoveReviewer("vol", n, "bob"))
	must(s.SetWIP("vol", n, ""))
	must(s.SetReady("vol", n, ""))
	must(s.SetPrivate("vol", n, true))
	must(s.AddReviewer("vol", n, "bob", gerrittest.Reviewer))
	must(s.SetPrivate("vol", n, false))
	must(s.Abandon("vol", n, "Not needed."))
	say("vol", gerrittest.ReviewInput{Message: "A pity."})
	must(s.Restore("vol", n, "Needed."))
	must(s.Restore("vol", abandoned(t, s), ""))
	say("alice", gerrittest.ReviewInput{Labels: map[string]int{"Code-Review": 2}})
	must(s.Submit("alice", n))
	must(s.CreateTag("alice", "p", "v1", "master"))
	n, err = s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "y"})
	must(err)
	must(s.Hashtags("vol", n, []string{"one"}, nil))
	must(s.Delete("vol", n))
}

func abandoned(t *testing.T, s *gerrittest.Server) int {
	t.Helper()
	n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "z"})
	if err == nil {
		err = s.Abandon("vol", n, "")
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func eventServer(t *testing.T) *gerrittest.Server {
	t.Helper()
	s := newServer(t)
	s.AddAccount("bob", false)
	s.AddAccount("ear", true)
	return s
}

// listen runs do and returns the lines that an account got.
func listen(t *testing.T, s *gerrittest.Server, user string, do func()) (lines []string) {
	t.Helper()
	out, stop := s.Events(user)
	defer stop()
	do()
	for {
		synctest.Wait()
		select {
		case line := <-out:
			lines = append(lines, string(line))
		default:
			return lines
		}
	}
}

// perhaps are the keys that an event has or not, by what people did before.
var perhaps = regexp.MustCompile(`^(change\.(private|wip|topic|hashtags)|reason|comment|approvals.*)$`)

// TestEventsAreLikeRecorded compares the keys of all events with those of real servers:
// there is none that theirs do not have, and none is missing that theirs always have.
func TestEventsAreLikeRecorded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := eventServer(t)
		var bodies []string
		stop := s.Webhook(func(body []byte) { bodies = append(bodies, string(body)) })
		lines := listen(t, s, "ear", func() { everything(t, s) })
		stop()
		for _, v := range []struct {
			version, name string
			got           []string
		}{{"3.10.2", "stream-events", lines}, {"3.13.5", "stream-events", lines}, {"3.10.2", "webhooks", bodies}} {
			want, got := keysOf(t, recorded(t, v.version, v.name)), keysOf(t, v.got)
			for kind, recorded := range want {
				if len(got[kind]) == 0 && kind != "topic-changed" && kind != "project-created" { // which the stand-in does not know
					t.Errorf("%s %s: no %s", v.version, v.name, kind)
				}
				ever := map[string]bool{}
				for _, e := range recorded {
					maps.Copy(ever, e)
				}
				for _, e := range got[kind] {
					for key := range e {
						if !ever[key] && (!perhaps.MatchString(key) || strings.HasPrefix(key, "approvals")) {
							t.Errorf("%s %s: %s has %s", v.version, v.name, kind, key)
						}
					}
					for key := range ever {
						always := !slices.ContainsFunc(recorded, func(r map[string]bool) bool { return !r[key] })
						if always && !e[key] && !perhaps.MatchString(key) {
							t.Errorf("%s %s: %s lacks %s", v.version, v.name, kind, key)
						}
					}
				}
			}
		}
	})
}

// TestEventsAreSeenByThoseWhoMay: the stream leaves out what its account may not see, but
// for reviewers of private changes; webhooks leave out nothing.
func TestEventsAreSeenByThoseWhoMay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := eventServer(t)
		bodies := 0
		stop := s.Webhook(func([]byte) { bodies++ })
		lines := listen(t, s, "ear", func() {
			_, err := s.Push("alice", "hidden", "master", gerrittest.PushInput{Subject: "x", Reviewers: []string{"alice"}})
			if err != nil {
				t.Fatal(err)
			}
			n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "y", Private: true})
			if err == nil {
				err = s.Hashtags("vol", n, []string{"one"}, nil)
			}
			if err == nil {
				err = s.AddReviewer("vol", n, "bob", gerrittest.Reviewer)
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		stop()
		if len(lines) != 1 || !strings.Contains(lines[0], `"type":"reviewer-added"`) {
			t.Errorf("%q", lines)
		}
		if bodies != 3+1+3+2+2 {
			t.Errorf("%d bodies", bodies)
		}
	})
}

// TestEventsThatAreNotRead: beyond the queue they are dropped, which one line says.
func TestEventsThatAreNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := eventServer(t)
		n, err := s.Push("vol", "p", "master", gerrittest.PushInput{Subject: "x"})
		if err != nil {
			t.Fatal(err)
		}
		lines := listen(t, s, "ear", func() {
			for i := range 200 {
				if err := s.Hashtags("vol", n, []string{fmt.Sprint(i)}, nil); err != nil {
					t.Fatal(err)
				}
			}
		})
		dropped := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, `{"type":"dropped-output"`) })
		if len(lines) < 129 || len(lines) > 131 || dropped < 0 || dropped > 2 {
			t.Errorf("%d lines, the %d. says that some are missing", len(lines), dropped)
		}
	})
}

// TestNobodyListens: after stop nothing comes, and the channel is closed.
func TestNobodyListens(t *testing.T) {
	s := eventServer(t)
	lines, stop := s.Events("ear")
	stop()
	stop()
	everything(t, s)
	var got []string
	for line := range lines {
		got = append(got, string(line))
	}
	if diff := cmp.Diff([]string(nil), got); diff != "" {
		t.Error(diff)
	}
}

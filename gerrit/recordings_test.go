package gerrit_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// versions of the real servers whose answers are in ../testdata/gerrit.
var versions = []string{"3.10.2", "3.13.5"}

// recording is one answer of a real server.
type recording struct {
	Path     string          `json:"path"`
	Status   int             `json:"status"`
	Response json.RawMessage `json:"response"` // JSON, without the prefix
	Body     string          `json:"body"`     // else the text
}

func record(t testing.TB, version, name string) recording {
	t.Helper()
	found, err := filepath.Glob(filepath.Join("..", "testdata", "gerrit", version, "[0-9]*-"+name+".json"))
	if err != nil || len(found) != 1 {
		t.Fatalf("recording %s of %s: %v, %v", name, version, found, err)
	}
	b, err := os.ReadFile(found[0])
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

// replay is a Client whose server sends recorded answers, one after the other.
func replay(t *testing.T, version string, names ...string) *gerrit.Client {
	t.Helper()
	s := gerrittest.New(gerrittest.Options{Fault: func(*http.Request) (int, string, bool) {
		r := record(t, version, names[0])
		names = names[min(1, len(names)-1):]
		if r.Response != nil {
			return r.Status, ")]}'\n" + string(r.Response), true
		}
		return r.Status, r.Body, true
	}})
	return inProcess(t, s.Transport())
}

// recorded decodes a recorded change.
func recorded(t *testing.T, version, name string) *gerrit.Change {
	t.Helper()
	var j struct {
		Number  int    `json:"_number"`
		Project string `json:"project"`
	}
	ok(t, json.Unmarshal(record(t, version, name).Response, &j))
	c, err := replay(t, version, name).Change(t.Context(), j.Project, j.Number)
	ok(t, err)
	return c
}

func TestRecordedAccounts(t *testing.T) {
	for _, v := range versions {
		self, err := replay(t, v, "accounts-self-bot").Self(t.Context())
		ok(t, err)
		if want := (gerrit.Account{ID: 1000008, Name: "Review Sync", Username: "reviewsync", Service: true}); self != want {
			t.Errorf("%s: %+v", v, self)
		}
		g, err := replay(t, v, "accounts-inactive-by-name", "accounts-query-inactive").Account(t.Context(), "ghost")
		ok(t, err)
		if want := (gerrit.Account{ID: 1000010, Name: "Ghost Example", Username: "ghost", Inactive: true}); g != want {
			t.Errorf("%s: %+v", v, g)
		}
		for _, name := range []string{"accounts-self-wrong-password", "accounts-self-no-credentials", "change-no-credentials"} {
			if _, err := replay(t, v, name).Self(t.Context()); remote.ClassOf(err) != remote.Fatal {
				t.Errorf("%s %s: %v", v, name, err)
			}
		}
		if _, err := replay(t, v, "accounts-unknown", "accounts-query-inactive").Account(t.Context(), "nobody"); !remote.NotFound(err) {
			t.Errorf("%s: an unknown account: %v", v, err)
		}
		if _, err := replay(t, v, "change-private-seen-by-bot").Change(t.Context(), "mediawiki/core", 14); !remote.NotFound(err) {
			t.Errorf("%s: a private change: %v", v, err)
		}
	}
}

func TestRecordedRows(t *testing.T) {
	for _, v := range versions {
		rows, more, err := replay(t, v, "query-plan-page1").Query(t.Context(), "is:open", 5)
		ok(t, err)
		if len(rows) != 5 || !more {
			t.Fatalf("%s: %d rows, more %t", v, len(rows), more)
		}
		next, _, err := replay(t, v, "query-plan-page2-by-before").Query(t.Context(), "is:open", 5)
		ok(t, err)
		if last := rows[4]; next[0] != last {
			t.Errorf("%s: before: does not begin with the last row:\n%+v\n%+v", v, last, next[0])
		}
		for _, r := range append(rows, next...) {
			if r.Project == "" || r.Branch == "" || len(r.MetaRevID) != 40 || r.Updated.Year() != 2026 || r.Updated.Location() != time.UTC || r.OwnerID < 1000000 {
				t.Errorf("%s: %+v", v, r)
			}
		}
	}
}

func TestRecordedComments(t *testing.T) {
	for _, v := range versions {
		found, err := replay(t, v, "comments-patch-set-level").Comments(t.Context(), "mediawiki/core", 3)
		ok(t, err)
		change := recorded(t, v, "change-patch-set-level-comment")
		if len(found) != change.TotalComments {
			t.Errorf("%s: %d comments, the change says %d", v, len(found), change.TotalComments)
		}
		level, replies := 0, 0
		messages := map[string]bool{}
		for _, m := range change.Messages {
			messages[m.ID] = true
		}
		for i, c := range found {
			if i > 0 && c.Updated.Before(found[i-1].Updated) {
				t.Errorf("%s: not in order", v)
			}
			if c.ID == "" || c.Author.Username == "" || c.PatchSet != 1 || c.Text == "" || !messages[c.ChangeMessageID] {
				t.Errorf("%s: %+v", v, c)
			}
			if c.Path == gerrittest.PatchSetLevel {
				level++
			}
			if c.InReplyTo != "" {
				replies++
			}
		}
		if level != 3 || replies != 2 {
			t.Errorf("%s: %d on the patch set, %d replies", v, level, replies)
		}
	}
}

func TestRecordedCommits(t *testing.T) {
	for _, v := range versions {
		c := recorded(t, v, "change-bug-dropped-all-commits")
		if len(c.Revisions) != 2 || c.CurrentPatchSet != 2 || c.Revisions[1].Kind != "NO_CODE_CHANGE" || c.Revisions[1].SHA != c.CurrentRevision {
			t.Fatalf("%s: %+v", v, c.Revisions)
		}
		first, second := c.Revisions[0].CommitMessage, c.Revisions[1].CommitMessage
		if strings.Count(first, "Bug: ") <= strings.Count(second, "Bug: ") {
			t.Errorf("%s: %q, %q", v, first, second)
		}
	}
}

// TestStandInLikeRecordings plays what was recorded on the stand-in.
func TestStandInLikeRecordings(t *testing.T) {
	type input = gerrittest.ReviewInput
	pushed := gerrittest.PushInput{Subject: "x"}
	stories := map[string]func(y *story){
		"change-fresh": func(y *story) { y.start("vol1", pushed) },
		"change-vote-set-to-zero": func(y *story) {
			y.start("vol1", pushed)
			y.review("alice", input{Labels: codeReview(1), Message: "Looks fine."})
			y.review("alice", input{Labels: codeReview(-1), Message: "On second thought."})
			y.review("alice", input{Labels: codeReview(0)})
		},
		"change-vote-removed-by-admin": func(y *story) {
			y.start("vol1", pushed)
			y.review("alice", input{Labels: codeReview(-1)})
			y.review("vol1", input{Message: "It is meant so, see the task."})
			y.review("bob", input{Labels: codeReview(1)})
			ok(y.t, y.s.DeleteVote("admin", y.number, "alice", "Code-Review"))
		},
		"change-minus1-rework-plus1": func(y *story) {
			y.start("vol1", pushed)
			y.review("alice", input{Labels: codeReview(-1), Message: "Please add a limit."})
			y.amend("vol1", gerrittest.Rework, gerrittest.AmendInput{})
			y.review("bob", input{Labels: codeReview(-1), Message: "Late.", PatchSet: 1})
			y.review("alice", input{Labels: codeReview(1)})
		},
		"change-same-vote-again-over-a-copy": func(y *story) {
			y.start("vol1", pushed)
			y.review("alice", input{Labels: codeReview(1)})
			y.review("bob", input{Labels: codeReview(-1)})
			y.amend("vol1", gerrittest.TrivialRebase, gerrittest.AmendInput{})
			y.amend("vol1", gerrittest.NoCodeChange, gerrittest.AmendInput{})
			y.amend("vol1", gerrittest.NoChange, gerrittest.AmendInput{})
			y.review("bob", input{Labels: codeReview(-1)})
		},
		"change-minus2-and-plus2": func(y *story) {
			y.start("vol2", pushed)
			y.review("alice", input{Labels: codeReview(-2), Message: "Never."})
			y.amend("vol2", gerrittest.Rework, gerrittest.AmendInput{})
			y.review("bob", input{Labels: codeReview(2)})
		},
		"change-verified-reset-by-bot": func(y *story) {
			y.start("vol1", pushed)
			y.review("vol1", input{Labels: codeReview(-1), Message: "Not yet, I found a bug."})
			y.review("ci-bot", input{Labels: verified(-1), Tag: "autogenerated:ci-test", Message: "Build failed."})
			y.review("ci-bot", input{Labels: verified(0), Tag: "autogenerated:ci-gate", Message: "Starting gate-and-submit jobs."})
		},
		"change-asked-one-votes": func(y *story) {
			y.start("vol1", pushed)
			ask := input{
				Tag: "autogenerated:reviewsync~ask", Message: "Asked Bob Example for a review: on duty this week.", QuietAttention: true,
				Reviewers: []gerrittest.ReviewerInput{{Name: "bob"}},
				Attention: []gerrittest.AttentionInput{{Name: "bob", Reason: "reviewsync: extra review wanted"}},
			}
			y.review("reviewsync", ask)
			y.review("reviewsync", ask)
			y.review("bob", input{Labels: codeReview(1)})
		},
		"change-restored": func(y *story) {
			y.start("vol1", pushed)
			y.review("alice", input{Labels: codeReview(-1)})
			ok(y.t, y.s.Abandon("vol1", y.number, "Not needed."))
			y.review("reviewsync", input{Tag: "autogenerated:reviewsync~note", Message: "note"})
			y.review("reviewsync", input{
				Tag: "autogenerated:reviewsync~ask", QuietAttention: true,
				Message: "Asked Bob Example for a review: on duty this week.", Reviewers: []gerrittest.ReviewerInput{{Name: "bob"}},
				Attention: []gerrittest.AttentionInput{{Name: "bob", Reason: "reviewsync: extra review wanted"}},
			})
			ok(y.t, y.s.Restore("vol1", y.number, "Needed after all."))
		},
	}
	for name, play := range stories {
		for _, v := range versions {
			t.Run(name+"/"+v, func(t *testing.T) {
				s := newStandIn(t)
				for _, n := range []string{"alice", "bob", "vol1", "vol2"} {
					s.AddAccount(n, false)
				}
				s.AddTeam("alice", "bob")
				s.AddAccount("reviewsync", true)
				s.AddAccount("ci-bot", true)
				y := &story{t: t, s: s, client: clientOf(t, s, "reviewsync")}
				play(y)
				played, err := y.client.Change(t.Context(), y.project(), y.number)
				ok(t, err)
				want, got := render(reduced(recorded(t, v, name))), render(reduced(played))
				if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")); diff != "" {
					t.Errorf("(-recorded +stand-in)\n%s", diff)
				}
			})
		}
	}
}

// reduced leaves out what the recordings did not ask for (reviewer updates, older
// commits) and what the stories do not repeat (subjects, messages of commits).
func reduced(c *gerrit.Change) *gerrit.Change {
	c.ReviewerUpdates, c.Subject = nil, ""
	for i := range c.Revisions {
		c.Revisions[i].CommitMessage = ""
	}
	return c
}

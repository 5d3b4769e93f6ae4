package gerrit_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

func TestAccounts(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c := clientOf(t, s, sync)
		self, err := c.Self(t.Context())
		ok(t, err)
		if self.Username != sync || !self.Service || self.Inactive || self.ID == 0 {
			t.Errorf("self is %+v", self)
		}
		a, err := c.Account(t.Context(), alice)
		ok(t, err)
		if a.Username != alice || a.Name != "Ct-alice Example" || a.Service || a.Inactive {
			t.Errorf("%s is %+v", alice, a)
		}
		g, err := c.Account(t.Context(), ghost)
		ok(t, err)
		if g.Username != ghost || !g.Inactive {
			t.Errorf("%s is %+v", ghost, g)
		}
		for _, name := range []string{"ct-nobody", "self", "Ct-alice Example", fmt.Sprint(a.ID), `a" OR is:active`, "a/b"} {
			if _, err := c.Account(t.Context(), name); !remote.NotFound(err) || remote.ClassOf(err) != remote.Blocked {
				t.Errorf("account %q: %v", name, err)
			}
		}
		version, err := c.Version(t.Context())
		if err != nil || version == "" {
			t.Errorf("version %q, %v", version, err)
		}
	})
}

func TestProjects(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c := clientOf(t, s, sync)
		name := s.ProjectNames().core
		p, err := c.Project(t.Context(), name)
		ok(t, err)
		want := gerrit.Project{Name: name, State: "ACTIVE", Labels: []gerrit.LabelRange{
			{Name: "Code-Review", Min: -2, Max: 2}, {Name: "Verified", Min: -1, Max: 2},
		}}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Error(diff)
		}
		if _, err := c.Project(t.Context(), "no/such"); !remote.NotFound(err) {
			t.Errorf("an unknown project: %v", err)
		}
	})
}

func TestQueries(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		ctx, c := t.Context(), clientOf(t, s, sync)
		project := s.ProjectNames().plain
		var made []int
		for range 5 {
			made = append(made, push(t, s, project))
		}
		q := fmt.Sprintf("project:%s (change:%d OR change:%d OR change:%d OR change:%d OR change:%d)",
			gerrit.Quote(project), made[0], made[1], made[2], made[3], made[4])
		slices.Reverse(made) // the newest first
		numbers := func(query string, limit int) ([]gerrit.Row, []int, bool) {
			t.Helper()
			rows, more, err := c.Query(ctx, query, limit)
			ok(t, err)
			var n []int
			for _, r := range rows {
				n = append(n, r.Number)
			}
			return rows, n, more
		}
		rows, got, more := numbers(q, 100)
		if !slices.Equal(got, made) || more {
			t.Fatalf("all: %v, more %t; want %v", got, more, made)
		}
		first := rows[0]
		if first.Project != project || first.Branch != "master" || first.Status != "NEW" || first.MetaRevID == "" || first.OwnerID == 0 || first.Private || first.WorkInProgress {
			t.Errorf("row %+v", first)
		}
		if _, got, more := numbers(q, 2); !slices.Equal(got, made[:2]) || !more {
			t.Errorf("two: %v, more %t", got, more)
		}
		at := gerrit.Quote(rows[2].Updated.Format(time.DateTime))
		if _, got, _ := numbers(q+" before:"+at, 100); !slices.Equal(got, made[2:]) {
			t.Errorf("before is not inclusive: %v", got)
		}
		if _, got, _ := numbers(q+" after:"+at, 100); !slices.Equal(got, made[:3]) {
			t.Errorf("after is not inclusive: %v", got)
		}
		for query, want := range map[string]int{
			q + " is:open": 5, q + " is:closed": 0, q + " -is:open": 0, q + " status:merged": 0,
			`project:"no/such"`: 0, `projects:"no/such/"`: 0, "(" + q + ") is:wip": 0,
			q + " projects:" + gerrit.Quote(project[:len(project)-2]): 5,
			q + " project:^" + project[:len(project)-3] + ".*":        5,
			q + ` is:closed OR project:"no/such" is:open`:             0,
			`project:"no/such" OR ` + q:                               5,
			q + " after:" + strings.Trim(at, `"`):                     0, // unquoted: a word that nothing has
			`project:` + gerrit.Quote(`x" OR is:open OR project:"y`):  0,
			`project:` + gerrit.Quote(`x\`):                           0,
		} {
			if _, got, _ := numbers(query, 100); len(got) != want {
				t.Errorf("%s: %v, want %d", query, got, want)
			}
		}
		var each []int
		for _, limit := range []int{2, 3, 5, 100} {
			each = nil
			ok(t, c.Each(ctx, q, limit, func(rows []gerrit.Row) error {
				for _, r := range rows {
					each = append(each, r.Number)
				}
				return nil
			}))
			if !slices.Equal(each, made) {
				t.Errorf("each by %d: %v, want %v", limit, each, made)
			}
		}
	})
}

func TestBadQueries(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		c := clientOf(t, s, sync)
		for query, want := range map[string]string{
			"bogus:1":                      "Unsupported operator bogus:1",
			"(project:x":                   "line 1:10 mismatched input '<EOF>' expecting ')'",
			"after:yesterday":              "Invalid date format: yesterday",
			`-after:"2026-11-23 00:00:00"`: "cannot negate: after",
			`project:"x`:                   "line 1:10 mismatched character '<EOF>' expecting '\"'",
		} {
			_, _, err := c.Query(t.Context(), query, 10)
			if err == nil || remote.ClassOf(err) != remote.Blocked || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", query, err, want)
			}
		}
	})
}

func TestMissingAndInvisible(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		ctx, c, p := t.Context(), clientOf(t, s, sync), s.ProjectNames()
		n := push(t, s, p.core)
		ok(t, s.SetPrivate(vol, n, true))
		hidden, err := s.Push(alice, p.hidden, "master", gerrittest.PushInput{Subject: "Secret"})
		ok(t, err)
		deleted := push(t, s, p.core)
		ok(t, s.Delete("admin", deleted))
		for _, gone := range []struct {
			project string
			number  int
		}{{p.core, n}, {p.hidden, hidden}, {p.core, deleted}, {p.core, 99999999}, {"no/such", n}, {p.plain, n}} {
			_, err := c.Change(ctx, gone.project, gone.number)
			if !remote.NotFound(err) || remote.ClassOf(err) != remote.Blocked || !strings.Contains(err.Error(), "reviewsync may not see it") {
				t.Errorf("%v: %v", gone, err)
			}
			if _, err := c.Comments(ctx, gone.project, gone.number); !remote.NotFound(err) {
				t.Errorf("comments of %v: %v", gone, err)
			}
		}
		for _, number := range []int{n, hidden, deleted} {
			rows, _, err := c.Query(ctx, fmt.Sprintf("change:%d", number), 10)
			ok(t, err)
			if len(rows) > 0 {
				t.Errorf("the query shows %+v", rows)
			}
		}
		if own, err := clientOf(t, s, vol).Change(ctx, p.core, n); err != nil || !own.Private {
			t.Errorf("the owner sees %+v, %v", own, err)
		}
	})
}

func TestWrongPassword(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		_, err := newClient(t, s.URL(), sync, "not-the-password").Self(t.Context())
		if remote.ClassOf(err) != remote.Fatal || err == nil || !strings.Contains(err.Error(), "gerrit.password_file") || strings.Contains(err.Error(), "not-the-password") {
			t.Errorf("a wrong password: %v", err)
		}
	})
}

// TestMetaRevID: every write changes meta_rev_id, in the change and in the query.
func TestMetaRevID(t *testing.T) {
	onBoth(t, func(t *testing.T, s server) {
		ctx, c, p := t.Context(), clientOf(t, s, sync), s.ProjectNames()
		n := push(t, s, p.core)
		seen := map[string]string{}
		check := func(after string, moves bool) {
			t.Helper()
			change, err := c.Change(ctx, p.core, n)
			ok(t, err)
			rows, _, err := c.Query(ctx, fmt.Sprintf("change:%d", n), 10)
			ok(t, err)
			if len(rows) != 1 || rows[0].MetaRevID != change.MetaRevID || !rows[0].Updated.Equal(change.Updated) {
				t.Errorf("after %s: the query has %+v, the change %s %s", after, rows, change.MetaRevID, change.Updated)
			}
			if before, old := seen[change.MetaRevID]; old == moves {
				t.Errorf("after %s: written %t, want %t (as after %s)", after, !old, moves, before)
			}
			seen[change.MetaRevID] = after
		}
		check("push", true)
		for _, step := range []struct {
			name  string
			moves bool
			do    func() error
		}{
			{"vote", true, func() error { _, err := s.Review(alice, n, gerrittest.ReviewInput{Labels: codeReview(1)}); return err }},
			{"the same vote", false, func() error { _, err := s.Review(alice, n, gerrittest.ReviewInput{Labels: codeReview(1)}); return err }},
			{"vote to 0", true, func() error { _, err := s.Review(alice, n, gerrittest.ReviewInput{Labels: codeReview(0)}); return err }},
			{"message", true, func() error { _, err := s.Review(bob, n, gerrittest.ReviewInput{Message: "x"}); return err }},
			{"reviewer", true, func() error { return s.AddReviewer(vol, n, eve, gerrittest.Reviewer) }},
			{"the same reviewer", false, func() error { return s.AddReviewer(vol, n, eve, gerrittest.Reviewer) }},
			{"attention", true, func() error { return s.AddAttention(vol, n, eve, "because") }},
			{"the same attention", false, func() error { return s.AddAttention(vol, n, eve, "because") }},
			{"no attention", true, func() error { return s.RemoveAttention(vol, n, eve, "done") }},
			{"no attention again", false, func() error { return s.RemoveAttention(vol, n, eve, "done") }},
			{"hashtag", true, func() error { return s.Hashtags(vol, n, []string{"a"}, nil) }},
			{"the same hashtag", false, func() error { return s.Hashtags(vol, n, []string{"a"}, nil) }},
			{"wip", true, func() error { return s.SetWIP(vol, n, "") }},
			{"ready", true, func() error { return s.SetReady(vol, n, "") }},
			{"rework", true, func() error { return s.Amend(vol, n, gerrittest.Rework, gerrittest.AmendInput{}) }},
			{"abandon", true, func() error { return s.Abandon(vol, n, "") }},
			{"restore", true, func() error { return s.Restore(vol, n, "") }},
		} {
			ok(t, step.do())
			check(step.name, step.moves)
		}
	})
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := clientOf(t, newStandIn(t), sync)
	if _, err := c.Change(ctx, "mediawiki/core", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestNewRefusesBadAddresses(t *testing.T) {
	h := remote.New(remote.Options{Server: "gerrit", Base: http.DefaultTransport})
	for _, address := range []string{"", "gerrit.example.org", "ftp://x/", "https://", "https://me:secret@x/r", "https://x/r?q=1", "://"} {
		if _, err := gerrit.New(gerrit.Options{URL: address, HTTP: h}); err == nil || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
	if _, err := gerrit.New(gerrit.Options{URL: "https://x/r"}); err == nil {
		t.Error("no http client: accepted")
	}
}

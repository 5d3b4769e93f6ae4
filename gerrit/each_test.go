package gerrit_test

import (
	"errors"
	"net/http"
	"testing"
	"time"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// crowd is a stand-in with n changes, perSecond of them updated in each second.
func crowd(t testing.TB, n, perSecond int) (*gerrittest.Server, *clock) {
	t.Helper()
	now := &clock{time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	s := gerrittest.New(gerrittest.Options{Clock: now.Now})
	s.AddAccount(sync, true)
	s.AddAccount(vol, false)
	s.AddProject("p", gerrittest.ProjectOptions{})
	for i := range n {
		if i%perSecond == 0 {
			now.t = now.t.Add(time.Second)
		}
		if _, err := s.Push(vol, "p", "master", gerrittest.PushInput{Subject: "Fix"}); err != nil {
			t.Fatal(err)
		}
	}
	return s, now
}

type clock struct{ t time.Time }

func (c *clock) Now() time.Time { return c.t }

func inside(t testing.TB, s *gerrittest.Server) *gerrit.Client {
	t.Helper()
	c, err := gerrit.New(gerrit.Options{
		URL: "http://gerrit.test", User: sync, Password: s.Password(sync),
		HTTP: remote.New(remote.Options{Server: "gerrit", Base: s.Transport()}),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestEachTakesFewRequests(t *testing.T) {
	for _, tt := range []struct{ changes, perSecond, limit, most int }{
		{10000, 3, 500, 25}, {10000, 1, 500, 25}, {499, 7, 500, 1}, {0, 1, 500, 1}, {1000, 10, 500, 5}, {25, 4, 10, 7},
	} {
		s, _ := crowd(t, tt.changes, tt.perSecond)
		seen := map[int]int{}
		err := inside(t, s).Each(t.Context(), `project:"p" OR project:"q"`, tt.limit, func(rows []gerrit.Row) error {
			if len(rows) == 0 || len(rows) > tt.limit {
				t.Errorf("a page of %d", len(rows))
			}
			for _, r := range rows {
				seen[r.Number]++
			}
			return nil
		})
		ok(t, err)
		if len(seen) != tt.changes {
			t.Errorf("%+v: %d changes", tt, len(seen))
		}
		for n, times := range seen {
			if times != 1 {
				t.Errorf("%+v: change %d came %d times", tt, n, times)
			}
		}
		if q := s.Requests()["query"]; q > tt.most {
			t.Errorf("%+v: %d queries", tt, q)
		}
	}
}

// TestEachWhileChangesMove: what moves up while the pages are read is not lost.
func TestEachWhileChangesMove(t *testing.T) {
	s, now := crowd(t, 60, 1)
	last := map[int]string{}
	pages := 0
	err := inside(t, s).Each(t.Context(), "is:open", 10, func(rows []gerrit.Row) error {
		pages++
		for _, r := range rows {
			last[r.Number] = r.MetaRevID
		}
		if pages <= 3 { // the oldest change, and one that was given already
			now.t = now.t.Add(time.Second)
			for _, n := range []int{pages, 60} {
				if _, err := s.Review(vol, n, gerrittest.ReviewInput{Message: "x"}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	ok(t, err)
	rows, _, err := inside(t, s).Query(t.Context(), "is:open", 100)
	ok(t, err)
	for _, r := range rows {
		if last[r.Number] != r.MetaRevID {
			t.Errorf("change %d: given %q, is %q", r.Number, last[r.Number], r.MetaRevID)
		}
	}
}

func TestEachStops(t *testing.T) {
	s, _ := crowd(t, 30, 1)
	stop := errors.New("enough")
	if err := inside(t, s).Each(t.Context(), "is:open", 10, func([]gerrit.Row) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("%v", err)
	}
	pages := 0
	s.SetFault(func(*http.Request) (int, string, bool) { pages++; return 503, "busy", pages > 1 })
	c := inside(t, s)
	if err := c.Each(t.Context(), "is:open", 10, func([]gerrit.Row) error { return nil }); remote.ClassOf(err) != remote.Retry || err == nil {
		t.Errorf("%v", err)
	}
}

// TestEachDistrustsAFullPage: Gerrit may leave _more_changes out where hidden changes
// filled the page, and may repeat a change that is just being closed.
func TestEachDistrustsAFullPage(t *testing.T) {
	row := func(n, second string) string {
		return `{"project":"p","_number":` + n + `,"meta_rev_id":"m","updated":"2026-01-01 00:00:` + second + `.000000000","owner":{"_account_id":1}}`
	}
	answers := []string{
		"[" + row("4", "04") + "," + row("4", "04") + "," + row("3", "03") + "]",
		"[" + row("3", "03") + "," + row("2", "02") + "]",
		"[" + row("4", "04") + "]",
	}
	asked := 0
	s := gerrittest.New(gerrittest.Options{Fault: func(*http.Request) (int, string, bool) {
		asked++
		return 200, ")]}'\n" + answers[min(asked, len(answers))-1], true
	}})
	s.AddAccount(sync, true)
	var got []int
	ok(t, inside(t, s).Each(t.Context(), "is:open", 3, func(rows []gerrit.Row) error {
		for _, r := range rows {
			got = append(got, r.Number)
		}
		return nil
	}))
	if len(got) != 3 || got[0] != 4 || got[1] != 3 || got[2] != 2 || asked != 3 {
		t.Errorf("%v in %d requests", got, asked)
	}
}

func BenchmarkChange(b *testing.B) {
	s, _ := crowd(b, 10000, 1)
	c := inside(b, s)
	for b.Loop() {
		if _, err := c.Change(b.Context(), "p", 5000); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIdlePoll(b *testing.B) {
	s, now := crowd(b, 10000, 1)
	c := inside(b, s)
	q := `project:"p" after:` + gerrit.Quote(now.t.Format(time.DateTime))
	for b.Loop() {
		if rows, _, err := c.Query(b.Context(), q, 500); err != nil || len(rows) != 1 {
			b.Fatal(rows, err)
		}
	}
}

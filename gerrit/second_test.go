package gerrit_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// walked is what Each gave: how often each change came, and its newest revision.
type walked struct {
	times map[int]int
	meta  map[int]string
}

func walk(t *testing.T, s *gerrittest.Server, query string, limit int, each func(rows []gerrit.Row)) (walked, error) {
	t.Helper()
	w := walked{map[int]int{}, map[int]string{}}
	err := inside(t, s).Each(t.Context(), query, limit, func(rows []gerrit.Row) error {
		for _, r := range rows {
			w.times[r.Number]++
			w.meta[r.Number] = r.MetaRevID
		}
		if each != nil {
			each(rows)
		}
		return nil
	})
	return w, err
}

// One push can give any number of changes the same time. All are read, each once, with as many rows at a
// time as the account may have.
func TestEachOfOneSecond(t *testing.T) {
	for _, tt := range []struct{ changes, perSecond, account, limit, most int }{
		{510, 510, 0, 500, 4},
		{510, 510, 100, 500, 14},
		{500, 500, 0, 500, 4},
		{501, 501, 0, 500, 4},
		{499, 499, 0, 500, 1},
		{2000, 2000, 0, 500, 12},
		{2000, 510, 100, 500, 40},
		{100, 100, 100, 500, 1}, // without more to come it looks like an ordinary end
		{101, 101, 100, 500, 4},
		{1000, 100, 100, 100, 30},
		{30, 30, 0, 10, 10},
		{30, 7, 2, 10, 60},
		{600, 1, 100, 500, 10},
	} {
		t.Run(fmt.Sprint(tt), func(t *testing.T) {
			s, _ := crowd(t, tt.changes, tt.perSecond)
			s.SetQueryLimit(sync, tt.account)
			for _, query := range []string{"is:open", `project:"p" after:"2025-12-31 00:00:00"`} {
				s.ResetRequests()
				w, err := walk(t, s, query, tt.limit, nil)
				ok(t, err)
				if len(w.times) != tt.changes {
					t.Errorf("%s: %d changes", query, len(w.times))
				}
				for n, times := range w.times {
					if times != 1 {
						t.Errorf("%s: change %d came %d times", query, n, times)
					}
				}
				if q := s.Requests()["query"]; q > tt.most {
					t.Errorf("%s: %d queries", query, q)
				}
			}
		})
	}
}

// A second that older and newer ones surround, and changes that nobody may see.
func TestEachOfOneSecondAmongOthers(t *testing.T) {
	s, now := crowd(t, 40, 1)
	now.t = now.t.Add(time.Minute)
	hidden := 0
	for i := range 60 {
		n, err := s.Push(vol, "p", "master", gerrittest.PushInput{Subject: "Fix"})
		ok(t, err)
		if i%3 == 0 {
			ok(t, s.SetPrivate(vol, n, true))
			hidden++
		}
	}
	for range 25 {
		now.t = now.t.Add(time.Second)
		_, err := s.Push(vol, "p", "master", gerrittest.PushInput{Subject: "Fix"})
		ok(t, err)
	}
	for _, limit := range []int{7, 10, 15, 40, 100} {
		w, err := walk(t, s, "is:open", limit, nil)
		ok(t, err)
		if len(w.times) != 125-hidden {
			t.Errorf("%d at a time: %d changes", limit, len(w.times))
		}
	}
}

// While the pages of one second are read, some of its changes are written to, so that the
// rest moves up. None is lost, and what was written to comes as it is now.
func TestEachOfASecondThatMoves(t *testing.T) {
	for _, step := range []int{1, 2, 9, 30} {
		t.Run(fmt.Sprint(step), func(t *testing.T) {
			s, now := crowd(t, 60, 60)
			next := 60
			w, err := walk(t, s, "is:open", 10, func([]gerrit.Row) {
				now.t = now.t.Add(time.Second)
				for range step { // the ones that were given first
					if next > 20 {
						_, err := s.Review(vol, next, gerrittest.ReviewInput{Message: "x"})
						ok(t, err)
						next--
					}
				}
			})
			ok(t, err)
			rows, _, err := inside(t, s).Query(t.Context(), "is:open", 100)
			ok(t, err)
			if len(rows) != 60 || len(w.times) != 60 {
				t.Errorf("%d of %d changes", len(w.times), len(rows))
			}
			for _, r := range rows {
				if w.meta[r.Number] != r.MetaRevID {
					t.Errorf("change %d: given %q, is %q", r.Number, w.meta[r.Number], r.MetaRevID)
				}
			}
		})
	}
}

// A server whose pages never join, or that does not skip at all, is tried again later, and not for ever.
func TestEachOfPagesThatDoNotJoin(t *testing.T) {
	for name, skips := range map[string]bool{"it does not skip": false, "it skips too far": true} {
		t.Run(name, func(t *testing.T) {
			var asked []url.Values
			s := gerrittest.New(gerrittest.Options{Fault: func(r *http.Request) (int, string, bool) {
				q := r.URL.Query()
				asked = append(asked, q)
				from := 1
				if skips && q.Get("S") != "" {
					from = 100 * len(asked)
				}
				var rows []string
				for n := range 3 {
					rows = append(rows, fmt.Sprintf(`{"project":"p","_number":%d,"meta_rev_id":"m","updated":"2026-01-01 00:00:01.000000000","_more_changes":true}`, from+n))
				}
				return 200, ")]}'\n[" + strings.Join(rows, ",") + "]", true
			}})
			s.AddAccount(sync, true)
			_, err := walk(t, s, "is:open", 3, nil)
			if err == nil || remote.ClassOf(err) != remote.Retry || len(asked) > 25 {
				t.Errorf("%v after %d requests", err, len(asked))
			}
		})
	}
}

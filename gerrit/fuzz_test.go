package gerrit_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"reviewsync/gerrit"
	"reviewsync/gerrit/gerrittest"
	"reviewsync/internal/remote"
)

// fuzzed is a Client whose server answers with this JSON.
func fuzzed(t *testing.T, body []byte) *gerrit.Client {
	s := gerrittest.New(gerrittest.Options{Fault: func(*http.Request) (int, string, bool) { return 200, ")]}'\n" + string(body), true }})
	return inProcess(t, s.Transport())
}

// seeds adds the recordings whose names begin so.
func seeds(f *testing.F, prefix string) {
	for _, v := range versions {
		found, err := filepath.Glob(filepath.Join("..", "testdata", "gerrit", v, "*-"+prefix+"*.json"))
		if err != nil || len(found) == 0 {
			f.Fatalf("no recordings %s: %v", prefix, err)
		}
		for _, path := range found {
			name := filepath.Base(path)
			if r := record(f, v, name[4:len(name)-len(".json")]); r.Response != nil {
				f.Add([]byte(r.Response))
			}
		}
	}
}

// classed fails unless an error is a *remote.Error with words.
func classed(t *testing.T, err error) {
	if err != nil && (err.Error() == "" || remote.ClassOf(err) == remote.Fatal) {
		t.Errorf("%v", err)
	}
}

func FuzzChange(f *testing.F) {
	seeds(f, "change-")
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := fuzzed(t, body).Change(t.Context(), "mediawiki/core", 3)
		classed(t, err)
		if err == nil && (c.Number != 3 || c.Project == "" || c.Updated.IsZero() || c.CurrentPatchSet == 0) {
			t.Errorf("%+v", c)
		}
	})
}

func FuzzRows(f *testing.F) {
	seeds(f, "query-")
	f.Fuzz(func(t *testing.T, body []byte) {
		rows, _, err := fuzzed(t, body).Query(t.Context(), "is:open", 5)
		classed(t, err)
		for _, r := range rows {
			if r.Number == 0 || r.Project == "" || r.Updated.IsZero() {
				t.Errorf("%+v", r)
			}
		}
	})
}

func FuzzComments(f *testing.F) {
	seeds(f, "comments-")
	f.Fuzz(func(t *testing.T, body []byte) {
		found, err := fuzzed(t, body).Comments(t.Context(), "mediawiki/core", 3)
		classed(t, err)
		for i, c := range found {
			if c.Updated.IsZero() || i > 0 && c.Updated.Before(found[i-1].Updated) {
				t.Errorf("%+v", found)
			}
		}
	})
}

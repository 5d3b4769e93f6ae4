package service

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"reviewsync/internal/depth"
)

// says puts a Date header on an answer: "" takes it away, and so does an answer without one.
func says(date func() string) trouble {
	return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
		resp, err := server.RoundTrip(r)
		if err == nil {
			resp.Header.Del("Date")
			if d := date(); d != "" {
				resp.Header.Set("Date", d)
			}
		}
		return resp, err
	}
}

// off is a Date header that is wrong by so much. What the server dates itself is right.
func off(by time.Duration) func(*http.Request) trouble {
	wrong := says(func() string { return time.Now().Add(by).UTC().Format(http.TimeFormat) })
	return func(*http.Request) trouble { return wrong }
}

// sometimes is that one of this many answers is wrong.
func sometimes(each int, wrong func(*http.Request) trouble) func(*http.Request) trouble {
	var n atomic.Int64
	return func(r *http.Request) trouble {
		if n.Add(1)%int64(each) != 0 {
			return nil
		}
		return wrong(r)
	}
}

// updated gives the rows of a query another date for a change.
func updated(change int, at time.Time) func(*http.Request) trouble {
	return func(r *http.Request) trouble {
		if kind(r) != "query" {
			return nil
		}
		return func(r *http.Request, server http.RoundTripper) (*http.Response, error) {
			resp, err := server.RoundTrip(r)
			if err != nil {
				return resp, err
			}
			body, _ := io.ReadAll(resp.Body)
			head, text, _ := bytes.Cut(body, []byte("\n"))
			var rows []map[string]any
			if err := json.Unmarshal(text, &rows); err != nil {
				return nil, err
			}
			for _, row := range rows {
				if row["_number"] == float64(change) {
					row["updated"] = at.UTC().Format("2006-01-02 15:04:05.000000000")
				}
			}
			text, err = json.Marshal(rows)
			resp.Body = io.NopCloser(bytes.NewReader(slices.Concat(head, []byte("\n"), text)))
			return resp, err
		}
	}
}

// wrongDates are ways in which Date headers can be wrong while all else is right.
func wrongDates() map[string]func(*http.Request) trouble {
	stuck := monday.Add(-time.Hour).UTC().Format(http.TimeFormat)
	return map[string]func(*http.Request) trouble{
		"none":                  func(*http.Request) trouble { return says(func() string { return "" }) },
		"nonsense":              func(*http.Request) trouble { return says(func() string { return "the day after tomorrow" }) },
		"20 s ahead":            off(20 * time.Second),
		"20 s behind":           off(-20 * time.Second),
		"5 min ahead":           off(5 * time.Minute),
		"5 min behind":          off(-5 * time.Minute),
		"an hour ahead":         off(time.Hour),
		"an hour behind":        off(-time.Hour),
		"in 2100":               off(74 * 365 * 24 * time.Hour),
		"in 1970":               off(-56 * 365 * 24 * time.Hour),
		"stuck":                 func(*http.Request) trouble { return says(func() string { return stuck }) },
		"an hour, now and then": sometimes(3, off(time.Hour)),
		"20 s, now and then":    sometimes(2, off(20*time.Second)),
	}
}

// eachWrongDate plays a story with wrong dates from Gerrit, from Phabricator, and from both.
func eachWrongDate(t *testing.T, story func(w *world)) {
	for name, wrong := range wrongDates() {
		for _, whose := range []string{"gerrit", "phabricator", "both"} {
			t.Run(whose+" "+name, func(t *testing.T) {
				depth.Variant(t)
				t.Parallel()
				inWorld(t, func(w *world) {
					if whose != "phabricator" {
						w.ToGerrit.Set(wrong)
					}
					if whose != "gerrit" {
						w.ToPhab.Set(wrong)
					}
					story(w)
				})
			})
		}
	}
}

package gerrit

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"reviewsync/internal/remote"
)

// Row is what a query says of a change. It comes from Gerrit's index: good for finding
// out that something happened (MetaRevID differs), not for deciding.
type Row struct {
	Project, Branch string
	Number          int
	Status          string // NEW, MERGED or ABANDONED
	MetaRevID       string // changes with every write to the change
	Updated         time.Time
	Submitted       time.Time // zero unless merged
	Private         bool
	WorkInProgress  bool
	OwnerID         int
}

type rowJSON struct {
	Project   string      `json:"project"`
	Branch    string      `json:"branch"`
	Number    int         `json:"_number"`
	Status    string      `json:"status"`
	MetaRevID string      `json:"meta_rev_id"`
	Updated   string      `json:"updated"`
	Submitted string      `json:"submitted"`
	Private   bool        `json:"is_private"`
	WIP       bool        `json:"work_in_progress"`
	Owner     accountJSON `json:"owner"`
	More      bool        `json:"_more_changes"`
}

// Quote writes a value for a query operator, so that whatever it holds stays one value
// (Doc/user-search.txt, Argument Quoting). A value that begins with ^ is still taken
// for a regular expression by the operators that know them.
func Quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// Query answers one page of at most limit changes, the last updated first, and whether
// Gerrit says that there are more. An unknown project is no error: no rows.
func (c *Client) Query(ctx context.Context, query string, limit int) (rows []Row, more bool, err error) {
	q := url.Values{"q": {query}, "n": {strconv.Itoa(limit)}, "o": {"SKIP_DIFFSTAT"}}
	var found []rowJSON
	if err := c.get(ctx, "changes/?"+q.Encode(), &found); err != nil {
		return nil, false, err
	}
	rows, more, err = decodeRows(found)
	if err != nil {
		return nil, false, c.misshapen("GET /changes/", err)
	}
	return rows, more, nil
}

func decodeRows(found []rowJSON) (rows []Row, more bool, err error) {
	var t times
	rows = make([]Row, 0, len(found))
	for i, f := range found {
		more = more || f.More
		rows = append(rows, Row{
			Project: f.Project, Branch: f.Branch, Number: f.Number, Status: f.Status, MetaRevID: f.MetaRevID,
			Updated: t.need(f.Updated, "[%d].updated", i), Submitted: t.read(f.Submitted, "[%d].submitted", i),
			Private: f.Private, WorkInProgress: f.WIP, OwnerID: f.Owner.ID,
		})
		if f.Project == "" || f.Number == 0 {
			t.fail("[%d] has no project or no number", i)
		}
	}
	return rows, more, t.err
}

// key of a row: a number alone is unique on one server only.
type key struct {
	project string
	number  int
}

// Each gives all changes that match, page by page, the last updated first. It holds one
// page at a time. limit is the size of a page.
//
// Gerrit can only skip a number of rows, which loses rows when changes move meanwhile.
// So the next page is the same query with before: the last row's time, and in the end
// after: the first row's time catches those that moved up. A change that was updated
// meanwhile can thus come twice, with another MetaRevID.
func (c *Client) Each(ctx context.Context, query string, limit int, f func([]Row) error) error {
	w := walk{client: c, query: query, limit: limit, give: f}
	for q := query; ; {
		pages, err := w.pass(ctx, q)
		if err != nil || pages < 2 {
			return err
		}
		q = "(" + query + ") after:" + stamp(w.newest)
	}
}

// walk is one Each.
type walk struct {
	client *Client
	query  string
	limit  int
	give   func([]Row) error

	newest time.Time      // of the last pass
	top    map[key]string // MetaRevID of the rows of that second
}

// pass goes through the pages of one query, and says how many there were.
func (w *walk) pass(ctx context.Context, query string) (pages int, err error) {
	known, edge := w.top, map[key]string{} // edge: rows of the second in which the last page ended
	for q := query; ; {
		rows, more, err := w.client.Query(ctx, q, w.limit)
		if err != nil {
			return pages, err
		}
		pages++
		if len(rows) == 0 {
			return pages, nil
		}
		first, last, full := rows[0].Updated, rows[len(rows)-1].Updated, len(rows) >= w.limit
		if pages == 1 {
			w.newest, w.top = first, within(rows, first)
		}
		next := within(rows, last)
		if fresh := unseen(rows, known, edge); len(fresh) > 0 {
			if err := w.give(fresh); err != nil {
				return pages, err
			}
		}
		// A full page need not be the end, even where Gerrit says so: it counts hidden rows.
		if !more && !full {
			return pages, nil
		}
		if last.Equal(first) {
			return pages, &remote.Error{
				Class: remote.Blocked, Server: "gerrit", Op: "GET /changes/",
				Detail: fmt.Sprintf("%d changes or more were updated in the same second, %s, which is a whole page", len(rows), last.UTC().Format(layout)),
				Hint:   "pages cannot go on from there; narrow the query down to fewer projects",
			}
		}
		edge = next
		q = "(" + query + ") before:" + stamp(last)
	}
}

// within is the rows that were updated at t, with their MetaRevIDs.
func within(rows []Row, t time.Time) map[key]string {
	m := map[key]string{}
	for _, r := range rows {
		if r.Updated.Equal(t) {
			m[key{r.Project, r.Number}] = r.MetaRevID
		}
	}
	return m
}

// unseen is the rows without those that were given already, and each once: a change
// that is just being closed can be in the open and in the closed index.
func unseen(rows []Row, given ...map[key]string) []Row {
	here, fresh := map[key]string{}, rows[:0]
next:
	for _, r := range rows {
		k := key{r.Project, r.Number}
		for _, m := range append(given, here) {
			if meta, ok := m[k]; ok && meta == r.MetaRevID {
				continue next
			}
		}
		here[k] = r.MetaRevID
		fresh = append(fresh, r)
	}
	return fresh
}

// stamp writes a time for before: and after:, which include it. Unquoted, the part
// after the blank would become a word to search for, and nothing would be found.
func stamp(t time.Time) string { return `"` + t.UTC().Format(layout) + `"` }

package gerrit

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Row is a change in the answer to a query. It comes from Gerrit's index: it shows that something
// happened (MetaRevID differs), but is no basis for decisions.
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

// Quote quotes a value for a query operator (Doc/user-search.txt, Argument Quoting). A value that
// begins with ^ still is a regular expression for operators that have them.
func Quote(value string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value) + `"`
}

// Query returns a page of at most limit changes, the last updated first, and whether Gerrit says
// that there are more. For an unknown project there are no rows, and no error.
func (c *Client) Query(ctx context.Context, query string, limit int) (rows []Row, more bool, err error) {
	return c.page(ctx, query, limit, 0)
}

// page is Query without the first rows.
func (c *Client) page(ctx context.Context, query string, limit, skip int) (rows []Row, more bool, err error) {
	q := url.Values{"q": {query}, "n": {strconv.Itoa(limit)}, "o": {"SKIP_DIFFSTAT"}}
	if skip > 0 {
		q.Set("S", strconv.Itoa(skip))
	}
	var found []rowJSON
	if err := c.get(ctx, "changes/?"+q.Encode(), &found); err != nil {
		return nil, false, err
	}
	rows, more, err = decodeRows(found)
	if err != nil {
		return nil, false, c.misshapen("GET /changes/", err)
	}
	for _, r := range rows {
		c.http.ObserveDate(r.Updated)
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

// stamp formats a time for before: and after:, which include it. Without quotes the part after
// the space would be a word to search for, and nothing would be found.
func stamp(t time.Time) string { return `"` + t.UTC().Format(layout) + `"` }

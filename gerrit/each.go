package gerrit

import (
	"context"
	"fmt"
	"time"

	"reviewsync/internal/remote"
)

// Each calls f with all changes that match a query, page by page, the last updated first. It
// keeps one page in memory, and the keys of one second. limit is the size of a page; the
// account may have a smaller one.
//
// Gerrit can only skip a number of rows, which loses rows if changes are updated meanwhile.
// So the next page is the same query with "before:" and the date of the last row. In the end
// "after:" with the date of the first row finds the changes that were updated meanwhile, which
// can thus come twice, with another MetaRevID. Rows are skipped only within a second that has
// more rows than a page, and all but the last one: if that one does not come again, some rows
// have moved up, and Each goes back by a page.
func (c *Client) Each(ctx context.Context, query string, limit int, f func([]Row) error) error {
	w := &walk{client: c, query: query, full: limit, limit: limit, give: f}
	for q := query; ; {
		again, err := w.pass(ctx, q)
		if err != nil || !again {
			return err
		}
		q = "(" + query + ") after:" + stamp(w.newest)
	}
}

// key is the key of a row.
type key struct {
	project string
	number  int
}

func (r Row) key() key { return key{r.Project, r.Number} }

// seen holds the MetaRevIDs of rows that came.
type seen map[key]string

// add notes the rows that were updated at t.
func (s seen) add(rows []Row, t time.Time) {
	for _, r := range rows {
		if r.Updated.Equal(t) {
			s[r.key()] = r.MetaRevID
		}
	}
}

// walk is the state of Each.
type walk struct {
	client *Client
	query  string
	limit  int
	full   int // rows of a full page: limit, or the account's own limit
	give   func([]Row) error

	newest time.Time // the newest date of the last pass
	top    seen      // rows with that date
}

// pass goes through the pages of a query. again: some rows may have moved up meanwhile.
func (w *walk) pass(ctx context.Context, query string) (again bool, err error) {
	var p place
	known, news := w.top, false
	for pages := 1; ; pages++ {
		rows, more, err := w.client.page(ctx, p.query(query), w.limit, p.skip)
		if err != nil {
			return false, err
		}
		if !p.joins(rows) {
			if err := p.back(w.full); err != nil {
				return false, err
			}
			continue
		}
		if len(rows) == 0 {
			return pages > 1 && news, nil
		}
		if pages == 1 {
			w.newest, w.top = rows[0].Updated, seen{}
		}
		w.top.add(rows, w.newest)
		if fresh := unseen(rows, known, p.given); len(fresh) > 0 {
			news = true
			if err := w.give(fresh); err != nil {
				return false, err
			}
		}
		if more {
			w.full = min(w.full, len(rows))
		}
		// A full page need not be the last one, even if Gerrit says so: it counts hidden rows.
		if !more && len(rows) < w.full {
			return pages > 1 && news, nil
		}
		if err := p.advance(rows); err != nil {
			return false, err
		}
	}
}

// place is where a page begins.
type place struct {
	at   time.Time // all rows with a later date came. Zero: the beginning
	skip int       // rows with this date to skip, which came

	given seen // rows with this date that came
	idle  int  // pages since the last one with a new row
}

// idlePages is how many pages in a row may have nothing new, because changes move or the server
// does not skip.
const idlePages = 20

func (p *place) query(query string) string {
	if p.at.IsZero() {
		return query
	}
	return "(" + query + ") before:" + stamp(p.at)
}

// joins reports whether a page begins with a row that came, so that no row in between is missing.
func (p *place) joins(rows []Row) bool {
	if p.skip == 0 {
		return true
	}
	if len(rows) == 0 || !rows[0].Updated.Equal(p.at) {
		return false
	}
	_, came := p.given[rows[0].key()]
	return came
}

// advance goes on to the page behind these rows.
func (p *place) advance(rows []Row) error {
	last := rows[len(rows)-1].Updated
	if !p.at.Equal(last) {
		*p = place{at: last, given: seen{}}
	}
	before := len(p.given)
	p.given.add(rows, last)
	if rows[0].Updated.Equal(last) { // all of one second; else the next page has the whole second
		p.skip += len(rows) - 1
		if p.idle++; len(p.given) > before {
			p.idle = 0
		}
	}
	return p.stuck()
}

// back goes back by a page.
func (p *place) back(page int) error {
	p.skip = max(p.skip-page, 0)
	p.idle++
	return p.stuck()
}

func (p *place) stuck() error {
	if p.idle < idlePages {
		return nil
	}
	return &remote.Error{
		Class: remote.Retry, Server: "gerrit", Op: "GET /changes/",
		Detail: fmt.Sprintf("more than a page of changes was updated at %s, and its pages do not go on from one another", p.at.UTC().Format(layout)),
	}
}

// unseen returns the rows that were not given yet, each once: a change that is just being
// closed can be in the open and in the closed index.
func unseen(rows []Row, given ...seen) []Row {
	var fresh []Row
	here := seen{}
next:
	for _, r := range rows {
		for _, s := range append(given, here) {
			if meta, ok := s[r.key()]; ok && meta == r.MetaRevID {
				continue next
			}
		}
		here[r.key()] = r.MetaRevID
		fresh = append(fresh, r)
	}
	return fresh
}

package gerrit

import (
	"context"
	"fmt"
	"time"

	"reviewsync/internal/remote"
)

// Each gives all changes that match, page by page, the last updated first. It holds one
// page at a time, and what one second has. limit is the size of a page; the account may
// have a smaller one.
//
// Gerrit can only skip a number of rows, which loses rows when changes move meanwhile.
// So the next page is the same query with before: the last row's time, and in the end
// after: the first row's time catches those that moved up. A change that was updated
// meanwhile can thus come twice, with another MetaRevID. Only within a second that has
// more rows than a page are rows skipped, all but the last one: one that came must come
// again, else some have moved up, and it goes back by a page.
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

// key of a row: a number alone is unique on one server only.
type key struct {
	project string
	number  int
}

func (r Row) key() key { return key{r.Project, r.Number} }

// seen is rows that came, with their MetaRevIDs.
type seen map[key]string

// add notes the rows that were updated at t.
func (s seen) add(rows []Row, t time.Time) {
	for _, r := range rows {
		if r.Updated.Equal(t) {
			s[r.key()] = r.MetaRevID
		}
	}
}

// walk is one Each.
type walk struct {
	client *Client
	query  string
	limit  int
	full   int // rows of a full page: limit, or what the account may have
	give   func([]Row) error

	newest time.Time // of the last pass
	top    seen      // rows of that second
}

// pass goes through the pages of one query. again: there may be rows that moved up meanwhile.
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
		// A full page need not be the end, even where Gerrit says so: it counts hidden rows.
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
	at   time.Time // the second; all rows of later ones came. Zero: the beginning
	skip int       // so many rows of that second are left out, which came

	given seen // rows of that second that came
	idle  int  // pages since the last one that brought a row of it
}

// idlePages is how many pages in a row may bring nothing, because changes move or a server
// does not skip.
const idlePages = 20

func (p *place) query(query string) string {
	if p.at.IsZero() {
		return query
	}
	return "(" + query + ") before:" + stamp(p.at)
}

// joins says whether a page begins with a row that came, so that none is left out between them.
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

// unseen is the rows without those that were given already, and each once: a change
// that is just being closed can be in the open and in the closed index.
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

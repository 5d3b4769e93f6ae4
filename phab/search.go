package phab

import (
	"context"
	"errors"
	"slices"

	"github.com/uber/gonduit/requests"
)

// pageSize is the largest page of Conduit.
const pageSize = 100

// query is a call of a *.search method.
type query struct {
	constraints map[string]any
	attachments []string
	order       string
}

// searchRequest is the wire form of a query's page.
type searchRequest struct {
	Constraints map[string]any  `json:"constraints,omitempty"`
	Attachments map[string]bool `json:"attachments,omitempty"`
	Order       string          `json:"order,omitempty"`
	After       string          `json:"after,omitempty"`
	Limit       int             `json:"limit"`
	requests.Request
}

type page[T any] struct {
	Data   *list[T] `json:"data"`
	Cursor struct {
		After text `json:"after"`
	} `json:"cursor"`
}

// search returns all pages together.
func search[T any](ctx context.Context, c *Client, method string, q query) ([]T, error) {
	var all []T
	err := eachPage(ctx, c, method, q, func(page []T) error {
		all = append(all, page...)
		return nil
	})
	return all, err
}

// eachPage gets all pages, one after the other. They are ordered by id: in an order by time, rows
// that are edited in between would be skipped. If a page is too large, pages have half as many
// rows from there on.
func eachPage[T any](ctx context.Context, c *Client, method string, q query, f func([]T) error) error {
	limit := pageSize
	for after := ""; ; {
		r := searchRequest{Constraints: q.constraints, Order: q.order, After: after, Limit: limit}
		for _, a := range q.attachments {
			if r.Attachments == nil {
				r.Attachments = map[string]bool{}
			}
			r.Attachments[a] = true
		}
		var p page[T]
		if err := c.call(ctx, method, &r, &p); tooLarge(err) && limit > 1 {
			limit /= 2
			continue
		} else if err != nil {
			return err
		}
		if p.Data == nil {
			return empty(method, "data")
		}
		if err := f(*p.Data); err != nil {
			return err
		}
		next := string(p.Cursor.After)
		if next == "" {
			return nil
		}
		if next == after {
			return c.odd(method, errors.New("its next page is the same page"))
		}
		after = next
	}
}

// inChunks searches for the values of one constraint, pageSize of them at a time.
func inChunks[T any, V comparable](ctx context.Context, c *Client, method, constraint string, values []V, q query) ([]T, error) {
	var all []T
	for chunk := range slices.Chunk(values, pageSize) {
		q.constraints = map[string]any{constraint: chunk}
		found, err := search[T](ctx, c, method, q)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return all, nil
}

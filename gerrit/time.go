package gerrit

import (
	"fmt"
	"time"

	"reviewsync/internal/remote"
)

// layout is the layout of times, in UTC. Gerrit adds nine digits for fractions of a second, which
// are all 0 (Doc/rest-api.txt, Timestamp); time.Parse accepts any number of them.
const layout = "2006-01-02 15:04:05"

// times decodes the times of an answer, and keeps the first error.
type times struct{ err error }

// read decodes a time that may be missing.
func (t *times) read(s, field string, args ...any) time.Time {
	if s == "" {
		return time.Time{}
	}
	v, err := time.Parse(layout, s)
	if err != nil || v.IsZero() {
		t.fail("%s is no time like %q", fmt.Sprintf(field, args...), layout)
	}
	return v
}

// need decodes a time that must be there.
func (t *times) need(s, field string, args ...any) time.Time {
	if s == "" {
		t.fail("%s is missing", fmt.Sprintf(field, args...))
	}
	return t.read(s, field, args...)
}

func (t *times) fail(format string, args ...any) {
	if t.err == nil {
		t.err = fmt.Errorf(format, args...)
	}
}

// misshapen returns the error of JSON that lacks something.
func (c *Client) misshapen(op string, err error) error {
	return &remote.Error{Class: remote.Retry, Server: "gerrit", Op: op, Status: 200, Detail: "JSON of another shape: " + err.Error(), Err: err}
}

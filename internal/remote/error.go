// Package remote is the edge to the two servers: an http.Client for each, with a timeout, a
// size limit, a rate limit and classified errors. While a server is away, one request at a
// time tries it, and the others wait.
//
// Every error of the clients built on it has one of three classes. No other package looks at
// status codes or at the text of errors.
package remote

import (
	"errors"
	"fmt"
	"time"
)

// Class says what to do about an error. See docs/design.md, Errors.
type Class int

const (
	// Retry: the same request may succeed later (network, 5xx, 429, lock failure, and whatever
	// the server did not say itself, such as the page of a proxy).
	Retry Class = iota
	// Blocked: this change or task cannot go on without a person (no permission, gone, refused input).
	Blocked
	// Fatal: nothing works until the configuration is fixed (credentials).
	Fatal
)

func (c Class) String() string {
	switch c {
	case Blocked:
		return "blocked"
	case Fatal:
		return "fatal"
	default:
		return "retry"
	}
}

// Error is a request that failed. Its text never holds a secret.
type Error struct {
	Class  Class
	Server string        // "gerrit" or "phabricator"
	Op     string        // the request, e.g. "GET /changes/mediawiki%2Fcore~12" or "maniphest.edit"
	Status int           // HTTP status; 0 if there was no answer
	Code   string        // the server's own error code, if it has one (Conduit)
	Detail string        // the server's words, cut and redacted
	Hint   string        // what to do next
	After  time.Duration // the pause that the server asked for; 0: none
	Err    error
}

func (e *Error) Error() string {
	s := e.Server + ": " + e.Op
	if e.Status != 0 && e.Status != 200 {
		s += fmt.Sprintf(": status %d", e.Status)
	}
	if e.Code != "" {
		s += ": " + e.Code
	}
	if e.Detail != "" {
		s += ": " + e.Detail
	} else if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

func (e *Error) Unwrap() error { return e.Err }

// ClassOf returns the class of err. An error that did not come from a server is Retry: to
// try again costs little and loses nothing.
func ClassOf(err error) Class {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Class
	}
	return Retry
}

// Refused reports whether the server itself refused a request, so that nothing was written.
// After any other error the write may have been made, or may still be.
func Refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return false
	}
	itself := e.Class != Retry // else it may be a proxy
	return e.Code != "" || e.Status >= 400 && e.Status < 500 && itself
}

// NotFound reports whether the server itself answered that there is no such thing, or none
// that the account may see. The 404 of a proxy is not such an answer.
func NotFound(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == 404 && e.Class == Blocked
}

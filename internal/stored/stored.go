// Package stored reads changes from the store, in the form that the rules use.
package stored

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"reviewsync/internal/bind"
	"reviewsync/internal/config"
	"reviewsync/internal/remote"
	"reviewsync/internal/store"
	"reviewsync/internal/warn"
	"reviewsync/mapping"
	"reviewsync/mapping/review"
)

// Options of Changes; all are required.
type Options struct {
	Config *config.Config
	Binder *bind.Binder
	Store  interface {
		store.Agenda
		store.Changes
		store.Duplicates
	}
	Phab   *remote.Client // for its clock
	Gerrit *remote.Client // likewise
	Warn   *warn.Once
}

// Changes reads stored changes.
type Changes struct {
	o      Options
	reader review.Reader
}

// New makes a Changes.
func New(o Options) *Changes {
	links := o.Config.ReviewLinks()
	return &Changes{o: o, reader: review.Reader{
		Footers: links.Footers, Hosts: links.Hosts, Max: links.Max, Bots: o.Config.Gerrit.Bots, CICommands: o.Config.Gerrit.CICommands,
		Self: o.Config.Gerrit.User, Lines: o.Config.AskLines(),
	}}
}

// OfTask reads the histories of all changes that are or were linked to a task, or to one
// that was merged into it.
func (s *Changes) OfTask(ctx context.Context, task int) ([]*review.History, error) {
	histories, err := s.linked(ctx, task)
	if err != nil {
		return nil, err
	}
	return s.passedOn(ctx, task, histories)
}

// linked reads the histories of all changes that name a task, or named it.
func (s *Changes) linked(ctx context.Context, task int) ([]*review.History, error) {
	rows, err := s.o.Store.Changes(ctx, task)
	if err != nil {
		return nil, err
	}
	return s.Histories(ctx, rows)
}

// passedOn adds the changes of the tasks that were merged into this one.
func (s *Changes) passedOn(ctx context.Context, task int, histories []*review.History) ([]*review.History, error) {
	duplicates, err := s.o.Store.DuplicatesOf(ctx, task)
	if err != nil || len(duplicates) == 0 {
		return histories, err
	}
	for _, d := range duplicates {
		more, err := s.linked(ctx, d.Task)
		if err != nil {
			return nil, err
		}
		for _, h := range more {
			if !slices.ContainsFunc(histories, func(known *review.History) bool { return known.Key == h.Key }) {
				histories = append(histories, h)
			}
		}
	}
	return s.passOn(task, histories, duplicates), nil
}

// passOn links changes of tasks that were merged into a task to that task.
func (s *Changes) passOn(task int, histories []*review.History, duplicates []mapping.Duplicate) []*review.History {
	if len(duplicates) == 0 {
		return histories
	}
	skew, _ := s.Skew()
	for i, h := range histories {
		histories[i] = mapping.PassOn(h, task, duplicates, skew)
	}
	return histories
}

// Live reads changes of a task that come from Gerrit instead of from the store.
func (s *Changes) Live(ctx context.Context, task int, changes []review.Change) ([]*review.History, error) {
	duplicates, err := s.o.Store.DuplicatesOf(ctx, task)
	if err != nil {
		return nil, err
	}
	var histories []*review.History
	for _, c := range changes {
		histories = append(histories, s.followed(c))
	}
	return s.passOn(task, histories, duplicates), nil
}

// Read reads the history of a change.
func (s *Changes) Read(c review.Change) *review.History { return s.reader.Read(c) }

// followed reads the history of a change, and since when its repository is followed.
func (s *Changes) followed(c review.Change) *review.History {
	h := s.reader.Read(c)
	if b := s.o.Binder.Current(); b.Followed.Fresh(c.Project) {
		skew, _ := s.Skew()
		h.FollowedSince(b.Followed.Since.Add(-skew))
	}
	return h
}

// Skew returns Phabricator's clock minus Gerrit's, and by how much less it may be.
func (s *Changes) Skew() (skew, doubt time.Duration) { return remote.Skew(s.o.Phab, s.o.Gerrit) }

// errOutdated means that an earlier version stored a change in another form.
var errOutdated = errors.New("an earlier version stored it")

// unreadable is the error about a stored change that is damaged or outdated. It is read from
// Gerrit again. Its tasks wait for that, other tasks do not.
type unreadable struct {
	key review.Key
	err error
}

func (u *unreadable) Error() string {
	return fmt.Sprintf("stored change %s cannot be read, and is read from Gerrit again: %v", u.key, u.err)
}

func (u *unreadable) Unwrap() error { return u.err }

// History reads a stored change. If that fails, it marks it to be read from Gerrit.
func (s *Changes) History(ctx context.Context, row store.ChangeRow) (*review.History, error) {
	var c review.Change
	err := errOutdated
	if !row.Outdated {
		err = json.Unmarshal(row.Snapshot, &c)
	}
	if err == nil && c.Key != row.Key {
		err = errors.New("it is of another change")
	}
	if err != nil {
		u := &unreadable{row.Key, err}
		if !row.Outdated {
			s.o.Warn.Warn("unreadable", "%v", u)
		}
		if err := s.o.Store.Mark(ctx, store.KindChange, false, row.Key.String()); err != nil {
			return nil, err
		}
		return nil, u
	}
	c.Refs = append(c.Refs, row.Refs...)
	if row.Followed { // since before it was merged, when it was in no other branch
		if c.Looked = row.Looked.Add(s.o.Gerrit.Offset()); c.Looked.Before(c.Submitted) {
			c.Looked = c.Submitted
		}
	}
	return s.followed(c), nil
}

// Histories reads stored changes. The error names those that could not be read.
func (s *Changes) Histories(ctx context.Context, rows []store.ChangeRow) ([]*review.History, error) {
	list := make([]*review.History, 0, len(rows))
	var failed []error
	for _, row := range rows {
		h, err := s.History(ctx, row)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		list = append(list, h)
	}
	return list, errors.Join(failed...)
}

// Unreadable reports whether the only error is a stored change that is read from Gerrit again.
func Unreadable(err error) bool {
	_, ok := errors.AsType[*unreadable](err)
	return ok && !store.Damaged(err)
}

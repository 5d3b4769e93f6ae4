package reconcile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"reviewsync/internal/store"
	"reviewsync/mapping/review"
)

// errOutdated is a change that an earlier version stored in another shape.
var errOutdated = errors.New("an earlier version stored it")

// unreadable is a stored change that is not what was stored, or not what would be stored today. It is read from Gerrit again; the
// tasks that it names wait for that, and no other.
type unreadable struct {
	key review.Key
	err error
}

func (u *unreadable) Error() string {
	return fmt.Sprintf("stored change %s cannot be read, and is read from Gerrit again: %v", u.key, u.err)
}

func (u *unreadable) Unwrap() error { return u.err }

// history reads a stored change. One that cannot be read is marked to be read from Gerrit.
func (r *Reconciler) history(ctx context.Context, row store.ChangeRow) (*review.History, error) {
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
			r.warnOnce("unreadable", "%v", u)
		}
		if err := r.o.Store.Hint(ctx, false, row.Key); err != nil {
			return nil, err
		}
		return nil, u
	}
	c.Refs = append(c.Refs, row.Refs...)
	if row.Followed { // when it was merged, it was nowhere else
		if c.Looked = row.Looked.Add(r.o.Gerrit.HTTP().Ahead()); c.Looked.Before(c.Submitted) {
			c.Looked = c.Submitted
		}
	}
	return r.read(c), nil
}

// histories reads stored changes, or says which could not be read.
func (r *Reconciler) histories(ctx context.Context, rows []store.ChangeRow) ([]*review.History, error) {
	list := make([]*review.History, 0, len(rows))
	var failed []error
	for _, row := range rows {
		h, err := r.history(ctx, row)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		list = append(list, h)
	}
	return list, errors.Join(failed...)
}

// isUnreadable says whether all that is wrong is a stored change that is read again.
func isUnreadable(err error) bool {
	_, ok := errors.AsType[*unreadable](err)
	return ok && !store.Damaged(err)
}

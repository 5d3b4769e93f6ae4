package bind

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"reviewsync/internal/remote"
	"reviewsync/phab"
)

// LeftOut says by its name in the config why something is left out.
type LeftOut map[string]error

// leave leaves something out, or returns the error of what is no trouble of it alone: the
// server or the store does not answer, or the account is refused.
func (l LeftOut) leave(what string, err error) error {
	if remote.ClassOf(err) != remote.Blocked {
		return err
	}
	l[what] = err
	return nil
}

// all lists the errors, by name.
func (l LeftOut) all() []error {
	var errs []error
	for _, what := range slices.Sorted(maps.Keys(l)) {
		errs = append(errs, l[what])
	}
	return errs
}

// tellLeftOut tells what is left out and was not before, or for another reason, and what is back.
func (r *Binder) tellLeftOut(before, now LeftOut) {
	for what, err := range now {
		if was, ok := before[what]; !ok || was.Error() != err.Error() {
			r.o.Log.Error().Msgf("%s is left out until that is mended, and everything else goes on: %v", what, err)
		}
	}
	for what := range before {
		if now[what] == nil {
			r.o.Log.Info().Msg(what + " is no longer left out")
		}
	}
}

// Project finds the project that the config names by a hashtag. Where no project has the
// hashtag any more, it is the one that had it.
func (r *Binder) Project(ctx context.Context, tag string) (phab.Project, error) {
	found, err := r.o.Phab.Project(ctx, tag)
	if err == nil {
		return found, r.o.Store.KeepProject(ctx, tag, found.PHID)
	}
	if !remote.NotFound(err) {
		return found, err
	}
	phid, storeErr := r.o.Store.Project(ctx, tag)
	if phid == "" || storeErr != nil {
		return found, errors.Join(err, storeErr)
	}
	had, renamed := r.o.Phab.ProjectByPHID(ctx, phid)
	switch {
	case remote.NotFound(renamed): // gone, or hidden from us
		return found, err
	case renamed != nil:
		return had, renamed
	}
	name := fmt.Sprintf("%q", had.Name)
	if had.Slug != "" {
		name += ", now #" + had.Slug
	}
	r.warnOnce("renamed "+tag, "no project has the hashtag %s any more; the one that had it is still used (%s): write its new hashtag in %s, or give it the old one back", tag, name, r.o.Config.Path)
	return had, nil
}

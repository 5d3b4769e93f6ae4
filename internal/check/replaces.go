package check

import (
	"context"
	"fmt"
	"slices"

	"reviewsync/internal/remote"
	"reviewsync/mapping"
)

// replaced looks at the boards that others replace: the project, the columns to take
// cards from, and whether the rules of a board by another tag of it name them too.
func (r *run) replaced(ctx context.Context, all []board) []Line {
	var out []Line
	for _, b := range all {
		for _, legacy := range b.Replaces {
			l := &lines{subject: fmt.Sprintf("board %s, replaced by %s", legacy.Tag, b.Tag)}
			r.legacy(ctx, l, b, legacy, all)
			out = append(out, l.all...)
		}
	}
	return out
}

func (r *run) legacy(ctx context.Context, l *lines, b board, legacy mapping.Legacy, all []board) {
	at := r.at(legacy.Line)
	project, err := r.Phab.Project(ctx, legacy.Tag)
	switch {
	case remote.NotFound(err):
		l.say(Fail, "no project has this tag, or %s may not see it; correct the tag, or take it out if the board is gone (%s), or let the account see the project", r.self.Username, at)
		return
	case err != nil:
		l.failed("the project", err)
		return
	case project.PHID == b.project.PHID:
		l.say(Fail, "is the same project, and cannot replace itself; name the board that cards come from (%s)", at)
		return
	case b.kin[project.PHID].Is != "":
		l.say(Fail, "is %s %s, and a task cannot be on both, so no card would come from there; take it out (%s)", b.kin[project.PHID].Is, b.Tag, at)
		return
	}
	there, err := r.Phab.Columns(ctx, project.PHID)
	if err != nil {
		l.failed("its columns", err)
		return
	}
	known, err := r.memory.columns(ctx, project.PHID)
	if err != nil {
		l.failed("what the store knows of its columns", err)
		return
	}
	var fine []string
	found := mapping.FindColumns(legacy.Columns, known, ofBoard(there))
	for _, name := range legacy.Columns {
		if f := found[name]; f.Fit == mapping.FitsByName || f.Fit == mapping.FitsHidden && known[name] != "" {
			fine = append(fine, fmt.Sprintf("%q", name))
		} else {
			l.column(name, f, there, at, true)
		}
	}
	for _, other := range all {
		for _, name := range legacy.Columns {
			if other.project.PHID == project.PHID && slices.Contains(other.Named(), name) {
				l.say(Fail, "column %q is in the rules or 'from' of board %s, which is the same project, so its cards would go to and fro; take it out there or here (%s, %s)", name, other.Tag, r.at(other.Line), at)
			}
		}
	}
	if len(fine) > 0 {
		l.say(OK, "is project %q, and cards are taken from %s", project.Name, some(fine))
	}
}

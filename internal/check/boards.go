package check

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// board is a board of the config, and what was found of it.
type board struct {
	config.Board
	lines   lines
	project phab.Project             // without a PHID if it was not found
	kin     map[string]phab.Relative // what a task cannot be in while it is on the board, by PHID
}

// boards looks at all boards: the project, the columns that the rules name, and what
// some cards say of who may edit them.
func (r *run) boards(ctx context.Context) []Line {
	if r.noPhab {
		return nil
	}
	all := make([]board, len(r.Config.Boards))
	together(len(all), func(i int) {
		all[i] = board{Board: r.Config.Boards[i], lines: lines{subject: "board " + r.Config.Boards[i].Tag}}
		r.board(ctx, &all[i])
	})
	var out []Line
	for i := range all {
		out = append(out, all[i].lines.all...)
	}
	return slices.Concat(out, r.replaced(ctx, all), r.family(all), r.openTags(ctx, all))
}

func (r *run) at(line int) string { return fmt.Sprintf("%s:%d", r.Config.Path, line) }

func (r *run) board(ctx context.Context, b *board) {
	l := &b.lines
	project, found := r.project(ctx, b)
	switch {
	case !found:
		return
	case b.MilestoneOf != "":
		l.say(OK, "is now %q, the milestone with the highest number of those that are active (%d)", project.Name, project.Number)
	case project.Archived:
		l.say(Warn, "project %q is archived; bring it back, or take the board out of the config (%s)", project.Name, r.at(b.Line))
	default:
		l.say(OK, "is project %q", project.Name)
	}
	b.project = project
	relatives, err := r.Phab.Relatives(ctx, project)
	if err != nil {
		l.failed("the projects below and above it", err)
	}
	b.kin = map[string]phab.Relative{}
	for _, k := range relatives {
		b.kin[k.PHID] = k
	}
	columns, err := r.Phab.Columns(ctx, project.PHID)
	switch {
	case err != nil:
		l.failed("its columns", err)
		return
	case len(columns) == 0:
		l.say(Fail, "has no workboard; make one on the page of the %s, with the columns %s", b.kind(), strings.Join(b.quoted(), ", "))
		return
	}
	r.columns(ctx, b, columns)
	r.conditions(ctx, b)
	r.cards(ctx, b)
}

// quoted lists the columns of a board's rules and 'from', in quotes.
func (b *board) quoted() []string {
	var out []string
	for _, name := range b.Named() {
		out = append(out, fmt.Sprintf("%q", name))
	}
	return out
}

// columns looks for the columns that the config names, by the rules of the service.
func (r *run) columns(ctx context.Context, b *board, there []phab.Column) {
	l := &b.lines
	known, err := r.memory.columns(ctx, b.project.PHID)
	if err != nil {
		l.failed("what the store knows of its columns", err)
		return
	}
	var fine []string
	found := mapping.FindColumns(b.Named(), known, ofBoard(there))
	for _, name := range b.Named() {
		if f := found[name]; f.Fit == mapping.FitsByName {
			fine = append(fine, fmt.Sprintf("%q", name))
		} else {
			l.column(name, f, there, r.at(b.LineOf(name)), false)
		}
	}
	if len(fine) > 0 {
		l.say(OK, "has the columns %s", strings.Join(fine, ", "))
	}
}

// ofBoard are the columns that a name of the config can mean: not those that stand for milestones.
func ofBoard(there []phab.Column) []mapping.Column {
	var own []mapping.Column
	for _, c := range there {
		if c.ProxyPHID == "" {
			own = append(own, mapping.Column{ID: c.PHID, Name: c.Name, Hidden: c.Hidden})
		}
	}
	return own
}

// column says what is wrong with one; from: cards only come from there.
func (l *lines) column(name string, f mapping.Found, there []phab.Column, at string, from bool) {
	status := Fail
	if f.Fit == mapping.FitsRenamed || from && (f.Fit == mapping.FitsGone || f.Fit == mapping.FitsTaken) {
		status = Warn
	}
	hidden := slices.ContainsFunc(there, func(c phab.Column) bool { return c.Name == name && c.Hidden })
	switch wrong := f.Tell(name, from); {
	case f.Fit == mapping.FitsNone && hidden && !from:
		l.say(Fail, "column %q is hidden; show it, or change the rules (%s)", name, at)
	case f.Fit == mapping.FitsNone:
		l.say(Fail, "it has no visible column %q; its columns are %s; correct the name (%s)", name, columnNames(there), at)
	case wrong != "":
		l.say(status, "%s (%s)", wrong, at)
	}
}

func columnNames(columns []phab.Column) string {
	var names []string
	for _, c := range columns {
		if c.ProxyPHID == "" && !c.Hidden {
			names = append(names, fmt.Sprintf("%q", c.Name))
		}
	}
	if len(names) == 0 {
		return "all hidden, or stand for milestones"
	}
	return strings.Join(names, ", ")
}

// family looks for boards that are one project by two tags, or that a task cannot be on at once.
func (r *run) family(all []board) []Line {
	var out []Line
	for i, a := range all {
		l := &lines{subject: "board " + a.Tag}
		for _, b := range all[i+1:] {
			kin, related := a.kin[b.project.PHID]
			switch {
			case a.project.PHID == "" || b.project.PHID == "":
			case a.project.PHID == b.project.PHID:
				l.say(Fail, "is the same project as board %s; put their rules together (%s, %s)", b.Tag, r.at(a.Line), r.at(b.Line))
			case related:
				l.say(Fail, "board %s is %s it, and a task cannot be on both; keep one of them (%s, %s)", b.Tag, kin.Is, r.at(a.Line), r.at(b.Line))
			}
		}
		out = append(out, l.all...)
	}
	return out
}

package bind

import (
	"context"
	"fmt"
	"slices"
	"time"

	"reviewsync/mapping"
	"reviewsync/phab"
)

// named are columns of a board as the config names them.
type named struct {
	tag   string // of the board
	board string // its PHID
	kind  string // of its project
	fine  string // says which of them there are
	names []string
	line  func(name string) int
	from  bool // cards only come from there
}

// columns finds the columns that the config names, and remembers them: a column that is
// renamed later stays bound, with a warning, unless there is another of its name. there are
// all columns of the board.
func (b *Binder) columns(ctx context.Context, rep *report, n named) (columns map[string]mapping.Column, there []phab.Column, err error) {
	if there, err = b.o.Phab.Columns(ctx, n.board); err != nil {
		return nil, nil, err
	}
	known, err := b.o.Store.Columns(ctx, n.board)
	if err != nil {
		return nil, nil, err
	}
	columns = map[string]mapping.Column{}
	if len(there) == 0 && !n.from {
		rep.noWorkboard(n, len(known) > 0)
		return columns, nil, nil
	}
	var fine []string
	found := findColumns(n.names, known, ofBoard(there))
	for _, name := range n.names {
		f := found[name]
		_, was := known[name]
		rep.column(n, name, f, was, there)
		if f.fit == fitsByName || n.from && f.fit == fitsHidden {
			fine = append(fine, name)
		}
		if f.fit == fitsByName && known[name] != f.column.ID {
			if err := b.o.Store.BindColumn(ctx, n.board, name, f.column.ID); err != nil {
				return nil, nil, err
			}
		}
		if i := slices.IndexFunc(there, func(c phab.Column) bool { return c.PHID == f.before }); f.before != "" && i >= 0 {
			b.o.Log.Info().Msgf("column %q of %s is another one now; cards that are left in the one before, which is called %q, stay there", name, n.tag, there[i].Name)
		}
		if f.column.ID != "" {
			columns[name] = f.column
		}
	}
	if len(fine) > 0 {
		rep.add(Finding{Level: OK, Text: n.fine + quoted(fine)})
	}
	return columns, there, nil
}

// column says what is wrong with one. Without one that was never there, the board is left out.
func (r *report) column(n named, name string, f found, was bool, there []phab.Column) {
	said := Finding{Level: Fail, Lines: []int{n.line(name)}}
	said.Text = f.fault(name, n.from)
	if f.fit == fitsRenamed || n.from && (f.fit == fitsGone || f.fit == fitsTaken) {
		said.Level = Warn
	}
	if f.fit == fitsNone {
		said.Text, said.Fix = fmt.Sprintf("it has no visible column %q; its columns are %s", name, columnNames(there)), "correct the name"
		if !n.from && slices.ContainsFunc(there, func(c phab.Column) bool { return c.Name == name && c.Hidden }) {
			said.Text, said.Fix = fmt.Sprintf("column %q is hidden", name), "show it, or change the rules"
		}
	}
	switch {
	case said.Text == "":
	case !was && (f.fit == fitsNone || f.fit == fitsSeveral):
		r.leave(said)
	default:
		r.add(said)
	}
}

// noWorkboard says so. The board goes on if its columns were there once, or none is needed.
func (r *report) noWorkboard(n named, was bool) {
	f := Finding{Level: Fail, Lines: []int{n.line("")}, Text: "has no workboard", Else: fmt.Sprintf("make one on the page of the %s, with the columns %s", n.kind, quoted(n.names))}
	if was || len(n.names) == 0 {
		r.add(f)
		return
	}
	f.Err = fmt.Errorf("it has no visible column %q; its columns are %s", n.names[0], columnNames(nil))
	r.leave(f)
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

func columnNames(there []phab.Column) string {
	var names []string
	for _, c := range ofBoard(there) {
		if !c.Hidden {
			names = append(names, c.Name)
		}
	}
	switch {
	case len(there) == 0:
		return "none: make a workboard"
	case len(names) == 0:
		return "all hidden, or stand for milestones"
	}
	return quoted(names)
}

// upkeep is how old what is known of a board's columns may be when a card is moved: a row of moves shares a
// read, and nobody is so quick as to change columns and then have a card moved meanwhile.
const upkeep = 200 * time.Millisecond

// KeepUp returns the board with its columns as they are now: people rename, hide and make columns. Those of boards
// that it replaces are read only where the task stands in a column that is not known.
func (b *Binder) KeepUp(ctx context.Context, board *Board, task phab.Task) (*Board, error) {
	if newest := b.Current().Board(board.PHID); newest != nil { // another card may have brought it up to date
		board = newest
	}
	old := func(o Replaced) bool { return unknown(task.Boards[o.PHID], o.there) }
	if time.Since(board.read) < upkeep && !slices.ContainsFunc(board.Old, old) {
		return board, nil
	}
	fresh := *board
	fresh.read, fresh.Old, fresh.findings = time.Now(), slices.Clone(board.Old), nil
	var err error
	if fresh.Columns, fresh.there, err = b.columns(ctx, &fresh.report, fresh.named()); err != nil {
		return nil, err
	}
	b.warn(fresh.findings...)
	for i, o := range fresh.Old {
		if !old(o) {
			continue
		}
		rep := b.replaced(board, o.Legacy)
		if o.Columns, o.there, err = b.columns(ctx, &rep, o.named()); err != nil {
			return nil, err
		}
		fresh.Old[i] = o
		b.warn(rep.findings...)
	}
	b.replace(&fresh)
	return &fresh, nil
}

func (b *Board) named() named {
	n := named{tag: b.Tag, board: b.PHID, kind: "project", fine: "has the columns ", names: b.Named(), line: b.LineOf}
	if b.MilestoneOf != "" {
		n.kind = "milestone"
	}
	return n
}

func (o *Replaced) named() named {
	return named{tag: o.Legacy.Tag, board: o.PHID, fine: fmt.Sprintf("is project %q, and cards are taken from ", o.Name), names: o.Legacy.Columns, line: func(string) int { return o.Legacy.Line }, from: true}
}

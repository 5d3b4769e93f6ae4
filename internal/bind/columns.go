package bind

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"reviewsync/internal/config"
	"reviewsync/mapping"
	"reviewsync/phab"
)

// columnsNamed are columns of a board as the config names them.
type columnsNamed struct {
	at    config.Board // whose lines errors tell
	board string       // PHID
	names []string
	from  bool // cards only come from there
}

// targets are the columns that the rules and 'from' of a board name.
func targets(b config.Board, phid string) columnsNamed {
	return columnsNamed{at: b, board: phid, names: b.Named()}
}

// bindColumns finds the columns that the config names, and remembers them: a column that
// is renamed later stays bound, with a warning, unless there is another of its name.
// there are all columns of the board.
func (r *Binder) bindColumns(ctx context.Context, n columnsNamed) (columns map[string]mapping.Column, there []phab.Column, err error) {
	if there, err = r.o.Phab.Columns(ctx, n.board); err != nil {
		return nil, nil, err
	}
	known, err := r.o.Store.Columns(ctx, n.board)
	if err != nil {
		return nil, nil, err
	}
	columns = map[string]mapping.Column{}
	found := mapping.FindColumns(n.names, known, ofBoard(there))
	for _, name := range n.names {
		f := found[name]
		if err := r.tellColumn(n, name, f, known, there); err != nil {
			return nil, nil, err
		}
		if f.Fit == mapping.FitsByName && known[name] != f.Column.ID {
			if err := r.o.Store.BindColumn(ctx, n.board, name, f.Column.ID); err != nil {
				return nil, nil, err
			}
		}
		if f.Column.ID != "" {
			columns[name] = f.Column
		}
	}
	return columns, there, nil
}

// bindOldColumns finds the columns that cards are taken from on a board that another one replaces.
func (r *Binder) bindOldColumns(ctx context.Context, old Replaced) (Replaced, error) {
	at := config.Board{Line: old.Legacy.Line} // no column of it is named by a rule
	at.Tag = old.Legacy.Tag
	columns, there, err := r.bindColumns(ctx, columnsNamed{at: at, board: old.PHID, names: old.Legacy.Columns, from: true})
	old.Columns, old.there = slices.Collect(maps.Values(columns)), there
	return old, err
}

// tellColumn warns of a column that is not as the config has it. One that was never there is an error.
func (r *Binder) tellColumn(n columnsNamed, name string, f mapping.Found, known map[string]string, there []phab.Column) error {
	at := n.at
	at.Line = at.LineOf(name)
	wrong := f.Tell(name, n.from)
	if _, was := known[name]; !was {
		switch f.Fit {
		case mapping.FitsNone:
			return r.atLine(at, blocked("it has no visible column %q; its columns are %s", name, columnNames(there)))
		case mapping.FitsSeveral:
			return r.atLine(at, blocked("%s", wrong))
		default:
		}
	}
	if wrong != "" {
		r.warnOnce(n.board+name, "%v", r.atLine(at, fmt.Errorf("%s", wrong)))
	}
	if i := slices.IndexFunc(there, func(c phab.Column) bool { return c.PHID == f.Before }); f.Before != "" && i >= 0 {
		r.o.Log.Info().Msgf("column %q of %s is another one now; cards that are left in the one before, which is called %q, stay there", name, n.at.Tag, there[i].Name)
	}
	return nil
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

// upkeep is how old what is known of a board's columns may be when a card is moved: a row of moves shares a
// read, and nobody is so quick as to change columns and then have a card moved meanwhile.
const upkeep = 200 * time.Millisecond

// KeepUp returns the board with its columns as they are now, for a look at a task: people rename, hide and make
// columns. Those of boards that it replaces are read where the task tells that they are others.
func (r *Binder) KeepUp(ctx context.Context, board *Board, task phab.Task) (*Board, error) {
	for _, b := range r.Current().Boards { // another card may have brought it up to date
		if b.PHID == board.PHID {
			board = b
		}
	}
	old := func(o Replaced) bool { return unknown(task.Boards[o.PHID], o.there) }
	if time.Since(board.looked) < upkeep && !slices.ContainsFunc(board.Old, old) {
		return board, nil
	}
	fresh := *board
	fresh.looked, fresh.Old = time.Now(), slices.Clone(board.Old)
	var err error
	if fresh.Columns, fresh.there, err = r.bindColumns(ctx, targets(fresh.Board, fresh.PHID)); err != nil {
		return nil, err
	}
	for i := range fresh.Old {
		if !old(fresh.Old[i]) {
			continue
		}
		if fresh.Old[i], err = r.bindOldColumns(ctx, fresh.Old[i]); err != nil {
			return nil, err
		}
	}
	r.replace(&fresh)
	return &fresh, nil
}

func columnNames(columns []phab.Column) string {
	var names []string
	for _, c := range columns {
		if c.ProxyPHID == "" && !c.Hidden {
			names = append(names, fmt.Sprintf("%q", c.Name))
		}
	}
	if len(names) == 0 {
		return "none: make a workboard"
	}
	return strings.Join(names, ", ")
}

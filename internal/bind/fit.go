package bind

import (
	"fmt"
	"slices"

	"reviewsync/mapping"
)

// The config names columns, and people rename, hide and make them. A visible column of
// exactly that name is the one that is meant. Only where there is none, it is the column
// that had the name before, by its ID.

// fit is how a name of the config fits the columns of a board.
type fit int

// The fits. Cards move only to columns that fit by name or were renamed.
const (
	fitsByName  fit = iota + 1 // a visible column is called so
	fitsRenamed                // the column that was called so is called otherwise now
	fitsHidden                 // the column that was called so is hidden
	fitsTaken                  // the column that was called so now has the name of another one in the config
	fitsGone                   // the column that was called so is not there any more
	fitsSeveral                // several are called so
	fitsNone                   // none that can be seen was ever called so
)

// found is what a name of the config finds on a board.
type found struct {
	fit    fit
	column mapping.Column // as the server has it; without an ID if no card is to be moved there
	before string         // the ID that the name stood for before, if that was another column
	count  int            // of fitsSeveral
}

// findColumns looks for columns by the names that the config has for them. known are the
// IDs that these names stood for before. No column is found by two names.
func findColumns(names []string, known map[string]string, there []mapping.Column) map[string]found {
	all, taken := map[string]found{}, map[string]bool{}
	for _, name := range names {
		if f := findByName(name, known[name], there); f.fit != 0 {
			all[name], taken[f.column.ID] = f, true
		}
	}
	for _, name := range names {
		if all[name].fit == 0 {
			f := findByID(name, known, there, taken)
			all[name], taken[f.column.ID] = f, true
		}
	}
	return all
}

// findByName finds the visible column of a name. Of several, it is the one that is known.
func findByName(name, known string, there []mapping.Column) found {
	var visible []mapping.Column
	for _, c := range there {
		if c.Name == name && !c.Hidden {
			visible = append(visible, c)
		}
	}
	if i := slices.IndexFunc(visible, func(c mapping.Column) bool { return c.ID == known }); i >= 0 {
		visible = visible[i : i+1]
	}
	switch len(visible) {
	case 0:
		return found{}
	case 1:
		f := found{fit: fitsByName, column: visible[0]}
		if known != f.column.ID {
			f.before = known
		}
		return f
	default:
		return found{fit: fitsSeveral, count: len(visible)}
	}
}

// findByID finds the column that had a name before, unless another name of the config took it.
func findByID(name string, known map[string]string, there []mapping.Column, taken map[string]bool) found {
	id, was := known[name]
	i := slices.IndexFunc(there, func(c mapping.Column) bool { return c.ID == id })
	switch {
	case i >= 0 && taken[id]:
		return found{fit: fitsTaken, column: mapping.Column{Name: there[i].Name}}
	case i >= 0 && there[i].Hidden:
		return found{fit: fitsHidden, column: there[i]}
	case i >= 0:
		return found{fit: fitsRenamed, column: there[i]}
	case was:
		return found{fit: fitsGone}
	default:
		return found{fit: fitsNone}
	}
}

// fault says what is wrong with a column and how to fix it; empty: nothing. from says that
// cards only come from there.
func (f found) fault(name string, from bool) string {
	switch f.fit {
	case fitsRenamed:
		return fmt.Sprintf("column %q is now called %q; it is still used: write its new name", name, f.column.Name)
	case fitsHidden:
		if from {
			return "" // that is how people end the use of a column
		}
		also := ""
		if f.column.Name != name {
			also = fmt.Sprintf(", and called %q now", f.column.Name)
		}
		return fmt.Sprintf("column %q is hidden%s; no card is moved there: show it, or change the rules", name, also)
	case fitsTaken:
		return fmt.Sprintf("the column that was called %q is now called %q, which the config names too; %s", name, f.column.Name, lost(fmt.Sprintf("%q", name), from))
	case fitsGone:
		return fmt.Sprintf("column %q is gone; %s", name, lost("it", from))
	case fitsSeveral:
		return fmt.Sprintf("it has %d columns called %q; rename all but one", f.count, name)
	case fitsByName, fitsNone: // fine; and what there is instead, the caller knows
	}
	return ""
}

// lost says what comes of a column that is not there, and how to fix that.
func lost(it string, from bool) string {
	if from {
		return "no card can come from there: take it out"
	}
	return fmt.Sprintf("no card is moved there: make %s again, or change the rules", it)
}

package mapping

import (
	"fmt"
	"slices"
)

// The config names columns, and people rename, hide and make them. A visible column of
// exactly that name is the one that is meant. Only where there is none, it is the column
// that had the name before, by its ID.

// Fit is how a name of the config fits the columns of a board.
type Fit int

// The fits. Cards move only to columns that fit by name or were renamed.
const (
	FitsByName  Fit = iota + 1 // a visible column is called so
	FitsRenamed                // the column that was called so is called otherwise now
	FitsHidden                 // the column that was called so is hidden
	FitsTaken                  // the column that was called so now has the name of another one in the config
	FitsGone                   // the column that was called so is not there any more
	FitsSeveral                // several are called so
	FitsNone                   // none that can be seen was ever called so
)

// Found is what a name of the config finds on a board.
type Found struct {
	Fit    Fit
	Column Column // as the server has it; without an ID if no card is to be moved there
	Before string // the ID that the name stood for before, if that was another column
	Count  int    // of FitsSeveral
}

// FindColumns looks for columns by the names that the config has for them. known are the
// IDs that these names stood for before. No column is found by two names.
func FindColumns(names []string, known map[string]string, there []Column) map[string]Found {
	found, taken := map[string]Found{}, map[string]bool{}
	for _, name := range names {
		if f := findByName(name, known[name], there); f.Fit != 0 {
			found[name], taken[f.Column.ID] = f, true
		}
	}
	for _, name := range names {
		if found[name].Fit == 0 {
			f := findByID(name, known, there, taken)
			found[name], taken[f.Column.ID] = f, true
		}
	}
	return found
}

// findByName finds the visible column of a name. Of several, it is the one that is known.
func findByName(name, known string, there []Column) Found {
	var visible []Column
	for _, c := range there {
		if c.Name == name && !c.Hidden {
			visible = append(visible, c)
		}
	}
	if i := slices.IndexFunc(visible, func(c Column) bool { return c.ID == known }); i >= 0 {
		visible = visible[i : i+1]
	}
	switch len(visible) {
	case 0:
		return Found{}
	case 1:
		f := Found{Fit: FitsByName, Column: visible[0]}
		if known != f.Column.ID {
			f.Before = known
		}
		return f
	default:
		return Found{Fit: FitsSeveral, Count: len(visible)}
	}
}

// findByID finds the column that had a name before, unless another name of the config took it.
func findByID(name string, known map[string]string, there []Column, taken map[string]bool) Found {
	id, was := known[name]
	i := slices.IndexFunc(there, func(c Column) bool { return c.ID == id })
	switch {
	case i >= 0 && taken[id]:
		return Found{Fit: FitsTaken, Column: Column{Name: there[i].Name}}
	case i >= 0 && there[i].Hidden:
		return Found{Fit: FitsHidden, Column: there[i]}
	case i >= 0:
		return Found{Fit: FitsRenamed, Column: there[i]}
	case was:
		return Found{Fit: FitsGone}
	default:
		return Found{Fit: FitsNone}
	}
}

// Tell says what is wrong with a column and how to mend it; empty: nothing. from says that
// cards only come from there.
func (f Found) Tell(name string, from bool) string {
	switch f.Fit {
	case FitsRenamed:
		return fmt.Sprintf("column %q is now called %q; it is still used: write its new name", name, f.Column.Name)
	case FitsHidden:
		if from {
			return "" // that is how people end the use of a column
		}
		also := ""
		if f.Column.Name != name {
			also = fmt.Sprintf(", and called %q now", f.Column.Name)
		}
		return fmt.Sprintf("column %q is hidden%s; no card is moved there: show it, or change the rules", name, also)
	case FitsTaken:
		return fmt.Sprintf("the column that was called %q is now called %q, which the config names too; %s", name, f.Column.Name, lost(fmt.Sprintf("%q", name), from))
	case FitsGone:
		return fmt.Sprintf("column %q is gone; %s", name, lost("it", from))
	case FitsSeveral:
		return fmt.Sprintf("it has %d columns called %q; rename all but one", f.Count, name)
	case FitsByName, FitsNone: // fine; and what there is instead, the caller knows
	}
	return ""
}

// lost says what comes of a column that is not there, and how to mend that.
func lost(it string, from bool) string {
	if from {
		return "no card can come from there: take it out"
	}
	return fmt.Sprintf("no card is moved there: make %s again, or change the rules", it)
}
